//! A node that lies: answers of a recorded session, changed on the way, never make the client panic, hang or keep a note
//! that is not there, and every error says which question was answered wrongly.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pollster::block_on;
use protocol::abi::FunctionCall;
use protocol::address::AztecAddress;
use protocol::codec::Encode;
use protocol::tx::TxExecutionRequest;
use pxe_core::node::{NodeError, Transport, TransportError};
use pxe_core::pxe::{PxeError, silent};
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{self, NoteFilter, NoteStatus};
use pxe_core::store::{Batch, Entry as Kept, Job, MemoryStore, Snapshot, Store, StoreError, Table};
use serde_json::{Value, json};
use tests::client::with_causes;

use crate::client::scopes;
use crate::replay::{self, Session, read};
use crate::view::View;

/// What a session is gone through for: notes of an account are there to be found, and one is about to be used.
const SESSION: &str = "first";
const STEP: &str = "private transfer";
/// An operation that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);
/// An operation that asks more often hangs.
const MOST_EXCHANGES: usize = 300;

/// Numbers that look random and are the same every time.
#[derive(Debug, Default)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// What never changes while notes are looked for.
fn is_constant(table: Table) -> bool {
    matches!(
        table,
        Table::Meta | Table::Accounts | Table::Secrets | Table::Senders | Table::Artifacts | Table::Instances
    )
}

/// A store that goes back to where it was.
#[derive(Debug, Default)]
pub(crate) struct Rewinding {
    constant: MemoryStore,
    now: Mutex<Arc<MemoryStore>>,
    saved: Mutex<Vec<(Table, Kept)>>,
}

impl Rewinding {
    fn now(&self) -> Arc<MemoryStore> {
        Arc::clone(&self.now.lock().unwrap())
    }

    /// This is where it goes back to.
    fn save(&self) {
        let now = block_on(self.now().snapshot()).unwrap();
        let mut saved = self.saved.lock().unwrap();
        for table in Table::ALL.into_iter().filter(|table| !is_constant(*table)) {
            let entries = block_on(now.scan(table, &[], &[], usize::MAX)).unwrap();
            saved.extend(entries.into_iter().map(|entry| (table, entry)));
        }
    }

    fn go_back(&self) {
        let (store, mut batch) = (MemoryStore::default(), Batch::default());
        for (table, (key, value)) in &*self.saved.lock().unwrap() {
            batch.put(*table, key.clone(), value.clone());
        }
        block_on(store.commit(batch)).unwrap();
        *self.now.lock().unwrap() = Arc::new(store);
    }
}

#[derive(Debug)]
struct Both {
    constant: Arc<dyn Snapshot>,
    now: Arc<dyn Snapshot>,
}

#[async_trait]
impl Snapshot for Both {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if is_constant(table) { self.constant.get(table, key).await } else { self.now.get(table, key).await }
    }

    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Kept>, StoreError> {
        let snapshot = if is_constant(table) { &self.constant } else { &self.now };
        snapshot.scan(table, prefix, from, limit).await
    }
}

#[async_trait]
impl Store for Rewinding {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(Arc::new(Both { constant: self.constant.snapshot().await?, now: self.now().snapshot().await? }))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (mut constant, mut now) = (Batch::default(), Batch::default());
        for (table, key, value) in batch.iter() {
            let batch = if is_constant(table) { &mut constant } else { &mut now };
            match value {
                Some(value) => batch.put(table, key.to_vec(), value.to_vec()),
                None => batch.delete(table, key.to_vec()),
            }
        }
        self.constant.commit(constant).await?;
        self.now().commit(now).await
    }
}

/// Changes an answer.
#[derive(Debug)]
pub(crate) struct Liar {
    view: Arc<View>,
    plan: Mutex<Option<Plan>>,
}

#[derive(Debug)]
struct Plan {
    numbers: Numbers,
    /// Which answer is changed first; later ones are too, now and then.
    first: usize,
    exchanges: usize,
    /// What was changed.
    lies: Vec<String>,
}

impl Liar {
    pub(crate) fn new(view: Arc<View>) -> Arc<Self> {
        Arc::new(Self { view, plan: Mutex::new(None) })
    }
}

#[async_trait]
impl Transport for Liar {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let answer = self.view.exchange(body.clone()).await?;
        let mut plan = self.plan.lock().unwrap();
        let Some(plan) = &mut *plan else { return Ok(answer) };
        plan.exchanges += 1;
        assert!(plan.exchanges < MOST_EXCHANGES, "it asks again and again");
        let lies = plan.exchanges > plan.first && (plan.lies.is_empty() || plan.numbers.below(4) == 0);
        if !lies {
            return Ok(answer);
        }
        let lie = changed(answer.clone(), &mut plan.numbers);
        plan.lies.push(told(&body, &answer, &lie));
        Ok(lie)
    }
}

/// An answer with something changed.
fn changed(mut answer: Vec<u8>, numbers: &mut Numbers) -> Vec<u8> {
    match numbers.below(10) {
        0 => answer.truncate(numbers.below(answer.len())),
        1 => {
            for _ in 0..1 + numbers.below(4) {
                let place = numbers.below(answer.len());
                answer[place] ^= 1 << numbers.below(8);
            }
        }
        _ => {
            let mut replies: Value = serde_json::from_slice(&answer).unwrap();
            let donor = replies.clone();
            for _ in 0..1 + numbers.below(3) {
                change(&mut replies, &donor, numbers);
            }
            return serde_json::to_vec(&replies).unwrap();
        }
    }
    answer
}

/// What was changed, in words.
fn told(body: &str, truth: &[u8], lie: &[u8]) -> String {
    let calls: Vec<Value> = serde_json::from_str(body).unwrap();
    let methods: Vec<_> = calls.iter().map(|call| call["method"].as_str().unwrap()).collect();
    let Ok(lie) = serde_json::from_slice::<Value>(lie) else { return format!("no JSON from {methods:?}") };
    let truth: Value = serde_json::from_slice(truth).unwrap();
    let mut found = Vec::new();
    differences(&truth, &lie, &mut String::new(), &mut found);
    let named = found.into_iter().take(4).map(|(path, what)| {
        let place = path.split('.').nth(1).and_then(|place| place.parse::<usize>().ok());
        format!("{}{path} {what}", place.and_then(|place| methods.get(place)).unwrap_or(&"all"))
    });
    named.collect::<Vec<_>>().join(", ")
}

fn differences(truth: &Value, lie: &Value, path: &mut String, found: &mut Vec<(String, String)>) {
    let length = path.len();
    let mut within = |key: &dyn std::fmt::Display, truth: &Value, lie: &Value| {
        *path = format!("{}.{key}", &path[..length]);
        differences(truth, lie, path, found);
        path.truncate(length);
    };
    match (truth, lie) {
        (Value::Array(truth), Value::Array(lie)) if truth.len() == lie.len() => {
            truth.iter().zip(lie).enumerate().for_each(|(place, (truth, lie))| within(&place, truth, lie));
        }
        (Value::Object(truth), Value::Object(lie)) if truth.keys().eq(lie.keys()) => {
            truth.iter().for_each(|(key, value)| within(key, value, &lie[key]));
        }
        _ if truth == lie => {}
        _ => found.push((path.clone(), format!("{:.80} -> {:.80}", truth.to_string(), lie.to_string()))),
    }
}

/// Somewhere in a value, the deeper the likelier.
fn somewhere<'a>(value: &'a mut Value, numbers: &mut Numbers) -> &'a mut Value {
    let count = match &*value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if count == 0 || numbers.below(12) == 0 {
        return value;
    }
    let place = numbers.below(count);
    match value {
        Value::Array(items) => somewhere(&mut items[place], numbers),
        Value::Object(members) => somewhere(members.values_mut().nth(place).unwrap(), numbers),
        _ => unreachable!("only lists and objects have something in them"),
    }
}

fn change(replies: &mut Value, donor: &Value, numbers: &mut Numbers) {
    let what = numbers.below(11);
    let mut donor = donor.clone();
    let other = somewhere(&mut donor, numbers).clone();
    let place = somewhere(replies, numbers);
    match (what, &mut *place) {
        (0, _) => *place = Value::Null,
        (1, _) => *place = other,
        (2, _) => *place = json!([]),
        (3, _) => *place = Value::Array(vec![place.clone(); 1 + numbers.below(20_000)]),
        (4, _) => {
            for _ in 0..1 + numbers.below(200) {
                *place = Value::Array(vec![place.take()]);
            }
        }
        (5, Value::Array(items)) if !items.is_empty() => {
            let count = items.len();
            items.swap(numbers.below(count), numbers.below(count));
        }
        (6, Value::Array(items)) if !items.is_empty() => drop(items.remove(numbers.below(items.len()))),
        (5 | 6, Value::Object(members)) if !members.is_empty() => {
            let key = members.keys().nth(numbers.below(members.len())).unwrap().clone();
            members.remove(&key);
        }
        (7, _) => *place = json!(numbers.next()),
        (8, _) => *place = json!(-1),
        (_, Value::Number(number)) => {
            let number = number.as_u64().unwrap_or_default();
            *place = json!(number ^ (1 << numbers.below(34)));
        }
        (_, Value::String(text)) if !text.is_empty() => {
            // Hexadecimal stays so, mostly.
            let at = numbers.below(text.len());
            let digit = char::from(b"0123456789abcdef"[numbers.below(16)]);
            if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                text.replace_range(at..=at, digit.encode_utf8(&mut [0; 4]));
            }
        }
        (_, Value::Bool(flag)) => *flag = !*flag,
        (9, _) => *place = json!("0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"),
        _ => *place = json!({ "x": place.take() }),
    }
}

/// A session up to where notes are about to be used.
struct Stage {
    session: Session,
    liar: Arc<Liar>,
    store: Arc<Rewinding>,
    token: AztecAddress,
    scopes: Scopes,
    transfer: TxExecutionRequest,
    balance: FunctionCall,
    truth: BTreeMap<Vec<u8>, usize>,
}

impl Stage {
    fn new() -> Self {
        let store = Arc::new(Rewinding::default());
        let (session, rest) = replay::until(SESSION, STEP, Arc::clone(&store) as Arc<dyn Store>);
        let liar = Arc::clone(session.liar.as_ref().unwrap());
        let entry = |method: &str| rest.iter().find(|entry| entry.method == method).unwrap();
        let (transfer, balance) = (entry("proveTx"), entry("executeUtility"));
        let balance: FunctionCall = read(&balance.args["call"]);
        store.save();
        let stage = Self {
            token: balance.to,
            scopes: scopes(&transfer.args["scopes"]),
            transfer: read(&transfer.args["request"]),
            truth: BTreeMap::new(),
            balance,
            session,
            liar,
            store,
        };
        stage.store.go_back();
        block_on(stage.look()).unwrap();
        let truth = stage.kept();
        assert!(!truth.is_empty(), "there are notes to lie about");
        Self { truth, ..stage }
    }

    fn filter(&self) -> NoteFilter {
        let (contract, scopes) = (self.token, self.scopes.clone());
        NoteFilter { contract, owner: None, storage_slot: None, status: NoteStatus::ActiveOrNullified, scopes }
    }

    async fn look(&self) -> Result<(), PxeError> {
        self.session.pxe().notes(&self.filter(), &silent()).await.map(drop)
    }

    /// The notes in the store, without what only the node says and no proof shows: the hashes of their transaction and block.
    fn kept(&self) -> BTreeMap<Vec<u8>, usize> {
        let filter = NoteFilter { scopes: Scopes::All, ..self.filter() };
        let notes = block_on(async { notes::find(&Job::begin(&*self.store).await.unwrap(), &filter).await.unwrap() });
        let mut kept = BTreeMap::new();
        for mut note in notes {
            (note.tx_hash, note.block.hash) = Default::default();
            *kept.entry(note.to_buffer()).or_default() += 1;
        }
        kept
    }

    /// Does something while the node lies; tells how it went.
    fn run(&self, seed: u64) -> String {
        self.store.go_back();
        let mut numbers = Numbers(seed);
        let (what, first) = (numbers.below(10), numbers.below(5));
        *self.liar.plan.lock().unwrap() = Some(Plan { numbers, first, exchanges: 0, lies: Vec::new() });
        let began = Instant::now();
        let outcome = block_on(async {
            let pxe = self.session.pxe();
            match what {
                0 => pxe.prove(&self.transfer, &self.scopes, &silent()).await.map(drop),
                1..4 => pxe.utility(&self.balance, &[], &self.scopes, &silent()).await.map(drop),
                _ => self.look().await,
            }
        });
        let plan = self.liar.plan.lock().unwrap().take().unwrap();
        let lies = plan.lies.join("; ");
        assert!(began.elapsed() < LONGEST, "seed {seed}: it takes {:?}: {lies}", began.elapsed());
        for (note, count) in self.kept() {
            assert!(
                self.truth.get(&note).is_some_and(|known| *known >= count),
                "seed {seed}: a note that is not there: {lies}"
            );
        }
        match outcome {
            Ok(()) if plan.lies.is_empty() => "nothing was changed".into(),
            Ok(()) => "nothing came of it".into(),
            Err(error) => {
                let said = with_causes(&error);
                let names_it = said.contains("node_");
                if is_about_node(&error) {
                    assert!(names_it, "seed {seed}: {said}: {lies}");
                }
                match names_it {
                    true => "the error names the method".into(),
                    false => said.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().into(),
                }
            }
        }
    }
}

fn is_about_node(error: &PxeError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NodeError>() {
            return true;
        }
        cause = error.source();
    }
    matches!(error, PxeError::Node(_))
}

/// `HOSTILE_RUNS` says how many; each has a number of its own, from `HOSTILE_FIRST` on.
#[test]
fn a_node_that_lies_gets_nowhere() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (first, runs) = (number("HOSTILE_FIRST", 0), number("HOSTILE_RUNS", 150));
    let (next, told, failed) = (AtomicU64::new(first), Mutex::new(BTreeMap::new()), Mutex::new(Vec::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            let work = || {
                let mut stage = Stage::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + runs {
                        return;
                    }
                    match catch_unwind(AssertUnwindSafe(|| stage.run(seed))) {
                        Ok(how) => *told.lock().unwrap().entry(how).or_insert(0usize) += 1,
                        Err(_) => {
                            failed.lock().unwrap().push(seed);
                            stage = Stage::new();
                        }
                    }
                }
            };
            std::thread::Builder::new().stack_size(16 << 20).spawn_scoped(scope, work).unwrap();
        }
    });
    println!("{runs} runs with a node that lies in {:.1?}:", began.elapsed());
    for (how, count) in &*told.lock().unwrap() {
        println!("  {count:>5} {how}");
    }
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} runs failed: {failed:?}", failed.len());
}
