//! Accounts, requests and witnesses of the recorded sessions of the official wallet, made again.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::sync::{Arc, Mutex};

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent};
use protocol::contract::ContractInstanceWithAddress;
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::keys::SecretKey;
use protocol::rpc::info::NodeInfo;
use pxe_core::account::{Account, LocalSigner, Sender, SigningKey, TxOptions};
use pxe_core::port::Rng;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The random bytes of an entry, in their order.
#[derive(Debug, Clone, Default)]
struct Draws(Arc<Mutex<Vec<Vec<u8>>>>);

impl Draws {
    /// Those of an entry. `unused` are drawn by the official wallet and thrown away.
    fn load(&self, entry: &Value, unused: &str) {
        let draws = entry["draws"].as_array().into_iter().flatten().filter(|draw| draw["who"] != unused);
        let bytes = |draw: &Value| const_hex::decode(draw["bytes"].as_str().unwrap()).unwrap();
        *self.0.lock().unwrap() = draws.rev().map(bytes).collect();
    }

    fn are_used_up(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

impl Rng for Draws {
    /// A number that was drawn shorter is padded in front.
    fn fill(&self, bytes: &mut [u8]) {
        let drawn = self.0.lock().unwrap().pop().expect("no more than the official wallet draws");
        let (padding, rest) = bytes.split_at_mut(bytes.len() - drawn.len());
        padding.fill(0);
        rest.copy_from_slice(&drawn);
    }
}

fn of<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn account(entry: &Value, draws: &Draws) -> (Account, LocalSigner) {
    let args = &entry["args"];
    let kind = args["type"].as_str().unwrap().parse().unwrap();
    let key = const_hex::decode_to_array(args["signingKey"].as_str().unwrap()).unwrap();
    let key = SigningKey::from_bytes(kind, &key).unwrap();
    let keys = SecretKey::from_field(of(&args["secret"])).master_keys().public_keys();
    let instance: ContractInstanceWithAddress = of(&entry["result"]["instance"]);
    let class = instance.instance.original_contract_class_id;
    let account = Account::new(kind, class, key.public_key(), keys, of(&args["salt"])).unwrap();
    assert_eq!(*account.instance(), instance);
    assert_eq!(account.address(), of::<AztecAddress>(&entry["result"]["address"]));
    assert_eq!(account.complete_address().to_string(), entry["result"]["completeAddress"]);
    (account, LocalSigner::new(key, Arc::new(draws.clone())))
}

fn intent(value: &Value) -> Intent {
    match value.get("caller") {
        Some(caller) => Intent::Call { caller: of(caller), call: of(&value["call"]) },
        None => Intent::InnerHash { consumer: of(&value["consumer"]), inner_hash: of(&value["innerHash"]) },
    }
}

/// Goes through a session; returns how many accounts, requests and witnesses were made.
fn replay(path: &Path) -> [usize; 3] {
    let mut session = Vec::new();
    lzma_rs::xz_decompress(&mut BufReader::new(File::open(path).unwrap()), &mut session).unwrap();
    let draws = Draws::default();
    let mut accounts = BTreeMap::<AztecAddress, (Account, LocalSigner)>::new();
    let (mut chain, mut made) = (None, [0; 3]);
    for line in session.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let entry: Value = serde_json::from_slice(line).unwrap();
        if entry["t"] == "session" {
            let info: NodeInfo = of(&entry["nodeInfo"]);
            let (chain_id, version) = (Fr::from(info.l1_chain_id.0), Fr::from(info.rollup_version.0));
            chain = Some(ChainInfo { chain_id, version });
        }
        if entry["t"] != "wallet" || entry.get("result").is_none() {
            continue;
        }
        let (args, place) = (&entry["args"], format!("{}, entry {}", path.display(), entry["n"]));
        let sender = |from: &AztecAddress| match accounts.get(from) {
            Some((account, signer)) => Sender::Account { account, signer },
            None if from.is_zero() => Sender::Nobody,
            None => panic!("{place}: no account {from}"),
        };
        match entry["method"].as_str().unwrap() {
            "createAccount" => {
                let (account, signer) = account(&entry, &draws);
                accounts.insert(account.address(), (account, signer));
                made[0] += 1;
            }
            "createTxExecutionRequest" => {
                let from: AztecAddress = of(&args["from"]);
                draws.load(&entry, if from.is_zero() { "tx nonce" } else { "" });
                let fee_payment_method = match args["fee"]["accountFeePaymentMethodOptions"].as_u64() {
                    Some(1) => FeePaymentMethod::PreexistingFeeJuice,
                    Some(2) => FeePaymentMethod::FeeJuiceWithClaim,
                    _ => FeePaymentMethod::External,
                };
                let options = TxOptions {
                    chain: chain.unwrap(),
                    gas: of(&args["fee"]["gasSettings"]),
                    fee_payment_method,
                    cancellable: false,
                    tx_nonce: None,
                };
                let request = block_on(sender(&from).request(of(&args["payload"]), &options, &draws)).unwrap();
                assert_eq!(serde_json::to_value(&request).unwrap(), entry["result"], "{place}");
                assert!(draws.are_used_up(), "{place}");
                made[1] += 1;
            }
            "createAuthWit" => {
                draws.load(&entry, "");
                let intent = intent(&args["intent"]);
                let witness = block_on(sender(&of(&args["from"])).authorize(&intent, chain.unwrap())).unwrap();
                assert_eq!(serde_json::to_value(&witness).unwrap(), entry["result"], "{place}");
                made[2] += 1;
            }
            _ => {}
        }
    }
    made
}

#[test]
fn the_official_wallets_requests_are_made_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe");
    let mut sessions = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().ends_with(".jsonl.xz") {
            let [accounts, requests, witnesses] = replay(&path);
            println!("{}: {accounts} accounts, {requests} requests, {witnesses} witnesses", path.display());
            assert!(accounts > 0 && requests > 0, "{}", path.display());
            sessions += 1;
        }
    }
    assert!(sessions >= 2);
}
