//! What the wallet is asked, and what comes out.

use std::sync::Arc;

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent};
use protocol::contract::ContractInstanceWithAddress;
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::gas::GasSettings;
use protocol::keys::{CompleteAddress, SecretKey};
use protocol::tx::{AuthWitness, ExecutionPayload, TxExecutionRequest};
use pxe_core::account::{Account, AccountKind, LocalSigner, Sender, SigningKey, TxOptions};
use pxe_core::port::Rng;
use serde_json::Value;
use tests::session::Entry;

use crate::replay::{Session, read};

/// What a wallet draws for a request: of the nonces, the one that the entrypoint uses.
const REQUEST: [&str; 3] = ["tx nonce", "schnorr", "tx salt"];
const REQUEST_OF_NOBODY: [&str; 2] = ["payload nonce", "tx salt"];

fn intent(value: &Value) -> Intent {
    match value.get("consumer") {
        Some(consumer) => Intent::InnerHash { consumer: read(consumer), inner_hash: read(&value["innerHash"]) },
        None => Intent::Call { caller: read(&value["caller"]), call: read(&value["call"]) },
    }
}

impl Session {
    /// Answers as the wallet did.
    pub(crate) fn ask_wallet(&mut self, entry: &Entry, entries: &[Entry]) {
        let result = entry.result.as_ref();
        match (&*entry.method, result) {
            ("createAccount", Some(result)) => self.create_account(&entry.args, result),
            ("createTxExecutionRequest", Some(result)) => self.request(entry, result, false),
            ("simulateViaEntrypoint", _) => {
                let inside = entries.iter().find(|inner| inner.within == Some(entry.n) && inner.method == "simulateTx");
                if let Some(inside) = inside {
                    self.request(entry, &inside.args["request"], true);
                }
            }
            ("createAuthWit", Some(result)) => self.authorize(entry, result),
            (method, _) => panic!("a wallet is not asked for {method}"),
        }
    }

    fn create_account(&mut self, args: &Value, result: &Value) {
        let kind: AccountKind = args["type"].as_str().unwrap().parse().unwrap();
        let key = const_hex::decode(args["signingKey"].as_str().unwrap()).unwrap();
        let key = SigningKey::from_bytes(kind, key.as_slice().try_into().unwrap()).unwrap();
        let secret = SecretKey::from_field(read(&args["secret"]));
        let class = read(&result["artifact"]["class"]);
        let public_keys = secret.master_keys().public_keys();
        let account = Account::new(kind, class, key.public_key(), public_keys, read(&args["salt"])).unwrap();
        let compared = &mut self.compared;
        compared.same("accounts: address", account.address(), read::<AztecAddress>(&result["address"]));
        let complete: CompleteAddress = read(&result["completeAddress"]);
        compared.same("accounts: complete address", account.complete_address(), complete);
        let instance: ContractInstanceWithAddress = read(&result["instance"]);
        compared.same("accounts: instance", *account.instance(), instance);
        self.accounts.push((account, key));
    }

    fn chain(&self) -> ChainInfo {
        self.pxe().chain()
    }

    fn account(&self, address: AztecAddress) -> (Account, LocalSigner) {
        let known = self.accounts.iter().find(|(account, _)| account.address() == address);
        let (account, key) = known.unwrap_or_else(|| panic!("there is no account {address}"));
        (*account, LocalSigner::new(key.clone(), Arc::clone(&self.rng) as Arc<dyn Rng>))
    }

    fn request(&mut self, entry: &Entry, recorded: &Value, is_simulated: bool) {
        let args = &entry.args;
        let (payload, from): (ExecutionPayload, AztecAddress) = (read(&args["payload"]), read(&args["from"]));
        let fee_payment_method = match args["fee"]["accountFeePaymentMethodOptions"].as_u64() {
            Some(0) => FeePaymentMethod::External,
            Some(2) => FeePaymentMethod::FeeJuiceWithClaim,
            _ => FeePaymentMethod::PreexistingFeeJuice,
        };
        let gas: GasSettings = read(&args["fee"]["gasSettings"]);
        let options = TxOptions { chain: self.chain(), gas, fee_payment_method, cancellable: false, tx_nonce: None };
        let rng = Arc::clone(&self.rng);
        let request = if from.is_zero() {
            self.draw_for_wallet(entry, &REQUEST_OF_NOBODY);
            block_on(Sender::Nobody.request(payload, &options, &*rng))
        } else if is_simulated {
            self.draw_for_wallet(entry, &REQUEST);
            block_on(Sender::Simulated(from).request(payload, &options, &*rng))
        } else {
            self.draw_for_wallet(entry, &REQUEST);
            let (account, signer) = self.account(from);
            block_on(Sender::Account { account: &account, signer: &signer }.request(payload, &options, &*rng))
        };
        let (request, recorded): (_, TxExecutionRequest) = (request.unwrap(), read(recorded));
        let compared = &mut self.compared;
        compared.same("requests: salt", request.salt, recorded.salt);
        compared.same("requests: authorizations", &request.auth_witnesses, &recorded.auth_witnesses);
        let lists = |request: &TxExecutionRequest| {
            request.args_of_calls.iter().map(|list| (list.hash, list.values.clone())).collect::<Vec<(Fr, Vec<Fr>)>>()
        };
        compared.same("requests: arguments", lists(&request), lists(&recorded));
        compared.same("requests to entrypoints", request, recorded);
    }

    fn authorize(&mut self, entry: &Entry, result: &Value) {
        self.draw_for_wallet(entry, &REQUEST);
        let (account, signer) = self.account(read(&entry.args["from"]));
        let sender = Sender::Account { account: &account, signer: &signer };
        let witness = block_on(sender.authorize(&intent(&entry.args["intent"]), self.chain())).unwrap();
        self.compared.same("authorizations", witness, read::<AuthWitness>(result));
    }
}
