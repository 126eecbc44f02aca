//! Ranges of a file by the browser's `fetch`, for the download of an SRS.

use core::ops::Range;

use async_trait::async_trait;
use circuits::srs::{Fetch, FetchError, is_content_range};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Response;
    type Headers;
    type Stream;
    type Reader;
    type Chunk;
    type AbortSignal;

    #[wasm_bindgen(catch)]
    async fn fetch(url: &str, options: &Object) -> Result<Response, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u16;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Response) -> Headers;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Response) -> Option<Stream>;
    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;
    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Stream) -> Reader;
    #[wasm_bindgen(method, catch)]
    async fn read(this: &Reader) -> Result<Chunk, JsValue>;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> js_sys::Promise;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Chunk) -> Option<Uint8Array>;
    #[wasm_bindgen(static_method_of = AbortSignal)]
    fn timeout(milliseconds: u32) -> AbortSignal;
}

/// Downloads ranges with the browser's `fetch`. A server of another origin must allow it (CORS); unless it also exposes
/// `Content-Range`, whether the range is the right one only shows when the points are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserFetch {
    /// Milliseconds until all of one answer must be here.
    pub limit: u32,
}

impl Default for BrowserFetch {
    /// Five minutes, in which a slow connection gets the four megabytes of one request.
    fn default() -> Self {
        Self { limit: 300_000 }
    }
}

/// What a browser threw.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Thrown(String);

impl Thrown {
    fn new(value: &JsValue) -> Self {
        let member = |name| Reflect::get(value, &JsValue::from_str(name)).ok().and_then(|value| value.as_string());
        Self(member("message").unwrap_or_else(|| format!("{value:?}")))
    }
}

/// Ends what is left of an answer, also when nobody waits for it any longer.
struct CancelOnDrop(Reader);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        // It resolves at some time or other, which is of no interest.
        let _ = self.0.cancel();
    }
}

#[async_trait(?Send)]
impl Fetch for BrowserFetch {
    async fn fetch(&self, url: &str, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
        let failed = |thrown: JsValue| {
            let source = Box::new(Thrown::new(&thrown));
            FetchError::Request { url: url.to_owned(), source }
        };
        let expected = range.end.saturating_sub(range.start);
        if expected == 0 {
            return Ok(Vec::new());
        }
        let headers = object([("Range", &format!("bytes={}-{}", range.start, range.end - 1).into())]);
        let options = object([("headers", &headers), ("signal", &AbortSignal::timeout(self.limit))]);
        let response = fetch(url, &options).await.map_err(failed)?;
        let reader = response.body().map(|body| CancelOnDrop(body.reader()));
        let status = response.status();
        if status != 206 {
            return Err(FetchError::Status { url: url.to_owned(), status });
        }
        if let Some(found) = response.headers().get("content-range")
            && !is_content_range(found.as_bytes(), &range)
        {
            let found = found.chars().take(60).flat_map(char::escape_debug).collect();
            return Err(FetchError::Range { url: url.to_owned(), expected: range, found });
        }
        let mut bytes = Vec::new();
        if let Some(reader) = reader {
            while let Some(chunk) = reader.0.read().await.map_err(failed)?.value() {
                let start = bytes.len();
                let found = start as u64 + u64::from(chunk.length());
                if found > expected {
                    return Err(FetchError::Length { url: url.to_owned(), expected, found });
                }
                bytes.resize(start + chunk.length() as usize, 0);
                chunk.copy_to(&mut bytes[start..]);
            }
        }
        let found = bytes.len() as u64;
        if found == expected { Ok(bytes) } else { Err(FetchError::Length { url: url.to_owned(), expected, found }) }
    }
}

fn object<const N: usize>(members: [(&str, &JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from_str(name), value).expect("a new object takes members");
    }
    object
}
