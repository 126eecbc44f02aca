//! Bodies: how large, how long, how packed; and the memory that they and the responses may take together.

use std::future::poll_fn;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use flate2::read::{GzDecoder, ZlibDecoder};
use hyper::body::{Body as _, Bytes};
use protocol::rpc::{ErrorCode, ErrorObject};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::super::Limits;
use super::super::error::with_hint;

/// A client that sends too much is heard to its end up to this many bytes, so that it gets to read why it is refused.
const DRAINED_BYTES: usize = 32 << 20;
/// And for this long.
const DRAINED_TIME: Duration = Duration::from_secs(2);

/// Memory that all requests share, counted in KiB.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    free: Arc<Semaphore>,
    total: u32,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).clamp(1, 1 << 28);
        Self { free: Arc::new(Semaphore::new(total as usize)), total }
    }

    /// A share, as soon as there is one; nothing for what is small.
    pub(super) async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        if bytes <= Limits::SMALL {
            return None;
        }
        let share = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX).min(self.total);
        Some(Arc::clone(&self.free).acquire_many_owned(share).await.expect("nobody closes the semaphore"))
    }
}

/// A body as it came.
#[derive(Debug, Default)]
pub(super) struct Received {
    bytes: Vec<u8>,
    _share: Option<OwnedSemaphorePermit>,
}

/// Why a body is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is too large.
    TooLarge(usize),
    /// It takes too long.
    Late(Duration),
    /// The connection broke.
    Broken,
    /// It is packed in a way the server does not know.
    Encoding(String),
    /// It cannot be unpacked.
    Packed,
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            // Official nodes say 500, upon which their clients would try again.
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Late(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken | Self::Packed => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn error(&self) -> ErrorObject {
        let invalid = |message: String| ErrorObject::new(ErrorCode::InvalidRequest, message);
        match self {
            Self::TooLarge(limit) => with_hint(
                invalid("request entity too large".into()),
                &format!(
                    "the limit is {limit} bytes: send fewer calls at once, or start the node with a larger \
                          --max-body-size"
                ),
            ),
            Self::Late(limit) => invalid(format!("the body did not arrive within {} seconds", limit.as_secs())),
            Self::Broken => invalid("request aborted".into()),
            Self::Encoding(encoding) => invalid(format!("unsupported content encoding \"{encoding}\"")),
            Self::Packed => invalid("the body is not what its content encoding says".into()),
        }
    }
}

/// The next part of a body; none at its end.
pub(super) async fn next(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Err(_)) => return Err(Refusal::Broken),
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}

/// Takes a whole body, as it came.
pub(super) async fn receive(mut body: Body, limits: &Limits, budget: &Budget) -> Result<Received, Refusal> {
    let declared = body.size_hint().exact().map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    let read = async {
        if declared.is_some_and(|size| size > limits.body_size) {
            return Err(Refusal::TooLarge(limits.body_size));
        }
        let mut received = Received::default();
        while let Some(part) = next(&mut body).await? {
            let size = received.bytes.len().saturating_add(part.len());
            if size > limits.body_size {
                return Err(Refusal::TooLarge(limits.body_size));
            }
            if size > Limits::SMALL && received._share.is_none() {
                received._share = budget.take(declared.unwrap_or(limits.body_size)).await;
            }
            received.bytes.extend_from_slice(&part);
        }
        Ok(received)
    };
    let received = timeout(limits.body_time, read).await.unwrap_or(Err(Refusal::Late(limits.body_time)));
    if matches!(received, Err(Refusal::TooLarge(_))) {
        let drain = async {
            let mut drained = 0;
            while let Ok(Some(part)) = next(&mut body).await
                && drained < DRAINED_BYTES
            {
                drained += part.len();
            }
        };
        let _ = timeout(DRAINED_TIME, drain).await;
    }
    received
}

impl Received {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The body, unpacked. Takes time.
    pub(super) fn unpack(&self, headers: &HeaderMap, limit: usize) -> Result<Vec<u8>, Refusal> {
        let encoding = headers.get(CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap_or("?").trim());
        let unpacker: Box<dyn Read + '_> = match encoding {
            None | Some("" | "identity") => return Ok(self.bytes.clone()),
            Some("gzip" | "x-gzip") => Box::new(GzDecoder::new(self.bytes.as_slice())),
            Some("deflate") => Box::new(ZlibDecoder::new(self.bytes.as_slice())),
            Some(other) => return Err(Refusal::Encoding(other.chars().take(40).collect())),
        };
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        unpacker.take(most).read_to_end(&mut bytes).map_err(|_| Refusal::Packed)?;
        match bytes.len() > limit {
            true => Err(Refusal::TooLarge(limit)),
            false => Ok(bytes),
        }
    }
}

/// Whether a request says that its body is JSON.
pub(super) fn says_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Bytes of a response, and their share of the memory until the client has taken them.
struct Held(Vec<u8>, #[expect(dead_code, reason = "held until the bytes are dropped")] Option<OwnedSemaphorePermit>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A response's body.
pub(super) async fn held(bytes: Vec<u8>, budget: &Budget) -> Body {
    let share = budget.take(bytes.len()).await;
    Body::from(Bytes::from_owner(Held(bytes, share)))
}
