//! The whole chain as a stream, out and in: `GET /dev/state`, `POST /dev/state`.

use std::io::{self, BufWriter, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use flate2::read::GzDecoder;
use hyper::body::{Bytes, Frame};
use protocol::block::BlockNumber;
use protocol::rpc::ErrorObject;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;

use super::body;
use crate::node::{Node, NodeError, TransferError};

/// Bytes of a part.
const PART: usize = 64 << 10;
/// Parts under way.
const PARTS: usize = 8;

type Part = io::Result<Bytes>;

/// Writes into a response.
struct Out(Sender<Part>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A response that is still being written.
struct Stream {
    first: Option<Bytes>,
    rest: Receiver<Part>,
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
            None => self.rest.poll_recv(context).map(|part| part.map(|part| part.map(Frame::data))),
        }
    }
}

/// Streams the chain out. A failure after the first part breaks the connection, so that nobody takes a part for the whole.
pub(super) async fn dump(node: Arc<Node>) -> Result<Body, ErrorObject> {
    let (sender, mut receiver) = mpsc::channel(PARTS);
    let failed = sender.clone();
    let task = tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PART, Out(sender));
        node.dump(&mut out)?;
        Ok::<_, NodeError>(out.flush().map_err(TransferError::from)?)
    });
    // The first part waits for the outcome of a chain that fits into it.
    let Some(first) = receiver.recv().await else {
        return Err(ErrorObject::execution("the chain could not be written"));
    };
    tokio::spawn(async move {
        let error = match task.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the writer panicked".to_owned(),
        };
        tracing::warn!(error, "a dump of the chain was not finished");
        let _ = failed.send(Err(io::Error::other(error))).await;
    });
    let first = first.map_err(|error| ErrorObject::execution(error.to_string()))?;
    Ok(Body::new(Stream { first: Some(first), rest: receiver }))
}

/// Reads from a request.
struct In {
    parts: Receiver<Part>,
    current: Bytes,
}

impl Read for In {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.parts.blocking_recv() {
                None => return Ok(0),
                Some(part) => self.current = part?,
            }
        }
        let size = self.current.len().min(buffer.len());
        buffer[..size].copy_from_slice(&self.current.split_to(size));
        Ok(size)
    }
}

/// Streams a chain in.
pub(super) async fn load(
    node: Arc<Node>,
    headers: &HeaderMap,
    mut request: Body,
    patience: Duration,
) -> Result<BlockNumber, ErrorObject> {
    let packed = headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
    let (sender, parts) = mpsc::channel(PARTS);
    let task = tokio::task::spawn_blocking(move || {
        let reader = In { parts, current: Bytes::new() };
        match packed {
            true => node.load(&mut GzDecoder::new(reader)),
            false => node.load(&mut { reader }),
        }
    });
    loop {
        let part = match timeout(patience, body::next(&mut request)).await {
            Ok(Ok(None)) => break,
            Ok(Ok(Some(part))) => Ok(part),
            Ok(Err(_)) => Err(io::ErrorKind::ConnectionAborted.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        let last = part.is_err();
        // A reader that has gone has seen enough.
        if sender.send(part).await.is_err() || last {
            break;
        }
    }
    drop(sender);
    match task.await {
        Ok(loaded) => Ok(loaded?),
        Err(_) => Err(ErrorObject::execution("the reader panicked: this is a bug in node-lite")),
    }
}
