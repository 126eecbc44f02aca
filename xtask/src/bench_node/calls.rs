//! The calls a client with private state makes most: how long each takes, and how many a second a node answers.
use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    BenchError,
    client::{self, Client},
    process::Node,
};

/// How long one call is repeated in one turn, to see its latency.
const LATENCY: Duration = Duration::from_millis(500);
/// Of a slow call so many runs at least.
const MIN_RUNS: usize = 30;
/// How long several clients repeat it, to see how many a second are answered.
const THROUGHPUT: Duration = Duration::from_millis(700);
/// That many clients.
const CLIENTS: usize = 8;
/// Blocks that what is asked for comes from, counted from the last.
const BLOCKS: u64 = 40;
/// Most tags one call may have.
const TAGS: usize = 100;

/// A call, or a batch of some.
pub(super) struct Call {
    pub(super) name: &'static str,
    body: Vec<u8>,
    batch: bool,
}

/// What a call took.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples {
    latencies: Vec<Duration>,
    per_second: Vec<f64>,
}

impl Samples {
    /// The latency that a share of the calls does not exceed, in seconds.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort();
        let at = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
        sorted.get(at).map_or(f64::NAN, Duration::as_secs_f64)
    }

    /// Calls per second of several clients: the median of the turns.
    pub(super) fn per_second(&self) -> f64 {
        let mut sorted = self.per_second.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// A public storage slot to ask for.
pub(super) struct Slot<'a> {
    pub(super) contract: &'a str,
    pub(super) slot: &'a str,
}

/// The calls to measure, asking for what the last blocks of this node's chain hold.
pub(super) fn list(node: &Node, slot: &Slot<'_>) -> Result<Vec<Call>, BenchError> {
    let mut client = node.client()?;
    let last = client.call("node_getBlockNumber", &json!([]))?.as_u64().unwrap_or(0);
    let first = last.saturating_sub(BLOCKS - 1).max(1);
    let blocks = client.call("node_getBlocks", &json!([first, BLOCKS]))?;
    let effects: Vec<&Value> = items(&blocks).flat_map(|block| items(&block["body"]["txEffects"])).collect();
    let all = |member: &'static str| effects.iter().flat_map(move |effect| items(&effect[member])).cloned();
    let (note_hashes, nullifiers): (Vec<_>, Vec<_>) = (all("noteHashes").collect(), all("nullifiers").collect());
    let writes: Vec<_> = all("publicDataWrites").map(|write| write["leafSlot"].clone()).collect();
    let mut tags: Vec<_> = all("privateLogs").map(|log| log["fields"][0].clone()).take(TAGS).collect();
    tags.extend((tags.len()..TAGS).map(|at| json!(format!("0x{:064x}", 0x1234_5678_9abc_u64 + at as u64))));
    let hash = effects.last().map(|effect| effect["txHash"].clone()).unwrap_or_default();
    let need = |what: &'static str, list: &[Value]| match list.last() {
        Some(last) => Ok(last.clone()),
        None => Err(BenchError::EmptyChain { node: node.name, what }),
    };
    let note_hash = need("note hash", &note_hashes)?;
    let nullifier = need("nullifier", &nullifiers)?;
    let write = need("public data write", &writes)?;
    let some = |list: &[Value]| Value::from(list.iter().rev().take(8).cloned().collect::<Vec<_>>());
    let calls = [
        ("getL2Tips", json!([])),
        ("getBlockHeader", json!(["latest"])),
        ("getBlock", json!([last])),
        ("getTxEffect", json!([hash])),
        ("getPublicStorageAt", json!(["latest", slot.contract, slot.slot])),
        ("findLeavesIndexes", json!(["latest", 0, some(&nullifiers)])),
        ("getNoteHashMembershipWitness", json!(["latest", note_hash])),
        ("getNullifierMembershipWitness", json!(["latest", nullifier])),
        ("getLowNullifierMembershipWitness", json!(["latest", format!("0x{:064x}", 0xabcd_ef01_u64)])),
        ("getPublicDataWitness", json!(["latest", write])),
        ("getPrivateLogsByTags", json!([tags])),
    ];
    let mut list = Vec::new();
    for (name, params) in &calls {
        let method = format!("node_{name}");
        // What is timed must be an answer, not a refusal.
        if client.call(&method, params)?.is_null() {
            return Err(BenchError::EmptyChain { node: node.name, what: name });
        }
        list.push(Call { name, body: client::request(0, &method, params).to_string().into_bytes(), batch: false });
    }
    // What a client sends when it brings its notes up to date: all of the above but the block, some of them twice.
    let batch: Vec<_> = calls
        .iter()
        .chain(&calls[4..])
        .filter(|(name, _)| *name != "getBlock")
        .enumerate()
        .map(|(id, (name, params))| client::request(id, &format!("node_{name}"), params))
        .collect();
    list.push(Call { name: "batch of 17", body: Value::from(batch).to_string().into_bytes(), batch: true });
    Ok(list)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// One turn of a call: alone, then by several clients at once.
pub(super) fn measure(node: &Node, call: &Call, samples: &mut Samples) -> Result<(), BenchError> {
    let mut client = node.client()?;
    check(&mut client, call)?;
    let (start, mut runs) = (Instant::now(), 0);
    while runs < MIN_RUNS || start.elapsed() < LATENCY {
        let start = Instant::now();
        client.post(&call.body)?;
        samples.latencies.push(start.elapsed());
        runs += 1;
    }
    let clients = (0..CLIENTS).map(|_| node.client()).collect::<Result<Vec<_>, _>>()?;
    let start = Instant::now();
    let answered = thread::scope(|scope| {
        let clients: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                scope.spawn(move || -> Result<u32, BenchError> {
                    let mut answered = 0;
                    while start.elapsed() < THROUGHPUT {
                        client.post(&call.body)?;
                        answered += 1;
                    }
                    Ok(answered)
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .sum::<Result<u32, _>>()
    })?;
    samples.per_second.push(f64::from(answered) / start.elapsed().as_secs_f64());
    Ok(())
}

/// Every call is answered.
fn check(client: &mut Client, call: &Call) -> Result<(), BenchError> {
    let answer = client::parse("node", &client.post(&call.body)?)?;
    match &answer {
        Value::Array(answers) if call.batch => {
            answers.iter().try_for_each(|answer| client.result(call.name, answer).map(drop))
        }
        answer => client.result(call.name, answer).map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_all_turns() {
        let latencies = (1..=101).rev().map(Duration::from_millis).collect();
        let samples = Samples { latencies, per_second: vec![3.0, 1.0, 2.0] };
        assert_eq!((samples.quantile(0.5), samples.quantile(0.99), samples.quantile(1.0)), (0.051, 0.1, 0.101));
        assert_eq!(samples.per_second(), 2.0);
    }
}
