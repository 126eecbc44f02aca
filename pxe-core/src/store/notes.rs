//! The notes of the own accounts: which there are, and which were spent.
//!
//! A note's place is contract, slot, owner, block, transaction and index, so that the notes of one slot or of one owner in
//! it are one scan, in the order in which contracts see them. Adding, spending and undoing cost the same however many
//! notes there are.
//!
//! Protocol source: `@aztec/pxe/src/storage/note_store/note_store.ts`, `@aztec/stdlib/src/note/note_dao.ts`.

use alloc::vec::Vec;
use core::fmt;

use protocol::address::AztecAddress;
use protocol::block::{BlockId, BlockNumber};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::field::Fr;
use protocol::note::Note;
use protocol::tx::TxHash;

use super::job::decode;
use super::record::{self, Block, List, Maybe, Part, Raw, join};
use super::{Job, StoreError, Table};
use crate::scopes::Scopes;

/// A note with where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredNote {
    /// Its content.
    pub note: Note,
    /// The contract whose note it is.
    pub contract: AztecAddress,
    /// Who owns it.
    pub owner: AztecAddress,
    /// The storage slot it is in.
    pub storage_slot: Fr,
    /// Hides the content in the note hash.
    pub randomness: Fr,
    /// Nonce of its hash.
    pub note_nonce: Fr,
    /// Its inner note hash, before siloing.
    pub note_hash: Fr,
    /// The nullifier that spends it, as it will be in the tree.
    pub siloed_nullifier: Fr,
    /// The transaction that made it.
    pub tx_hash: TxHash,
    /// The block of that transaction.
    pub block: BlockId,
    /// Which transaction of the chain it was, counted by what all before took up: orders those of a block.
    pub tx_index: u32,
    /// Place of the note in the transaction.
    pub note_index: u32,
}

/// What a note holds is nobody's business.
impl fmt::Debug for StoredNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contract, storage_slot, block, tx_index, note_index, .. } = self;
        write!(f, "StoredNote({contract}[{storage_slot}] of block {}, {tx_index}.{note_index})", block.number)
    }
}

impl Encode for StoredNote {
    fn encode(&self, out: &mut Vec<u8>) {
        self.note.encode(out);
        self.contract.encode(out);
        self.owner.encode(out);
        self.storage_slot.encode(out);
        self.randomness.encode(out);
        self.note_nonce.encode(out);
        self.note_hash.encode(out);
        self.siloed_nullifier.encode(out);
        self.tx_hash.encode(out);
        Block(&self.block).encode(out);
        self.tx_index.encode(out);
        self.note_index.encode(out);
    }
}

impl Decode for StoredNote {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            note: reader.member("note")?,
            contract: reader.member("contract")?,
            owner: reader.member("owner")?,
            storage_slot: reader.member("storage_slot")?,
            randomness: reader.member("randomness")?,
            note_nonce: reader.member("note_nonce")?,
            note_hash: reader.member("note_hash")?,
            siloed_nullifier: reader.member("siloed_nullifier")?,
            tx_hash: reader.member("tx_hash")?,
            block: record::block(reader)?,
            tx_index: reader.member("tx_index")?,
            note_index: reader.member("note_index")?,
        })
    }
}

/// Which notes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteStatus {
    /// Those that can be spent.
    Active,
    /// Spent ones too.
    ActiveOrNullified,
}

/// The notes a question is about.
#[derive(Debug, Clone)]
pub struct NoteFilter {
    /// Notes of this contract.
    pub contract: AztecAddress,
    /// Notes of this owner only.
    pub owner: Option<AztecAddress>,
    /// Notes in this slot only.
    pub storage_slot: Option<Fr>,
    /// Whether spent notes count.
    pub status: NoteStatus,
    /// Notes that were found for one of these accounts.
    pub scopes: Scopes,
}

/// Who may see a note, and the note.
struct Record {
    scopes: Vec<AztecAddress>,
    note: StoredNote,
}

impl Encode for Record {
    fn encode(&self, out: &mut Vec<u8>) {
        // First, so that whoever asks only for the scopes need not read the note.
        List(&self.scopes).encode(out);
        self.note.encode(out);
    }
}

impl Decode for Record {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { scopes: record::list(reader)?, note: reader.member("note")? })
    }
}

/// Where a note is in its table, and in which.
struct Position {
    /// Its key, without the contract and the nullifier.
    place: [u8; Position::PLACE],
    /// The block that spent it.
    nullified: Option<BlockNumber>,
}

impl Position {
    /// Slot, owner, block, transaction, index.
    const PLACE: usize = 76;

    fn of(note: &StoredNote) -> Self {
        let parts: [&Part<'_>; 5] =
            [&note.storage_slot, &note.owner, &note.block.number, &note.tx_index, &note.note_index];
        let place = join(&parts).try_into().expect("two fields and three numbers are 76 bytes");
        Self { place, nullified: None }
    }

    const fn table(&self) -> Table {
        match self.nullified {
            None => Table::ActiveNotes,
            Some(_) => Table::NullifiedNotes,
        }
    }

    fn key(&self, id: &Id) -> Vec<u8> {
        join(&[&id.contract, &Raw(&self.place), &id.nullifier])
    }
}

impl Encode for Position {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.place);
        Maybe(self.nullified.as_ref()).encode(out);
    }
}

impl Decode for Position {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { place: reader.array()?, nullified: record::maybe(reader)? })
    }
}

/// What names a note.
#[derive(Clone, Copy)]
struct Id {
    contract: AztecAddress,
    nullifier: Fr,
}

protocol::wire_bytes!(Id { contract: AztecAddress, nullifier: Fr });

const OWNER: core::ops::Range<usize> = 64..96;
const NULLIFIER: usize = 32 + Position::PLACE;

/// Why an entry of the block index is there.
const CREATED: u8 = b'c';
const NULLIFIED: u8 = b'n';

fn block_key(kind: u8, block: BlockNumber, id: &Id) -> Vec<u8> {
    join(&[&kind, &block, id])
}

/// Stores a note that was found for an account. A note that is there already, spent or not, keeps its state and is also
/// the other account's from now on.
pub async fn add(job: &mut Job, note: &StoredNote, scope: AztecAddress) -> Result<(), StoreError> {
    let id = Id { contract: note.contract, nullifier: note.siloed_nullifier };
    let index_key = id.to_buffer();
    if let Some(position) = job.read::<Position>(Table::NoteIndex, &index_key).await? {
        let mut record = record_at(job, &position, &id).await?;
        if !record.scopes.contains(&scope) {
            record.scopes.push(scope);
            job.write(position.table(), position.key(&id), &record);
        }
        return Ok(());
    }
    let position = Position::of(note);
    job.put(Table::ActiveNotes, position.key(&id), join(&[&List(&[scope]), note]));
    job.write(Table::NoteIndex, index_key, &position);
    job.put(Table::BlockIndex, block_key(CREATED, note.block.number, &id), Vec::new());
    Ok(())
}

/// The notes a filter lets through, by block, transaction and index.
pub async fn find(job: &Job, filter: &NoteFilter) -> Result<Vec<StoredNote>, StoreError> {
    if filter.scopes.is_empty() {
        return Ok(Vec::new());
    }
    let mut prefix = filter.contract.to_buffer();
    if let Some(slot) = filter.storage_slot {
        slot.encode(&mut prefix);
        if let Some(owner) = filter.owner {
            owner.encode(&mut prefix);
        }
    }
    let owner = filter.owner.map(|owner| owner.to_buffer());
    let mut notes = Vec::new();
    for table in [Table::ActiveNotes, Table::NullifiedNotes] {
        if table == Table::NullifiedNotes && filter.status == NoteStatus::Active {
            break;
        }
        for (key, value) in job.scan(table, &prefix, &[], usize::MAX).await? {
            if owner.as_ref().is_some_and(|owner| key.get(OWNER) != Some(owner)) {
                continue;
            }
            let record: Record = decode(table, &value)?;
            if sees(&filter.scopes, &record.scopes) {
                notes.push(record.note);
            }
        }
    }
    notes.sort_by_key(|note| (note.block.number, note.tx_index, note.note_index));
    Ok(notes)
}

/// The siloed nullifiers of the notes of a contract that can be spent, in no particular order: what to ask a node for to
/// learn which were.
pub async fn active_nullifiers(job: &Job, contract: AztecAddress, scopes: &Scopes) -> Result<Vec<Fr>, StoreError> {
    let table = Table::ActiveNotes;
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    let mut nullifiers = Vec::new();
    for (key, value) in job.scan(table, &contract.to_buffer(), &[], usize::MAX).await? {
        let damaged = |source| StoreError::Damaged { table, source };
        let seen = match scopes {
            Scopes::All => true,
            _ => sees(scopes, &record::list(&mut Reader::new(&value)).map_err(damaged)?),
        };
        if seen {
            nullifiers.push(decode(table, key.get(NULLIFIER..).unwrap_or_default())?);
        }
    }
    Ok(nullifiers)
}

/// Notes that a note was spent in a block. Says whether that is news: not when the note is unknown or was spent before.
pub async fn nullify(
    job: &mut Job,
    contract: AztecAddress,
    siloed_nullifier: Fr,
    block: BlockNumber,
) -> Result<bool, StoreError> {
    let id = Id { contract, nullifier: siloed_nullifier };
    let Some(position) = job.read::<Position>(Table::NoteIndex, &id.to_buffer()).await? else { return Ok(false) };
    if position.nullified.is_some() {
        return Ok(false);
    }
    relocate(job, &id, position, Some(block)).await?;
    job.put(Table::BlockIndex, block_key(NULLIFIED, block, &id), Vec::new());
    Ok(true)
}

/// Undoes what blocks after `to` did: what they spent can be spent again, what they made is forgotten.
pub async fn unwind(job: &mut Job, to: BlockNumber) -> Result<(), StoreError> {
    for (key, id) in undone(job, NULLIFIED, to).await? {
        let position = position_of(job, &id).await?;
        relocate(job, &id, position, None).await?;
        job.delete(Table::BlockIndex, key);
    }
    for (key, id) in undone(job, CREATED, to).await? {
        let position = position_of(job, &id).await?;
        job.delete(position.table(), position.key(&id));
        // A node may have said that it was spent before it was made.
        if let Some(block) = position.nullified {
            job.delete(Table::BlockIndex, block_key(NULLIFIED, block, &id));
        }
        job.delete(Table::NoteIndex, id.to_buffer());
        job.delete(Table::BlockIndex, key);
    }
    Ok(())
}

/// Entries of the block index of one kind for blocks after `to`.
async fn undone(job: &Job, kind: u8, to: BlockNumber) -> Result<Vec<(Vec<u8>, Id)>, StoreError> {
    let Some(first) = to.0.checked_add(1) else { return Ok(Vec::new()) };
    let entries = job.scan(Table::BlockIndex, &[kind], &join(&[&kind, &first]), usize::MAX).await?;
    let read = |key: Vec<u8>| decode(Table::BlockIndex, key.get(5..).unwrap_or_default()).map(|id| (key, id));
    entries.into_iter().map(|(key, _)| read(key)).collect()
}

/// Moves a note to the table of its new state.
async fn relocate(
    job: &mut Job,
    id: &Id,
    position: Position,
    nullified: Option<BlockNumber>,
) -> Result<(), StoreError> {
    let record = record_at(job, &position, id).await?;
    job.delete(position.table(), position.key(id));
    let position = Position { nullified, ..position };
    job.write(position.table(), position.key(id), &record);
    job.write(Table::NoteIndex, id.to_buffer(), &position);
    Ok(())
}

async fn position_of(job: &Job, id: &Id) -> Result<Position, StoreError> {
    let what = "a block index entry names a note that is not there";
    let position = job.read(Table::NoteIndex, &id.to_buffer()).await?;
    position.ok_or(StoreError::Inconsistent { table: Table::NoteIndex, what })
}

async fn record_at(job: &Job, position: &Position, id: &Id) -> Result<Record, StoreError> {
    let table = position.table();
    let record = job.read(table, &position.key(id)).await?;
    record.ok_or(StoreError::Inconsistent { table, what: "a note is not where the index says" })
}

fn sees(scopes: &Scopes, of_note: &[AztecAddress]) -> bool {
    of_note.iter().any(|scope| scopes.contains(*scope))
}
