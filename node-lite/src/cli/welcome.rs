//! What people are told when the node is up.

use std::fmt;

use node_lite::genesis::{TestAccount, TestContract, test_accounts, test_contracts};
use node_lite::parameters::ParameterSet;
use node_lite::spawn::NodeHandle;
use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::rpc::dev::MiningMode;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use serde::Serialize;

use super::options::Options;

/// An account that everybody can use.
#[derive(Debug, Serialize)]
struct Account {
    #[serde(rename = "type")]
    kind: String,
    address: AztecAddress,
    secret: Fr,
    salt: Fr,
}

/// A contract that is there.
#[derive(Debug, Serialize)]
struct Contract {
    name: String,
    address: AztecAddress,
}

/// What people are told when the node is up.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Welcome {
    version: &'static str,
    protocol_version: &'static str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_url: Option<String>,
    l1_chain_id: L1ChainId,
    rollup_version: RollupVersion,
    block_number: BlockNumber,
    mining: MiningMode,
    parameters: ParameterSet,
    verifies_proofs: bool,
    #[serde(skip)]
    proof_mode: &'static str,
    #[serde(skip)]
    is_secure: bool,
    /// Whether the dev namespace is there.
    dev: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<String>,
    accounts: Vec<Account>,
    contracts: Vec<Contract>,
    funded: Vec<AztecAddress>,
    fee_juice: AztecAddress,
    fee_juice_on_l1: String,
}

impl Welcome {
    pub(super) fn new(options: &Options, handle: &NodeHandle) -> Self {
        let node = handle.node();
        let network = node.network();
        let account = |TestAccount { kind, address, secret, salt }| Account { kind, address, secret, salt };
        let contract = |TestContract { name, address }| Contract { name, address };
        let (accounts, contracts) = match network.test_accounts {
            true => (test_accounts(network.parameters.set()), test_contracts(network.parameters.set())),
            false => (Vec::new(), Vec::new()),
        };
        let latest = node.snapshot().ok().and_then(|snapshot| snapshot.latest_block().ok());
        Self {
            version: env!("CARGO_PKG_VERSION"),
            protocol_version: protocol::VERSION,
            url: handle.url(),
            admin_url: handle.admin_url(),
            l1_chain_id: network.l1_chain_id,
            rollup_version: network.rollup_version,
            block_number: latest.unwrap_or_default(),
            mining: options.mining(),
            parameters: network.parameters.set(),
            proof_mode: node.proof_mode(),
            is_secure: node.is_secure(),
            verifies_proofs: node.config().verifier.needs_proofs(),
            dev: options.dev(),
            data_dir: options.data_dir().map(|path| path.display().to_string()),
            accounts: accounts.into_iter().map(account).collect(),
            contracts: contracts.into_iter().map(contract).collect(),
            funded: options.funded().to_vec(),
            fee_juice: ProtocolContract::FeeJuice.address(),
            fee_juice_on_l1: network.l1_contracts.fee_juice_address.to_string(),
        }
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("it has text keys and no fallible members")
    }
}

impl fmt::Display for Welcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "node-lite {}, Aztec protocol {}\n", self.version, self.protocol_version)?;
        writeln!(f, "  JSON-RPC       {}", self.url)?;
        writeln!(f, "  Health         {}/status   {0}/metrics", self.url)?;
        if let Some(url) = &self.admin_url {
            writeln!(f, "  Admin          {url}")?;
        }
        writeln!(f, "  Network        L1 chain {}, rollup version {}", self.l1_chain_id, self.rollup_version)?;
        match &self.data_dir {
            Some(folder) => writeln!(f, "  Chain          block {}, kept in {folder}", self.block_number)?,
            None => writeln!(f, "  Chain          block {}, in memory: gone when this stops", self.block_number)?,
        }
        writeln!(f, "  Mining         {}", self.mining)?;
        writeln!(f, "  Proofs         {}", self.proof_mode)?;
        writeln!(f, "  Fee juice      {} (on L1 {})", self.fee_juice, self.fee_juice_on_l1)?;
        for contract in &self.contracts {
            writeln!(f, "  {:<14} {}", contract.name, contract.address)?;
        }
        if !self.accounts.is_empty() {
            writeln!(f, "\nTest accounts with 10000 fee juice. Their salt is 0; everybody knows their secrets.")?;
        }
        for (index, account) in self.accounts.iter().enumerate() {
            writeln!(f, "  ({index}) {} {}", account.kind, account.address)?;
            writeln!(f, "      secret  {}", account.secret)?;
        }
        if !self.funded.is_empty() {
            writeln!(f, "\nFunded with 10000 fee juice")?;
        }
        for account in &self.funded {
            writeln!(f, "  {account}")?;
        }
        if !self.is_secure {
            writeln!(f, "\nFOR DEVELOPMENT ONLY: {}.", self.proof_mode)?;
        }
        writeln!(f)
    }
}
