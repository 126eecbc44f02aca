//! What the server is told when it starts.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use protocol::rpc::dev::Milliseconds;
use protocol::rpc::{DEFAULT_MAX_BATCH_SIZE, DEFAULT_MAX_BODY_SIZE};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// What the server is told when it starts.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address it listens on.
    pub host: IpAddr,
    /// Port it listens on; 0 for any that is free.
    pub port: u16,
    /// Whether it has the `dev` namespace.
    pub dev: bool,
    /// The port for operators, if there is to be one.
    pub admin: Option<AdminConfig>,
    /// Web pages that may use it.
    pub allowed_origins: AllowedOrigins,
    /// What every request waits at first.
    pub latency: Milliseconds,
    /// What it spends on its clients.
    pub limits: Limits,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 8080,
            dev: true,
            admin: None,
            allowed_origins: AllowedOrigins::Any,
            latency: Milliseconds(0),
            limits: Limits::default(),
        }
    }
}

/// What the server spends on its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body, unpacked.
    pub body_size: usize,
    /// Calls in a batch.
    pub batch_size: usize,
    /// Bytes of all results of one request.
    pub response_size: usize,
    /// Bytes of request bodies held at one time. Bodies up to [`Limits::SMALL`] are not counted.
    pub bodies_size: usize,
    /// Bytes of responses held at one time, until clients have taken them.
    pub responses_size: usize,
    /// Connections at one time; others wait.
    pub connections: usize,
    /// Requests that are worked on at one time; others wait.
    pub requests: usize,
    /// Requests at one time that wait for something else than this machine, as for a proof or a block.
    pub patient_requests: usize,
    /// Time for the head of a request, and between requests of a connection.
    pub head_time: Duration,
    /// Time for the body of a request, and between parts of a streamed one.
    pub body_time: Duration,
    /// Time for which a client may take nothing of a response.
    pub write_time: Duration,
}

impl Limits {
    /// Up to this size a body or response takes part in no accounting.
    pub const SMALL: usize = 64 << 10;
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            body_size: DEFAULT_MAX_BODY_SIZE,
            batch_size: DEFAULT_MAX_BATCH_SIZE,
            response_size: 64 << 20,
            bodies_size: 64 << 20,
            responses_size: 256 << 20,
            connections: 4096,
            requests: cores.saturating_mul(2).max(8),
            patient_requests: 64,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
        }
    }
}

/// Web pages that may use the server from a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// All of them, as with official nodes.
    Any,
    /// Those from these origins, as `https://example.com`.
    Only(Vec<String>),
}

/// The port for operators. It is on the loopback interface only.
#[derive(Debug, Clone)]
pub struct AdminConfig {
    /// The port; 0 for any that is free.
    pub port: u16,
    /// What clients must show.
    pub api_key: ApiKey,
}

/// What a client of the admin port must show. Only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey([u8; 32]);

/// An API key is too short to be safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an API key has at least {} characters", ApiKey::MIN_LENGTH)]
pub struct ShortApiKey;

impl ApiKey {
    /// Characters a key has at least.
    pub const MIN_LENGTH: usize = 16;

    /// A key.
    pub fn new(key: &str) -> Result<Self, ShortApiKey> {
        match key.len() < Self::MIN_LENGTH {
            true => Err(ShortApiKey),
            false => Ok(Self(Sha256::digest(key).into())),
        }
    }

    /// Whether a client shows the key. Takes as long for every wrong key.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        self.0.iter().zip(shown).fold(0, |difference, (ours, theirs)| difference | (ours ^ theirs)) == 0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_keys() {
        assert_eq!(ApiKey::new("short"), Err(ShortApiKey));
        let key = ApiKey::new("sixteen letters!").unwrap();
        assert!(key.is("sixteen letters!"));
        assert!(!key.is("sixteen letters") && !key.is(""));
        assert_eq!(format!("{key:?}"), "ApiKey");
    }
}
