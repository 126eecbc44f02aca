//! Notes and events that contracts found in logs; which notes are spent.
//!
//! Protocol source: `@aztec/pxe/src/notes/note_service.ts`, `@aztec/pxe/src/events/event_service.ts`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::block::{BlockId, BlockNumber};
use protocol::constants::{MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX};
use protocol::field::Fr;
use protocol::hash::silo::{silo_note_hash, silo_nullifier, unique_note_hash};
use protocol::merkle::LeafIndex;
use protocol::note::Note;
use protocol::rpc::lookup::DataInBlock;
use protocol::rpc::{Method, node};
use protocol::tx::{IndexedTxEffect, TxHash};

use super::SyncError;
use super::request::{EventRequest, NoteRequest, read_all};
use crate::node::{
    AnchoredNode, EffectOf, Facts, NodeError, NoteHashAt, NoteHashLeafOf, NullifierAt, NullifierLeafOf, SeenTx,
};
use crate::scopes::Scopes;
use crate::store::events::{self, StoredEvent};
use crate::store::notes::{self, StoredNote};
use crate::store::{Job, capsules};

/// Stores the notes and events that a contract put into two arrays of capsules, and empties them.
///
/// That a note or an event exists is proven at the anchor. Which block it came with is what the node says.
///
/// # Errors
/// If a request cannot be read, what it claims is not on the chain, the node does not answer, or the store fails.
pub async fn validate_and_store(
    job: &mut Job,
    node: &AnchoredNode,
    contract: AztecAddress,
    note_base_slot: Fr,
    event_base_slot: Fr,
) -> Result<(), SyncError> {
    let notes: Vec<NoteRequest> = read_all(job, contract, note_base_slot).await?;
    let events: Vec<EventRequest> = read_all(job, contract, event_base_slot).await?;
    if !notes.is_empty() || !events.is_empty() {
        let notes: Vec<_> = notes.into_iter().map(FoundNote::new).collect();
        let events: Vec<_> = events.into_iter().map(FoundEvent::new).collect();
        store(job, node, notes, events).await?;
    }
    capsules::array_clear(job, contract, note_base_slot).await?;
    capsules::array_clear(job, contract, event_base_slot).await?;
    Ok(())
}

async fn store(
    job: &mut Job,
    node: &AnchoredNode,
    notes: Vec<FoundNote>,
    events: Vec<FoundEvent>,
) -> Result<(), SyncError> {
    let findings = Findings::new(node, &notes, &events).await?;
    let nullifiers: Vec<Fr> = notes.iter().map(|note| note.siloed_nullifier).collect();
    let spent = node.find_nullifiers(&nullifiers).await?;
    for (note, spent) in notes.into_iter().zip(spent) {
        // Whoever found a note is who may see it.
        let recipient = note.request.recipient;
        let note = findings.note(node, note)?;
        notes::add(job, &note, recipient).await?;
        if let Some(block) = spent {
            notes::nullify(job, note.contract, note.siloed_nullifier, block).await?;
        }
    }
    for event in events {
        let recipient = event.request.recipient;
        events::add(job, &findings.event(node, event)?, recipient).await?;
    }
    Ok(())
}

/// Marks those notes of a contract that were spent up to the anchor. Gives how many are newly known to be.
///
/// # Errors
/// If the node does not answer, or the store fails.
pub async fn sync_nullifiers(
    job: &mut Job,
    node: &AnchoredNode,
    contract: AztecAddress,
    scopes: &Scopes,
) -> Result<usize, SyncError> {
    let nullifiers = notes::active_nullifiers(job, contract, scopes).await?;
    let mut newly_spent = 0;
    for (nullifier, spent) in nullifiers.iter().zip(node.find_nullifiers(&nullifiers).await?) {
        if let Some(block) = spent {
            newly_spent += usize::from(notes::nullify(job, contract, *nullifier, block).await?);
        }
    }
    Ok(newly_spent)
}

/// A note a contract found.
struct FoundNote {
    request: NoteRequest,
    unique_note_hash: Fr,
    siloed_nullifier: Fr,
}

/// An event a contract found.
struct FoundEvent {
    request: EventRequest,
    siloed_commitment: Fr,
}

impl FoundNote {
    /// Hashes are siloed here, so that no contract can speak for another.
    fn new(request: NoteRequest) -> Self {
        let siloed = silo_note_hash(request.contract, request.note_hash);
        let unique_note_hash = unique_note_hash(request.note_nonce, siloed);
        let siloed_nullifier = silo_nullifier(request.contract, request.nullifier);
        Self { request, unique_note_hash, siloed_nullifier }
    }
}

impl FoundEvent {
    fn new(request: EventRequest) -> Self {
        let siloed_commitment = silo_nullifier(request.contract, request.commitment);
        Self { request, siloed_commitment }
    }
}

/// What is known of the transactions in which notes and events were found, and of these.
struct Findings {
    facts: Facts,
    /// Transactions that are known from their logs.
    seen: BTreeMap<TxHash, SeenTx>,
}

/// A transaction in a block up to the anchor.
enum KnownTx<'a> {
    /// Known from one of its logs.
    Seen(&'a SeenTx),
    /// Known as a whole.
    Effect(&'a IndexedTxEffect),
}

/// A leaf of an append-only tree, or of one whose transactions take whole subtrees.
struct Leaf {
    index: LeafIndex,
    block: BlockId,
}

impl Leaf {
    /// The leaf that is proven to be there. Its block is what the node says.
    fn proven(leaf: Fr, proven: LeafIndex, said: Option<&DataInBlock<LeafIndex>>) -> Result<Self, NodeError> {
        match said.filter(|said| said.data == proven) {
            Some(said) => {
                let block = BlockId { number: said.l2_block_number, hash: said.l2_block_hash };
                Ok(Self { index: proven, block })
            }
            None => Err(lie::<node::FindLeavesIndexes>(format!(
                "the place of leaf {leaf} is not that of its witness, {proven}"
            ))),
        }
    }

    /// Place among the leaves of its transaction.
    fn place(&self, per_tx: usize) -> usize {
        usize::try_from(self.index.0 % per_tx as u64).expect("a remainder is below its divisor")
    }

    /// Orders the transactions of a block. Each takes so many leaves.
    #[expect(clippy::cast_possible_truncation, reason = "transactions of one block differ in the low bits")]
    fn tx_index(&self, per_tx: usize) -> u32 {
        (self.index.0 / per_tx as u64) as u32
    }
}

fn lie<M: Method>(what: String) -> NodeError {
    NodeError::False { method: M::NAME, what }
}

impl Findings {
    /// Asks all that is needed, in one go.
    async fn new(node: &AnchoredNode, notes: &[FoundNote], events: &[FoundEvent]) -> Result<Self, NodeError> {
        let block = node.hash();
        let nullifiers: Vec<Fr> = notes.iter().map(|note| note.siloed_nullifier).collect();
        let mut questions = node.nullifier_questions(&nullifiers);
        for FoundNote { unique_note_hash, .. } in notes {
            questions.add(NoteHashAt { block, note_hash: *unique_note_hash });
            questions.add(NoteHashLeafOf(*unique_note_hash));
        }
        for FoundEvent { siloed_commitment, .. } in events {
            questions.add(NullifierAt { block, nullifier: *siloed_commitment });
            questions.add(NullifierLeafOf(*siloed_commitment));
        }
        let of_events: BTreeSet<TxHash> = events.iter().map(|event| event.request.tx_hash).collect();
        let mut txs = of_events.clone();
        txs.extend(notes.iter().map(|note| note.request.tx_hash));
        let seen = node.seen(&txs).await;
        for tx_hash in txs {
            match seen.get(&tx_hash) {
                None => questions.add(EffectOf(tx_hash)),
                Some(seen) if of_events.contains(&tx_hash) => questions.add(NullifierLeafOf(seen.first_nullifier)),
                Some(_) => {}
            }
        }
        Ok(Self { facts: node.ask(questions).await?, seen })
    }

    /// What is known of a transaction, if it is in a block up to the anchor.
    fn tx(&self, node: &AnchoredNode, tx_hash: TxHash) -> Result<KnownTx<'_>, SyncError> {
        if let Some(seen) = self.seen.get(&tx_hash) {
            return Ok(KnownTx::Seen(seen));
        }
        let effect = self.facts.answer(EffectOf(tx_hash)).as_ref();
        let effect = effect.filter(|effect| effect.l2_block_number <= node.number());
        effect.map(KnownTx::Effect).ok_or(SyncError::TxNotFound { tx_hash, anchor: node.number() })
    }

    fn note(&self, node: &AnchoredNode, note: FoundNote) -> Result<StoredNote, SyncError> {
        let FoundNote { request, unique_note_hash, siloed_nullifier } = note;
        let NoteRequest { contract, note_hash, tx_hash, .. } = request;
        let (note_hashes, number) = match self.tx(node, tx_hash)? {
            KnownTx::Seen(seen) => (&seen.note_hashes, seen.block),
            KnownTx::Effect(effect) => (&effect.data.note_hashes, effect.l2_block_number),
        };
        let place = note_hashes.iter().position(|found| *found == unique_note_hash);
        let at = NoteHashAt { block: node.hash(), note_hash: unique_note_hash };
        let (Some(place), Some(witness)) = (place, self.facts.answer(at)) else {
            return Err(SyncError::NoteNotFound { note_hash, unique_note_hash, tx_hash });
        };
        let said = self.facts.answer(NoteHashLeafOf(unique_note_hash)).as_ref();
        let leaf = Leaf::proven(unique_note_hash, witness.leaf_index, said)?;
        check_place::<node::GetNoteHashMembershipWitness>(tx_hash, &leaf, MAX_NOTE_HASHES_PER_TX, place, number)?;
        Ok(StoredNote {
            note: Note(request.content),
            contract,
            owner: request.owner,
            storage_slot: request.storage_slot,
            randomness: request.randomness,
            note_nonce: request.note_nonce,
            note_hash,
            siloed_nullifier,
            tx_hash,
            block: leaf.block,
            tx_index: leaf.tx_index(MAX_NOTE_HASHES_PER_TX),
            note_index: u32::try_from(place).expect("a transaction has few note hashes"),
        })
    }

    fn event(&self, node: &AnchoredNode, event: FoundEvent) -> Result<StoredEvent, SyncError> {
        let FoundEvent { request, siloed_commitment } = event;
        let EventRequest { contract, commitment, tx_hash, .. } = request;
        let missing = SyncError::EventNotFound { commitment, siloed_commitment, tx_hash };
        let tx = self.tx(node, tx_hash)?;
        let at = NullifierAt { block: node.hash(), nullifier: siloed_commitment };
        let Some(witness) = self.facts.answer(at) else { return Err(missing) };
        let said = self.facts.answer(NullifierLeafOf(siloed_commitment)).as_ref();
        let leaf = Leaf::proven(siloed_commitment, witness.index, said)?;
        let place = leaf.place(MAX_NULLIFIERS_PER_TX);
        match tx {
            // The nullifiers of a transaction are a subtree, the first one first.
            KnownTx::Seen(seen) => {
                let first = self.facts.answer(NullifierLeafOf(seen.first_nullifier)).as_ref();
                if first.is_none_or(|first| first.data.0.checked_add(place as u64) != Some(leaf.index.0)) {
                    return Err(missing);
                }
            }
            KnownTx::Effect(effect) => {
                let Some(found) = effect.data.nullifiers.iter().position(|found| *found == siloed_commitment) else {
                    return Err(missing);
                };
                let number = effect.l2_block_number;
                check_place::<node::GetTxEffect>(tx_hash, &leaf, MAX_NULLIFIERS_PER_TX, found, number)?;
            }
        }
        Ok(StoredEvent {
            contract,
            selector: request.selector,
            packed: request.content,
            randomness: request.randomness,
            siloed_commitment,
            tx_hash,
            block: leaf.block,
            tx_index: leaf.tx_index(MAX_NULLIFIERS_PER_TX),
            event_index: u32::try_from(place).expect("a transaction has few nullifiers"),
        })
    }
}

/// Checks that a leaf is where its transaction and its block say.
fn check_place<M: Method>(
    tx_hash: TxHash,
    leaf: &Leaf,
    per_tx: usize,
    place: usize,
    block: BlockNumber,
) -> Result<(), NodeError> {
    let (found, number) = (leaf.place(per_tx), leaf.block.number);
    if (found, number) == (place, block) {
        return Ok(());
    }
    let told =
        format!("item {place} of transaction {tx_hash} in block {block} is item {found} of one in block {number}");
    Err(lie::<M>(told))
}
