//! Transfers made beforehand, submitted all at once, until all are in blocks.
use std::{
    fs,
    path::Path,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{BenchError, client, process::Node};

/// How often receipts are asked for.
const POLL: Duration = Duration::from_millis(20);
/// How long mining may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// What `tests/bench/node/prepare.mjs` leaves in its folder.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Prepared {
    /// The token.
    pub(super) token: String,
    /// Its storage slots that hold the public balances of the senders.
    pub(super) balances: Vec<String>,
    private: Vec<String>,
    public: Vec<String>,
    /// Requests that submit a transfer, by kind.
    #[serde(skip)]
    requests: [Vec<Vec<u8>>; 2],
}

/// Which transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Private,
    Public,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Private, Self::Public];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

impl Prepared {
    pub(super) fn read(folder: &Path) -> Result<Self, BenchError> {
        let text = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|source| BenchError::File { path, source })
        };
        let chain = text("chain.json")?;
        let mut found: Self =
            serde_json::from_str(&chain).map_err(|source| BenchError::Json { node: "prepare.mjs", source })?;
        for (kind, requests) in Kind::ALL.into_iter().zip(&mut found.requests) {
            let lines = text(&format!("{}.jsonl", kind.name()))?;
            *requests = lines.lines().map(|line| line.as_bytes().to_vec()).collect();
        }
        Ok(found)
    }

    fn hashes(&self, kind: Kind) -> &[String] {
        match kind {
            Kind::Private => &self.private,
            Kind::Public => &self.public,
        }
    }
}

/// What submitting took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// Until the node had taken all.
    pub(super) taken: Duration,
    /// Until all were in blocks.
    pub(super) mined: Duration,
    /// How many blocks they are in.
    pub(super) blocks: usize,
    /// How many transactions.
    pub(super) count: u32,
}

impl Times {
    /// Seconds per transaction.
    pub(super) fn each(&self) -> f64 {
        self.mined.as_secs_f64() / f64::from(self.count.max(1))
    }
}

/// Submits all transfers of a kind, each on a connection of its own, and waits until they are in blocks.
pub(super) fn run(node: &Node, prepared: &Prepared, kind: Kind) -> Result<Times, BenchError> {
    let requests = &prepared.requests[usize::from(kind == Kind::Public)];
    let clients = requests.iter().map(|_| node.client()).collect::<Result<Vec<_>, _>>()?;
    let barrier = Barrier::new(requests.len() + 1);
    let (start, taken) = thread::scope(|scope| {
        let senders: Vec<_> = clients
            .into_iter()
            .zip(requests)
            .map(|(mut client, request)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let answer = client::parse(node.name, &client.post(request)?)?;
                    client.result("node_sendTx", &answer).map(drop)
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        let sent = senders
            .into_iter()
            .try_for_each(|sender| sender.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        sent.map(|()| (start, start.elapsed()))
    })?;
    let mut client = node.client()?;
    let mut waiting: Vec<&str> = prepared.hashes(kind).iter().map(String::as_str).collect();
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    let mut blocks = Vec::new();
    loop {
        let calls: Vec<_> = waiting.iter().map(|hash| ("node_getTxReceipt", json!([hash]))).collect();
        let receipts = client.batch(&calls)?;
        let mut left = Vec::new();
        for (hash, receipt) in waiting.into_iter().zip(receipts) {
            match (receipt["status"].as_str(), receipt["executionResult"].as_str()) {
                (Some("pending"), _) => left.push(hash),
                (Some("proposed" | "checkpointed" | "proven" | "finalized"), Some("success")) => {
                    blocks.push(receipt["blockNumber"].clone());
                }
                _ => return Err(BenchError::NotMined { tx: hash.to_owned(), receipt: receipt.to_string() }),
            }
        }
        let mined = start.elapsed();
        if left.is_empty() {
            blocks.sort_by_key(Value::to_string);
            blocks.dedup();
            return Ok(Times { taken, mined, blocks: blocks.len(), count });
        }
        if mined > PATIENCE {
            let receipt = format!("still pending after {} s", mined.as_secs());
            return Err(BenchError::NotMined { tx: left[0].to_owned(), receipt });
        }
        waiting = left;
        thread::sleep(POLL);
    }
}
