//! A chain in memory and a node that tells of it, honestly or not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use async_trait::async_trait;
use protocol::block::{
    BlockHeader, BlockId, BlockNumber, BlockParameter, CheckpointHash, CheckpointId, CheckpointNumber, L2Tips,
    StateReference, Timestamp, TipId,
};
use protocol::field::Fr;
use protocol::log::TxScopedL2Log;
use protocol::merkle::{
    AppendOnlyTree, IndexedTree, LeafIndex, LeafReader, MembershipWitness, MemoryLeaves, MemoryNodes, NullifierLeaf,
    PublicDataLeaf, TreeHeight, genesis_leaves,
};
use protocol::rpc::lookup::{DataInBlock, MerkleTreeId, MessageWitness};
use protocol::rpc::node::{MAX_LOGS_PER_TAG, NodeCall};
use protocol::rpc::{Body, Request};
use protocol::tx::{IndexedTxEffect, TxEffect, TxExecutionResult, TxHash, TxReceipt, TxStatus};
use serde::Serialize;
use serde_json::Value;

use super::{Anchor, AnchoredNode, NodeClient, Transport, TransportError};
use protocol::address::AztecAddress;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::log::{PrivateLog, PublicLog};

/// The trees after a block.
#[derive(Clone)]
struct Trees {
    note_hashes: AppendOnlyTree<MemoryNodes>,
    nullifiers: IndexedTree<MemoryLeaves<NullifierLeaf>, NullifierLeaf>,
    public_data: IndexedTree<MemoryLeaves<PublicDataLeaf>, PublicDataLeaf>,
    messages: AppendOnlyTree<MemoryNodes>,
    archive: AppendOnlyTree<MemoryNodes>,
}

struct TestBlock {
    header: BlockHeader,
    effects: Vec<TxEffect>,
    trees: Trees,
}

/// A chain in memory.
pub(crate) struct Chain {
    blocks: Vec<TestBlock>,
    pub(crate) checkpointed: u32,
    pub(crate) proven: u32,
    pub(crate) finalized: u32,
    /// Transactions the node has and no block does.
    pub(crate) pending: Vec<TxHash>,
    fork: u32,
    /// Where note hashes are.
    note_hashes: BTreeMap<Fr, LeafIndex>,
}

/// The effect of a transaction with this number.
pub(crate) fn effect(number: u32) -> TxEffect {
    TxEffect {
        tx_hash: TxHash::from_field(Fr::from(1_000_000 + number)),
        nullifiers: vec![Fr::from(2_000_000 + number)],
        ..TxEffect::default()
    }
}

/// A private log with a siloed tag and content.
pub(crate) fn private_log(tag: Fr, content: &[u32]) -> PrivateLog {
    let fields: Vec<Fr> = [tag].into_iter().chain(content.iter().map(|field| Fr::from(*field))).collect();
    PrivateLog::from_emitted_fields(&fields).unwrap()
}

/// A public log with a tag and content.
pub(crate) fn public_log(contract: AztecAddress, tag: Fr, content: &[u32]) -> PublicLog {
    let fields = [tag].into_iter().chain(content.iter().map(|field| Fr::from(*field))).collect();
    PublicLog { contract_address: contract, fields }
}

impl Chain {
    pub(crate) fn new() -> Self {
        let mut trees = Trees {
            note_hashes: AppendOnlyTree::new(MemoryNodes::default(), TreeHeight::NOTE_HASH),
            nullifiers: IndexedTree::new(MemoryLeaves::default()),
            public_data: IndexedTree::new(MemoryLeaves::default()),
            messages: AppendOnlyTree::new(MemoryNodes::default(), TreeHeight::L1_TO_L2_MESSAGE),
            archive: AppendOnlyTree::new(MemoryNodes::default(), TreeHeight::ARCHIVE),
        };
        trees.nullifiers.start(&genesis_leaves(&[]).unwrap()).unwrap();
        trees.public_data.start(&genesis_leaves(&[]).unwrap()).unwrap();
        let header = BlockHeader::genesis(trees.state());
        trees.archive.append(&[header.hash().to_field()]).unwrap();
        let blocks = vec![TestBlock { header, effects: Vec::new(), trees }];
        Self {
            blocks,
            checkpointed: 0,
            proven: 0,
            finalized: 0,
            pending: Vec::new(),
            fork: 0,
            note_hashes: BTreeMap::new(),
        }
    }

    /// Adds a block, a minute after the last one.
    pub(crate) fn add_block(&mut self, effects: Vec<TxEffect>) {
        let last = self.header(self.tip());
        self.add_block_at(effects, Timestamp(last.timestamp().0 + 60));
    }

    pub(crate) fn add_block_at(&mut self, effects: Vec<TxEffect>, time: Timestamp) {
        let last = &self.blocks[self.blocks.len() - 1];
        let mut trees = last.trees.clone();
        for effect in &effects {
            let mut note_hashes = effect.note_hashes.clone();
            note_hashes.resize(64, Fr::ZERO);
            let first = trees.note_hashes.append(&note_hashes).unwrap();
            let places = effect.note_hashes.iter().zip(first.0..);
            self.note_hashes.extend(places.map(|(note_hash, index)| (*note_hash, LeafIndex(index))));
            let mut nullifiers: Vec<_> =
                effect.nullifiers.iter().map(|key| NullifierLeaf { nullifier: *key }).collect();
            nullifiers.resize(64, NullifierLeaf::default());
            trees.nullifiers.insert_batch(&nullifiers).unwrap();
            let writes = effect.public_data_writes.iter();
            let writes: Vec<_> =
                writes.map(|write| PublicDataLeaf { slot: write.leaf_slot, value: write.value }).collect();
            trees.public_data.insert(&writes).unwrap();
        }
        let mut header = BlockHeader { last_archive: last.trees.archive.snapshot().unwrap(), ..BlockHeader::default() };
        header.state = trees.state();
        header.global_variables.chain_id = Fr::from(31337u32);
        header.global_variables.version = Fr::ONE;
        header.global_variables.block_number = BlockNumber(last.header.number().0 + 1);
        header.global_variables.timestamp = time;
        // Blocks that differ in nothing else differ in this.
        header.total_fees = Fr::from(self.fork);
        trees.archive.append(&[header.hash().to_field()]).unwrap();
        self.blocks.push(TestBlock { header, effects, trees });
    }

    /// Adds a message to the next block's tree.
    pub(crate) fn add_message(&mut self, message: Fr) {
        let last = self.blocks.len() - 1;
        self.blocks[last].trees.messages.append(&[message]).unwrap();
    }

    /// Takes blocks back; those that follow differ from those that were there.
    pub(crate) fn take_back(&mut self, to: u32) {
        self.blocks.truncate(to as usize + 1);
        let size = self.blocks[to as usize].trees.note_hashes.size().unwrap();
        self.note_hashes.retain(|_, index| index.0 < size);
        self.fork += 1;
        for tip in [&mut self.checkpointed, &mut self.proven] {
            *tip = (*tip).min(to);
        }
    }

    pub(crate) fn tip(&self) -> u32 {
        u32::try_from(self.blocks.len()).unwrap() - 1
    }

    pub(crate) fn header(&self, number: u32) -> BlockHeader {
        self.blocks[number as usize].header
    }

    pub(crate) fn finalize_all(&mut self) {
        (self.checkpointed, self.proven, self.finalized) = (self.tip(), self.tip(), self.tip());
    }

    fn id(&self, number: u32) -> BlockId {
        BlockId { number: BlockNumber(number), hash: self.header(number).hash() }
    }

    fn tips(&self) -> L2Tips {
        let tip = |number| {
            let checkpoint = CheckpointId { number: CheckpointNumber(number), hash: CheckpointHash::ZERO };
            TipId { block: self.id(number), checkpoint }
        };
        L2Tips {
            proposed: self.id(self.tip()),
            checkpointed: tip(self.checkpointed),
            proven: tip(self.proven),
            finalized: tip(self.finalized),
        }
    }

    fn find(&self, block: BlockParameter) -> Result<&TestBlock, String> {
        let found = match block {
            BlockParameter::Latest => self.blocks.last(),
            BlockParameter::Number(number) => self.blocks.get(number.0 as usize),
            BlockParameter::Hash(hash) => self.blocks.iter().find(|block| block.header.hash() == hash),
        };
        found.ok_or_else(|| format!("block {block} not found"))
    }

    fn in_block<T>(&self, data: T, is_in: impl Fn(&Trees) -> bool) -> Option<DataInBlock<T>> {
        let block = self.blocks.iter().find(|block| is_in(&block.trees))?;
        Some(DataInBlock { l2_block_number: block.header.number(), l2_block_hash: block.header.hash(), data })
    }

    /// Effects with block and index.
    fn effects(&self) -> impl Iterator<Item = (&BlockHeader, usize, &TxEffect)> {
        self.blocks
            .iter()
            .flat_map(|block| block.effects.iter().enumerate().map(|(index, effect)| (&block.header, index, effect)))
    }

    fn note_hash_index(&self, tree: &AppendOnlyTree<MemoryNodes>, note_hash: Fr) -> Option<LeafIndex> {
        self.note_hashes.get(&note_hash).copied().filter(|index| index.0 < tree.size().unwrap())
    }

    fn receipt(&self, tx_hash: TxHash) -> TxReceipt {
        let Some((header, _, effect)) = self.effects().find(|(.., effect)| effect.tx_hash == tx_hash) else {
            let is_pending = self.pending.contains(&tx_hash);
            return TxReceipt::new(tx_hash, if is_pending { TxStatus::Pending } else { TxStatus::Dropped });
        };
        let is_final = header.number().0 <= self.finalized;
        TxReceipt {
            execution_result: Some(TxExecutionResult::from(effect.revert_code)),
            block_number: Some(header.number()),
            block_hash: Some(header.hash()),
            ..TxReceipt::new(tx_hash, if is_final { TxStatus::Finalized } else { TxStatus::Proposed })
        }
    }

    fn logs<'a>(
        &'a self,
        page: Option<u32>,
        of_effect: impl Fn(&'a TxEffect) -> Vec<&'a [Fr]> + 'a,
        tag: Fr,
    ) -> Vec<TxScopedL2Log> {
        let logs = self.effects().flat_map(|(header, _, effect)| {
            let logs = of_effect(effect).into_iter().filter(|fields| fields.first() == Some(&tag));
            logs.map(|fields| TxScopedL2Log {
                tx_hash: effect.tx_hash,
                block_number: header.number(),
                block_timestamp: header.timestamp(),
                log_data: fields.to_vec(),
                note_hashes: effect.note_hashes.clone(),
                first_nullifier: effect.nullifiers[0],
            })
            .collect::<Vec<_>>()
        });
        logs.skip(page.unwrap_or(0) as usize * MAX_LOGS_PER_TAG).take(MAX_LOGS_PER_TAG).collect()
    }

    fn answer(&self, call: NodeCall) -> Result<Value, String> {
        match call {
            NodeCall::GetL2Tips(_) => json(self.tips()),
            NodeCall::GetBlockHeader(call) => {
                json(self.find(call.block.unwrap_or_default()).ok().map(|block| block.header))
            }
            NodeCall::GetNullifierMembershipWitness(call) => {
                let tree = &self.find(call.block)?.trees.nullifiers;
                let witness = tree.witness(call.nullifier).unwrap();
                json(Some(witness).filter(|witness| witness.leaf_preimage.leaf.nullifier == call.nullifier))
            }
            NodeCall::GetLowNullifierMembershipWitness(call) => {
                json(self.find(call.block)?.trees.nullifiers.witness(call.nullifier).unwrap())
            }
            NodeCall::GetPublicDataWitness(call) => {
                json(self.find(call.block)?.trees.public_data.witness(call.leaf_slot).unwrap())
            }
            NodeCall::GetPublicStorageAt(call) => {
                let slot = public_data_leaf_slot(call.contract, call.slot);
                let leaf = self.find(call.block)?.trees.public_data.witness(slot).unwrap().leaf_preimage.leaf;
                json(if leaf.slot == slot { leaf.value } else { Fr::ZERO })
            }
            NodeCall::GetNoteHashMembershipWitness(call) => {
                let tree = &self.find(call.block)?.trees.note_hashes;
                json(
                    index_of(tree, call.note_hash)
                        .map(|index| MembershipWitness::<42>::new(index, tree.sibling_path(index).unwrap()).unwrap()),
                )
            }
            NodeCall::GetBlockHashMembershipWitness(call) => {
                let number = self.find(call.block)?.header.number().0 as usize;
                let before = number.checked_sub(1).ok_or("nothing is before block 0")?;
                let tree = &self.blocks[before].trees.archive;
                json(
                    index_of(tree, call.block_hash.to_field())
                        .map(|index| MembershipWitness::<30>::new(index, tree.sibling_path(index).unwrap()).unwrap()),
                )
            }
            NodeCall::GetL1ToL2MessageMembershipWitness(call) => {
                let tree = &self.find(call.block)?.trees.messages;
                let index = index_of(tree, call.message.to_field());
                json(index.map(|index| MessageWitness(index, tree.sibling_path(index).unwrap())))
            }
            NodeCall::FindLeavesIndexes(call) => {
                let trees = &self.find(call.block)?.trees;
                let find = |leaf: &Fr| match call.tree {
                    MerkleTreeId::NullifierTree => {
                        let index = nullifier_index(trees, *leaf)?;
                        self.in_block(index, |trees| nullifier_index(trees, *leaf).is_some())
                    }
                    _ => {
                        let index = self.note_hash_index(&trees.note_hashes, *leaf)?;
                        self.in_block(index, |trees| trees.note_hashes.size().unwrap() > index.0)
                    }
                };
                json(call.leaves.iter().map(find).collect::<Vec<_>>())
            }
            NodeCall::GetPrivateLogsByTags(call) => {
                self.find(call.reference_block.unwrap().into())?;
                let logs = call.tags.iter().map(|tag| {
                    self.logs(
                        call.page,
                        |effect| effect.private_logs.iter().map(PrivateLog::emitted_fields).collect(),
                        tag.to_field(),
                    )
                });
                json(logs.collect::<Vec<_>>())
            }
            NodeCall::GetPublicLogsByTagsFromContract(call) => {
                self.find(call.reference_block.unwrap().into())?;
                let contract = call.contract;
                let logs = call.tags.iter().map(|tag| {
                    self.logs(
                        call.page,
                        move |effect| {
                            let logs = effect.public_logs.iter().filter(|log| log.contract_address == contract);
                            logs.map(|log| &log.fields[..]).collect()
                        },
                        tag.to_field(),
                    )
                });
                json(logs.collect::<Vec<_>>())
            }
            NodeCall::GetTxEffect(call) => {
                let found = self.effects().find(|(.., effect)| effect.tx_hash == call.tx_hash);
                json(found.map(|(header, index, effect)| IndexedTxEffect {
                    l2_block_hash: header.hash(),
                    l2_block_number: header.number(),
                    tx_index_in_block: u32::try_from(index).unwrap(),
                    data: effect.clone(),
                }))
            }
            NodeCall::GetTxReceipt(call) => json(self.receipt(call.tx_hash)),
            other => Err(format!("not in this test: {other:?}")),
        }
    }
}

fn json(value: impl Serialize) -> Result<Value, String> {
    Ok(serde_json::to_value(value).unwrap())
}

fn index_of(tree: &AppendOnlyTree<MemoryNodes>, leaf: Fr) -> Option<LeafIndex> {
    (0..tree.size().unwrap()).map(LeafIndex).find(|index| tree.leaf(*index).unwrap() == Some(leaf))
}

fn nullifier_index(trees: &Trees, nullifier: Fr) -> Option<LeafIndex> {
    let leaves = trees.nullifiers.store();
    let index = leaves.index_at_or_below(nullifier).unwrap()?;
    leaves.preimage(index).unwrap().filter(|leaf| leaf.leaf.nullifier == nullifier).map(|_| index)
}

impl Trees {
    fn state(&self) -> StateReference {
        let mut state =
            StateReference { l1_to_l2_message_tree: self.messages.snapshot().unwrap(), ..Default::default() };
        state.partial.note_hash_tree = self.note_hashes.snapshot().unwrap();
        state.partial.nullifier_tree = self.nullifiers.snapshot().unwrap();
        state.partial.public_data_tree = self.public_data.snapshot().unwrap();
        state
    }
}

/// Changes results of a method before they are told.
type Lie = Box<dyn Fn(&mut Value) + Send>;

/// A node that tells of a chain. Clones are the same node.
#[derive(Clone)]
pub(crate) struct TestNode {
    chain: Arc<Mutex<Chain>>,
    lies: Arc<Mutex<BTreeMap<&'static str, Lie>>>,
    asked: Arc<Mutex<Vec<Vec<String>>>>,
}

impl core::fmt::Debug for TestNode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TestNode")
    }
}

impl TestNode {
    pub(crate) fn new(chain: Chain) -> Self {
        Self { chain: Arc::new(Mutex::new(chain)), lies: Arc::default(), asked: Arc::default() }
    }

    pub(crate) fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap()
    }

    /// Header of the newest block, and number of the last final one.
    pub(crate) fn newest(&self) -> (BlockHeader, BlockNumber) {
        let chain = self.chain();
        (chain.header(chain.tip()), BlockNumber(chain.finalized))
    }

    pub(crate) fn client(&self) -> NodeClient {
        NodeClient::new(Arc::new(self.clone()))
    }

    /// The node, asked at its newest block.
    pub(crate) fn anchored(&self) -> AnchoredNode {
        let (header, finalized) = self.newest();
        AnchoredNode::new(self.client(), Anchor::new(header, finalized))
    }

    /// From now on results of a method are told changed.
    pub(crate) fn lie(&self, method: &'static str, how: impl Fn(&mut Value) + Send + 'static) {
        self.lies.lock().unwrap().insert(method, Box::new(how));
    }

    pub(crate) fn be_honest(&self) {
        self.lies.lock().unwrap().clear();
    }

    /// The methods that were called since this was asked last, by body.
    pub(crate) fn take_asked(&self) -> Vec<Vec<String>> {
        core::mem::take(&mut self.asked.lock().unwrap())
    }

    fn reply(&self, id: usize, request: &Request<'_>) -> Value {
        let call = NodeCall::from_call(&request.method, request.params).expect("a method of nodes").unwrap();
        match self.chain().answer(call) {
            Err(message) => {
                serde_json::json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32702, "message": message}})
            }
            Ok(mut result) => {
                if let Some(lie) = self.lies.lock().unwrap().get(&*request.method) {
                    lie(&mut result);
                }
                serde_json::json!({"jsonrpc": "2.0", "id": id, "result": result})
            }
        }
    }
}

#[async_trait]
impl Transport for TestNode {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let Ok(Body::Batch(calls)) = Body::parse(body.as_bytes(), 100) else { panic!("not a batch: {body}") };
        let calls: Vec<Request<'_>> = calls.into_iter().map(Result::unwrap).collect();
        self.asked.lock().unwrap().push(calls.iter().map(|call| call.method.clone()).collect());
        let replies: Vec<Value> = calls.iter().enumerate().map(|(id, call)| self.reply(id, call)).collect();
        Ok(serde_json::to_vec(&replies).unwrap())
    }
}
