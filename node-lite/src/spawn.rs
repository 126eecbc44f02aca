//! A node with its server, running: what the program is a command line for, and what tests and tools start.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::node::{Node, NodeError};
use crate::rpc::{Context, Port, Server, ServerConfig, stopped};
use crate::store::StoreError;

/// How long stopping may take.
const STOP: Duration = Duration::from_secs(1);

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum SpawnError {
    /// Its data, or its network.
    #[error(transparent)]
    Node(Box<NodeError>),
    /// The port is taken, or not for us.
    #[error("cannot listen on {address}, port {port}: {source}")]
    Listen {
        /// Address to listen on.
        address: IpAddr,
        /// Port to listen on.
        port: u16,
        /// Which of the node's ports it is.
        admin: bool,
        /// Why.
        source: io::Error,
    },
    /// A bug.
    #[error("opening the node's data panicked: this is a bug in node-lite")]
    Panicked,
}

impl From<NodeError> for SpawnError {
    fn from(error: NodeError) -> Self {
        Self::Node(Box::new(error))
    }
}

impl SpawnError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Listen { port, admin, source, .. } => {
                let option = if *admin { "--admin-port" } else { "--port" };
                Some(match source.kind() {
                    io::ErrorKind::AddrInUse => format!(
                        "stop what listens there, or choose another port with {option} {}; {option} 0 takes any that is \
                         free",
                        port.checked_add(1).unwrap_or(8081)
                    ),
                    io::ErrorKind::PermissionDenied => format!("choose a port above 1023 with {option}"),
                    io::ErrorKind::AddrNotAvailable => "choose an address of this machine with --host".into(),
                    _ => return None,
                })
            }
            Self::Node(error) => match error.as_ref() {
                NodeError::Store(error) => store_hint(error),
                NodeError::OtherParameters { .. } => {
                    Some("start with the same --parameters, or choose another folder with --data-dir".into())
                }
                _ => None,
            },
            Self::Panicked => None,
        }
    }
}

fn store_hint(error: &StoreError) -> Option<String> {
    match error {
        StoreError::Open { source, .. } => Some(match source.as_ref() {
            redb::DatabaseError::DatabaseAlreadyOpen => {
                "another node-lite uses this folder: stop it, or choose another folder with --data-dir".into()
            }
            redb::DatabaseError::Storage(redb::StorageError::Io(error))
                if error.kind() == io::ErrorKind::PermissionDenied =>
            {
                "this user may not write there: choose another folder with --data-dir".into()
            }
            redb::DatabaseError::Storage(redb::StorageError::Io(error)) if is_full(error.kind()) => {
                "there is no room: free some, or choose a folder on another disk with --data-dir".into()
            }
            _ => "the file is damaged or not of node-lite: choose another folder with --data-dir, or move the file away"
                .into(),
        }),
        StoreError::Closed { why, .. } if matches!(&**why, redb::Error::Io(error) if is_full(error.kind())) => {
            Some("there is no room: free some, or choose a folder on another disk with --data-dir".into())
        }
        StoreError::Damaged { .. } => {
            Some("choose another folder with --data-dir, or move the file away".into())
        }
        StoreError::Schema { .. } => {
            Some("start the version of node-lite that wrote it, or choose another folder with --data-dir".into())
        }
        StoreError::OtherGenesis { .. } => Some(
            "this folder has a network with other funded accounts: start with the same --fund and --no-test-accounts, or \
             choose another folder with --data-dir"
                .into(),
        ),
        _ => None,
    }
}

/// Whether the system has no room for a file to grow.
pub(crate) fn is_full(error: io::ErrorKind) -> bool {
    matches!(error, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

/// A node that runs. It stops when this is dropped; [`NodeHandle::stop`] also waits for that.
#[derive(Debug)]
pub struct NodeHandle {
    node: Arc<Node>,
    address: SocketAddr,
    admin: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Starts a node and its server. Needs a tokio runtime with time and IO.
///
/// ```no_run
/// # async fn example() -> Result<(), node_lite::spawn::SpawnError> {
/// use node_lite::config::Config;
/// use node_lite::rpc::ServerConfig;
///
/// // A node of its own, in memory, on any free port.
/// let handle = node_lite::spawn(Config::default(), ServerConfig { port: 0, ..Default::default() }).await?;
/// println!("{}", handle.url());
/// handle.stop().await;
/// # Ok(())
/// # }
/// ```
pub async fn spawn(config: Config, server: ServerConfig) -> Result<NodeHandle, SpawnError> {
    spawn_with(open(config).await?, server).await
}

/// Opens a node; it makes no blocks yet.
pub async fn open(config: Config) -> Result<Arc<Node>, SpawnError> {
    let opening = tokio::task::spawn_blocking(move || Node::open(config).map_err(SpawnError::from));
    opening.await.map_err(|_| SpawnError::Panicked)?
}

/// Starts the server of a node that is open already, and lets the node make blocks.
pub async fn spawn_with(node: Arc<Node>, server: ServerConfig) -> Result<NodeHandle, SpawnError> {
    let context = Arc::new(Context::new(Arc::clone(&node), server.dev, server.latency));
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut addresses = [None, None];
    for (port, found) in [Port::Main, Port::Admin].into_iter().zip(&mut addresses) {
        let Some((address, number)) = Server::place(port, &server) else { continue };
        let admin = port == Port::Admin;
        let failed = |source| SpawnError::Listen { address, port: number, admin, source };
        let listening = Server::bind(port, (address, number), Arc::clone(&context), &server).await.map_err(failed)?;
        *found = Some(listening.address().map_err(failed)?);
        tasks.spawn(listening.run(stopping.clone()));
    }
    let [Some(address), admin] = addresses else { return Err(SpawnError::Panicked) };
    let (running, mut stop_mining) = (Arc::clone(&node), stopping.clone());
    let mining = tokio::spawn(async move { running.run(stopped(&mut stop_mining)).await });
    tasks.spawn(async move {
        let ended = mining.await;
        if !*stopping.borrow() {
            tracing::error!(?ended, "nobody makes blocks any more: this is a bug in node-lite");
            context.mining_has_stopped();
        }
    });
    Ok(NodeHandle { node, address, admin, stop, tasks })
}

/// A URL for an address: one that listens everywhere is reached on this machine.
fn url(address: SocketAddr) -> String {
    match address.ip() {
        ip if !ip.is_unspecified() => format!("http://{address}"),
        IpAddr::V4(_) => format!("http://127.0.0.1:{}", address.port()),
        IpAddr::V6(_) => format!("http://[::1]:{}", address.port()),
    }
}

impl NodeHandle {
    /// Where clients find it.
    #[must_use]
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators find it, if it has a port for them.
    #[must_use]
    pub fn admin_url(&self) -> Option<String> {
        self.admin.map(url)
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Stops: no new requests, a moment for those that run, no new blocks. Returns the node for last questions; its data
    /// is closed when nobody has it any more.
    pub async fn stop(mut self) -> Arc<Node> {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP, ended).await.is_err() {
            tracing::warn!("a request or a block took too long; it is left behind");
        }
        Arc::clone(&self.node)
    }
}

impl Drop for NodeHandle {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        // The tasks end by themselves.
        self.tasks.detach_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_name_the_option() {
        let listen = |kind: io::ErrorKind, admin| {
            let address = IpAddr::from([127, 0, 0, 1]);
            SpawnError::Listen { address, port: 8080, admin, source: kind.into() }.hint().unwrap()
        };
        assert!(listen(io::ErrorKind::AddrInUse, false).contains("--port 8081"));
        assert!(listen(io::ErrorKind::AddrInUse, true).contains("--admin-port 8081"));
        assert!(listen(io::ErrorKind::PermissionDenied, false).contains("above 1023"));
    }

    #[test]
    fn urls() {
        for (address, expected) in [
            ("127.0.0.1:80", "http://127.0.0.1:80"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080"),
            ("[::]:8080", "http://[::1]:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(url(address.parse().unwrap()), expected);
        }
    }
}
