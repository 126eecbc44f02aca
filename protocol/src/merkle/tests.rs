//! The trees against each other, against the known state before the first block, and on stores that lie.

use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::address::AztecAddress;
use crate::block::{BlockHeader, PartialStateReference, StateReference};
use crate::codec::{Decode, Encode};
use crate::constants;
use crate::field::Fr;
use crate::hash::silo;

type NullifierTree = IndexedTree<MemoryLeaves<NullifierLeaf>, NullifierLeaf>;
type PublicDataTree = IndexedTree<MemoryLeaves<PublicDataLeaf>, PublicDataLeaf>;

fn field(text: &str) -> Fr {
    text.parse().unwrap()
}

fn nullifiers(keys: &[u64]) -> Vec<NullifierLeaf> {
    keys.iter().map(|key| NullifierLeaf { nullifier: (*key).into() }).collect()
}

fn started<L: IndexedLeaf>(prefilled: &[L]) -> IndexedTree<MemoryLeaves<L>, L> {
    let mut tree = IndexedTree::new(MemoryLeaves::default());
    tree.start(&genesis_leaves(prefilled).unwrap()).unwrap();
    tree
}

/// Header hash and archive root before the first block.
fn genesis(prefilled: &[PublicDataLeaf]) -> (Fr, Fr) {
    let empty = |height| AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), height).snapshot().unwrap();
    let state = StateReference {
        l1_to_l2_message_tree: empty(TreeHeight::L1_TO_L2_MESSAGE),
        partial: PartialStateReference {
            note_hash_tree: empty(TreeHeight::NOTE_HASH),
            nullifier_tree: started::<NullifierLeaf>(&[]).snapshot().unwrap(),
            public_data_tree: started(prefilled).snapshot().unwrap(),
        },
    };
    let hash = BlockHeader::genesis(state).hash().to_field();
    let mut archive = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), TreeHeight::ARCHIVE);
    archive.append(&[hash]).unwrap();
    (hash, archive.root().unwrap())
}

#[test]
fn the_state_before_the_first_block() {
    let note_hash_root = "0x2ac5dda169f6bb3b9ca09bbac34e14c94d1654597db740153a1288d859a8a30a";
    assert_eq!(Poseidon2::empty_root(TreeHeight::NOTE_HASH.levels()), field(note_hash_root));
    let message_root = "0x0d582c10ff8115413aa5b70564fdd2f3cefe1f33a1e43a47bc495081e91e73e5";
    assert_eq!(Poseidon2::empty_root(TreeHeight::L1_TO_L2_MESSAGE.levels()), field(message_root));
    let nullifier_root = "0x1ec3788cd1c32e54d889d67fe29e481114f9d4afe9b44b229aa29d8ad528dd31";
    assert_eq!(started::<NullifierLeaf>(&[]).root().unwrap(), field(nullifier_root));
    let public_data_root = "0x23c08a6b1297210c5e24c76b9a936250a1ce2721576c26ea797c7ec35f9e46a9";
    assert_eq!(started::<PublicDataLeaf>(&[]).root().unwrap(), field(public_data_root));
    assert_eq!(genesis(&[]), (constants::GENESIS_BLOCK_HEADER_HASH, constants::GENESIS_ARCHIVE_ROOT));
}

#[test]
fn the_state_of_the_official_local_network_before_its_first_block() {
    let funded = [
        "0x0a60414ee907527880b7a53d4dacdeb9ef768bb98d9d8d1e7200725c13763331",
        "0x00cedf87a800bd88274762d77ffd93e97bc881d1fc99570d62ba97953597914d",
        "0x1dd551228da3a56b5da5f5d73728e08d8114f59897c27136f1bcdd4c05028905",
        "0x099602ed42e355e5338ade3a9e314b3d15b6030b058a0c17c385f4a0f2d2b71a",
        "0x09a4df73aa47f82531a038d1d51abfc85b27665c4b7ca751e2d4fa9f19caffb2",
    ];
    // Balances of FeeJuice: the map at slot 1 of contract 5.
    let prefilled = funded.map(|address| {
        let slot = silo::map_slot(Fr::ONE, field(address));
        let slot = silo::public_data_leaf_slot(AztecAddress::from_u64(5), slot);
        PublicDataLeaf { slot, value: Fr::from(10u128.pow(22)) }
    });
    let root = "0x0e3dada45d925a46dace5f0b32f8ce2c08ca523206ff4080291766adf731cfae";
    assert_eq!(started(&prefilled).root().unwrap(), field(root));
    let (header_hash, archive_root) = genesis(&prefilled);
    assert_eq!(header_hash, field("0x117e6b939d3c7895a9f9ca201a7693444d24e96bc81f37cb2af1a5cc51e21cab"));
    assert_eq!(archive_root, field("0x2dbb06108e9a86dfd66387eac78e843c558a4c742514c4d1423e306717362435"));
}

#[test]
fn prefilled_leaves_that_do_not_fit_are_refused() {
    let leaf = |slot: u64| PublicDataLeaf { slot: slot.into(), value: Fr::ONE };
    assert_eq!(genesis_leaves(&[leaf(500), leaf(500)]), Err(GenesisError::KeyTaken(500u64.into())));
    assert_eq!(genesis_leaves(&[leaf(126)]), Err(GenesisError::KeyTaken(126u64.into())));
    assert!(genesis_leaves(&[leaf(127)]).is_ok());
    assert_eq!(genesis_leaves(&[leaf(500); 129]), Err(GenesisError::TooMany(129)));
    assert_eq!(started(&[leaf(500)]).start(&[]), Err(TreeError::NotEmpty(128)));
}

#[test]
fn a_batch_hashes_each_node_above_it_once() {
    static HASHES: AtomicUsize = AtomicUsize::new(0);
    enum Counting {}
    impl Hasher for Counting {
        fn hash(left: Fr, right: Fr) -> Fr {
            HASHES.fetch_add(1, Ordering::Relaxed);
            Poseidon2::hash(left, right)
        }
        fn empty_root(level: u8) -> Fr {
            Poseidon2::empty_root(level)
        }
    }
    let mut tree = AppendOnlyTree::<_, Counting>::new(MemoryNodes::default(), TreeHeight::L1_TO_L2_MESSAGE);
    let leaves: Vec<Fr> = (1u64..=1024).map(Fr::from).collect();
    tree.append(&leaves).unwrap();
    assert_eq!(HASHES.swap(0, Ordering::Relaxed), 1023 + 26);
    // Behind three leaves of another subtree, 1024 leaves reach into one node more on each level.
    tree.append(&leaves[..3]).unwrap();
    HASHES.store(0, Ordering::Relaxed);
    tree.append(&leaves).unwrap();
    let above = |level: u32| ((1024 + 3 + 1023) >> level) - ((1024 + 3) >> level) + 1;
    assert_eq!(HASHES.swap(0, Ordering::Relaxed), (1..=36).map(above).sum::<usize>());
    // Empty leaves cost hashes only where they share nodes with others.
    tree.append(&[Fr::ZERO; 1024]).unwrap();
    assert!(HASHES.load(Ordering::Relaxed) <= 36);
}

#[test]
fn full_and_small_trees() {
    let height = TreeHeight::new(1).unwrap();
    let mut tree = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), height);
    tree.append(&[Fr::ONE]).unwrap();
    let full = TreeError::Full { size: 1, added: 2, capacity: 2 };
    assert_eq!(tree.append(&[Fr::ONE, Fr::ONE]), Err(full));
    assert_eq!(tree.append(&[Fr::ONE]), Ok(LeafIndex(1)));
    assert_eq!(tree.root(), Ok(Poseidon2::hash(Fr::ONE, Fr::ONE)));
    assert_eq!(tree.leaf(LeafIndex(2)), Ok(None));
    assert!(matches!(tree.sibling_path(LeafIndex(2)), Err(TreeError::IndexOutOfRange { .. })));
    assert_eq!(tree.root_at(3), Err(TreeError::NotYet { asked: 3, size: 2 }));

    let mut single = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), TreeHeight::new(0).unwrap());
    assert_eq!(single.root(), Ok(Fr::ZERO));
    single.append(&[Fr::ONE]).unwrap();
    assert_eq!(single.root(), Ok(Fr::ONE));
    assert_eq!(single.sibling_path(LeafIndex(0)), Ok(SiblingPath::default()));
    assert_eq!(TreeHeight::new(43), None);
}

#[test]
fn nullifiers_are_inserted_once() {
    let mut tree = started::<NullifierLeaf>(&[]);
    let before = tree.clone().into_store();
    assert_eq!(tree.insert(&nullifiers(&[500, 5])), Err(TreeError::DuplicateKey(5u64.into())));
    assert_eq!(tree.insert_batch(&nullifiers(&[500, 500])), Err(TreeError::DuplicateKey(500u64.into())));
    assert_eq!(tree.insert_batch(&nullifiers(&[500, 501, 502])), Err(TreeError::NotASubtree(3)));
    assert_eq!(tree.insert_batch(&[]), Err(TreeError::NotASubtree(0)));
    assert_eq!(tree.store(), &before);
    tree.pad(1).unwrap();
    assert_eq!(tree.insert_batch(&nullifiers(&[500, 501])), Err(TreeError::Misaligned { size: 129, batch: 2 }));
    assert_eq!(tree.leaf(LeafIndex(128)), Ok(None));
}

#[test]
fn public_data_is_updated_in_place() {
    let mut tree = started::<PublicDataLeaf>(&[]);
    let write = |slot: u64, value: u64| PublicDataLeaf { slot: slot.into(), value: value.into() };
    let seen = tree.insert_with_witnesses(&[write(5, 7), write(1000, 3), write(0, 0), write(1000, 4)]).unwrap();
    assert_eq!(tree.size(), Ok(129));
    assert_eq!(seen.len(), 3);
    assert_eq!(seen.iter().map(|one| one.low_leaf.index.0).collect::<Vec<_>>(), [5, 127, 128]);
    assert_eq!(seen[1].new_leaf.as_ref().map(|new| new.index), Some(LeafIndex(128)));
    assert!(seen[0].new_leaf.is_none() && seen[2].new_leaf.is_none());
    let root = "0x040f6d6b6ba3fa2c82fa964db5e96d89046bbc7dfe6e7e5d319a6998ff20bd64";
    assert_eq!(tree.root(), Ok(field(root)));
    let found = tree.low_leaf(1000u64.into()).unwrap();
    assert_eq!((found.already_present, found.preimage.leaf.value), (true, 4u64.into()));
}

/// A store that makes up what it is asked for.
#[derive(Debug, Clone)]
struct Liar {
    size: u64,
    index: Option<u64>,
    preimage: Option<IndexedLeafPreimage<NullifierLeaf>>,
    node: Option<Fr>,
}

impl NodeReader for Liar {
    type Error = core::convert::Infallible;
    fn node(&self, _: NodePosition) -> Result<Option<Fr>, Self::Error> {
        Ok(self.node)
    }
    fn size(&self) -> Result<u64, Self::Error> {
        Ok(self.size)
    }
}

impl NodeStore for Liar {
    fn set_node(&mut self, _: NodePosition, _: Fr) -> Result<(), Self::Error> {
        Ok(())
    }
    fn set_size(&mut self, _: u64) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl LeafReader<NullifierLeaf> for Liar {
    fn preimage(&self, _: LeafIndex) -> Result<Option<IndexedLeafPreimage<NullifierLeaf>>, Self::Error> {
        Ok(self.preimage)
    }
    fn index_at_or_below(&self, _: Fr) -> Result<Option<LeafIndex>, Self::Error> {
        Ok(self.index.map(LeafIndex))
    }
}

impl LeafStore<NullifierLeaf> for Liar {
    fn set_preimage(&mut self, _: LeafIndex, _: &IndexedLeafPreimage<NullifierLeaf>) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// What public data should hold after some writes.
fn model(writes: &[PublicDataLeaf]) -> alloc::collections::BTreeMap<Fr, Fr> {
    writes.iter().map(|write| (write.slot, write.value)).collect()
}

fn distinct_nullifiers() -> impl Strategy<Value = Vec<NullifierLeaf>> {
    let key = prop_oneof![1 => Just(0u64), 4 => 128u64..1000];
    proptest::collection::vec(key, 16).prop_map(|mut keys| {
        let mut seen = alloc::collections::BTreeSet::new();
        keys.iter_mut().for_each(|key| {
            if !seen.insert(*key) {
                *key = 0
            }
        });
        nullifiers(&keys)
    })
}

/// A step of a draft's life.
#[derive(Debug, Clone, Copy)]
enum Step {
    Insert(u64, u8),
    Look(u64),
    Checkpoint,
    Commit,
    Revert,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1u64..300, any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
        3 => (0u64..300).prop_map(Step::Look),
        3 => Just(Step::Checkpoint),
        1 => Just(Step::Commit),
        2 => Just(Step::Revert),
    ];
    proptest::collection::vec(step, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn drafts_end_as_trees_that_never_saw_what_was_reverted(before in steps(), steps in steps()) {
        let write = |key: u64, value: u8| PublicDataLeaf { slot: key.into(), value: value.into() };
        let mut stored: PublicDataTree = started(&[]);
        let mut notes = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), TreeHeight::NOTE_HASH);
        for step in before {
            if let Step::Insert(key, value) = step {
                stored.insert(&[write(key, value)]).unwrap();
                notes.append(&[key.into(), Fr::ZERO]).unwrap();
            }
        }
        let mut draft = IndexedDraft::new(stored.store()).unwrap();
        let mut appended = AppendOnlyDraft::<_, Poseidon2>::new(notes.store(), TreeHeight::NOTE_HASH).unwrap();
        let mut kept = vec![];
        let mut open = vec![];
        for step in steps {
            match step {
                Step::Insert(key, value) => {
                    draft.insert(&[write(key, value)]).unwrap();
                    appended.append(&[key.into(), Fr::ZERO]).unwrap();
                    kept.push((key, value));
                }
                Step::Look(key) => {
                    prop_assert_eq!(Ok(draft.witness(key.into()).unwrap().root()), draft.root());
                    let leaf = appended.leaf(LeafIndex(key)).unwrap().unwrap_or(Fr::ZERO);
                    let path = appended.sibling_path(LeafIndex(key)).unwrap();
                    prop_assert_eq!(Ok(path.root::<Poseidon2>(leaf, LeafIndex(key))), appended.root());
                }
                Step::Checkpoint => {
                    open.push(kept.len());
                    draft.checkpoint();
                    appended.checkpoint();
                }
                Step::Commit => {
                    open.pop();
                    draft.commit();
                    appended.commit();
                }
                Step::Revert => {
                    open.pop().into_iter().for_each(|length| kept.truncate(length));
                    draft.revert();
                    appended.revert();
                }
            }
        }
        let (change, new_nodes) = (draft.finish().unwrap(), appended.finish().unwrap());
        let (mut expected, mut expected_notes) = (stored.clone(), notes.clone());
        for (key, value) in kept {
            expected.insert(&[write(key, value)]).unwrap();
            expected_notes.append(&[key.into(), Fr::ZERO]).unwrap();
        }
        prop_assert_eq!(draft.snapshot(), expected.snapshot());
        prop_assert_eq!(appended.snapshot(), expected_notes.snapshot());

        let mut leaves = stored.into_store();
        for (position, node) in change.nodes {
            leaves.set_node(position, node).unwrap();
        }
        for (index, preimage) in change.preimages {
            leaves.set_preimage(index, &preimage).unwrap();
        }
        leaves.set_size(change.size).unwrap();
        prop_assert_eq!(&leaves, expected.store());
        let mut nodes = notes.into_store();
        for (position, node) in new_nodes.nodes {
            nodes.set_node(position, node).unwrap();
        }
        nodes.set_size(new_nodes.size).unwrap();
        prop_assert_eq!(&nodes, expected_notes.store());
    }

    #[test]
    fn a_refused_change_leaves_a_draft_as_it_was(leaves in distinct_nullifiers(), at in 0usize..16) {
        let tree: NullifierTree = started(&[]);
        let mut draft = IndexedDraft::new(tree.store()).unwrap();
        draft.insert_batch(&leaves).unwrap();
        let before = draft.finish().unwrap();
        let mut again = nullifiers(&[2000, 2001, 2002, 2003]);
        again[at % 4] = NullifierLeaf { nullifier: 5u64.into() };
        prop_assert_eq!(draft.insert_batch(&again), Err(TreeError::DuplicateKey(5u64.into())));
        prop_assert_eq!(draft.insert_with_witnesses(&again).unwrap_err(), TreeError::DuplicateKey(5u64.into()));
        prop_assert_eq!(draft.finish().unwrap(), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn append_only_trees_agree_however_they_are_filled(
        batches in proptest::collection::vec(proptest::collection::vec(any::<Fr>(), 0..9), 0..5), height in 6u8..9,
        ask in 0u64..40,
    ) {
        let height = TreeHeight::new(height).unwrap();
        let mut tree = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), height);
        let mut frontier = Frontier::<Poseidon2>::new(height);
        let mut all = vec![Fr::ZERO; height.capacity() as usize];
        let mut roots = vec![(0, frontier.root())];
        for leaf in batches.iter().flatten() {
            all[frontier.size() as usize] = *leaf;
            frontier.append(*leaf).unwrap();
            roots.push((frontier.size(), frontier.root()));
        }
        for batch in &batches {
            let first = tree.size().unwrap();
            prop_assert_eq!(tree.append(batch), Ok(LeafIndex(first)));
        }
        prop_assert_eq!(tree.size().unwrap(), frontier.size());
        prop_assert_eq!(Ok(frontier.root()), tree.root());
        prop_assert_eq!(tree.root().ok(), balanced_root::<Poseidon2>(&all));
        for (size, root) in roots {
            prop_assert_eq!(tree.root_at(size), Ok(root));
            let path = tree.sibling_path_at(LeafIndex(ask), size).unwrap();
            let leaf = if ask < size { all[ask as usize] } else { Fr::ZERO };
            prop_assert_eq!(path.root::<Poseidon2>(leaf, LeafIndex(ask)), root);
        }
        let path = tree.sibling_path(LeafIndex(ask)).unwrap();
        prop_assert_eq!(Ok(path.root::<Poseidon2>(all[ask as usize], LeafIndex(ask))), tree.root());
        let read = Frontier::<Poseidon2>::from_buffer(&frontier.to_buffer()).unwrap();
        prop_assert_eq!(&read, &frontier);
    }

    #[test]
    fn frontiers_fill_up(height in 0u8..5) {
        let height = TreeHeight::new(height).unwrap();
        let mut frontier = Frontier::<Sha256Truncated>::new(height);
        let leaves: Vec<Fr> = (0..height.capacity()).map(|n| Fr::from(n + 7)).collect();
        leaves.iter().for_each(|leaf| frontier.append(*leaf).unwrap());
        prop_assert_eq!(Some(frontier.root()), balanced_root::<Sha256Truncated>(&leaves));
        let capacity = height.capacity();
        let full = TreeError::Full { size: capacity, added: 1, capacity };
        prop_assert_eq!(frontier.append(Fr::ONE), Err(full));
    }

    #[test]
    fn frontiers_are_read_from_any_bytes_without_a_panic(bytes: Vec<u8>, height in 0u8..50, size in 0u64..5) {
        let mut bytes = bytes;
        bytes.splice(0..0, [&[height][..], &size.to_be_bytes()].concat());
        if let Ok(mut frontier) = Frontier::<Poseidon2>::from_buffer(&bytes) {
            let _ = frontier.root();
            let _ = frontier.append(Fr::ONE);
        }
    }

    #[test]
    fn a_batch_of_nullifiers_leads_to_the_same_leaves_as_one_by_one(leaves in distinct_nullifiers()) {
        let mut by_batch: NullifierTree = started(&[]);
        let mut one_by_one = by_batch.clone();
        let mut witnessed = by_batch.clone();
        by_batch.insert_batch(&leaves).unwrap();
        for leaf in &leaves {
            if leaf.nullifier.is_zero() { one_by_one.pad(1).unwrap() } else { one_by_one.insert(&[*leaf]).unwrap() }
        }
        prop_assert_eq!(by_batch.store(), one_by_one.store());

        let mut root = witnessed.root().unwrap();
        let seen = witnessed.insert_batch_with_witnesses(&leaves).unwrap();
        prop_assert_eq!(witnessed.store(), by_batch.store());
        prop_assert!(seen.sorted_leaves.windows(2).all(|pair| pair[0].0.nullifier >= pair[1].0.nullifier));
        for ((leaf, position), low) in seen.sorted_leaves.iter().zip(&seen.low_leaves) {
            prop_assert_eq!(leaf, &leaves[*position]);
            let Some(low) = low else { continue };
            prop_assert!(low.leaf_preimage.covers(leaf.nullifier));
            prop_assert_eq!(low.root(), root);
            let next_index = LeafIndex(128 + *position as u64);
            let changed = IndexedLeafPreimage { next_key: leaf.nullifier, next_index, ..low.leaf_preimage };
            root = LeafWitness { leaf_preimage: changed, ..low.clone() }.root();
        }
        let empty = Poseidon2::empty_root(4);
        prop_assert_eq!(seen.subtree_path.root::<Poseidon2>(empty, LeafIndex(128 >> 4)), root);
        let hashes: Vec<Fr> = (128..144)
            .map(|index| witnessed.leaf(LeafIndex(index)).unwrap().map_or(Fr::ZERO, |leaf| leaf.hash()))
            .collect();
        let subtree = balanced_root::<Poseidon2>(&hashes).unwrap();
        prop_assert_eq!(Ok(seen.subtree_path.root::<Poseidon2>(subtree, LeafIndex(128 >> 4))), witnessed.root());
    }

    #[test]
    fn public_data_holds_what_was_written_last(
        writes in proptest::collection::vec((0u64..300, any::<Fr>()), 1..12), probe in 0u64..400,
    ) {
        let writes: Vec<_> =
            writes.into_iter().map(|(slot, value)| PublicDataLeaf { slot: slot.into(), value }).collect();
        let mut at_once: PublicDataTree = started(&[]);
        let mut witnessed = at_once.clone();
        let mut root = at_once.root().unwrap();
        at_once.insert(&writes).unwrap();
        let seen = witnessed.insert_with_witnesses(&writes).unwrap();
        prop_assert_eq!(at_once.store(), witnessed.store());
        let written = writes.iter().filter(|write| **write != PublicDataLeaf::default());
        for (write, one) in written.zip(&seen) {
            prop_assert_eq!(one.low_leaf.root(), root);
            let low = one.low_leaf.leaf_preimage;
            let changed = match &one.new_leaf {
                None => IndexedLeafPreimage { leaf: *write, ..low },
                Some(new) => IndexedLeafPreimage { next_key: write.slot, next_index: new.index, ..low },
            };
            root = LeafWitness { leaf_preimage: changed, ..one.low_leaf.clone() }.root();
            let Some(new) = &one.new_leaf else { continue };
            prop_assert_eq!(new.sibling_path.root::<Poseidon2>(Fr::ZERO, new.index), root);
            root = LeafWitness { leaf_preimage: IndexedLeafPreimage { leaf: *write, ..low }, ..new.clone() }.root();
        }
        prop_assert_eq!(witnessed.root(), Ok(root));

        let model = model(&writes);
        for (slot, value) in &model {
            let found = witnessed.low_leaf(*slot).unwrap();
            prop_assert_eq!(found.preimage.leaf, PublicDataLeaf { slot: *slot, value: *value });
        }
        let witness = witnessed.witness(probe.into()).unwrap();
        prop_assert_eq!(witness.root(), root);
        prop_assert!(witness.leaf_preimage.covers(probe.into()));
        let json = serde_json::to_string(&witness).unwrap();
        prop_assert_eq!(serde_json::from_str::<PublicDataWitness>(&json).unwrap(), witness);
        prop_assert!(serde_json::from_str::<NullifierMembershipWitness>(&json).is_err());
    }

    #[test]
    fn wonky_trees_are_unbalanced_trees_without_zeros(leaves in proptest::collection::vec(0u8..4, 0..20), at in 0usize..20) {
        let leaves: Vec<Fr> = leaves.into_iter().map(Fr::from).collect();
        let full = unbalanced_path::<Sha256Truncated>(&leaves, at);
        prop_assert_eq!(full.is_some(), at < leaves.len());
        if let Some(path) = full {
            let root = path.siblings.root::<Sha256Truncated>(leaves[at], path.index);
            prop_assert_eq!(root, unbalanced_root::<Sha256Truncated>(&leaves));
        }
        let wonky = wonky_path::<Sha256Truncated>(&leaves, at);
        prop_assert_eq!(wonky.is_some(), leaves.get(at).is_some_and(|leaf| !leaf.is_zero()));
        if let Some(path) = wonky {
            let root = path.siblings.root::<Sha256Truncated>(leaves[at], path.index);
            prop_assert_eq!(root, wonky_root::<Sha256Truncated>(&leaves));
        }
    }

    #[test]
    fn stores_that_lie_cause_errors_not_panics(
        size in prop_oneof![0u64..300, any::<u64>()], index: Option<u64>,
        preimage: Option<IndexedLeafPreimage<NullifierLeaf>>, node: Option<Fr>, leaves in distinct_nullifiers(),
        ask: u64,
    ) {
        let liar = Liar { size, index, preimage, node };
        let mut indexed = IndexedTree::<_, NullifierLeaf>::new(liar.clone());
        let honest = size <= TreeHeight::NULLIFIER.capacity();
        prop_assert_eq!(indexed.size().is_ok(), honest);
        prop_assert_eq!(indexed.insert(&leaves[..1]).is_err() && honest, indexed.low_leaf(leaves[0].nullifier).is_err()
            && !leaves[0].nullifier.is_zero() && honest);
        let _ = (indexed.insert_batch_with_witnesses(&leaves), indexed.insert_with_witnesses(&leaves));
        let _ = (indexed.witness(ask.into()), indexed.sibling_path(LeafIndex(ask)), indexed.pad(3));
        let _ = (indexed.snapshot(), indexed.leaf(LeafIndex(ask)), indexed.start(&[]));
        let mut tree = AppendOnlyTree::<_, Poseidon2>::new(liar, TreeHeight::ARCHIVE);
        let _ = (tree.append(&[Fr::ONE; 3]), tree.snapshot(), tree.leaf(LeafIndex(ask)), tree.root_at(ask));
        let _ = (tree.sibling_path_at(LeafIndex(ask), ask), tree.sibling_path(LeafIndex(ask)));
        let _ = tree.sibling_path_at(LeafIndex(ask), size);
    }
}
