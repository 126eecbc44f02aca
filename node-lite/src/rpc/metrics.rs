//! Counters, in the text form that Prometheus reads.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use protocol::rpc::admin::AdminCall;
use protocol::rpc::dev::DevCall;
use protocol::rpc::node::NodeCall;

use super::context::{Context, Reader};

/// Upper ends of the latency histogram's buckets, in microseconds.
const BUCKETS: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000];
/// Calls of methods that are not there are counted together.
const UNKNOWN: &str = "unknown";

#[derive(Debug, Default)]
struct MethodMetrics {
    calls: AtomicU64,
    errors: AtomicU64,
    micros: AtomicU64,
    buckets: [AtomicU64; BUCKETS.len()],
}

/// What is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    /// By method. What clients name never adds to it.
    methods: HashMap<&'static str, MethodMetrics>,
    connections: AtomicU64,
    requests: AtomicU64,
    refused_bodies: AtomicU64,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let methods = [NodeCall::METHODS, DevCall::METHODS, AdminCall::METHODS];
        let names = methods.into_iter().flatten().map(|method| method.name).chain([UNKNOWN]);
        Self {
            methods: names.map(|name| (name, MethodMetrics::default())).collect(),
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            refused_bodies: AtomicU64::new(0),
        }
    }

    /// A call was answered.
    pub(super) fn called(&self, method: &str, success: bool, took: Duration) {
        let Some(method) = self.methods.get(method).or_else(|| self.methods.get(UNKNOWN)) else { return };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        method.calls.fetch_add(1, Ordering::Relaxed);
        method.errors.fetch_add(u64::from(!success), Ordering::Relaxed);
        method.micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(bucket) = BUCKETS.iter().position(|end| micros <= *end) {
            method.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A request came.
    pub(super) fn requested(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// A body was not read: too large, too slow, no text.
    pub(super) fn refused_body(&self) {
        self.refused_bodies.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection came; it is counted until the guard is dropped.
    pub(super) fn connected(&self) -> Connected<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connected(&self.connections)
    }
}

/// A connection that is counted.
pub(super) struct Connected<'a>(&'a AtomicU64);

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Everything that is counted. What cannot be read is left out.
pub(super) fn render(context: &Context) -> String {
    let mut text = Text(String::new());
    // Writing to a string cannot fail.
    let _ = text.node(context).and_then(|()| text.server(&context.metrics));
    text.0
}

struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) -> fmt::Result {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}")
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl fmt::Display) -> fmt::Result {
        self.head(name, kind, help)?;
        writeln!(self.0, "{name} {value}")
    }

    fn node(&mut self, context: &Context) -> fmt::Result {
        let version = env!("CARGO_PKG_VERSION");
        self.head("node_lite_info", "gauge", "Versions of this program and of the protocol.")?;
        writeln!(self.0, "node_lite_info{{version=\"{version}\",protocol=\"{}\"}} 1", protocol::VERSION)?;
        let reader = Reader::new(context);
        if let Ok(snapshot) = reader.snapshot()
            && let Ok(tips) = snapshot.tips()
        {
            self.single("node_lite_block_height", "gauge", "Number of the last block.", tips.proposed.number)?;
            self.head("node_lite_tip_block", "gauge", "Number of the last block of each degree of certainty.")?;
            for (tip, number) in [
                ("proposed", tips.proposed.number),
                ("checkpointed", tips.checkpointed.block.number),
                ("proven", tips.proven.block.number),
                ("finalized", tips.finalized.block.number),
            ] {
                writeln!(self.0, "node_lite_tip_block{{tip=\"{tip}\"}} {number}")?;
            }
        }
        let pending = context.node.pending_count();
        self.single("node_lite_pending_txs", "gauge", "Transactions that wait for a block.", pending)?;
        self.single("node_lite_chain_time_seconds", "gauge", "What time it is on the chain.", context.node.time())?;
        let produced = context.node.produced();
        self.single("node_lite_blocks_total", "counter", "Blocks made since the start.", produced.blocks)?;
        self.single("node_lite_mined_txs_total", "counter", "Transactions in these blocks.", produced.txs)?;
        let seconds = produced.time.as_secs_f64();
        self.single("node_lite_block_build_seconds_total", "counter", "Time it took to make these blocks.", seconds)?;
        if let Some(bytes) = resident_bytes() {
            self.single("process_resident_memory_bytes", "gauge", "Memory of this process.", bytes)?;
        }
        Ok(())
    }

    fn server(&mut self, metrics: &Metrics) -> fmt::Result {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        self.single("node_lite_http_connections", "gauge", "Open connections.", count(&metrics.connections))?;
        self.single("node_lite_http_requests_total", "counter", "Requests to the RPC.", count(&metrics.requests))?;
        let refused = count(&metrics.refused_bodies);
        self.single("node_lite_http_refused_bodies_total", "counter", "Bodies that were not read.", refused)?;
        let mut methods: Vec<_> = metrics.methods.iter().filter(|(_, method)| count(&method.calls) > 0).collect();
        methods.sort_unstable_by_key(|(name, _)| **name);
        let (calls, errors, seconds) =
            ("node_lite_rpc_calls_total", "node_lite_rpc_errors_total", "node_lite_rpc_seconds");
        self.head(calls, "counter", "Calls of a method.")?;
        for (name, method) in &methods {
            writeln!(self.0, "{calls}{{method=\"{name}\"}} {}", count(&method.calls))?;
        }
        self.head(errors, "counter", "Calls of a method that failed.")?;
        for (name, method) in &methods {
            writeln!(self.0, "{errors}{{method=\"{name}\"}} {}", count(&method.errors))?;
        }
        self.head(seconds, "histogram", "How long calls of a method took.")?;
        for (name, method) in methods {
            let mut up_to = 0;
            for (end, bucket) in BUCKETS.iter().zip(&method.buckets) {
                up_to += count(bucket);
                let end = Duration::from_micros(*end).as_secs_f64();
                writeln!(self.0, "{seconds}_bucket{{method=\"{name}\",le=\"{end}\"}} {up_to}")?;
            }
            let calls = count(&method.calls).max(up_to);
            let sum = Duration::from_micros(count(&method.micros)).as_secs_f64();
            writeln!(self.0, "{seconds}_bucket{{method=\"{name}\",le=\"+Inf\"}} {calls}")?;
            writeln!(self.0, "{seconds}_sum{{method=\"{name}\"}} {sum}\n{seconds}_count{{method=\"{name}\"}} {calls}")?;
        }
        Ok(())
    }
}

/// Memory of this process, where the system tells.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_method_and_strangers_together() {
        let metrics = Metrics::new();
        metrics.called("node_getBlock", true, Duration::from_micros(200));
        metrics.called("node_getBlock", false, Duration::from_secs(60));
        metrics.called("x\" 1\n", false, Duration::ZERO);
        let mut text = Text(String::new());
        text.server(&metrics).unwrap();
        for line in [
            "node_lite_rpc_calls_total{method=\"node_getBlock\"} 2",
            "node_lite_rpc_errors_total{method=\"node_getBlock\"} 1",
            "node_lite_rpc_errors_total{method=\"unknown\"} 1",
            "node_lite_rpc_seconds_bucket{method=\"node_getBlock\",le=\"0.0001\"} 0",
            "node_lite_rpc_seconds_bucket{method=\"node_getBlock\",le=\"0.00025\"} 1",
            "node_lite_rpc_seconds_bucket{method=\"node_getBlock\",le=\"10\"} 1",
            "node_lite_rpc_seconds_bucket{method=\"node_getBlock\",le=\"+Inf\"} 2",
        ] {
            assert!(text.0.lines().any(|found| found == line), "{line} is not in\n{}", text.0);
        }
        assert!(!text.0.contains("x\""), "{}", text.0);
    }
}
