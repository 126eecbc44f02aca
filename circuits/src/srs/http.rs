//! Ranges of a file over HTTP.

use core::ops::Range;
use core::time::Duration;
use std::io::{self, Read};
use std::thread;

use async_trait::async_trait;
use futures_channel::oneshot;
use ureq::Agent;
use ureq::http::header::{ACCEPT_ENCODING, CONTENT_RANGE, RANGE};

use super::{Fetch, FetchError, is_content_range};

/// What a server may take in one place before the next is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// Until it is connected; until the answer begins; between two parts of the answer.
    pub silence: Duration,
    /// Until all of one answer is here.
    pub answer: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { silence: Duration::from_secs(20), answer: Duration::from_secs(600) }
    }
}

/// Downloads ranges from web servers. A proxy in the environment (`HTTPS_PROXY` and so on) is used.
///
/// Every request runs on a thread of its own, so that it does not block who waits for it. If nobody waits any longer, the
/// request still runs to its end or limit.
#[derive(Debug, Clone)]
pub struct HttpFetch(Agent);

impl HttpFetch {
    /// Makes one with limits; connections are kept between requests.
    #[must_use]
    pub fn new(limits: HttpLimits) -> Self {
        let HttpLimits { silence, answer } = limits;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(4)
            .timeout_connect(Some(silence))
            .timeout_send_request(Some(silence))
            .timeout_recv_response(Some(silence))
            .timeout_per_read(Some(silence))
            .timeout_global(Some(answer))
            .user_agent(concat!("aztec-lite/", env!("CARGO_PKG_VERSION")));
        Self(config.build().into())
    }

    fn get(&self, url: &str, range: &Range<u64>) -> Result<Vec<u8>, FetchError> {
        let failed = |source: ureq::Error| FetchError::Request { url: url.to_owned(), source: source.into() };
        let Range { start, end } = *range;
        let expected = end.saturating_sub(start);
        if expected == 0 {
            return Ok(Vec::new());
        }
        let request = self.0.get(url).header(RANGE, format!("bytes={start}-{}", end - 1));
        let response = request.header(ACCEPT_ENCODING, "identity").call().map_err(failed)?;
        let status = response.status().as_u16();
        if status != 206 {
            return Err(FetchError::Status { url: url.to_owned(), status });
        }
        let found = response.headers().get(CONTENT_RANGE).map(|value| value.as_bytes()).unwrap_or_default();
        if !is_content_range(found, range) {
            let found = String::from_utf8_lossy(&found[..found.len().min(60)]).escape_debug().to_string();
            return Err(FetchError::Range { url: url.to_owned(), expected: range.clone(), found });
        }
        let mut bytes = Vec::new();
        // One byte more tells that there are too many.
        let read = response.into_body().into_reader().take(expected + 1).read_to_end(&mut bytes);
        match read {
            Ok(_) if bytes.len() as u64 == expected => Ok(bytes),
            // The server said how long its answer is and closed the connection before that.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Err(FetchError::Request { url: url.to_owned(), source: error.into() })
            }
            _ => Err(FetchError::Length { url: url.to_owned(), expected, found: bytes.len() as u64 }),
        }
    }
}

impl Default for HttpFetch {
    fn default() -> Self {
        Self::new(HttpLimits::default())
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn fetch(&self, url: &str, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
        let failed =
            |source: Box<dyn core::error::Error + Send + Sync>| FetchError::Request { url: url.to_owned(), source };
        let (send, receive) = oneshot::channel();
        let (this, address) = (self.clone(), url.to_owned());
        let work = move || drop(send.send(this.get(&address, &range)));
        thread::Builder::new().name("srs-download".to_owned()).spawn(work).map_err(|error| failed(error.into()))?;
        receive.await.map_err(|error| failed(error.into()))?
    }
}

#[cfg(test)]
mod tests;
