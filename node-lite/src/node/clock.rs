//! What time it is on the chain.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use protocol::block::Timestamp;

/// Where the time comes from.
#[derive(Clone)]
pub struct TimeSource(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl TimeSource {
    /// Time as a function tells it.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The clock of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeSource")
    }
}

/// The chain's clock: that of its source, and ahead of it by as much as it was advanced.
#[derive(Debug)]
pub(super) struct Clock {
    source: TimeSource,
    ahead: AtomicU64,
}

impl Clock {
    pub(super) fn new(source: TimeSource, ahead: u64) -> Self {
        Self { source, ahead: AtomicU64::new(ahead) }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.source.now().0.saturating_add(self.ahead()))
    }

    /// By how many seconds it is ahead of its source.
    pub(super) fn ahead(&self) -> u64 {
        self.ahead.load(Ordering::Acquire)
    }

    pub(super) fn set_ahead(&self, ahead: u64) {
        self.ahead.store(ahead, Ordering::Release);
    }

    /// Makes it at least `time`.
    pub(super) fn advance_to(&self, time: Timestamp) {
        let source = self.source.now().0;
        self.ahead.fetch_max(time.0.saturating_sub(source), Ordering::AcqRel);
    }
}
