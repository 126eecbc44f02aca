//! Going through a session, entry by entry.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use pollster::block_on;
use protocol::block::{BlockHash, L2Tips, Timestamp};
use pxe_core::account::{Account, SigningKey};
use pxe_core::port::{Clock, Rng};
use pxe_core::pxe::Pxe;
use pxe_core::store::{MemoryStore, Store};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tests::client::with_causes;
use tests::session::{Draw, Entry};

use crate::chain;
use crate::compare::Compared;
use crate::hostile::{Liar, Numbers};
use crate::view::View;
use crate::watch::Watcher;

/// A clock that stands still: nothing that is compared depends on the time.
#[derive(Debug)]
pub(crate) struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }
}

/// Draws what was drawn, and something else when that is used up.
#[derive(Debug, Default)]
pub(crate) struct RecordedRng(Mutex<(VecDeque<Vec<u8>>, Numbers)>);

impl RecordedRng {
    /// From now on these draws are repeated.
    fn begin<'a>(&self, draws: impl Iterator<Item = &'a Draw>) {
        let bytes = draws.map(|draw| {
            let bytes = const_hex::decode(&draw.bytes).unwrap();
            // A scalar that was drawn as it is, is one that is reduced, too.
            [vec![0; 64 - bytes.len()], bytes].concat()
        });
        self.0.lock().unwrap().0 = bytes.collect();
    }

    /// How many are left.
    fn left(&self) -> usize {
        self.0.lock().unwrap().0.len()
    }
}

impl Rng for RecordedRng {
    fn fill(&self, bytes: &mut [u8]) {
        let (drawn, others) = &mut *self.0.lock().unwrap();
        match drawn.front() {
            Some(recorded) if recorded.len() == bytes.len() => {
                bytes.copy_from_slice(&drawn.pop_front().expect("there is one in front"));
            }
            _ => {
                bytes.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&others.next().to_be_bytes()[..chunk.len()]))
            }
        }
    }
}

/// Entries of which not all is compared, since ours did something more before, and why.
const AFTER_MORE: [(&str, usize, &str); 2] = [
    ("receiver", 11, "logs of a sender are found in the block in which the sender is registered"),
    ("receiver", 13, "what a contract kept when it found those logs is still there in the next block"),
];

/// A wallet and a client in a session.
pub(crate) struct Session {
    name: String,
    pub(crate) view: Arc<View>,
    pub(crate) rng: Arc<RecordedRng>,
    pub(crate) watcher: Arc<Watcher>,
    pub(crate) pxe: Option<Pxe>,
    pub(crate) accounts: Vec<(Account, SigningKey)>,
    pub(crate) compared: Compared,
    /// Whether something failed since the last block came.
    pub(crate) failed_here: bool,
    /// Whether an account or a sender was registered since the last block came.
    pub(crate) learned_here: bool,
    /// Where the client keeps everything.
    pub(crate) store: Arc<dyn Store>,
    /// What changes answers on their way, if something does.
    pub(crate) liar: Option<Arc<Liar>>,
}

pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// Goes through a session.
pub(crate) fn session(name: &str) -> Compared {
    let entries = chain::entries(name);
    let mut session = Session::begin(name, &entries, Arc::new(MemoryStore::default()));
    entries.iter().for_each(|entry| session.step(entry, &entries));
    session.compared
}

/// Goes through a session until the client is asked something in a step. Then its node can lie. Gives what is left, too.
pub(crate) fn until(name: &str, step: &str, store: Arc<dyn Store>) -> (Session, Vec<Entry>) {
    let mut entries = chain::entries(name);
    let rest = entries.iter().position(|entry| entry.step == step && entry.kind == "pxe" && !entry.runs.is_empty());
    let rest = entries.split_off(rest.expect("there is such a step"));
    let mut session = Session::begin(name, &entries, store);
    session.liar = Some(Liar::new(Arc::clone(&session.view)));
    entries.iter().for_each(|entry| session.step(entry, &entries));
    assert!(session.compared.different.is_empty(), "{:?}", session.compared.different);
    (session, rest)
}

impl Session {
    fn begin(name: &str, entries: &[Entry], store: Arc<dyn Store>) -> Self {
        let mut session = Self {
            name: name.into(),
            view: Arc::default(),
            rng: Arc::default(),
            watcher: Arc::default(),
            pxe: None,
            accounts: Vec::new(),
            compared: Compared::default(),
            failed_here: false,
            learned_here: false,
            store,
            liar: None,
        };
        session.view.introduce(entries[0].node_info.as_ref().expect("a session begins with what the network is"));
        session.go_to(entries.iter().find_map(|entry| entry.tips.as_ref()).expect("the chain is somewhere"));
        session
    }

    fn step(&mut self, entry: &Entry, entries: &[Entry]) {
        let before = self.compared.different.len();
        self.compared.place = format!("entry {} ({}, {})", entry.n, entry.step, entry.method);
        match &*entry.kind {
            "chain" => self.go_to(entry.tips.as_ref().expect("an entry of the chain says how far it is")),
            "pxe" => self.ask_client(entry),
            "wallet" => self.ask_wallet(entry, entries),
            _ => {}
        }
        let after_more = AFTER_MORE.iter().find(|(session, n, _)| self.name == *session && entry.n == *n);
        if let Some((_, _, why)) = after_more {
            assert!(self.compared.different.len() > before, "{}: it is as recorded", self.compared.place);
            self.compared.different.truncate(before);
            self.compared.differs_on_purpose(why);
        }
    }

    fn go_to(&mut self, tips: &Value) {
        let block: BlockHash = read::<L2Tips>(tips).proposed.hash;
        if self.view.tip() != Some(block) {
            (self.failed_here, self.learned_here) = (false, false);
        }
        self.view.go(chain::node(&self.name, block), tips);
    }

    fn ask_client(&mut self, entry: &Entry) {
        self.rng.begin(entry.draws.iter().filter(|draw| draw.who == "oracle"));
        self.view.begin(&entry.rpc);
        // A block that nobody noticed when it came shows here.
        if let Some(tips) = entry.rpc.iter().find(|call| call.method == "node_getL2Tips") {
            self.go_to(tips.result.as_ref().expect("a node tells its tips"));
        }
        let bodies = self.view.bodies();
        self.learned_here |= matches!(&*entry.method, "registerAccount" | "registerSender");
        let outcome = block_on(self.client(entry));
        if !entry.runs.is_empty() {
            let official: BTreeSet<u64> = entry.rpc.iter().map(|call| call.batch).collect();
            self.compared.bodies[0] += self.view.bodies() - bodies;
            self.compared.bodies[1] += official.len();
        }
        self.runs(entry);
        self.failed_here |= entry.error.is_some();
        self.view.others().into_iter().for_each(|what| self.compared.differs(what));
        match (outcome, &entry.error) {
            (Ok(()), None) => {
                self.compared.same("random bytes left", self.rng.left(), 0);
            }
            (Err(error), Some(recorded)) => self.failure(&error, recorded),
            (Ok(()), Some(recorded)) => self.compared.differs(format!("it does not fail: {}", recorded["message"])),
            (Err(error), None) => self.compared.differs(format!("it fails: {}", with_causes(&error))),
        }
    }

    /// The wallet's own draws, in its order.
    pub(crate) fn draw_for_wallet(&self, entry: &Entry, who: &[&str]) {
        self.rng.begin(entry.draws.iter().filter(|draw| who.contains(&&*draw.who)));
    }

    pub(crate) fn pxe(&self) -> &Pxe {
        self.pxe.as_ref().expect("a client was created")
    }
}
