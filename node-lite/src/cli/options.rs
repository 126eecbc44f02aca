//! What people write.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use node_lite::config::{Config, Data, Network};
use node_lite::parameters::ParameterSet;
use node_lite::rpc::{AdminConfig, AllowedOrigins, ApiKey, Limits, ServerConfig, ShortApiKey};
use protocol::address::AztecAddress;
use protocol::rpc::dev::{MAX_LATENCY, Milliseconds, MiningMode};
use thiserror::Error;

const EXAMPLES: &str = "\
Examples:
  node-lite                                  a network in memory on http://127.0.0.1:8080, ready for aztec.js
  node-lite --data-dir ./network             the same, kept in a folder
  node-lite --mining interval:12             a block every 12 seconds, if a transaction is pending
  node-lite --mining manual                  blocks only by dev_mine
  node-lite --fund 0x1234…,0x5678…           further accounts with fee juice from the start
  node-lite --dump-state s --load-state s    begin where the last run ended
  node-lite --verify-proofs                  takes only transactions with real proofs
  node-lite --parameters development         the same under an INSECURE SRS that everybody can prove with
  node-lite --port 0 --json                  any free port; tools read where from one line of JSON

Every option can be given as an environment variable too, as NODE_LITE_PORT=8080.
GET /status says whether the node is up, GET /metrics how it does. docs/rpc.md lists the methods.";

/// A whole Aztec network in one program: chain, public execution, JSON-RPC, and an L1 that it emulates.
#[derive(Debug, Parser)]
#[command(name = "node-lite", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Options {
    /// Port of the JSON-RPC; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8080, env = "NODE_LITE_PORT", help_heading = "Server")]
    port: u16,

    /// Address to listen on; 0.0.0.0 lets other machines in
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST),
        env = "NODE_LITE_HOST",
        help_heading = "Server"
    )]
    host: IpAddr,

    /// Web pages that may use the node, as https://example.com; all when not given
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',', env = "NODE_LITE_ALLOW_ORIGIN", help_heading = "Server")]
    allow_origin: Vec<String>,

    /// Leaves out the dev_ methods and /dev/state, which change the chain at will
    #[arg(long, env = "NODE_LITE_NO_DEV", help_heading = "Server")]
    no_dev: bool,

    /// Lets every request wait, as over a slow network
    #[arg(
        long,
        value_name = "MILLISECONDS",
        default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_LATENCY.0)),
        env = "NODE_LITE_LATENCY",
        help_heading = "Server"
    )]
    latency: u32,

    /// Largest body of a request, in bytes; official nodes take 1048576
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = Limits::default().body_size,
        env = "NODE_LITE_MAX_BODY_SIZE",
        help_heading = "Server"
    )]
    max_body_size: usize,

    /// Most calls in a batch
    #[arg(
        long,
        value_name = "CALLS",
        default_value_t = Limits::default().batch_size,
        env = "NODE_LITE_MAX_BATCH_SIZE",
        help_heading = "Server"
    )]
    max_batch_size: usize,

    /// Most connections at one time
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = Limits::default().connections,
        env = "NODE_LITE_MAX_CONNECTIONS",
        help_heading = "Server"
    )]
    max_connections: usize,

    /// Port of the nodeAdmin_ methods, on this machine only; needs --admin-api-key
    #[arg(
        long,
        value_name = "PORT",
        requires = "admin_api_key",
        env = "NODE_LITE_ADMIN_PORT",
        help_heading = "Server"
    )]
    admin_port: Option<u16>,

    /// What clients of the admin port must show, in x-api-key or as a bearer token; better given as a variable
    #[arg(long, value_name = "KEY", env = "NODE_LITE_ADMIN_API_KEY", hide_env_values = true, help_heading = "Server")]
    admin_api_key: Option<String>,

    /// Folder to keep the chain in; made if it is not there
    #[arg(long, value_name = "DIR", conflicts_with = "memory", env = "NODE_LITE_DATA_DIR", help_heading = "Chain")]
    data_dir: Option<PathBuf>,

    /// Reads all of the folder's data to find damage, however large it is; up to 64 MB the node does so anyway
    #[arg(long, env = "NODE_LITE_CHECK_DATA", help_heading = "Chain")]
    check_data: bool,

    /// Keeps the chain in memory, until the node stops; the default
    #[arg(long, env = "NODE_LITE_MEMORY", help_heading = "Chain")]
    memory: bool,

    /// When blocks are made: auto (as soon as a transaction is pending), interval:SECONDS, or manual
    #[arg(long, value_name = "MODE", default_value_t = MiningMode::Auto, env = "NODE_LITE_MINING", help_heading = "Chain")]
    mining: MiningMode,

    /// Accounts that have fee juice from the start, besides the test accounts
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', env = "NODE_LITE_FUND", help_heading = "Chain")]
    fund: Vec<AztecAddress>,

    /// Leaves out the accounts and contracts of the official local network
    #[arg(long, env = "NODE_LITE_NO_TEST_ACCOUNTS", help_heading = "Chain")]
    no_test_accounts: bool,

    /// Keys, contract classes and test accounts: official, or development, which are INSECURE (anyone can forge proofs)
    /// but can be proven with without downloading anything
    #[arg(
        long,
        value_name = "SET",
        value_enum,
        default_value_t,
        hide_possible_values = true,
        env = "NODE_LITE_PARAMETERS",
        help_heading = "Proofs"
    )]
    parameters: ParameterName,

    /// Verifies the proofs of transactions, as networks other than the official local one do; not given, only with
    /// development parameters
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        env = "NODE_LITE_VERIFY_PROOFS",
        help_heading = "Proofs"
    )]
    verify_proofs: Option<bool>,

    /// Barretenberg's module for one thread: the file, or the folder of the package @aztec/bb.js 4.1.2; not given, the one
    /// that `./dev barretenberg` keeps in the cache folder
    #[cfg(feature = "verifier")]
    #[arg(long, value_name = "PATH", env = "NODE_LITE_BARRETENBERG", help_heading = "Proofs")]
    barretenberg: Option<PathBuf>,

    /// Folder for what can be made again: compiled code, the development SRS; by default aztec-lite in the user's cache
    /// folder
    #[cfg(feature = "verifier")]
    #[arg(long, value_name = "DIR", env = "AZTEC_LITE_CACHE", help_heading = "Proofs")]
    cache_dir: Option<PathBuf>,

    /// Length of a slot
    #[arg(long, value_name = "SECONDS", env = "NODE_LITE_SLOT_DURATION", help_heading = "Chain")]
    slot_duration: Option<NonZeroU32>,

    /// Slots of an epoch
    #[arg(long, value_name = "SLOTS", env = "NODE_LITE_EPOCH_DURATION", help_heading = "Chain")]
    epoch_duration: Option<NonZeroU32>,

    /// Starts with the chain in a file that --dump-state or GET /dev/state wrote; one that is not there is a fresh start
    #[arg(long, value_name = "FILE", env = "NODE_LITE_LOAD_STATE", help_heading = "Chain")]
    pub(super) load_state: Option<PathBuf>,

    /// Writes the chain to a file when the node stops
    #[arg(long, value_name = "FILE", env = "NODE_LITE_DUMP_STATE", help_heading = "Chain")]
    pub(super) dump_state: Option<PathBuf>,

    /// Blocks whose states are kept for questions about the past
    #[arg(
        long,
        value_name = "BLOCKS",
        default_value_t = Config::default().kept_states,
        value_parser = clap::value_parser!(u32).range(1..),
        env = "NODE_LITE_KEPT_STATES",
        help_heading = "Chain"
    )]
    kept_states: u32,

    /// Most pending transactions
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = Config::default().max_pending,
        env = "NODE_LITE_MAX_PENDING",
        help_heading = "Chain"
    )]
    max_pending: usize,

    /// Says what the node is as one line of JSON
    #[arg(long, env = "NODE_LITE_JSON", help_heading = "Output")]
    pub(super) json: bool,

    /// How much is logged to standard error: error, warn, info, debug or trace, or a filter like node_lite=debug
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "NODE_LITE_LOG", help_heading = "Output")]
    pub(super) log: String,

    /// In which form: text, or json with an object on each line
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        hide_possible_values = true,
        env = "NODE_LITE_LOG_FORMAT",
        help_heading = "Output"
    )]
    pub(super) log_format: LogFormat,
}

/// Parameters as people name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ParameterName {
    #[default]
    Official,
    Development,
}

impl From<ParameterName> for ParameterSet {
    fn from(name: ParameterName) -> Self {
        match name {
            ParameterName::Official => Self::Official,
            ParameterName::Development => Self::InsecureDevelopment,
        }
    }
}

/// In which form logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// An option has a value that cannot be.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum UsageError {
    /// The admin port would not be safe.
    #[error("--admin-api-key: {0}")]
    ApiKey(#[from] ShortApiKey),
    /// The part of the program that would do it is not there.
    #[cfg(not(feature = "verifier"))]
    #[error("--verify-proofs: this node-lite was built without the feature `verifier`")]
    NoVerifier,
    /// Not a filter.
    #[error("--log {0}: not a level (error, warn, info, debug, trace) and not a filter like node_lite=debug")]
    Log(String),
}

impl Options {
    /// What the node is told.
    pub(super) fn config(&self) -> Config {
        let mut config = Config {
            network: Network::local(self.parameters.into()),
            data: self.data_dir.clone().map_or(Data::Memory, Data::Folder),
            check_data: self.check_data,
            mining: self.mining.into(),
            max_pending: self.max_pending,
            kept_states: self.kept_states,
            ..Config::default()
        };
        let network = &mut config.network;
        network.slot_duration = self.slot_duration.unwrap_or(network.slot_duration);
        network.epoch_duration = self.epoch_duration.unwrap_or(network.epoch_duration);
        if self.no_test_accounts {
            network.test_accounts = false;
            network.funded.clear();
        }
        for account in &self.fund {
            if !network.funded.contains(account) {
                network.funded.push(*account);
            }
        }
        config
    }

    /// What the server is told.
    pub(super) fn server(&self) -> Result<ServerConfig, UsageError> {
        let admin = match (self.admin_port, &self.admin_api_key) {
            (Some(port), Some(key)) => Some(AdminConfig { port, api_key: ApiKey::new(key)? }),
            _ => None,
        };
        Ok(ServerConfig {
            host: self.host,
            port: self.port,
            dev: !self.no_dev,
            admin,
            allowed_origins: match self.allow_origin.as_slice() {
                [] => AllowedOrigins::Any,
                origins => AllowedOrigins::Only(origins.to_vec()),
            },
            latency: Milliseconds(self.latency),
            limits: Limits {
                body_size: self.max_body_size,
                batch_size: self.max_batch_size,
                connections: self.max_connections.max(1),
                ..Limits::default()
            },
        })
    }

    /// Whether proofs are to be verified.
    pub(super) fn verifies_proofs(&self) -> bool {
        self.verify_proofs.unwrap_or(self.parameters == ParameterName::Development)
    }

    /// Where the verifier has barretenberg from, if people say so.
    #[cfg(feature = "verifier")]
    pub(super) fn barretenberg(&self) -> Option<&PathBuf> {
        self.barretenberg.as_ref()
    }

    /// Where what can be made again is kept.
    #[cfg(feature = "verifier")]
    pub(super) fn cache_dir(&self) -> PathBuf {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        self.cache_dir.clone().unwrap_or_else(|| {
            let home = || std::env::home_dir().unwrap_or_default().join(".cache");
            variable("XDG_CACHE_HOME").unwrap_or_else(home).join("aztec-lite")
        })
    }

    /// Accounts that were asked to be funded.
    pub(super) fn funded(&self) -> &[AztecAddress] {
        &self.fund
    }

    /// When blocks are made.
    pub(super) fn mining(&self) -> MiningMode {
        self.mining
    }

    /// Whether the dev namespace is there.
    pub(super) fn dev(&self) -> bool {
        !self.no_dev
    }

    /// Where the chain is kept.
    pub(super) fn data_dir(&self) -> Option<&PathBuf> {
        self.data_dir.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(options: &[&str]) -> Result<Options, clap::Error> {
        Options::try_parse_from(["node-lite"].iter().chain(options))
    }

    #[test]
    fn options_are_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn defaults_and_values() {
        let options = parse(&[]).unwrap();
        let (config, server) = (options.config(), options.server().unwrap());
        assert_eq!(config.data, Data::Memory);
        assert!(server.dev && server.admin.is_none() && server.host.is_loopback());
        let one = "0x0000000000000000000000000000000000000000000000000000000000000001";
        let options = parse(&["--fund", one, "--no-test-accounts", "--mining", "interval:0.5", "--no-dev"]).unwrap();
        let config = options.config();
        assert_eq!(config.network.funded, [AztecAddress::from_u64(1)]);
        assert_eq!(config.mining, node_lite::config::Mining::Interval(std::time::Duration::from_millis(500)));
        assert!(!options.server().unwrap().dev);
    }

    #[test]
    fn proofs_are_verified_when_asked_for_and_with_development_parameters() {
        let options = |options: &[&str]| {
            let options = parse(options).unwrap();
            (options.config().network.parameters.set(), options.verifies_proofs())
        };
        assert_eq!(options(&[]), (ParameterSet::Official, false));
        assert_eq!(options(&["--verify-proofs"]), (ParameterSet::Official, true));
        let development = ["--parameters", "development"];
        assert_eq!(options(&development), (ParameterSet::InsecureDevelopment, true));
        let both = ["--parameters", "development", "--verify-proofs=false"];
        assert_eq!(options(&both), (ParameterSet::InsecureDevelopment, false));
    }

    #[test]
    fn wrong_values_are_refused_before_anything_starts() {
        for options in [
            &["--port", "65536"][..],
            &["--host", "localhost:80"],
            &["--mining", "fast"],
            &["--fund", "0x1z"],
            &["--memory", "--data-dir", "x"],
            &["--admin-port", "8880"],
            &["--latency", "60001"],
            &["--kept-states", "0"],
            &["--parameters", "test"],
            &["--verify-proofs=perhaps"],
            &["--nothing-like-this"],
        ] {
            assert_eq!(parse(options).unwrap_err().exit_code(), 2, "{options:?}");
        }
        let short = parse(&["--admin-port", "0", "--admin-api-key", "short"]).unwrap();
        assert_eq!(short.server().unwrap_err(), UsageError::ApiKey(ShortApiKey));
    }
}
