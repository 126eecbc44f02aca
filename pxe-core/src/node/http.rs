//! A node over HTTP.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_timer::Delay;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use thiserror::Error;

use super::{NodeHeaders, Transport, TransportError};

/// What a node may take, and how often it is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// Bytes of an answer. A page looks only at how long the node says the answer is, before it is there.
    pub answer_bytes: usize,
    /// Until all of an answer is there.
    pub answer_time: Duration,
    /// How often it is tried again when a request does not arrive or the node is busy.
    pub retries: u32,
    /// How long to wait before the first of these; twice as long before each further one.
    pub wait: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            answer_bytes: 64 << 20,
            answer_time: Duration::from_secs(60),
            retries: 3,
            wait: Duration::from_millis(500),
        }
    }
}

/// The longest that a node can ask for to be left alone.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address is none.
    #[error("the address is not that of an HTTP server")]
    Address,
    /// The HTTP client cannot be set up.
    #[error("cannot set up HTTP")]
    Setup(#[source] reqwest::Error),
    /// The request did not arrive, or the answer did not.
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    /// Something else than a node answers, or the node is busy.
    #[error("the server answered with HTTP status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long the server wants to be left alone.
        wait: Option<Duration>,
    },
    /// The answer is too long.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Another node answers than before.
    #[error("the node is another one than before, or of another network")]
    OtherNode,
}

impl HttpError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Request(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 502..=504),
            _ => false,
        }
    }

    /// How long to wait before the next try.
    fn wait(&self, usual: Duration) -> Duration {
        match self {
            Self::Status { wait: Some(wait), .. } => (*wait).max(usual).min(MAX_WAIT),
            _ => usual.min(MAX_WAIT),
        }
    }
}

/// Carries bodies to a node over HTTP: on a page with what the browser has, otherwise in a tokio runtime with time and IO.
/// Connections are kept. `https` needs the feature `tls`, but on a page.
///
/// A request that may have arrived is sent again when no answer comes; a node takes the same transaction twice as once.
pub struct HttpTransport {
    client: Client,
    address: Url,
    limits: HttpLimits,
    headers: Mutex<NodeHeaders>,
}

/// Shows scheme, host and port only: the rest of an address may hold a key.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpTransport({})", self.place())
    }
}

impl HttpTransport {
    /// A node at an address.
    ///
    /// # Errors
    /// If that is not the address of an HTTP server.
    pub fn new(address: &str, limits: HttpLimits) -> Result<Self, HttpError> {
        let address = Url::parse(address).map_err(|_| HttpError::Address)?;
        if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
            return Err(HttpError::Address);
        }
        let client = client().map_err(|error| HttpError::Setup(error.without_url()))?;
        Ok(Self { client, address, limits, headers: Mutex::default() })
    }

    fn place(&self) -> String {
        self.address.origin().ascii_serialization()
    }

    async fn try_once(&self, body: &str) -> Result<Vec<u8>, HttpError> {
        let failed = |error: reqwest::Error| HttpError::Request(error.without_url());
        let request = self.client.post(self.address.clone()).header(CONTENT_TYPE, "application/json");
        let response = request.timeout(self.limits.answer_time).body(body.to_owned()).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        // Nodes answer calls that fail with 400, too large bodies with 413.
        if !matches!(status, 200..=299 | 400 | 413) {
            return Err(HttpError::Status { status, wait: retry_after(&headers) });
        }
        let answer = read(response, self.limits.answer_bytes).await?;
        self.check(&NodeHeaders::read(|name| headers.get(name).and_then(|value| value.to_str().ok())))?;
        Ok(answer)
    }

    /// Checks that the node is the one it was before.
    fn check(&self, now: &NodeHeaders) -> Result<(), HttpError> {
        fn same<T: PartialEq + Clone>(before: &mut Option<T>, now: &Option<T>) -> bool {
            match (&*before, now) {
                (Some(before), Some(now)) => before == now,
                (None, Some(_)) => {
                    before.clone_from(now);
                    true
                }
                _ => true,
            }
        }
        let mut before = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = same(&mut before.l1_chain_id, &now.l1_chain_id)
            && same(&mut before.l1_rollup_address, &now.l1_rollup_address)
            && same(&mut before.rollup_version, &now.rollup_version)
            && same(&mut before.vk_tree_root, &now.vk_tree_root)
            && same(&mut before.protocol_contracts_hash, &now.protocol_contracts_hash);
        if is_same { Ok(()) } else { Err(HttpError::OtherNode) }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Transport for HttpTransport {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let mut wait = self.limits.wait;
        let mut tries = 0;
        loop {
            let error = match self.try_once(&body).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !error.is_transient() || tries >= self.limits.retries {
                let is_transient = error.is_transient();
                return Err(TransportError { endpoint: self.place(), is_transient, source: Box::new(error) });
            }
            Delay::new(error.wait(wait)).await;
            wait = wait.saturating_mul(2);
            tries += 1;
        }
    }

    fn headers(&self) -> NodeHeaders {
        self.headers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(not(target_arch = "wasm32"))]
fn client() -> reqwest::Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("aztec-lite/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none());
    #[cfg(feature = "tls")]
    let builder = builder.tls_backend_preconfigured(tls());
    builder.build()
}

#[cfg(target_arch = "wasm32")]
fn client() -> reqwest::Result<Client> {
    Client::builder().build()
}

/// TLS that trusts the authorities browsers trust.
#[cfg(all(feature = "tls", not(target_arch = "wasm32")))]
fn tls() -> rustls::ClientConfig {
    use alloc::sync::Arc;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Reads an answer, not beyond the limit.
#[cfg(not(target_arch = "wasm32"))]
async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, HttpError> {
    let too_long = || HttpError::TooLong { limit };
    check_length(&response, limit)?;
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| HttpError::Request(error.without_url()))? {
        if chunk.len() > limit - answer.len() {
            return Err(too_long());
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// Reads an answer. Browsers give no part of it before the whole is there.
#[cfg(target_arch = "wasm32")]
async fn read(response: Response, limit: usize) -> Result<Vec<u8>, HttpError> {
    check_length(&response, limit)?;
    let answer = response.bytes().await.map_err(|error| HttpError::Request(error.without_url()))?;
    if answer.len() > limit { Err(HttpError::TooLong { limit }) } else { Ok(answer.into()) }
}

fn check_length(response: &Response, limit: usize) -> Result<(), HttpError> {
    match response.content_length() {
        Some(length) if usize::try_from(length).map_or(true, |length| length > limit) => {
            Err(HttpError::TooLong { limit })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Instant;

    use alloc::format;
    use alloc::vec;
    use protocol::rpc::headers;

    use super::*;

    const LIMITS: HttpLimits = HttpLimits {
        answer_bytes: 1000,
        answer_time: Duration::from_secs(2),
        retries: 2,
        wait: Duration::from_millis(10),
    };

    fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
            .into()
    }

    fn ok(body: &str) -> Vec<u8> {
        answer("200 OK", "", body)
    }

    /// A server that gives each connection the next answer. Gives its address, and the requests when it has none left.
    fn serve(answers: Vec<Vec<u8>>) -> (String, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/?key=secret", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let serve = |answer: Vec<u8>| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = String::new();
                while !request.ends_with("[body]") {
                    let mut bytes = [0; 1000];
                    let count = stream.read(&mut bytes).unwrap();
                    request.push_str(core::str::from_utf8(&bytes[..count]).unwrap());
                }
                // Whoever is told enough may hang up.
                let _ = stream.write_all(&answer);
                request
            };
            answers.into_iter().map(serve).collect()
        });
        (address, server)
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    /// What comes of one exchange.
    fn exchange(answers: Vec<Vec<u8>>) -> (Result<Vec<u8>, TransportError>, Vec<String>) {
        let (address, server) = serve(answers);
        let transport = HttpTransport::new(&address, LIMITS).unwrap();
        let result = run(transport.exchange("[body]".into()));
        drop(transport);
        (result, server.join().unwrap())
    }

    fn source(error: &TransportError) -> &HttpError {
        error.source.downcast_ref().unwrap()
    }

    #[test]
    fn a_body_goes_out_and_one_comes_back() {
        let (result, requests) = exchange(vec![ok("[answer]")]);
        assert_eq!(result.unwrap(), b"[answer]");
        let request = requests[0].to_lowercase();
        assert!(request.starts_with("post /?key=secret http/1.1"), "{request}");
        assert!(request.contains("content-type: application/json\r\n") && request.contains("accept-encoding: gzip"));
        let (result, _) = exchange(vec![answer("400 Bad Request", "", "{}")]);
        assert_eq!(result.unwrap(), b"{}", "calls that fail are answered too");
    }

    #[test]
    fn what_passes_is_tried_again() {
        let busy = || answer("503 Service Unavailable", "retry-after: 0\r\n", "");
        let (result, requests) = exchange(vec![busy(), vec![], ok("[answer]")]);
        assert_eq!((result.unwrap(), requests.len()), (b"[answer]".to_vec(), 3));
        let (result, requests) = exchange(vec![busy(), busy(), busy()]);
        let error = result.unwrap_err();
        assert!(error.is_transient && matches!(source(&error), HttpError::Status { status: 503, .. }));
        assert_eq!(requests.len(), 3);
        assert_eq!(HttpError::Status { status: 429, wait: Some(Duration::MAX) }.wait(LIMITS.wait), MAX_WAIT);
    }

    #[test]
    fn what_does_not_pass_is_not() {
        for status in ["404 Not Found", "301 Moved Permanently", "500 Internal Server Error"] {
            let (result, requests) = exchange(vec![answer(status, "location: http://127.0.0.1:1/\r\n", "")]);
            let error = result.unwrap_err();
            assert!(!error.is_transient && matches!(source(&error), HttpError::Status { .. }), "{error}");
            assert_eq!(requests.len(), 1);
        }
    }

    #[test]
    fn answers_are_bounded() {
        let long = "a".repeat(1001);
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        let chunk = [b"200\r\n".to_vec(), vec![b'a'; 512], b"\r\n".to_vec()].concat();
        let endless = [chunked, chunk.repeat(1000)].concat();
        for answer in [ok(&long), endless] {
            let (result, _) = exchange(vec![answer]);
            assert!(matches!(source(&result.unwrap_err()), HttpError::TooLong { limit: 1000 }));
        }
        assert_eq!(exchange(vec![ok(&long[1..])]).0.unwrap().len(), 1000);
    }

    #[test]
    fn a_silent_node_is_not_waited_for_forever() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let limits = HttpLimits { answer_time: Duration::from_millis(50), retries: 1, ..LIMITS };
        let (transport, started) = (HttpTransport::new(&address, limits).unwrap(), Instant::now());
        let error = run(transport.exchange("[body]".into())).unwrap_err();
        assert!(error.is_transient && started.elapsed() < Duration::from_secs(2), "{error}");
    }

    #[test]
    fn no_error_tells_the_key_in_the_address() {
        let transport = HttpTransport::new("http://user:secret@127.0.0.1:1/secret?key=secret", LIMITS).unwrap();
        let error = run(transport.exchange(String::new())).unwrap_err();
        let mut told = format!("{error} {error:?} {transport:?}");
        let mut next: Option<&dyn core::error::Error> = Some(&*error.source);
        while let Some(error) = next {
            told += &format!(" {error} {error:?}");
            next = error.source();
        }
        assert!(!told.contains("secret") && told.contains("http://127.0.0.1:1"), "{told}");
        for bad in ["", "127.0.0.1:1", "ftp://127.0.0.1", "http://", "file:///etc/passwd"] {
            assert!(matches!(HttpTransport::new(bad, LIMITS), Err(HttpError::Address)), "{bad}");
        }
    }

    #[test]
    fn a_node_stays_the_same() {
        let of = |id: u32| answer("200 OK", &format!("{}: {id}\r\n", headers::L1_CHAIN_ID), "[]");
        let (address, server) = serve(vec![ok("[]"), of(1), ok("[]"), of(1), of(2)]);
        let transport = HttpTransport::new(&address, HttpLimits { retries: 0, ..LIMITS }).unwrap();
        run(async {
            for _ in 0..4 {
                transport.exchange("[body]".into()).await.unwrap();
            }
            let error = transport.exchange("[body]".into()).await.unwrap_err();
            assert!(!error.is_transient && matches!(source(&error), HttpError::OtherNode), "{error}");
        });
        assert_eq!(transport.headers().l1_chain_id.unwrap().0, 1);
        server.join().unwrap();
    }
}
