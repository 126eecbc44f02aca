//! Recorded executions of the official client, executed again as a whole: functions that call functions, their oracles
//! answered by the client, come to the recorded witnesses.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use circuits::program::ProgramCache;
use circuits::witness::ForeignValue;
use pollster::block_on;
use protocol::abi::{
    AbiParameter, AbiType, AbiVariable, ErrorSelector, ErrorType, FunctionAbi, FunctionType, Visibility,
};
use protocol::address::AztecAddress;
use protocol::artifact::{Bytecode, ContractArtifact, FunctionArtifact, Outputs, VerificationKey};
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::codec::FromFields;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::hash::silo::{args_hash, silo_nullifier};
use protocol::kernel::PrivateContextInputs;
use protocol::keys::SecretKey;
use protocol::note::Note;
use protocol::tag::{Tag, TaggingSecret};
use protocol::tx::{AuthWitness, HashedValues, NoirCallStack, TxExecutionRequest, TxHash};
use pxe_core::contract::{Contracts, FunctionKeys, Override, Overrides, ProtocolClasses};
use pxe_core::execution::{Env, ExecutionError, ExecutionFailure, PrivateExecution, run_private};
use pxe_core::keystore::{AccountSecrets, Credential, KdfParams, KeyStore};
use pxe_core::node::{Anchor, AnchoredNode, NodeClient, Transport, TransportError};
use pxe_core::port::Rng;
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{self, StoredNote};
use pxe_core::store::tags::{self, SenderIndexes};
use pxe_core::store::{Job, MemoryStore};
use tests::replay::{Execution, Recordings};

/// A node that knows no logs, and is asked for nothing else.
#[derive(Debug)]
struct NoLogs;

#[async_trait::async_trait]
impl Transport for NoLogs {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let calls: Vec<serde_json::Value> = serde_json::from_str(&body).unwrap();
        let reply = |call: &serde_json::Value| {
            assert_eq!(call["method"], "node_getPrivateLogsByTags", "{body}");
            let tags = call["params"][0].as_array().unwrap().len();
            serde_json::json!({"jsonrpc": "2.0", "id": call["id"], "result": vec![[(); 0]; tags]})
        };
        Ok(serde_json::to_vec(&calls.iter().map(reply).collect::<Vec<_>>()).unwrap())
    }
}

/// Draws what was drawn when the recording was made; what comes before is for the key store.
#[derive(Debug, Default)]
struct RecordedRng(Mutex<VecDeque<Fr>>);

impl Rng for RecordedRng {
    fn fill(&self, bytes: &mut [u8]) {
        let drawn = self.0.lock().unwrap().pop_front().map(Fr::to_be_bytes);
        let (zeros, field) = bytes.split_at_mut(bytes.len().saturating_sub(32));
        zeros.fill(0);
        field.copy_from_slice(&drawn.unwrap_or([7; 32])[..field.len()]);
    }
}

/// The account of all recordings.
const SECRET: &str = "0x2153536ff6628eee01cf4024889ff977a18d9fa61d0e414422f7681cf085c281";
const PARTIAL_ADDRESS: &str = "0x140c3a658e105092549c8402f0647fe61d87aba4422b484dfac5d4a87462eeef";

/// The functions in the recordings.
const FUNCTIONS: [&str; 7] = [
    "entrypoint(([(Field,(u32),(Field),bool,bool,bool);5],Field),u8,bool)",
    "publish_for_public_execution(Field,(Field),Field,(((Field,Field,bool)),((Field,Field,bool)),((Field,Field,bool)),\
     ((Field,Field,bool))),bool)",
    "mint_to_private((Field),u128)",
    "transfer((Field),u128)",
    "transfer_to_public((Field),(Field),u128,Field)",
    "transfer_to_private((Field),u128)",
    "_recurse_subtract_balance((Field),u128)",
];
/// The assertion that ends the failed recording.
const BALANCE_TOO_LOW: ErrorSelector = ErrorSelector(9_543_832_133_280_402_246);

/// Reads a type as signatures write it.
fn read_type(text: &mut &str) -> AbiType {
    let list = |text: &mut &str, end: char| {
        let mut types = Vec::new();
        while !text.starts_with(end) {
            types.push(read_type(text));
            *text = text.trim_start_matches(',');
        }
        *text = &text[1..];
        types
    };
    if let Some(rest) = text.strip_prefix('(') {
        *text = rest;
        let members = list(text, ')');
        let names: Vec<String> = (0..members.len()).map(|index| format!("m{index}")).collect();
        return AbiType::structure("a::Struct", names.iter().map(String::as_str).zip(members));
    }
    if let Some(rest) = text.strip_prefix('[') {
        *text = rest;
        let item = read_type(text);
        let (length, rest) = text[1..].split_once(']').unwrap();
        *text = rest;
        return AbiType::array(length.parse().unwrap(), item);
    }
    let end = text.find([',', ')', ';']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    *text = rest;
    match name {
        "Field" => AbiType::Field,
        "bool" => AbiType::Boolean,
        unsigned => AbiType::unsigned(unsigned[1..].parse().unwrap()),
    }
}

fn abi(signature: &str) -> FunctionAbi {
    let (name, parameters) = signature.split_once('(').unwrap();
    let mut parameters = format!("({parameters}");
    let ty = read_type(&mut parameters.as_str());
    parameters.clear();
    let AbiType::Struct(ty) = ty else { unreachable!("parameters are read as a struct") };
    let parameter = |member: &AbiVariable| AbiParameter {
        name: member.name.clone(),
        ty: member.ty.clone(),
        visibility: Visibility::Private,
    };
    FunctionAbi {
        name: name.into(),
        function_type: FunctionType::Private,
        is_only_self: false,
        is_static: false,
        is_initializer: false,
        parameters: ty.fields.iter().map(parameter).collect(),
        return_types: vec![],
        error_types: BTreeMap::from([(BALANCE_TOO_LOW, ErrorType::String("Balance too low".into()))]),
    }
}

/// A recorded private function.
struct Function {
    recorded: Execution,
    context: PrivateContextInputs,
    arguments: Vec<Fr>,
    artifact: FunctionArtifact,
}

impl Function {
    fn open(recordings: &Recordings, name: &str) -> Self {
        let recorded = Execution::from_json(&recordings.read(&format!("{name}.json")).unwrap()).unwrap();
        let inputs: Vec<Fr> = recorded.inputs.iter().map(|(_, value)| value).collect();
        let (context, arguments) = inputs.split_at(37);
        let context = PrivateContextInputs::from_fields(context).unwrap();
        let bytecode = Bytecode::from_bytes(recordings.read(&format!("{}.bc", recorded.program)).unwrap());
        let selector = context.call_context.function_selector;
        let abi = FUNCTIONS.map(abi).into_iter().find(|abi| abi.selector().unwrap() == selector).unwrap();
        let verification_key = Some(VerificationKey::from_bytes(vec![0; VerificationKey::MEGA_SIZE]));
        let artifact = FunctionArtifact { abi, bytecode, verification_key };
        Self { arguments: arguments.to_vec(), recorded, context, artifact }
    }

    fn contract(&self) -> AztecAddress {
        self.context.call_context.contract_address
    }

    /// Arguments and results of the calls of an oracle.
    fn calls<'a>(&'a self, oracle: &'a str) -> impl Iterator<Item = (&'a [Vec<Fr>], &'a [ForeignValue])> {
        let calls = self.recorded.calls.iter().filter(move |call| call.name == oracle);
        calls.map(|call| (call.inputs.as_slice(), call.outputs.as_deref().unwrap_or_default()))
    }

    /// The notes it was told of. Those it nullified are the first ones.
    fn notes(&self) -> Vec<StoredNote> {
        let mut nullifiers = self
            .calls("privateNotifyNullifiedNote")
            .filter(|(inputs, _)| inputs[1][0].is_zero())
            .map(|(inputs, _)| inputs[0][0]);
        let mut notes = Vec::new();
        for (inputs, outputs) in self.calls("utilityGetNotes") {
            let [storage, length] = outputs else { panic!("notes are a list and its length") };
            let (size, count) =
                (inputs[17][0].to_u32().unwrap() as usize, length.fields()[0].to_u32().unwrap() as usize);
            for packed in storage.fields().chunks(size).take(count) {
                let (content, rest) = packed.split_at(size - 6);
                let [contract, owner, randomness, storage_slot, stage, nonce] = rest.try_into().unwrap();
                assert_eq!(stage, Fr::from(3u8), "the note is settled");
                let index = notes.len() as u32;
                let nullifier = nullifiers.next().unwrap_or_else(|| Fr::from(index + 1));
                notes.push(StoredNote {
                    note: Note(content.to_vec()),
                    contract: contract.into(),
                    owner: owner.into(),
                    storage_slot,
                    randomness,
                    note_nonce: nonce,
                    note_hash: Fr::ZERO,
                    siloed_nullifier: silo_nullifier(contract.into(), nullifier),
                    tx_hash: TxHash::ZERO,
                    block: BlockId { number: BlockNumber(1), hash: BlockHash::ZERO },
                    tx_index: 0,
                    note_index: index,
                });
            }
        }
        notes
    }
}

/// Lets the client find for a call what was found when it was recorded.
async fn prepare(job: &mut Job, keys: &KeyStore, rng: &RecordedRng, function: &Function) {
    for note in function.notes() {
        notes::add(job, &note, note.owner).await.unwrap();
    }
    let mut used = BTreeSet::new();
    for (inputs, outputs) in function.calls("privateGetNextAppTagAsSender") {
        let (sender, recipient, tag) = (inputs[0][0].into(), inputs[1][0].into(), outputs[0].fields()[0]);
        let own = keys.address_secret(sender).unwrap();
        let secret = TaggingSecret::derive(&own, recipient, function.contract(), recipient).unwrap();
        if used.insert(secret.clone()) {
            let index = (0..1000).find(|index| Tag::compute(&secret, *index).to_field() == tag).unwrap();
            let indexes = SenderIndexes { finalized: index.checked_sub(1), pending: vec![] };
            tags::save_sender(job, &secret, &indexes).await.unwrap();
        }
    }
    let drawn = function.calls("utilityGetRandomField").map(|(_, outputs)| outputs[0].fields()[0]);
    rng.0.lock().unwrap().extend(drawn);
}

/// Executes what was recorded: the entry call and the calls it leads to, each before those it makes.
fn execute(functions: &[Function]) -> Result<PrivateExecution, ExecutionError> {
    block_on(async {
        let entry = &functions[0];
        let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
        let rng = Arc::new(RecordedRng::default());
        let keys = KeyStore::create(
            &mut job,
            Credential::Key(&[7; 32]),
            KdfParams::INSECURE,
            Arc::clone(&rng) as Arc<dyn Rng>,
        );
        let keys = keys.await.unwrap();
        let secret = SecretKey::from_field(SECRET.parse().unwrap());
        let account = keys
            .add_account(&mut job, secret, PARTIAL_ADDRESS.parse().unwrap(), AccountSecrets::default())
            .await
            .unwrap();
        assert_eq!(account.address(), entry.contract());

        let mut overrides = Overrides::new();
        for function in functions {
            prepare(&mut job, &keys, &rng, function).await;
            let instance = ProtocolContract::FeeJuice.instance().instance;
            let empty = || Override {
                instance,
                artifact: Arc::new(ContractArtifact {
                    name: "Recorded".into(),
                    functions: vec![],
                    public_functions: vec![],
                    outputs: Outputs::default(),
                    storage_layout: BTreeMap::new(),
                }),
            };
            let stand_in = overrides.entry(function.contract()).or_insert_with(empty);
            Arc::get_mut(&mut stand_in.artifact).unwrap().functions.push(function.artifact.clone());
        }
        let anchor = Anchor::new(entry.context.anchor_block_header, BlockNumber(0));
        let contracts = Contracts::new(ProtocolClasses::official(), FunctionKeys::Shipped);
        let env = Env {
            node: Arc::new(AnchoredNode::new(NodeClient::new(Arc::new(NoLogs)), anchor)),
            contracts: contracts.with_overrides(&overrides).unwrap(),
            keys: Arc::new(keys),
            rng,
            programs: ProgramCache::default(),
            log: None,
        };
        let witness = |(inputs, outputs): (&[Vec<Fr>], &[ForeignValue])| AuthWitness {
            request_hash: inputs[0][0],
            witness: outputs[0].fields().to_vec(),
        };
        let enqueued = functions.iter().flat_map(|function| function.calls("privateNotifyEnqueuedPublicFunctionCall"));
        let calldata = enqueued.map(|(inputs, _)| HashedValues { values: vec![], hash: inputs[1][0] });
        let request = TxExecutionRequest {
            origin: entry.contract(),
            function_selector: entry.context.call_context.function_selector,
            first_call_args_hash: args_hash(&entry.arguments),
            tx_context: entry.context.tx_context,
            // What contracts enqueue themselves they tell; what the request enqueues comes with it.
            args_of_calls: calldata
                .chain(functions.iter().map(|function| HashedValues::from_args(function.arguments.clone())))
                .collect(),
            auth_witnesses: functions
                .iter()
                .flat_map(|function| function.calls("utilityGetAuthWitness"))
                .map(witness)
                .collect(),
            ..TxExecutionRequest::default()
        };
        run_private(&env, &mut job, &request, &Scopes::All).await
    })
}

fn open(names: &[&str]) -> (Recordings, Vec<Function>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts/recorded.tar.gz");
    let recordings = Recordings::open(&path).unwrap();
    let functions = names.iter().map(|name| Function::open(&recordings, name)).collect();
    (recordings, functions)
}

/// An account's entrypoint that publishes an instance, mints, transfers in each direction: notes are picked and nullified,
/// made and encrypted, logs tagged, public functions enqueued.
#[test]
fn transactions_come_to_the_recorded_witnesses() {
    let transactions = [
        ["0001", "0002"],
        ["0008", "0010"],
        ["0016", "0018"],
        ["0026", "0027"],
        ["0033", "0034"],
        ["0040", "0042"],
        ["0048", "0050"],
    ];
    for names in transactions {
        let (recordings, functions) = open(&names);
        let execution = execute(&functions).unwrap_or_else(|error| panic!("{names:?}: {error}"));
        let calls: Vec<_> = execution.calls().collect();
        assert_eq!(calls.len(), names.len());
        for ((name, call), function) in names.iter().zip(&calls).zip(&functions) {
            let recorded = recordings.read(&format!("{name}.wit")).unwrap();
            let (entries, rest) = recorded.as_chunks::<36>();
            assert!(rest.is_empty() && entries.len() == call.witness.len(), "{name}");
            for (entry, (index, value)) in entries.iter().zip(call.witness.iter()) {
                assert_eq!(entry[..4], index.to_le_bytes(), "{name}");
                assert_eq!(entry[4..], value.to_be_bytes(), "{name}: witness {index}");
            }
            let made = function.calls("privateNotifyCreatedNote").count();
            assert_eq!(call.new_notes.len(), made, "{name}");
            assert_eq!(call.contract(), function.contract());
        }
        let enqueued = functions.iter().flat_map(|function| function.calls("privateNotifyEnqueuedPublicFunctionCall"));
        assert_eq!(execution.public_calldata.len(), enqueued.count(), "{names:?}");
        let emitted = calls.iter().any(|call| !call.public_inputs.nullifiers.is_empty());
        assert!(emitted && execution.first_nullifier != Fr::ZERO);
    }
}

/// A transfer of more than there is: the function that takes what is missing fails, two calls below the entrypoint.
#[test]
fn a_failure_names_all_functions_on_the_way() {
    let (_, functions) = open(&["0059", "0060", "0061"]);
    let error = execute(&functions).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Recorded.entrypoint > Recorded.transfer > Recorded._recurse_subtract_balance: assertion failed: Balance too low"
    );
    assert!(matches!(&*error.failure, ExecutionFailure::Assertion { selector, .. } if *selector == BALANCE_TOO_LOW));
    let told = error.to_simulation_error();
    assert_eq!(told.original_message, "Assertion failed: Balance too low");
    let selectors: Vec<_> = told.function_error_stack.iter().map(|call| call.function_selector.unwrap()).collect();
    let expected: Vec<_> = functions.iter().map(|function| function.context.call_context.function_selector).collect();
    assert_eq!(selectors, expected);
    let place = functions[2].recorded.error.as_ref().unwrap().call_stack.clone().unwrap();
    assert_eq!(told.noir_error_stack, Some(NoirCallStack::Opcodes(place)));
}
