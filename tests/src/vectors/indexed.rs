//! Indexed trees, and the state before the first block.

use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, PartialStateReference, StateReference};
use protocol::codec::Encode;
use protocol::field::Fr;
use protocol::hash::silo;
use protocol::merkle::{
    AppendOnlyTree, AppendOnlyTreeSnapshot, IndexedLeaf, IndexedLeafPreimage, IndexedTree, MemoryLeaves, MemoryNodes,
    NullifierLeaf, PublicDataLeaf, TreeHeight, genesis_leaves,
};
use serde_json::{Value, json};

use super::form::{Answer, all_forms, arg, bytes_and_json, decoded, hex, member, or, with};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("nullifierLeafPreimage", |input| {
        let hash = decoded::<IndexedLeafPreimage<NullifierLeaf>>(input)?.hash();
        with(all_forms::<IndexedLeafPreimage<NullifierLeaf>>(input), json!({ "hash": hash }))
    }),
    many("publicDataLeafPreimage", |input| {
        let hash = decoded::<IndexedLeafPreimage<PublicDataLeaf>>(input)?.hash();
        with(bytes_and_json::<IndexedLeafPreimage<PublicDataLeaf>>(input), json!({ "hash": hash }))
    }),
    many("nullifierTree", |input| {
        let mut tree = started::<NullifierLeaf>(&[])?;
        let steps =
            member::<Vec<Vec<Fr>>>(input, "batches")?.into_iter().map(|batch| nullifier_batch(&mut tree, &batch));
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "steps": steps, "found": found(&tree, input)? }))
    }),
    many("publicDataTree", |input| {
        let mut tree = started::<PublicDataLeaf>(&[])?;
        let writes: Vec<(Fr, Fr)> = member(input, "writes")?;
        let steps = writes.into_iter().map(|(slot, value)| {
            or(tree.insert(&[PublicDataLeaf { slot, value }]))?;
            Ok(state(&or(tree.snapshot())?))
        });
        let steps = steps.collect::<Result<Vec<_>, String>>()?;
        Ok(json!({ "steps": steps, "found": found(&tree, input)? }))
    }),
    finite("genesis", 12, genesis),
    many("feePayerBalanceSlot", |input| {
        let (slot, leaf_slot) = fee_juice_balance(arg(input)?);
        Ok(json!({ "slot": slot, "leafSlot": leaf_slot }))
    }),
];

type Tree<L> = IndexedTree<MemoryLeaves<L>, L>;

fn started<L: IndexedLeaf>(prefilled: &[L]) -> Result<Tree<L>, String> {
    let mut tree = IndexedTree::new(MemoryLeaves::default());
    or(tree.start(&or(genesis_leaves(prefilled))?))?;
    Ok(tree)
}

fn state(snapshot: &AppendOnlyTreeSnapshot) -> Value {
    json!({ "root": snapshot.root, "size": snapshot.next_available_leaf_index.to_string() })
}

/// The answers to the probed keys.
fn found<L: IndexedLeaf>(tree: &Tree<L>, input: &Value) -> Answer {
    let answers = member::<Vec<Fr>>(input, "probe")?.into_iter().map(|key| {
        let low = or(tree.low_leaf(key))?;
        let preimage = hex(low.preimage.to_buffer());
        Ok(json!({ "alreadyPresent": low.already_present, "index": low.index, "preimage": preimage }))
    });
    answers.collect::<Result<Vec<_>, String>>().map(Value::Array)
}

fn nullifier_batch(tree: &mut Tree<NullifierLeaf>, batch: &[Fr]) -> Answer {
    let leaves: Vec<_> = batch.iter().map(|nullifier| NullifierLeaf { nullifier: *nullifier }).collect();
    let mut without_witnesses = tree.clone();
    or(without_witnesses.insert_batch(&leaves))?;
    let inserted = or(tree.insert_batch_with_witnesses(&leaves))?;
    if without_witnesses.store() != tree.store() {
        return Err("inserting with and without witnesses leads to different trees".to_owned());
    }
    let low_leaves = inserted.low_leaves.iter().flatten().enumerate().map(|(position, low)| {
        let mut shown = json!({ "index": low.index, "preimage": hex(low.leaf_preimage.to_buffer()) });
        if position == 0 {
            shown["path"] = hex(low.sibling_path.to_buffer());
        }
        shown
    });
    let low_leaves: Vec<_> = low_leaves.collect();
    let more = json!({ "lowLeaves": low_leaves, "subtreePath": hex(inserted.subtree_path.to_buffer()) });
    with(Ok(state(&or(tree.snapshot())?)), more)
}

/// Where FeeJuice, contract 5, keeps a balance: its storage slot and the key in the tree.
fn fee_juice_balance(owner: AztecAddress) -> (Fr, Fr) {
    let slot = silo::map_slot(Fr::ONE, owner.to_field());
    (slot, silo::public_data_leaf_slot(AztecAddress::from_u64(5), slot))
}

fn genesis(input: &Value) -> Answer {
    let accounts: Vec<AztecAddress> = member(input, "accounts")?;
    let amount = member::<Option<Fr>>(input, "amount")?.unwrap_or_else(|| 10u128.pow(22).into());
    let mut prefilled: Vec<_> =
        accounts.iter().map(|owner| PublicDataLeaf { slot: fee_juice_balance(*owner).1, value: amount }).collect();
    prefilled.sort_by_key(IndexedLeaf::key);
    let funding: Fr = accounts.iter().map(|_| amount).sum();

    let empty = |height| or(AppendOnlyTree::<_>::new(MemoryNodes::default(), height).snapshot());
    let state_reference = StateReference {
        l1_to_l2_message_tree: empty(TreeHeight::L1_TO_L2_MESSAGE)?,
        partial: PartialStateReference {
            note_hash_tree: empty(TreeHeight::NOTE_HASH)?,
            nullifier_tree: or(started::<NullifierLeaf>(&[])?.snapshot())?,
            public_data_tree: or(started(&prefilled)?.snapshot())?,
        },
    };
    let header = BlockHeader::genesis(state_reference);
    let mut archive = AppendOnlyTree::<_>::new(MemoryNodes::default(), TreeHeight::ARCHIVE);
    or(archive.append(&[header.hash().to_field()]))?;
    let archive = or(archive.snapshot())?;
    let partial = &state_reference.partial;
    Ok(json!({
        "archiveRoot": archive.root,
        "prefilled": prefilled.iter().map(|leaf| [leaf.slot, leaf.value]).collect::<Vec<_>>(),
        "fundingNeeded": funding.to_u128().ok_or("funding beyond 128 bits")?.to_string(),
        "roots": {
            "NULLIFIER_TREE": state(&partial.nullifier_tree),
            "NOTE_HASH_TREE": state(&partial.note_hash_tree),
            "PUBLIC_DATA_TREE": state(&partial.public_data_tree),
            "L1_TO_L2_MESSAGE_TREE": state(&state_reference.l1_to_l2_message_tree),
            "ARCHIVE": state(&archive),
        },
        "header": hex(header.to_buffer()),
        "headerHash": header.hash(),
    }))
}
