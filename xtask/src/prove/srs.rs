//! The SRS of the ceremony, downloaded and verified.

use std::time::Instant;

use circuits::srs::{HttpFetch, IGNITION_SOURCES, SrsCache, SrsProgress, SrsSize};

use super::{Options, ProveError};
use crate::{Error, packages};

/// Downloads what is missing of the SRS, for circuits of up to 2^`NUMBER` gates, from the sources that are named or those
/// that are known.
pub(super) fn run(options: &Options) -> Result<(), Error> {
    let words: Vec<_> = options.files.iter().map(|word| word.to_string_lossy()).collect();
    let (size, sources) = match words.split_first() {
        Some((word, sources)) if !word.contains(':') => {
            let size = word.parse().ok().and_then(SrsSize::for_log2_gates);
            (size.ok_or_else(|| ProveError::Number(word.to_string()))?, sources)
        }
        _ => (SrsSize::DEFAULT, words.as_slice()),
    };
    let sources: Vec<&str> = sources.iter().map(AsRef::as_ref).collect();
    let sources = if sources.is_empty() { IGNITION_SOURCES.to_vec() } else { sources };
    let start = Instant::now();
    let mut tell = |progress| {
        let seconds = start.elapsed().as_secs_f32();
        match progress {
            SrsProgress::Downloading { done, of } => println!("[{seconds:6.1} s] {done} of {of} bytes"),
            other => println!("[{seconds:6.1} s] {other:?}"),
        }
    };
    let cache = SrsCache::new(packages::cache_folder().join("srs"));
    let fetch = HttpFetch::default();
    let srs = pollster::block_on(cache.ignition(size, &sources, &fetch, &mut tell)).map_err(ProveError::from)?;
    println!("{}, {} points, after {:.1} s", srs.kind, srs.bn254_points(), start.elapsed().as_secs_f32());
    Ok(())
}
