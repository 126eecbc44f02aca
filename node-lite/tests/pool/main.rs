//! Who gets into the pool, who goes, and what a block and a reorganization change.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

#[path = "../common/mod.rs"]
mod common;
mod official;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{block, effect, made_up};
use node_lite::pool::{Added, DropReason, Limits, PendingTx, Pool, PoolRefusal, Priority};
use node_lite::public::fee_payer_balance_slot;
use node_lite::state::{Fork, Genesis};
use node_lite::store::ChainStore;
use node_lite::validate::{AcceptAll, Amount, Rules};
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber, GlobalVariables, L2Block, Timestamp};
use protocol::field::Fr;
use protocol::gas::{FeePerGas, Gas, GasFees, GasSettings};
use protocol::kernel::{
    PrivateKernelTailCircuitPublicInputs, PrivateToRollupAccumulatedData, TailEffects, TxConstantData,
};
use protocol::merkle::PublicDataLeaf;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use protocol::tx::{ChonkProof, PublicDataWrite, Tx, TxContext, TxEffect, TxHash};

/// What a transaction of the tests is like.
#[derive(Debug, Clone)]
struct Wish {
    fee: u128,
    payer: u64,
    nullifiers: Vec<Fr>,
    expires: u64,
    anchor: BlockHeader,
}

impl Default for Wish {
    fn default() -> Self {
        Self { fee: 100, payer: 42, nullifiers: Vec::new(), expires: 1_000_000, anchor: BlockHeader::default() }
    }
}

/// L2 gas of each; the most it costs is this times its fee.
const GAS: u32 = 1_000_000;

/// A nullifier that is not there from the start.
fn field(nullifier: u64) -> Fr {
    Fr::from(1000 + nullifier)
}

fn fields(nullifiers: &[u64]) -> Vec<Fr> {
    nullifiers.iter().map(|nullifier| field(*nullifier)).collect()
}

fn tx(wish: &Wish) -> PendingTx {
    let mut effects = PrivateToRollupAccumulatedData::default();
    for (place, nullifier) in wish.nullifiers.iter().enumerate() {
        effects.nullifiers[place] = *nullifier;
    }
    let fees = GasFees { fee_per_da_gas: FeePerGas(0), fee_per_l2_gas: FeePerGas(wish.fee) };
    let gas_settings = GasSettings {
        gas_limits: Gas { da_gas: 1000, l2_gas: GAS },
        max_fees_per_gas: fees,
        max_priority_fees_per_gas: fees,
        ..GasSettings::default()
    };
    let data = PrivateKernelTailCircuitPublicInputs {
        constants: TxConstantData {
            anchor_block_header: wish.anchor,
            tx_context: TxContext { gas_settings, ..TxContext::default() },
            ..TxConstantData::default()
        },
        gas_used: Gas::default(),
        fee_payer: AztecAddress::from_u64(wish.payer),
        expiration_timestamp: Timestamp(wish.expires),
        effects: TailEffects::ForRollup(effects),
    };
    PendingTx::new(Arc::new(Tx::new(data, ChonkProof::default(), Vec::new(), Vec::new()).unwrap()))
}

fn with(fee: u128, nullifiers: &[u64]) -> PendingTx {
    tx(&Wish { fee, nullifiers: fields(nullifiers), ..Wish::default() })
}

fn limited(pending: usize) -> Pool {
    Pool::new(Limits { pending, ..Limits::default() })
}

fn add(pool: &mut Pool, tx: &PendingTx) -> Result<Added, PoolRefusal> {
    pool.add(tx.clone(), Amount::MAX)
}

fn new(evicted: &[&PendingTx]) -> Result<Added, PoolRefusal> {
    Ok(Added::New { evicted: evicted.iter().map(|tx| Arc::clone(&tx.tx)).collect() })
}

fn order(pool: &Pool) -> Vec<TxHash> {
    pool.candidates().map(|tx| tx.tx_hash()).collect()
}

#[test]
fn what_pays_more_is_preferred() {
    let mut pool = limited(100);
    let txs: Vec<PendingTx> = (0..9).map(|n| with(u128::from(n % 3), &[n + 1])).collect();
    for tx in &txs {
        assert_eq!(add(&mut pool, tx), new(&[]));
        assert_eq!(add(&mut pool, tx), Ok(Added::Known));
    }
    let mut expected: Vec<Priority> = txs.iter().map(PendingTx::priority).collect();
    expected.sort_by(|a, b| b.cmp(a));
    let expected: Vec<TxHash> = expected.into_iter().map(|priority| priority.hash).collect();
    assert_eq!(order(&pool), expected);
    let page = |limit, after| pool.page(limit, after).iter().map(|tx| tx.tx_hash()).collect::<Vec<_>>();
    assert_eq!(page(4, None), expected[..4]);
    assert_eq!(page(4, Some(expected[3])), expected[4..8]);
    assert_eq!(page(100, Some(expected[8])), []);
    assert_eq!(page(100, Some(made_up(0, 0, 0).into())), []);
    assert_eq!(pool.max_priority_fees().fee_per_l2_gas, FeePerGas(2));
    assert_eq!(limited(1).max_priority_fees(), GasFees::default());
    assert!(pool.pending(txs[0].hash).is_some() && pool.get(txs[0].hash).is_some());
    assert!(pool.remove(txs[0].hash, DropReason::Removed) && !pool.remove(txs[0].hash, DropReason::Removed));
    assert_eq!(pool.dropped(txs[0].hash), Some(&DropReason::Removed));
    assert_eq!((pool.len(), pool.get(txs[0].hash)), (8, None));
    assert_eq!(add(&mut pool, &txs[0]), new(&[]));
    assert_eq!(pool.dropped(txs[0].hash), None);
}

#[test]
fn the_priority_is_what_can_really_be_paid() {
    let GasSettings { max_fees_per_gas: low, .. } = *with(3, &[1]).tx.gas_settings();
    let GasSettings { max_fees_per_gas: high, .. } = *with(8, &[1]).tx.gas_settings();
    for (max, priority) in [(low, high), (high, low)] {
        let settings =
            GasSettings { max_fees_per_gas: max, max_priority_fees_per_gas: priority, ..GasSettings::default() };
        let mut data = with(1, &[1]).tx.data().clone();
        data.constants.tx_context.gas_settings = settings;
        let tx = Tx::new(data, ChonkProof::default(), Vec::new(), Vec::new()).unwrap();
        assert_eq!(PendingTx::new(Arc::new(tx)).priority_fee, 3);
    }
}

#[test]
fn a_nullifier_is_replaced_for_a_tenth_more() {
    // The least fee that replaces another, and at least 1 more.
    for (old, least) in [(0, 1), (1, 2), (9, 10), (10, 11), (19, 20), (20, 22), (100, 110), (105, 115)] {
        let mut pool = limited(100);
        let (first, almost, enough) = (with(old, &[1, 2]), with(least - 1, &[2, 3]), with(least, &[2, 4]));
        assert_eq!(add(&mut pool, &first), new(&[]));
        let refusal = add(&mut pool, &almost).unwrap_err();
        let hash = first.hash;
        let text = format!(
            "Nullifier conflict with existing tx {hash}. Minimum required fee: {least}, got: {}",
            almost.priority_fee
        );
        assert_eq!((refusal.to_string(), refusal.code()), (text, "NULLIFIER_CONFLICT"));
        assert_eq!(pool.dropped(almost.hash), None);
        assert_eq!(add(&mut pool, &enough), new(&[&first]));
        assert_eq!(pool.dropped(first.hash), Some(&DropReason::Replaced { by: enough.hash }));
        assert_eq!(order(&pool), [enough.hash]);
    }
    let mut pool = limited(100);
    assert_eq!(add(&mut pool, &with(u128::MAX, &[1])), new(&[]));
    assert!(matches!(add(&mut pool, &with(u128::MAX, &[1, 2])), Err(PoolRefusal::NullifierConflict { .. })));
}

#[test]
fn all_conflicting_ones_must_pay_less() {
    let mut pool = limited(100);
    let (a, b, c) = (with(10, &[1]), with(20, &[2]), with(5, &[3]));
    for tx in [&a, &b, &c] {
        assert_eq!(add(&mut pool, tx), new(&[]));
    }
    assert!(add(&mut pool, &with(21, &[1, 2, 3])).is_err());
    assert_eq!(pool.len(), 3);
    let strong = with(22, &[3, 2, 1, 9]);
    let Ok(Added::New { evicted }) = add(&mut pool, &strong) else { panic!("refused") };
    assert_eq!(evicted.len(), 3);
    assert_eq!(order(&pool), [strong.hash]);
    // Nullifiers of what went are free again.
    assert!(pool.remove(strong.hash, DropReason::failed(&"x".repeat(9999))));
    assert!(pool.dropped(strong.hash).unwrap().to_string().len() < 600);
    assert_eq!(add(&mut pool, &a), new(&[]));
}

#[test]
fn a_payer_must_be_able_to_pay_all() {
    let cost = |fee: u128| Amount::from(fee * u128::from(GAS));
    let mut pool = limited(100);
    let (low, middle, high) = (with(10, &[1]), with(20, &[2]), with(30, &[3]));
    assert_eq!(pool.add(low.clone(), cost(30)), new(&[]));
    assert_eq!(pool.add(middle.clone(), cost(30)), new(&[]));
    // The third pushes out what is preferred less and cannot be paid beside it.
    assert_eq!(pool.add(high.clone(), cost(40)), new(&[&middle]));
    assert_eq!(pool.dropped(middle.hash), Some(&DropReason::FeePayerBalance { payer: middle.fee_payer }));
    assert_eq!(order(&pool), [high.hash, low.hash]);
    let refusal = pool.add(middle.clone(), cost(49)).unwrap_err();
    let text = format!(
        "Fee payer {} has insufficient balance. Balance at transaction: 19000000, required: 20000000",
        middle.fee_payer
    );
    assert_eq!((refusal.to_string(), refusal.code()), (text, "INSUFFICIENT_FEE_PAYER_BALANCE"));
    // What it claims counts, but only from its turn on.
    let claiming = PendingTx { claim: cost(1), ..middle.clone() };
    assert_eq!(pool.add(claiming, cost(49)), new(&[&low]));
    // Another payer is another matter.
    let other = tx(&Wish { payer: 43, nullifiers: fields(&[7]), fee: 5, ..Wish::default() });
    assert_eq!(pool.add(other.clone(), cost(4)).unwrap_err().code(), "INSUFFICIENT_FEE_PAYER_BALANCE");
    assert_eq!(pool.add(other, cost(5)), new(&[]));
}

#[test]
fn a_full_pool_takes_what_pays_a_tenth_more_than_the_least() {
    let mut pool = limited(3);
    let txs = [with(100, &[1]), with(200, &[2]), with(300, &[3])];
    for tx in &txs {
        assert_eq!(add(&mut pool, tx), new(&[]));
    }
    let refusal = add(&mut pool, &with(109, &[4])).unwrap_err();
    let text = "Tx does not meet minimum priority fee. Required: 110, got: 109";
    assert_eq!((refusal.to_string().as_str(), refusal.code()), (text, "LOW_PRIORITY_FEE"));
    assert_eq!(add(&mut pool, &with(110, &[4])), new(&[&txs[0]]));
    assert_eq!(pool.dropped(txs[0].hash), Some(&DropReason::PoolFull));
    // What replaces another needs no third one's place.
    assert_eq!(add(&mut pool, &with(330, &[3])), new(&[&txs[2]]));
    assert_eq!(pool.len(), 3);
}

/// A chain on which `payers` have fee juice.
fn chain(payers: &[(u64, u128)]) -> ChainStore {
    let leaf = |(payer, balance): &(u64, u128)| PublicDataLeaf {
        slot: fee_payer_balance_slot(AztecAddress::from_u64(*payer)),
        value: Fr::from(*balance),
    };
    let mut public_data: Vec<_> = payers.iter().map(leaf).collect();
    public_data.sort_by_key(|leaf| leaf.slot);
    ChainStore::in_memory(&Genesis { public_data, ..Genesis::default() }).unwrap()
}

fn fork(store: &ChainStore) -> Fork {
    store.snapshot().unwrap().fork().unwrap()
}

/// Adds a block with these effects. Its time is its number.
fn mine(store: &ChainStore, effects: Vec<TxEffect>) -> (L2Block, Fork) {
    let mut draft = fork(store);
    let block = block(&mut draft, effects);
    store.write(|batch| batch.append_block(&block, &mut draft)).unwrap();
    (block, fork(store))
}

fn effect_of(tx: &PendingTx) -> TxEffect {
    TxEffect { tx_hash: tx.hash, nullifiers: tx.nullifiers.clone(), ..TxEffect::default() }
}

const MUCH: u128 = 1 << 90;

#[test]
fn a_block_takes_its_transactions_and_drops_what_cannot_follow() {
    let store = chain(&[(42, MUCH), (43, 30 * u128::from(GAS))]);
    let mut pool = limited(100);
    let of_43 = |fee, nullifier| tx(&Wish { payer: 43, fee, nullifiers: fields(&[nullifier]), ..Wish::default() });
    let mined = with(10, &[1]);
    let conflicting = with(11, &[2, 500]);
    let expiring = tx(&Wish { expires: 1, nullifiers: fields(&[3]), ..Wish::default() });
    let staying = tx(&Wish { expires: 2, nullifiers: fields(&[4]), ..Wish::default() });
    let (paying, unpaid, paid) = (of_43(10, 5), of_43(9, 6), of_43(8, 7));
    for tx in [&mined, &conflicting, &expiring, &staying, &paying, &unpaid, &paid] {
        assert_eq!(add(&mut pool, tx), new(&[]));
    }
    // The payer has 8 per gas left after the block.
    let balance = PublicDataWrite {
        leaf_slot: fee_payer_balance_slot(AztecAddress::from_u64(43)),
        value: Fr::from(8 * u128::from(GAS)),
    };
    let paying_effect = TxEffect { public_data_writes: vec![balance], ..effect_of(&paying) };
    let foreign = TxEffect { nullifiers: vec![field(500)], ..effect(1, 1) };
    let (block, state) = mine(&store, vec![effect_of(&mined), foreign, paying_effect]);
    let dropped = pool.on_block(&block, &state).unwrap();
    assert_eq!(dropped, [conflicting.hash, expiring.hash, unpaid.hash]);
    assert_eq!(order(&pool), [staying.hash, paid.hash]);
    let reason = |tx: &PendingTx| pool.dropped(tx.hash).unwrap().to_string();
    assert_eq!(reason(&conflicting), "block 1 has one of its nullifiers");
    assert_eq!(reason(&expiring), "expired at 1, the latest block is of 1");
    assert_eq!(reason(&unpaid), format!("fee payer {} cannot pay for it any more", unpaid.fee_payer));
    for tx in [&mined, &paying] {
        assert!(pool.get(tx.hash).is_some() && !pool.is_pending(tx.hash) && pool.dropped(tx.hash).is_none());
        assert_eq!(add(&mut pool, tx), Ok(Added::Known));
    }
}

fn rules() -> Rules {
    Rules {
        l1_chain_id: L1ChainId(1),
        rollup_version: RollupVersion(1),
        vk_tree_root: Fr::ZERO,
        protocol_contracts_hash: Fr::ZERO,
        allowed_setup: Vec::new(),
        max_gas: Rules::PROTOCOL_MAX_GAS,
        verifier: Arc::new(AcceptAll),
    }
}

#[test]
fn a_reorganization_brings_transactions_back() {
    let store = chain(&[(42, MUCH), (43, 5 * u128::from(GAS))]);
    let genesis = store.snapshot().unwrap().block_header(BlockNumber(0)).unwrap().unwrap();
    let mut pool = limited(4);
    let on = |anchor: BlockHeader, fee, nullifiers: &[u64]| {
        tx(&Wish { anchor, fee, nullifiers: fields(nullifiers), ..Wish::default() })
    };
    let (first, second) = (on(genesis, 10, &[1]), on(genesis, 20, &[2]));
    let (strong, weak) = (on(genesis, 50, &[3]), on(genesis, 5, &[4]));
    let expired = tx(&Wish { expires: 7, nullifiers: fields(&[5]), anchor: genesis, ..Wish::default() });
    let poor = tx(&Wish { payer: 43, fee: 5, nullifiers: fields(&[6]), anchor: genesis, ..Wish::default() });
    let mut txs = vec![&first, &second, &strong, &weak, &expired, &poor];
    let mut blocks = Vec::new();
    for tx in txs.drain(..) {
        assert_eq!(add(&mut pool, tx), new(&[]));
        let (block, state) = mine(&store, vec![effect_of(tx)]);
        assert_eq!(pool.on_block(&block, &state).unwrap(), []);
        blocks.push(block);
    }
    assert!(pool.is_empty());
    // Pending meanwhile: one on a block that will go, two that share nullifiers with what comes back, one of the payer.
    let homeless = on(blocks[2].header, 60, &[7]);
    let weaker = on(genesis, 49, &[3]);
    let stronger = on(genesis, 6, &[4]);
    let same_payer = tx(&Wish { payer: 43, fee: 4, nullifiers: fields(&[8]), anchor: genesis, ..Wish::default() });
    for tx in [&homeless, &weaker, &stronger, &same_payer] {
        assert_eq!(add(&mut pool, tx), new(&[]));
    }
    store.write(|batch| batch.unwind(BlockNumber(1))).unwrap();
    let next = GlobalVariables { block_number: BlockNumber(2), timestamp: Timestamp(8), ..GlobalVariables::default() };
    let dropped = pool.on_reorg(BlockNumber(1), &rules(), &fork(&store), &next).unwrap();
    let reason = |tx: &PendingTx| pool.dropped(tx.hash).map(ToString::to_string).unwrap_or_default();
    assert_eq!(dropped, [weaker.hash, weak.hash, expired.hash, homeless.hash, same_payer.hash]);
    assert_eq!(pool.dropped(weaker.hash), Some(&DropReason::Replaced { by: strong.hash }));
    assert_eq!(pool.dropped(weak.hash), Some(&DropReason::Replaced { by: stronger.hash }));
    assert_eq!(pool.dropped(homeless.hash), Some(&DropReason::AnchorGone { anchor: blocks[2].hash() }));
    assert!(reason(&expired).starts_with("its block was taken back; Invalid expiration timestamp: "));
    assert!(matches!(pool.dropped(same_payer.hash), Some(DropReason::FeePayerBalance { .. })));
    assert_eq!(order(&pool), [strong.hash, second.hash, stronger.hash, poor.hash]);
    // The first block stayed; its transaction is still known.
    assert!(pool.get(first.hash).is_some() && !pool.is_pending(first.hash));
    // Going back further, to genesis, fills the pool beyond its limit.
    store.write(|batch| batch.unwind(BlockNumber(0))).unwrap();
    let dropped = pool.on_reorg(BlockNumber(0), &rules(), &fork(&store), &next).unwrap();
    assert_eq!(dropped, [poor.hash]);
    assert_eq!(order(&pool), [strong.hash, second.hash, first.hash, stronger.hash]);
}

#[test]
fn memory_is_bounded() {
    let store = chain(&[(42, MUCH)]);
    let size = with(1, &[1]).tx.size();
    let mut pool = Pool::new(Limits { pending: 100, mined_bytes: 2 * size, dropped: 2 });
    let txs: Vec<PendingTx> = (0..4).map(|n| with(1, &[n + 1])).collect();
    for tx in &txs {
        assert_eq!(add(&mut pool, tx), new(&[]));
        let (block, state) = mine(&store, vec![effect_of(tx)]);
        pool.on_block(&block, &state).unwrap();
    }
    let known: Vec<bool> = txs.iter().map(|tx| pool.get(tx.hash).is_some()).collect();
    assert_eq!(known, [false, false, true, true]);
    for tx in &txs {
        let _ = add(&mut pool, tx);
        pool.remove(tx.hash, DropReason::Removed);
    }
    // The last two are mined, the first two were dropped.
    let gone: Vec<TxHash> = (5..8)
        .map(|n| with(1, &[n]))
        .map(|tx| {
            assert_eq!(add(&mut pool, &tx), new(&[]));
            pool.remove(tx.hash, DropReason::PoolFull);
            tx.hash
        })
        .collect();
    let remembered: Vec<bool> = gone.iter().map(|hash| pool.dropped(*hash).is_some()).collect();
    assert_eq!(remembered, [false, true, true]);
    assert_eq!(pool.dropped(txs[0].hash), None);
}

/// Many transactions of one payer that share one body: what the pool goes by is made up.
fn many(count: u32) -> Vec<PendingTx> {
    let body = with(1, &[1]);
    let one = |n: u32| PendingTx {
        hash: Fr::from(n.wrapping_mul(2_654_435_761)).into(),
        nullifiers: (0..4).map(|item| field(u64::from(4 * n + item))).collect(),
        priority_fee: u128::from(n.wrapping_mul(2_654_435_761) % 1000),
        expires: Timestamp(u64::from(n % 10_000) + 10),
        ..body.clone()
    };
    (0..count).map(one).collect()
}

#[test]
fn a_hundred_thousand_are_fine() {
    let start = Instant::now();
    let store = chain(&[(42, MUCH)]);
    let txs = many(100_000);
    let mined: Vec<TxEffect> = txs[..50].iter().map(effect_of).collect();
    let mut pool = limited(txs.len());
    for tx in txs {
        pool.add(tx, Amount::MAX).unwrap();
    }
    assert_eq!(pool.len(), 100_000);
    let (block, state) = mine(&store, mined);
    assert_eq!(pool.on_block(&block, &state).unwrap(), []);
    assert_eq!(pool.len(), 99_950);
    let replacing = PendingTx { priority_fee: 1_000_000, hash: made_up(2, 0, 0).into(), ..many(51).remove(50) };
    assert!(matches!(pool.add(replacing, Amount::MAX), Ok(Added::New { evicted }) if evicted.len() == 1));
    assert_eq!(pool.page(50, None).len(), 50);
    // A second is usual. Going through all of them for each would take minutes.
    assert!(start.elapsed() < Duration::from_secs(30), "took {:?}", start.elapsed());
}
