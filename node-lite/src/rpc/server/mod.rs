//! Connections: who gets one, how long it may take, how it ends.

mod body;
mod cors;
mod routes;
mod stall;
mod transfer;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use self::stall::WriteGuard;
use super::{Context, Limits, ServerConfig};

/// How long requests that run may go on when the server stops.
const GRACE: Duration = Duration::from_millis(700);
/// Most bytes of a request's head.
const HEAD_BYTES: usize = 64 << 10;

/// A port and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// For everybody: the namespaces `node` and `dev`.
    Main,
    /// For operators: the namespace `nodeAdmin`.
    Admin,
}

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    router: Router,
    context: Arc<Context>,
    limits: Limits,
}

impl Server {
    /// Where the server of a port listens.
    pub(crate) fn place(port: Port, config: &ServerConfig) -> Option<(IpAddr, u16)> {
        match port {
            Port::Main => Some((config.host, config.port)),
            Port::Admin => config.admin.as_ref().map(|admin| (Ipv4Addr::LOCALHOST.into(), admin.port)),
        }
    }

    /// Starts to listen. Nobody is answered before [`Server::run`].
    pub(crate) async fn bind(
        port: Port,
        place: (IpAddr, u16),
        context: Arc<Context>,
        config: &ServerConfig,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(place).await?;
        let router = routes::router(port, Arc::clone(&context), config);
        Ok(Self { listener, router, context, limits: config.limits })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until told to stop; then lets running requests come to their end for a moment.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let mut connections = JoinSet::new();
        let accept = async {
            loop {
                let slot = Arc::clone(&slots).acquire_owned().await.expect("nobody closes the semaphore");
                match self.listener.accept().await {
                    Ok((stream, _)) => {
                        // Only sends small packets later.
                        let _ = stream.set_nodelay(true);
                        let (router, stop) = (self.router.clone(), stop.clone());
                        let (context, limits) = (Arc::clone(&self.context), self.limits);
                        connections.spawn(async move {
                            let _counted = context.metrics.connected();
                            serve(stream, router, &limits, stop).await;
                            drop(slot);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot take a connection; is the limit of open files too low?");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
                while connections.try_join_next().is_some() {}
            }
        };
        let mut stop_accepting = stop.clone();
        tokio::select! {
            () = accept => {}
            () = stopped(&mut stop_accepting) => {}
        }
        drop(self.listener);
        stopped(&mut stop).await;
        let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
        connections.shutdown().await;
    }
}

/// Resolves when told to stop, or when nobody can tell any more.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn serve(stream: TcpStream, router: Router, limits: &Limits, mut stop: watch::Receiver<bool>) {
    let io = TokioIo::new(WriteGuard::new(stream, limits.write_time));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(io, TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
