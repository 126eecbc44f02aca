//! A wallet that comes back from its seed phrase with many notes: how long it takes, what interruptions leave, and what
//! blocks that are taken back meanwhile leave.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_trait::async_trait;
use node_lite::config::{Config, Mining};
use node_lite::node::Node;
use node_lite::parameters::ParameterSet;
use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::rpc::node::GetCurrentMinFees;
use protocol::tx::{ChonkProof, ExecutionPayload};
use pxe_core::account::{AccountKind, SIMULATED_ACCOUNT, Sender, TxOptions};
use pxe_core::contract::{Override, Overrides};
use pxe_core::fee::{FeePadding, GasOptions, payment_method};
use pxe_core::kernel::transaction;
use pxe_core::keystore::{Credential, SeedPhrase};
use pxe_core::node::{Transport, TransportError};
use pxe_core::pxe::{Pxe, PxeConfig, PxeError, SimulateOptions, silent};
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{NoteFilter, NoteStatus};
use pxe_core::store::{MemoryStore, Store};
use serde_json::json;

use tests::client::{Parts, SystemRng};

use crate::world::{TestWallet, World, arg};

/// What opens the keys of all wallets.
const CREDENTIAL: Credential<'_> = Credential::Passphrase("correct horse");
/// Notes that one transaction makes: as many calls fit into an entrypoint.
const PER_TX: u32 = 5;
/// For so long a transaction is valid.
const LIFETIME: u64 = 86_400;

/// A network on which somebody has notes in three contracts.
struct Noted {
    world: World,
    maker: TestWallet,
    admin: AztecAddress,
    account: AztecAddress,
    seed: SeedPhrase,
    tokens: Vec<AztecAddress>,
    /// Notes so far; they are worth 1, 2, 3 and so on.
    made: u32,
}

fn node(world: &World) -> &Arc<Node> {
    world.node("").expect("it is in this process")
}

impl Noted {
    async fn start() -> Self {
        let world = World::here(Config::default(), ParameterSet::Official).await;
        let maker = world.wallet().await;
        let admin = maker.test_accounts().await[0];
        let mut tokens = Vec::new();
        for symbol in ["AAA", "BBB", "CCC"] {
            tokens.push(maker.deploy("Token", vec![arg(admin), json!("Gold"), json!(symbol), json!(9)], admin).await);
        }
        let account = maker.add_account(AccountKind::Schnorr).await;
        let seed = maker.wallet.pxe().seed().await.unwrap().unwrap();
        node(&world).set_mining(Mining::Manual);
        Self { world, maker, admin, account, seed, tokens, made: 0 }
    }

    /// The contract of a transaction.
    fn token_of(&self, tx: u32) -> AztecAddress {
        self.tokens[tx as usize % self.tokens.len()]
    }

    /// Makes notes until there are so many, a block for every transaction. Kernels are left out: nobody checks proofs here.
    async fn make(&mut self, notes: u32) {
        let pxe = self.maker.wallet.pxe();
        let artifact = self.maker.wallet.artifact(SIMULATED_ACCOUNT).await.unwrap();
        let instance = pxe.instance(self.admin).await.unwrap().unwrap().instance;
        let overrides = Overrides::from([(self.admin, Override { instance, artifact })]);
        let options = SimulateOptions { overrides, ..SimulateOptions::default() };
        let min = pxe.node().call(GetCurrentMinFees {}).await.unwrap();
        let gas = GasOptions::default().complete(min, FeePadding(1000));
        while self.made < notes {
            let token = self.token_of(self.made / PER_TX);
            let mut payload = ExecutionPayload::default();
            for amount in self.made + 1..=self.made + PER_TX {
                let args = [arg(self.account), json!(amount)];
                payload.calls.extend(self.maker.payload(token, "mint_to_private", &args).await.calls);
            }
            let fee_payment_method = payment_method(self.admin, None);
            let how = TxOptions { chain: pxe.chain(), gas, fee_payment_method, cancellable: false, tx_nonce: None };
            let request = Sender::Simulated(self.admin).request(payload, &how, &SystemRng).await.unwrap();
            let scopes = Scopes::Accounts(vec![self.admin]);
            let simulated = pxe.simulate(&request, &options, &scopes, &silent()).await.unwrap();
            let mut tail = simulated.tail;
            tail.fee_payer = self.admin;
            let anchor = tail.constants.anchor_block_header.timestamp();
            tail.expiration_timestamp = Timestamp(anchor.0 + LIFETIME);
            let tx = transaction(&simulated.execution, tail, ChonkProof::default()).unwrap();
            let hash = tx.tx_hash();
            node(&self.world).send_tx(tx).unwrap();
            node(&self.world).mine(1).unwrap();
            self.maker.mined(hash).await;
            self.made += PER_TX;
        }
    }

    /// What the notes of the first transactions are worth, in a contract.
    fn expected(&self, token: AztecAddress, txs: u32) -> BTreeSet<u128> {
        let notes =
            (0..txs).filter(|tx| self.token_of(*tx) == token).flat_map(|tx| tx * PER_TX + 1..=(tx + 1) * PER_TX);
        notes.map(u128::from).collect()
    }

    /// A client with the seed's keys and the contracts, in a store; it has not looked at the chain.
    async fn restored(&self, store: &Arc<dyn Store>) -> TestWallet {
        let config = PxeConfig { store: Arc::clone(store), ..self.world.config() };
        let wallet = self.world.wallet_of(config, Some(self.seed.words().parse().unwrap())).await;
        assert_eq!(wallet.add_account(AccountKind::Schnorr).await, self.account, "the seed gives the same account");
        wallet.wallet.pxe().register_sender(self.admin, None).await.unwrap();
        for token in &self.tokens {
            wallet.learn(&self.maker, "Token", *token).await;
        }
        wallet
    }

    /// Another process with the store of one that ended.
    async fn reopened(&self, store: &Arc<dyn Store>, transport: Arc<dyn Transport>) -> Pxe {
        let config = PxeConfig { store: Arc::clone(store), transport, ..self.world.config() };
        let wallet = Parts::wallet(config).await.unwrap();
        wallet.pxe().unlock(CREDENTIAL).await.unwrap();
        wallet.pxe().clone()
    }

    /// Looks for everything.
    async fn sync(&self, client: &Pxe) -> Result<(), PxeError> {
        for token in &self.tokens {
            client.sync(&[*token], &self.scopes(), &silent()).await?;
        }
        Ok(())
    }

    fn scopes(&self) -> Scopes {
        Scopes::Accounts(vec![self.account])
    }

    /// Exactly the notes of the first transactions are there, each once, the oldest first.
    async fn check(&self, client: &Pxe, txs: u32) {
        for token in &self.tokens {
            let filter = NoteFilter {
                contract: *token,
                owner: Some(self.account),
                storage_slot: None,
                status: NoteStatus::Active,
                scopes: self.scopes(),
            };
            let notes = client.notes(&filter, &silent()).await.unwrap();
            let found: Vec<u128> = notes.iter().map(|note| note.note.0[0].to_u128().unwrap()).collect();
            assert!(found.iter().eq(&self.expected(*token, txs)), "{found:?}");
        }
    }
}

/// What becomes of an exchange with the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// No answer comes.
    Fails,
    /// The process ends while it waits for the answer.
    Ends,
    /// Blocks are taken back before it is answered.
    GoesBack(u32),
}

/// A way to the node on which something happens once.
struct Eventful {
    way: Arc<dyn Transport>,
    node: Arc<Node>,
    at: Mutex<Option<(usize, Fate)>>,
    exchanges: AtomicUsize,
    ended: tokio::sync::Notify,
}

impl std::fmt::Debug for Eventful {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Eventful")
    }
}

impl Eventful {
    fn new(world: &World, at: Option<(usize, Fate)>) -> Arc<Self> {
        let (way, node) = (world.transport(), Arc::clone(node(world)));
        Arc::new(Self { way, node, at: Mutex::new(at), exchanges: AtomicUsize::new(0), ended: Default::default() })
    }
}

#[async_trait]
impl Transport for Eventful {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let now = self.exchanges.fetch_add(1, Ordering::Relaxed);
        let fate = self.at.lock().unwrap().take_if(|(at, _)| *at <= now);
        match fate {
            Some((_, Fate::Fails)) => {
                let source = "the line was cut".into();
                return Err(TransportError { endpoint: String::from("test"), is_transient: false, source });
            }
            Some((_, Fate::Ends)) => {
                self.ended.notify_one();
                std::future::pending::<()>().await;
            }
            Some((_, Fate::GoesBack(blocks))) => {
                self.node.reorg(blocks).unwrap();
            }
            None => {}
        }
        self.way.exchange(body).await
    }
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Restores a wallet at each of some numbers of notes, then with interruptions, then with blocks taken back under it.
async fn restore(steps: &[u32], interruptions: usize, blocks_back: u32) {
    let mut noted = Noted::start().await;
    let mut per_note = Vec::new();
    let mut exchanges = 0;
    for notes in steps {
        let began = Instant::now();
        noted.make(*notes).await;
        let making = began.elapsed();
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        noted.restored(&store).await;
        let way = Eventful::new(&noted.world, None);
        let client = noted.reopened(&store, Arc::clone(&way) as Arc<dyn Transport>).await;
        let opening = way.exchanges.load(Ordering::Relaxed);
        let began = Instant::now();
        noted.sync(&client).await.unwrap();
        let took = began.elapsed();
        exchanges = way.exchanges.load(Ordering::Relaxed) - opening;
        noted.check(&client, notes / PER_TX).await;
        per_note.push(took / *notes);
        println!(
            "{notes} notes of {} blocks in {} contracts: {took:.1?}, {:.2?} a note, {exchanges} round trips; made in {making:.1?}",
            notes / PER_TX,
            noted.tokens.len(),
            took / *notes,
        );
    }
    // Of few notes the time tells nothing beside other tests.
    let (first, last) = (per_note[0], per_note[per_note.len() - 1]);
    assert!(noted.made < 1000 || last < first * 3, "a note takes {last:?} when there are many, {first:?} when few");
    assert!(exchanges < 12 + noted.made as usize / 20, "{exchanges} round trips for {} notes", noted.made);
    let txs = noted.made / PER_TX;

    // Interrupted at any point, by a node that does not answer or by the end of the process, it goes on with the same store.
    let mut numbers = Numbers(7);
    for number in 0..interruptions {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        noted.restored(&store).await;
        let fate = if number % 2 == 0 { Fate::Ends } else { Fate::Fails };
        // The first exchange is when it opens.
        let at = 1 + numbers.below(exchanges);
        let way = Eventful::new(&noted.world, Some((at, fate)));
        let client = noted.reopened(&store, Arc::clone(&way) as Arc<dyn Transport>).await;
        let outcome = tokio::select! {
            outcome = noted.sync(&client) => Some(outcome),
            () = way.ended.notified() => None,
        };
        let how = match &outcome {
            None => String::from("the process ended"),
            Some(Err(error)) => format!("it failed: {error}"),
            Some(Ok(())) => panic!("it was done before round trip {at} of {exchanges}"),
        };
        let way = Eventful::new(&noted.world, None);
        let client = noted.reopened(&store, Arc::clone(&way) as Arc<dyn Transport>).await;
        noted.sync(&client).await.unwrap();
        noted.check(&client, txs).await;
        let more = way.exchanges.load(Ordering::Relaxed) - 1;
        println!("interrupted at round trip {at} of {exchanges}, {how}; {more} more were enough");
    }

    // Blocks are taken back while notes are looked for; their transactions are not in blocks again.
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    noted.restored(&store).await;
    let way = Eventful::new(&noted.world, Some((1 + exchanges / 2, Fate::GoesBack(blocks_back))));
    let client = noted.reopened(&store, way).await;
    let outcome = noted.sync(&client).await;
    println!("{blocks_back} blocks were taken back meanwhile: {outcome:?}");
    noted.sync(&client).await.unwrap();
    noted.check(&client, txs - blocks_back).await;
    let fresh: Arc<dyn Store> = Arc::new(MemoryStore::default());
    noted.restored(&fresh).await;
    noted.check(&noted.reopened(&fresh, noted.world.transport()).await, txs - blocks_back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_comes_back_whatever_happens_meanwhile() {
    restore(&[10, 45], 4, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_notes_come_back_whatever_happens_meanwhile() {
    restore(&[10, 100, 1000], 10, 5).await;
}
