//! Bodies to calls, calls to replies. What is here blocks; it does not run on the threads that serve connections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use protocol::rpc::admin::AdminCall;
use protocol::rpc::dev::DevCall;
use protocol::rpc::node::NodeCall;
use protocol::rpc::{Body, ErrorCode, ErrorObject, ReplyTo, Request, Response};
use serde::Serialize;

use super::context::{Context, Reader};
use super::error::with_hint;
use super::{Limits, Port, methods};

/// A batch gets a further thread for every so many calls.
const CALLS_PER_THREAD: usize = 4;

/// What is sent back.
#[derive(Debug)]
pub(super) struct Answer {
    /// Whether HTTP calls it a success: a batch that was read is one, whatever its calls come to.
    pub(super) success: bool,
    /// JSON.
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn new(success: bool, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("replies have text keys and values that are JSON already");
        Self { success, body }
    }

    /// The whole body is refused.
    pub(super) fn refused(error: ErrorObject) -> Self {
        Self::new(false, &Response::error(ReplyTo::nobody(), error))
    }

    /// The body is no call; an official server leaves out the id then.
    pub(super) fn refused_call(error: ErrorObject) -> Self {
        Self::new(false, &Response::error(ReplyTo::default(), error))
    }
}

/// Whether whoever answers a body may wait in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// No: others wait for their turn.
    None,
    /// As long as its calls take.
    Any,
}

/// Answers a body; `None`, before anything is done, when that takes patience and there is none.
pub(super) fn answer(
    context: &Context,
    port: Port,
    limits: &Limits,
    body: &[u8],
    patience: Patience,
) -> Option<Answer> {
    let parsed = match Body::parse(body, limits.batch_size) {
        Err(refusal) => return Some(Answer::new(false, &refusal)),
        Ok(parsed) => parsed,
    };
    let calls = match &parsed {
        Body::Single(call) => std::slice::from_ref(call),
        Body::Batch(calls) => calls.as_slice(),
    };
    if patience == Patience::None && calls.iter().flatten().any(|call| may_wait(context, &call.method)) {
        return None;
    }
    Some(match parsed {
        Body::Single(call) => {
            let response = Batch::new(context, port, limits).reply(&Reader::new(context), call);
            Answer::new(response.outcome.is_ok(), &response)
        }
        Body::Batch(calls) => Answer::new(true, &Batch::new(context, port, limits).replies(calls)),
    })
}

/// The calls of one body.
struct Batch<'a> {
    context: &'a Context,
    port: Port,
    limits: &'a Limits,
    /// Bytes of the results so far.
    size: AtomicUsize,
}

impl<'a> Batch<'a> {
    fn new(context: &'a Context, port: Port, limits: &'a Limits) -> Self {
        Self { context, port, limits, size: AtomicUsize::new(0) }
    }

    /// Replies to calls in their order. Calls that only read see the same moment and run beside each other; with others
    /// among them each call sees what the one before it did.
    fn replies(&self, calls: Vec<Result<Request<'_>, Response>>) -> Vec<Response> {
        let reads_only = calls.iter().flatten().all(|call| !changes(&call.method));
        if !reads_only {
            return calls.into_iter().map(|call| self.reply(&Reader::new(self.context), call)).collect();
        }
        let reader = Reader::new(self.context);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let heavy = calls.iter().flatten().filter(|call| is_heavy(&call.method)).count();
        let threads = (calls.len() / CALLS_PER_THREAD).max(heavy).min(cores);
        if threads < 2 {
            return calls.into_iter().map(|call| self.reply(&reader, call)).collect();
        }
        let calls: Vec<_> = calls.into_iter().map(|call| (call, OnceLock::new())).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((call, reply)) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                reply.get_or_init(|| self.reply(&reader, call.clone()));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Where no thread can be had, the calls are answered all the same.
                if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        calls.into_iter().map(|(_, reply)| reply.into_inner().expect("every call was taken by a thread")).collect()
    }

    fn reply(&self, reader: &Reader<'_>, call: Result<Request<'_>, Response>) -> Response {
        let request = match call {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        if self.size.load(Ordering::Relaxed) > self.limits.response_size {
            return Response::error(request.reply_to, self.too_large());
        }
        let started = Instant::now();
        let reply_to = request.reply_to.clone();
        let method = request.method.clone();
        let response = catch_unwind(AssertUnwindSafe(|| self.call(reader, request))).unwrap_or_else(|_| {
            tracing::error!(method, "a call panicked: this is a bug in node-lite");
            Response::error(reply_to.clone(), ErrorObject::execution("Error executing request"))
        });
        let size = response.outcome.as_ref().ok().and_then(Option::as_ref).map_or(0, |result| result.get().len());
        self.context.metrics.called(&method, response.outcome.is_ok(), started.elapsed());
        match self.size.fetch_add(size, Ordering::Relaxed).saturating_add(size) > self.limits.response_size {
            true => Response::error(reply_to, self.too_large()),
            false => response,
        }
    }

    fn too_large(&self) -> ErrorObject {
        let limit = self.limits.response_size;
        let hint = "ask for less at once: a smaller limit, fewer calls in a batch";
        with_hint(ErrorObject::execution(format!("The results are larger than {limit} bytes")), hint)
    }

    fn call(&self, reader: &Reader<'_>, request: Request<'_>) -> Response {
        let Request { reply_to, method, params } = request;
        let namespace = method.split_once('_').map_or("", |(namespace, _)| namespace);
        match (self.port, namespace) {
            (Port::Main, "node") => match NodeCall::from_call(&method, params) {
                Some(Ok(call)) => return methods::node(reader, reply_to, &call),
                Some(Err(error)) => return Response::error(reply_to, error.into()),
                None => {}
            },
            (Port::Main, "dev") if self.context.dev => match DevCall::from_call(&method, params) {
                Some(Ok(call)) => return methods::dev(reader, reply_to, &call),
                Some(Err(error)) => return Response::error(reply_to, error.into()),
                None => {}
            },
            (Port::Admin, "nodeAdmin") => match AdminCall::from_call(&method, params) {
                Some(Ok(call)) => return methods::admin(reader, reply_to, &call),
                Some(Err(error)) => return Response::error(reply_to, error.into()),
                None => {}
            },
            _ => {}
        }
        Response::error(reply_to, self.unknown_method(&method, namespace))
    }

    fn unknown_method(&self, method: &str, namespace: &str) -> ErrorObject {
        // As much of it as a person needs.
        let shown: String = method.chars().take(100).collect();
        let error = ErrorObject::new(ErrorCode::MethodNotFound, ErrorObject::method_not_found(&shown).message);
        match (self.port, namespace) {
            (Port::Main, "dev") if !self.context.dev => {
                with_hint(error, "this node runs without the dev namespace: start it without --no-dev")
            }
            (Port::Main, "nodeAdmin") => with_hint(error, "this namespace has a port of its own, see --admin-port"),
            (Port::Admin, "node" | "dev") => with_hint(error, "this namespace is on the main port"),
            (_, "") => with_hint(error, "methods are named by namespace and name, as node_getBlock"),
            _ => error,
        }
    }
}

/// Whether a call may change something.
fn changes(method: &str) -> bool {
    match method.split_once('_') {
        Some(("dev", name)) => !matches!(name, "getInfo" | "getMining" | "getAccounts"),
        Some(("nodeAdmin", name)) => name != "getConfig",
        _ => method == "node_sendTx",
    }
}

/// Whether a call waits for a block, or for the verifier, which takes one proof at a time.
fn may_wait(context: &Context, method: &str) -> bool {
    match method {
        "node_sendTx" => true,
        "node_isValidTx" => context.verifies_proofs(),
        _ => false,
    }
}

/// Whether a call takes long enough to have a thread of its own.
fn is_heavy(method: &str) -> bool {
    matches!(method, "node_simulatePublicCalls" | "node_isValidTx")
}
