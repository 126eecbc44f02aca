//! The block everything is seen from: to the newest one, and back when blocks were taken back.
//!
//! Protocol source: `@aztec/pxe/src/block_synchronizer/block_synchronizer.ts`,
//! `@aztec/stdlib/src/block/l2_block_stream/l2_block_stream.ts`. The official client downloads all blocks to notice that
//! one was taken back; here the archive proves that the old anchor is still before the new one.

use alloc::format;
use alloc::vec::Vec;

use protocol::block::{BlockHeader, BlockId, BlockNumber, BlockParameter, L2Tips};
use protocol::constants::ARCHIVE_HEIGHT;
use protocol::gas::GasFees;
use protocol::merkle::MembershipWitness;
use protocol::rpc::{Method, node};

use super::SyncError;
use crate::node::{Anchor, NodeClient, NodeError, check_ancestor};
use crate::store::{Job, events, notes, sync, txs};

/// Which block the anchor follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SyncTip {
    /// The newest one.
    #[default]
    Proposed,
    /// The last one in a checkpoint on L1.
    Checkpointed,
    /// The last one in a proven epoch.
    Proven,
    /// The last one that is final.
    Finalized,
}

impl SyncTip {
    fn of(self, tips: &L2Tips) -> BlockId {
        match self {
            Self::Proposed => tips.proposed,
            Self::Checkpointed => tips.checkpointed.block,
            Self::Proven => tips.proven.block,
            Self::Finalized => tips.finalized.block,
        }
    }
}

/// How the anchor moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It stayed.
    None,
    /// To a later block; from nowhere the first time.
    Forward {
        /// The anchor before.
        from: Option<BlockNumber>,
    },
    /// Blocks were taken back, and what they did was undone.
    Back {
        /// The anchor before.
        from: BlockNumber,
        /// What blocks after this one did was undone.
        to: BlockNumber,
    },
}

/// The anchor after a look at the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advance {
    /// The anchor.
    pub anchor: Anchor,
    /// How it moved.
    pub moved: Move,
    /// The last block of each degree of certainty, as the node says.
    pub tips: L2Tips,
}

/// How often the newest block may change while it is looked at.
const ATTEMPTS: usize = 4;
/// How many old anchors are looked for on the new chain, the newest ones and the last final one.
const MAX_CANDIDATES: usize = 96;

/// Moves the anchor to where the chain is, undoing what was taken back. One round trip when the newest block is followed,
/// or nothing changed; one more for another tip, and one more when blocks were taken back.
///
/// # Errors
/// If the node does not answer or contradicts itself, or the store fails.
pub async fn advance(job: &mut Job, client: &NodeClient, tip: SyncTip) -> Result<Advance, SyncError> {
    advance_asking(job, client, tip, None).await
}

/// The same; on the way the node is asked for the lowest fees that are taken now.
///
/// # Errors
/// As those of [`advance`].
pub async fn advance_asking(
    job: &mut Job,
    client: &NodeClient,
    tip: SyncTip,
    fees: Option<&mut Option<GasFees>>,
) -> Result<Advance, SyncError> {
    let old = sync::anchor(job).await?;
    let look = look(client, tip, old.as_ref(), fees).await?;
    let finalized = look.tips.finalized.block.number;
    let anchor = Anchor::new(look.header, finalized);
    let moved = match old {
        None => Move::Forward { from: None },
        Some(old) if old.hash() == anchor.hash => Move::None,
        Some(old) => {
            check_network(&old, &anchor.header)?;
            match look.is_after {
                true => Move::Forward { from: Some(old.number()) },
                false => Move::Back { from: old.number(), to: go_back(job, client, &anchor, &old).await? },
            }
        }
    };
    if moved != Move::None {
        sync::set_anchor(job, &anchor.header);
    }
    if sync::finalized(job).await? != finalized {
        sync::set_finalized(job, finalized);
        sync::forget_before(job, finalized).await?;
    }
    Ok(Advance { anchor, moved, tips: look.tips })
}

/// What a look at the chain shows.
struct Look {
    tips: L2Tips,
    header: BlockHeader,
    /// Whether the old anchor is proven to be before the new one.
    is_after: bool,
}

type AncestorWitness = Option<MembershipWitness<ARCHIVE_HEIGHT>>;

async fn look(
    client: &NodeClient,
    tip: SyncTip,
    old: Option<&BlockHeader>,
    mut fees: Option<&mut Option<GasFees>>,
) -> Result<Look, SyncError> {
    // The newest block is asked for before its hash is known: mostly that is the one the tips name.
    let mut block = matches!(tip, SyncTip::Proposed).then_some(BlockParameter::Latest);
    // The tips that named the block that is asked for: it will do even if there is a newer one by now.
    let mut named: Option<L2Tips> = None;
    for _ in 0..ATTEMPTS {
        let mut batch = client.batch();
        let tips = batch.add(&node::GetL2Tips {})?;
        let header = block.map(|block| batch.add(&node::GetBlockHeader { block: Some(block) })).transpose()?;
        let witness = match (block, old) {
            (Some(block), Some(old)) => {
                Some(batch.add(&node::GetBlockHashMembershipWitness { block, block_hash: old.hash() })?)
            }
            _ => None,
        };
        let asked = fees.as_ref().map(|_| batch.add(&node::GetCurrentMinFees {})).transpose()?;
        let mut replies = batch.send().await?;
        if let (Some(fees), Some(asked)) = (fees.as_deref_mut(), asked) {
            *fees = Some(replies.take(asked)?);
        }
        let tips = replies.take(tips)?;
        check_tips(&tips)?;
        let wanted = tip.of(&tips);
        let header = header.map(|slot| replies.take(slot)).transpose()?.flatten();
        // There is nothing before block 0, and a node may refuse to look there.
        let witness: AncestorWitness = witness.and_then(|slot| replies.take(slot).ok()).flatten();
        let of_tips = |header: &BlockHeader| {
            [Some(&tips), named.as_ref()].into_iter().flatten().find(|tips| is(header, tip.of(tips)))
        };
        if let Some(header) = header
            && let Some(tips) = of_tips(&header)
        {
            let is_after = old.is_some_and(|old| is_before(old, &header, witness.as_ref()));
            return Ok(Look { tips: *tips, header, is_after });
        }
        if let Some(old) = old.filter(|old| is(old, wanted)) {
            return Ok(Look { tips, header: *old, is_after: false });
        }
        block = Some(match wanted.number {
            BlockNumber(0) => BlockParameter::Number(BlockNumber(0)),
            _ => BlockParameter::Hash(wanted.hash),
        });
        named = Some(tips);
    }
    Err(SyncError::Restless)
}

/// Whether a header is the one a tip names. The hash nodes give for block 0 is that of a network without prefilled state.
fn is(header: &BlockHeader, wanted: BlockId) -> bool {
    header.number() == wanted.number && (wanted.number == BlockNumber(0) || header.hash() == wanted.hash)
}

/// Whether a witness proves that `old` is before `new`.
fn is_before(old: &BlockHeader, new: &BlockHeader, witness: Option<&MembershipWitness<ARCHIVE_HEIGHT>>) -> bool {
    let proves = |witness: &&MembershipWitness<ARCHIVE_HEIGHT>| {
        witness.leaf_index.0 == u64::from(old.number().0) && check_ancestor(old.hash(), new, witness).is_ok()
    };
    old.number() < new.number() && witness.filter(proves).is_some()
}

/// Checks that tips are in order.
fn check_tips(tips: &L2Tips) -> Result<(), NodeError> {
    let numbers = [tips.finalized.block, tips.proven.block, tips.checkpointed.block, tips.proposed].map(|id| id.number);
    if numbers.is_sorted() {
        return Ok(());
    }
    let what = format!("finalized, proven, checkpointed and proposed blocks are {numbers:?}");
    Err(NodeError::False { method: node::GetL2Tips::NAME, what })
}

/// Checks that blocks are of the same network. Block 0 names none.
fn check_network(old: &BlockHeader, new: &BlockHeader) -> Result<(), NodeError> {
    let network = |header: &BlockHeader| (header.global_variables.chain_id, header.global_variables.version);
    if network(old) == network(new) || old.number() == BlockNumber(0) || new.number() == BlockNumber(0) {
        return Ok(());
    }
    let (chain_id, version) = network(new);
    let what = format!("block {} is of chain {chain_id} and rollup version {version}", new.number());
    Err(NodeError::False { method: node::GetBlockHeader::NAME, what })
}

/// Undoes what blocks did that are no longer before the new anchor. Gives the last block that stays.
async fn go_back(
    job: &mut Job,
    client: &NodeClient,
    anchor: &Anchor,
    old: &BlockHeader,
) -> Result<BlockNumber, SyncError> {
    let finalized = sync::finalized(job).await?;
    let kept = candidates(sync::blocks(job).await?, anchor.number());
    let common = last_common(client, anchor, &kept).await?;
    let last_final = kept.iter().rev().find(|id| id.number != BlockNumber(0));
    if let Some(last_final) = last_final.filter(|id| id.number <= finalized && Some(id.number) > common) {
        return Err(SyncError::OtherChain { number: last_final.number });
    }
    // What is final stays, even if none of the blocks that are known is before the new anchor.
    let to = common.unwrap_or_default().max(finalized).min(old.number()).min(anchor.number());
    notes::unwind(job, to).await?;
    events::unwind(job, to).await?;
    txs::unwind(job, to).await?;
    sync::unwind(job, to).await?;
    Ok(to)
}

/// The blocks to look for on the new chain, of those that are kept: the newest ones and the oldest.
fn candidates(kept: Vec<BlockId>, newest: BlockNumber) -> Vec<BlockId> {
    let mut candidates: Vec<_> = kept.into_iter().filter(|id| id.number <= newest).collect();
    if candidates.len() > MAX_CANDIDATES {
        let oldest = candidates[candidates.len() - 1];
        candidates.truncate(MAX_CANDIDATES - 1);
        candidates.push(oldest);
    }
    candidates
}

/// The last of the candidates, the newest of which is the first, that is the new anchor or before it.
async fn last_common(
    client: &NodeClient,
    anchor: &Anchor,
    candidates: &[BlockId],
) -> Result<Option<BlockNumber>, SyncError> {
    let (block, mut batch) = (BlockParameter::Hash(anchor.hash), client.batch());
    let mut slots = Vec::with_capacity(candidates.len());
    for id in candidates.iter().filter(|id| id.number < anchor.number()) {
        slots.push((*id, batch.add(&node::GetBlockHashMembershipWitness { block, block_hash: id.hash })?));
    }
    if candidates.iter().any(|id| id.number == anchor.number() && id.hash == anchor.hash) {
        return Ok(Some(anchor.number()));
    }
    let mut replies = batch.send().await?;
    for (id, slot) in slots {
        let witness: AncestorWitness = replies.take(slot)?;
        let Some(witness) = witness else { continue };
        check_ancestor(id.hash, &anchor.header, &witness)?;
        if witness.leaf_index.0 == u64::from(id.number.0) {
            return Ok(Some(id.number));
        }
    }
    Ok(None)
}
