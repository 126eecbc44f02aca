//! Typed calls to a node, in batches, counted.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::try_join_all;
use protocol::rpc::{DEFAULT_MAX_BATCH_SIZE, ErrorObject, Method, read_replies, write_batch, write_request};
use serde_json::value::RawValue;

use super::{NodeError, NodeHeaders, Transport};

/// A node that can be asked. Clones share their counts.
#[derive(Debug, Clone)]
pub struct NodeClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Arc<dyn Transport>,
    calls: AtomicU32,
    round_trips: AtomicU32,
}

/// How much was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NodeStats {
    /// Calls.
    pub calls: u32,
    /// Bodies sent, each with one call or more.
    pub round_trips: u32,
}

/// Calls that go out together.
#[derive(Debug)]
pub struct CallBatch<'a> {
    node: &'a NodeClient,
    requests: Vec<String>,
    methods: Vec<&'static str>,
}

/// The place of a call's reply.
#[derive(Debug)]
pub struct Slot<M>(usize, PhantomData<fn() -> M>);

/// What a call came to: its result, unread, or why it was refused.
type Outcome = Result<Option<Box<RawValue>>, ErrorObject>;

/// Bodies on their way at the same time, as many as browsers open connections.
const BODIES_AT_ONCE: usize = 6;

/// Replies to a batch of calls.
#[derive(Debug)]
pub struct Replies(Vec<Option<Outcome>>);

impl NodeClient {
    /// The node a transport leads to.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self(Arc::new(Inner { transport, calls: AtomicU32::new(0), round_trips: AtomicU32::new(0) }))
    }

    /// How much was asked so far.
    #[must_use]
    pub fn stats(&self) -> NodeStats {
        let get = |count: &AtomicU32| count.load(Ordering::Relaxed);
        NodeStats { calls: get(&self.0.calls), round_trips: get(&self.0.round_trips) }
    }

    /// What the node said of itself in the headers of its answers so far.
    #[must_use]
    pub fn headers(&self) -> NodeHeaders {
        self.0.transport.headers()
    }

    /// Makes a call.
    ///
    /// # Errors
    /// If the node does not answer, refuses, or answers something else.
    pub async fn call<M: Method>(&self, call: M) -> Result<M::Result, NodeError> {
        let mut batch = self.batch();
        let slot = batch.add(&call)?;
        batch.send().await?.take(slot)
    }

    /// Makes calls of one kind together; results are in their order.
    ///
    /// # Errors
    /// If the node does not answer, refuses one, or answers something else.
    pub async fn calls<M: Method>(&self, calls: &[M]) -> Result<Vec<M::Result>, NodeError> {
        let mut batch = self.batch();
        let slots = calls.iter().map(|call| batch.add(call)).collect::<Result<Vec<_>, _>>()?;
        let mut replies = batch.send().await?;
        slots.into_iter().map(|slot| replies.take(slot)).collect()
    }

    /// Calls that will go out together.
    #[must_use]
    pub fn batch(&self) -> CallBatch<'_> {
        CallBatch { node: self, requests: Vec::new(), methods: Vec::new() }
    }
}

impl CallBatch<'_> {
    /// Adds a call.
    ///
    /// # Errors
    /// If its parameters are beyond their limits.
    pub fn add<M: Method>(&mut self, call: &M) -> Result<Slot<M>, NodeError> {
        call.check()?;
        let index = self.requests.len();
        self.requests.push(write_request((index % DEFAULT_MAX_BATCH_SIZE) as u64, call));
        self.methods.push(M::NAME);
        Ok(Slot(index, PhantomData))
    }

    /// Sends the calls, in as many bodies as a node's limit on batches takes, several at a time. Without calls nothing is
    /// sent.
    ///
    /// # Errors
    /// If the node does not answer, or not to what was asked.
    pub async fn send(self) -> Result<Replies, NodeError> {
        let inner = &*self.node.0;
        let mut replies = Vec::with_capacity(self.requests.len());
        let methods = self.methods.chunks(DEFAULT_MAX_BATCH_SIZE);
        let bodies: Vec<_> = self.requests.chunks(DEFAULT_MAX_BATCH_SIZE).zip(methods).collect();
        for bodies in bodies.chunks(BODIES_AT_ONCE) {
            let exchanges = bodies.iter().map(|(requests, methods)| inner.exchange(requests, methods));
            for outcomes in try_join_all(exchanges).await? {
                replies.extend(outcomes.into_iter().map(Some));
            }
        }
        Ok(Replies(replies))
    }
}

impl Inner {
    /// Sends a body of calls, numbered from 0.
    async fn exchange(&self, requests: &[String], methods: &[&str]) -> Result<Vec<Outcome>, NodeError> {
        let count = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        self.calls.fetch_add(count, Ordering::Relaxed);
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        let answer = self.transport.exchange(write_batch(requests)).await?;
        let ids: Vec<u64> = (0..u64::from(count)).collect();
        let outcomes =
            read_replies(&answer, &ids).map_err(|source| NodeError::Reply { calls: named(methods), source })?;
        Ok(outcomes.into_iter().map(|outcome| outcome.map(|result| result.map(RawValue::to_owned))).collect())
    }
}

/// The first of some methods, and how many more there are.
fn named(methods: &[&str]) -> String {
    match methods {
        [] => String::from("nothing"),
        [one] => String::from(*one),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

impl Replies {
    /// The result of a call.
    ///
    /// # Errors
    /// If the node refused the call, or the result is of another type.
    pub fn take<M: Method>(&mut self, slot: Slot<M>) -> Result<M::Result, NodeError> {
        let outcome = self.0[slot.0].take().expect("a slot is used once, with the replies to its batch");
        let result = outcome.map_err(|error| NodeError::Refused { method: M::NAME, error })?;
        M::read_result(result.as_deref()).map_err(|source| NodeError::Result { method: M::NAME, source })
    }
}
