//! What people are told when the node is up.

use std::fmt;

use node_lite::config::Proofs;
use node_lite::spawn::NodeHandle;
use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::contract::protocol::ProtocolContract;
use protocol::rpc::dev::MiningMode;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use serde::Serialize;

use super::options::Options;

/// The accounts of the official local network: address, secret. Everybody knows them.
///
/// Protocol source: `@aztec/accounts/src/testing/configuration.ts`.
const TEST_ACCOUNTS: [(&str, &str); 3] = [
    (
        "0x0a60414ee907527880b7a53d4dacdeb9ef768bb98d9d8d1e7200725c13763331",
        "0x2153536ff6628eee01cf4024889ff977a18d9fa61d0e414422f7681cf085c281",
    ),
    (
        "0x00cedf87a800bd88274762d77ffd93e97bc881d1fc99570d62ba97953597914d",
        "0x0aebd1b4be76efa44f5ee655c20bf9ea60f7ae44b9a7fd1fd9f189c7a0b0cdae",
    ),
    (
        "0x1dd551228da3a56b5da5f5d73728e08d8114f59897c27136f1bcdd4c05028905",
        "0x0f6addf0da06c33293df974a565b03d1ab096090d907d98055a8b7f4954e120c",
    ),
];
/// The contract that pays anybody's fees on the official local network.
const SPONSORED_FPC: &str = "0x09a4df73aa47f82531a038d1d51abfc85b27665c4b7ca751e2d4fa9f19caffb2";

/// An account that everybody can use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TestAccount {
    address: &'static str,
    secret: &'static str,
    salt: &'static str,
    r#type: &'static str,
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
    verifies_proofs: bool,
    /// Whether the dev namespace is there.
    dev: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<String>,
    accounts: Vec<TestAccount>,
    funded: Vec<AztecAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sponsored_fpc: Option<&'static str>,
    fee_juice: AztecAddress,
    fee_juice_on_l1: String,
}

impl Welcome {
    pub(super) fn new(options: &Options, handle: &NodeHandle) -> Self {
        let node = handle.node();
        let network = node.network();
        let accounts = if options.test_accounts() { TEST_ACCOUNTS.as_slice() } else { &[] };
        let account = |(address, secret): &(&'static str, &'static str)| TestAccount {
            address,
            secret,
            salt: "0x0000000000000000000000000000000000000000000000000000000000000000",
            r#type: "schnorr",
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
            verifies_proofs: node.config().proofs == Proofs::Verified,
            dev: options.dev(),
            data_dir: options.data_dir().map(|path| path.display().to_string()),
            accounts: accounts.iter().map(account).collect(),
            funded: options.funded().to_vec(),
            sponsored_fpc: options.test_accounts().then_some(SPONSORED_FPC),
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
        writeln!(f, "  Fee juice      {} (on L1 {})", self.fee_juice, self.fee_juice_on_l1)?;
        if let Some(contract) = self.sponsored_fpc {
            writeln!(f, "  SponsoredFPC   {contract}")?;
        }
        if !self.accounts.is_empty() {
            writeln!(f, "\nTest accounts with 10000 fee juice. Everybody knows their secrets.")?;
        }
        for (index, account) in self.accounts.iter().enumerate() {
            writeln!(f, "  ({index}) {} {}", account.r#type, account.address)?;
            writeln!(f, "      secret  {}  salt 0", account.secret)?;
        }
        if !self.funded.is_empty() {
            writeln!(f, "\nFunded with 10000 fee juice")?;
        }
        for account in &self.funded {
            writeln!(f, "  {account}")?;
        }
        if !self.verifies_proofs {
            writeln!(f, "\nPROOFS OF TRANSACTIONS ARE NOT CHECKED: for development only.")?;
        }
        writeln!(f)
    }
}
