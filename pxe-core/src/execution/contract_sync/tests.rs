//! A contract with the official token's `sync_state` and `balance_of_private`, synced and asked.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;

use pollster::block_on;
use protocol::abi::{AbiParameter, AbiType, FunctionAbi, FunctionCall, FunctionType, Visibility};
use protocol::artifact::{ContractArtifact, FunctionArtifact, Outputs};
use protocol::block::{BlockId, BlockNumber, Timestamp};
use protocol::codec::ToFields;
use protocol::contract::{
    ContractClassId, ContractInstance, ContractInstanceWithAddress, DelayedClassId, InitializationHash, Version1,
};
use protocol::field::Fr;
use protocol::hash::silo::{public_data_leaf_slot, silo_nullifier};
use protocol::keys::PublicKeys;
use protocol::note::Note;
use protocol::tx::{PublicDataWrite, TxEffect, TxHash};

use super::*;
use crate::contract::Override;
use crate::execution::run_utility;
use crate::execution::testing::{World, recorded_code};
use crate::node::testing::effect;
use crate::store::notes::StoredNote;
use crate::store::{MemoryStore, Store};

const BALANCE: &str = "balance_of_private";

fn utility(name: &str, parameters: &[AbiType], code: &str) -> FunctionArtifact {
    let parameter =
        |ty: &AbiType| AbiParameter { name: "owner".into(), ty: ty.clone(), visibility: Visibility::Private };
    FunctionArtifact {
        abi: FunctionAbi {
            name: name.into(),
            function_type: FunctionType::Utility,
            is_only_self: false,
            is_static: false,
            is_initializer: false,
            parameters: parameters.iter().map(parameter).collect(),
            return_types: vec![AbiType::unsigned(128)],
            error_types: BTreeMap::new(),
        },
        bytecode: recorded_code(code),
        verification_key: None,
    }
}

fn artifact() -> ContractArtifact {
    let owner = AbiType::structure("aztec::AztecAddress", [("inner", AbiType::Field)]);
    ContractArtifact {
        name: "Token".into(),
        functions: vec![utility(SYNC_STATE, &[], "7fb4c18d"), utility(BALANCE, &[owner], "c0114916")],
        public_functions: vec![],
        outputs: Outputs::default(),
        storage_layout: BTreeMap::new(),
    }
}

struct Token {
    world: World,
    instance: ContractInstanceWithAddress,
}

impl Token {
    fn new() -> Self {
        let (mut world, artifact) = (World::new(), artifact());
        let class = artifact.class_id().unwrap();
        let instance = ContractInstance {
            version: Version1,
            salt: Fr::from(7u8),
            deployer: AztecAddress::ZERO,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash: InitializationHash::ZERO,
            public_keys: PublicKeys::DEFAULT,
        };
        let instance = instance.with_address().unwrap();
        block_on(world.env.contracts.register(&mut world.job, &instance, Some(&artifact))).unwrap();
        world.scopes = Scopes::Accounts(vec![world.alice.address()]);
        Self { world, instance }
    }

    /// Gives the first account a note.
    fn add_note(&mut self, amount: u64) -> Fr {
        let (contract, alice) = (self.instance.address, self.world.alice.address());
        let nullifier = silo_nullifier(contract, (amount + 1000).into());
        let note = StoredNote {
            note: Note(vec![amount.into()]),
            contract,
            owner: alice,
            storage_slot: Fr::from(3u8),
            randomness: Fr::ONE,
            note_nonce: Fr::ONE,
            note_hash: amount.into(),
            siloed_nullifier: nullifier,
            tx_hash: TxHash::from_field(amount.into()),
            block: BlockId { number: BlockNumber(1), hash: BlockHash::ZERO },
            tx_index: 0,
            note_index: amount as u32,
        };
        block_on(notes::add(&mut self.world.job, &note, alice)).unwrap();
        nullifier
    }

    fn call(&mut self, name: &str, args: Vec<Fr>) -> Result<Vec<Fr>, ExecutionError> {
        let World { env, job, scopes, .. } = &mut self.world;
        block_on(async {
            let selector = env.contracts.function_named(job, self.instance.address, name).await.unwrap().selector;
            let call = FunctionCall { to: self.instance.address, selector, args, ..FunctionCall::empty() };
            run_utility(env, job, &call, &[], scopes).await
        })
    }

    fn balance(&mut self) -> Result<Vec<Fr>, ExecutionError> {
        let alice = self.world.alice.address().to_field();
        self.call(BALANCE, vec![alice])
    }

    /// Adds a block and makes it the anchor.
    fn advance(&mut self, effects: Vec<TxEffect>) {
        self.world.node.chain().add_block(effects);
        self.world.advance();
    }

    fn asked(&self) -> usize {
        self.world.node.take_asked().len()
    }
}

fn told(result: Result<Vec<Fr>, ExecutionError>) -> String {
    alloc::string::ToString::to_string(&result.unwrap_err())
}

#[test]
fn balances_add_up_and_only_the_first_question_at_an_anchor_asks_the_node() {
    let mut token = Token::new();
    token.add_note(30);
    let nullifier = token.add_note(12);
    assert_eq!(token.balance().unwrap(), [Fr::from(42u8)]);
    // Class, nullifiers and tags in one go.
    assert_eq!(token.asked(), 1);
    assert_eq!(token.balance().unwrap(), [Fr::from(42u8)]);
    assert_eq!(token.asked(), 0);

    token.advance(vec![TxEffect { nullifiers: vec![Fr::from(5000u32), nullifier], ..effect(9) }]);
    assert_eq!(token.balance().unwrap(), [Fr::from(30u8)]);
    assert_eq!(token.asked(), 1);
}

#[test]
fn what_was_synced_in_a_job_that_is_dropped_is_synced_again() {
    let mut token = Token::new();
    let store = MemoryStore::default();
    block_on(async {
        let writes = token.world.job.writes().clone();
        store.commit(writes).await.unwrap();
        token.world.job = Job::begin(&store).await.unwrap();
    });
    for _ in 0..2 {
        token.balance().unwrap();
        assert_eq!(token.asked(), 1);
        token.world.job = block_on(Job::begin(&store)).unwrap();
        // Nothing is remembered outside of the store but the node's answers.
        token.world.advance();
    }
    token.balance().unwrap();
    let job = core::mem::replace(&mut token.world.job, block_on(Job::begin(&store)).unwrap());
    block_on(job.commit(&store)).unwrap();
    token.world.job = block_on(Job::begin(&store)).unwrap();
    token.asked();
    token.balance().unwrap();
    assert_eq!(token.asked(), 0);
    block_on(forget(&mut token.world.job)).unwrap();
    token.world.advance();
    token.balance().unwrap();
    assert_eq!(token.asked(), 1);
}

#[test]
fn accounts_are_synced_one_by_one_or_all_together() {
    let mut token = Token::new();
    let [alice, bob] = [token.world.alice.address(), token.world.bob.address()];
    let anchor = token.world.env.node.hash();
    let missing = |token: &Token, scopes: Scopes| {
        block_on(not_synced(&token.world.job, token.instance.address, anchor, &scopes)).unwrap()
    };
    token.balance().unwrap();
    assert_eq!(missing(&token, Scopes::Accounts(vec![alice])), None);
    assert_eq!(missing(&token, Scopes::Accounts(vec![alice, bob])), Some(Scopes::Accounts(vec![bob])));
    assert_eq!(missing(&token, Scopes::All), Some(Scopes::All));
    token.world.scopes = Scopes::All;
    token.balance().unwrap();
    for scopes in [Scopes::All, Scopes::Accounts(vec![bob])] {
        assert_eq!(missing(&token, scopes), None);
    }
}

#[test]
fn nobody_else_calls_sync_state() {
    let refused = Token::new().call(SYNC_STATE, vec![]);
    assert!(matches!(*refused.unwrap_err().failure, ExecutionFailure::SyncStateCalled));
}

#[test]
fn for_no_account_and_for_replaced_contracts_nothing_is_synced() {
    let mut token = Token::new();
    token.add_note(30);
    token.world.scopes = Scopes::Accounts(vec![]);
    assert_eq!(token.balance().unwrap(), [Fr::ZERO]);
    assert_eq!(token.asked(), 0);

    token.world.scopes = Scopes::All;
    let stand_in = Override { instance: token.instance.instance, artifact: Arc::new(artifact()) };
    let overrides = [(token.instance.address, stand_in)].into();
    token.world.env.contracts = token.world.env.contracts.with_overrides(&overrides).unwrap();
    assert_eq!(token.balance().unwrap(), [Fr::from(30u8)]);
    assert_eq!(token.asked(), 0);
}

#[test]
fn a_contract_that_was_updated_is_refused_until_its_class_is_known() {
    let mut token = Token::new();
    let next = ContractClassId::from_field(Fr::from(99u8));
    let change = token.world.env.node.header().timestamp().0 + 90;
    let value = DelayedClassId { next, change: change as u32, ..DelayedClassId::default() };
    let contract = token.instance.address;
    let write = |(offset, value): (usize, Fr)| {
        let slot = DelayedClassId::slot(contract) + Fr::from(offset as u64);
        PublicDataWrite { leaf_slot: public_data_leaf_slot(DelayedClassId::contract(), slot), value }
    };
    let values = value.to_fields().into_iter().chain([value.hash()]);
    let writes = values.enumerate().map(write).filter(|write| !write.value.is_zero()).collect();
    token.advance(vec![TxEffect { public_data_writes: writes, ..effect(9) }]);
    // The change is scheduled for the block after the next.
    assert!(token.balance().is_ok());
    token.world.node.chain().add_block_at(vec![effect(10)], Timestamp(change));
    token.world.advance();
    let error = token.balance().unwrap_err();
    assert!(
        matches!(*error.failure, ExecutionFailure::Sync(SyncError::ClassChanged { current, .. }) if current == next)
    );
    assert!(error.hint().unwrap().starts_with("register the artifact"));
}

#[test]
fn errors_say_which_function_failed() {
    let mut token = Token::new();
    assert_eq!(told(token.call(BALANCE, vec![])), "Token.balance_of_private: it takes 1 fields of arguments, found 0");
    token.world.env.keys.lock();
    token.advance(vec![effect(9)]);
    let locked = token.balance().unwrap_err();
    assert!(locked.hint().unwrap().contains("unlock"), "{locked}");
}
