//! A node: the chain, what is pending, and the clock that drives them.
//!
//! | Item | Subject |
//! |---|---|
//! | [`Node`] | opening, asking, the loop that makes blocks |
//! | `txs` | transactions: taking, checking, simulating, receipts |
//! | `produce` | making blocks and settling epochs |
//! | `messages` | messages from and to L1 |
//! | `development` | what only a development network lets one do |
//! | `transfer` | the whole chain as a stream |
//! | `keeping` | pending transactions on disk |
//! | `clock` | what time it is on the chain |
//! | `counters` | what the node has done since it started |

mod clock;
mod counters;
mod development;
mod error;
mod keeping;
mod messages;
mod produce;
mod transfer;
mod txs;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use protocol::block::{BlockNumber, L1BlockNumber, L1RollupConstants, SlotNumber, Timestamp};
use protocol::contract::protocol::ProtocolContract;
use protocol::gas::GasFees;
use tokio::sync::{Notify, watch};

pub use clock::TimeSource;
pub use counters::Produced;
pub use development::SnapshotId;
pub use error::{NodeError, Result};
pub use transfer::TransferError;

use crate::avm::Programs;
use crate::config::{Config, Data, Mining, Network};
use crate::genesis::{protocol_classes, test_deployments};
use crate::l1::{DevelopmentL1, L1, fees};
use crate::parameters::{ParameterSet, mode};
use crate::pool::{Limits, Pool};
use crate::state::Genesis;
use crate::store::{ChainStore, Snapshot};
use crate::validate::Rules;
use clock::Clock;
use counters::Counters;
use keeping::Keeper;
use produce::{Contents, Producer};
use txs::Prints;

/// How often the node looks what time it is: whether epochs are over, or pending transactions can now be included.
const TICK: Duration = Duration::from_secs(1);
/// The database in the data folder.
const DATABASE: &str = "chain.redb";

/// A node. Its methods can be called from any thread; those that only read run beside everything else.
#[derive(Debug)]
pub struct Node {
    config: Config,
    /// Replaced as a whole when another chain is loaded.
    chain: RwLock<Arc<Chain>>,
    programs: Programs,
    rules: Rules,
    clock: Clock,
    mining: watch::Sender<Mining>,
    /// Told when a transaction is pending.
    arrived: Notify,
    prints: Mutex<Prints>,
    keeper: Keeper,
    counters: Counters,
    /// Locked for a moment only.
    pool: Mutex<Pool>,
    /// Locked while the chain changes; before the pool, never after it.
    producer: Mutex<Producer>,
}

/// A chain and the L1 it is on.
#[derive(Debug)]
struct Chain {
    store: ChainStore,
    constants: L1RollupConstants,
    l1: Box<dyn L1>,
}

impl Chain {
    /// Opens a chain in a file or makes it, in memory without one; `now` is the time of genesis if it is made.
    fn open(config: &Config, file: Option<&Path>, now: Timestamp) -> Result<Self> {
        let network = &config.network;
        let genesis = Genesis { time: now, ..Genesis::funding(&network.funded, Genesis::DEFAULT_FUNDS) };
        let store = match file {
            None => ChainStore::in_memory(&genesis)?,
            Some(file) if config.check_data => ChainStore::open_checked(file, &genesis)?,
            Some(file) => ChainStore::open(file, &genesis)?,
        };
        let snapshot = store.snapshot()?;
        let genesis_time = snapshot.genesis_time()?;
        let parameters = &network.parameters;
        let fee_juice = ProtocolContract::FeeJuice;
        let registered = snapshot.contract_instance(fee_juice.address(), Timestamp(0))?;
        if registered.is_some_and(|instance| instance != parameters.instance(fee_juice)) {
            return Err(NodeError::OtherParameters { wanted: parameters.set() });
        }
        if registered.is_none() {
            store.write(|batch| {
                ProtocolContract::ALL
                    .into_iter()
                    .try_for_each(|contract| batch.register_instance(&parameters.instance(contract)))?;
                protocol_classes(parameters).iter().try_for_each(|class| batch.register_class(class))
            })?;
        }
        let constants = L1RollupConstants {
            l1_start_block: L1BlockNumber(1),
            l1_genesis_time: genesis_time,
            slot_duration: network.slot_duration,
            epoch_duration: network.epoch_duration,
            ethereum_slot_duration: network.l1_slot_duration,
            proof_submission_epochs: 1,
            target_committee_size: 0,
            rollup_mana_limit: fees::MANA_LIMIT,
        };
        let l1 = DevelopmentL1::new(network.l1_contracts.clone(), genesis_time, network.l1_slot_duration);
        Ok(Self { store, constants, l1: Box::new(l1) })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new_pool(config: &Config) -> Pool {
    Pool::new(Limits { pending: config.max_pending, ..Limits::default() })
}

fn rules(config: &Config) -> Rules {
    Rules {
        l1_chain_id: config.network.l1_chain_id,
        rollup_version: config.network.rollup_version,
        vk_tree_root: config.network.parameters.vk_tree_root(),
        protocol_contracts_hash: config.network.parameters.protocol_contracts_hash(),
        allowed_setup: config.network.allowed_setup.clone(),
        max_gas: Rules::PROTOCOL_MAX_GAS,
        verifier: Arc::clone(&config.verifier),
    }
}

impl Node {
    /// Opens or makes the data, and continues the chain from there. Blocks are made once [`Node::run`] runs.
    pub fn open(config: Config) -> Result<Arc<Self>> {
        let file = match &config.data {
            Data::Memory => None,
            Data::Folder(path) => {
                let data_folder = |source| NodeError::DataFolder { path: path.clone(), source };
                fs::create_dir_all(path).map_err(data_folder)?;
                Some(path.join(DATABASE))
            }
        };
        let chain = Chain::open(&config, file.as_deref(), config.time.now())?;
        let snapshot = chain.store.snapshot()?;
        let node = Self {
            programs: Programs::default(),
            rules: rules(&config),
            clock: Clock::new(config.time.clone(), snapshot.clock()?),
            mining: watch::Sender::new(config.mining),
            arrived: Notify::new(),
            prints: Mutex::default(),
            keeper: Keeper::default(),
            counters: Counters::default(),
            pool: Mutex::new(new_pool(&config)),
            producer: Mutex::default(),
            chain: RwLock::new(Arc::new(chain)),
            config,
        };
        node.catch_up(&snapshot)?;
        node.restore_pending(&snapshot)?;
        if node.config.network.test_accounts {
            node.deploy_test_contracts()?;
        }
        Ok(Arc::new(node))
    }

    fn chain(&self) -> Arc<Chain> {
        Arc::clone(&self.chain.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn install(&self, chain: Chain) {
        *self.chain.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(chain);
    }

    /// Makes the first blocks of a new chain, unless they are there.
    fn deploy_test_contracts(&self) -> Result<()> {
        let there = self.snapshot()?.latest_block()?.0 as usize;
        for effects in test_deployments(self.network().parameters.set()).into_iter().skip(there) {
            self.produce(&mut self.producer(), Contents::Effects(effects))?;
        }
        Ok(())
    }

    /// The chain's clock is never behind its blocks.
    fn catch_up(&self, snapshot: &Snapshot) -> Result<()> {
        let latest = snapshot.latest_block()?;
        if latest > BlockNumber(0)
            && let Some(header) = snapshot.block_header(latest)?
        {
            self.clock.advance_to(self.chain().constants.slot_start(SlotNumber(header.slot().0 + 1)));
        }
        Ok(())
    }

    /// Makes blocks as the mining mode says, and settles epochs, until `stop` is ready.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut mode = self.mining.subscribe();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut last_block = tokio::time::Instant::now();
        loop {
            let mining = *mode.borrow_and_update();
            let due = match mining {
                Mining::Interval(every) => last_block + every,
                Mining::Auto | Mining::Manual => last_block + Duration::from_secs(1 << 30),
            };
            let produce = tokio::select! {
                () = &mut stop => return,
                _ = mode.changed() => mining == Mining::Auto,
                () = self.arrived.notified() => mining == Mining::Auto,
                () = tokio::time::sleep_until(due) => true,
                _ = tick.tick() => mining == Mining::Auto && self.pending_count() > 0,
            };
            if produce {
                last_block = tokio::time::Instant::now();
            }
            let node = Arc::clone(&self);
            let work = tokio::task::spawn_blocking(move || match produce {
                true => node.include_pending().map(drop),
                false => node.settle(),
            });
            match work.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::error!(%error, "cannot make a block; trying again in a second");
                    tokio::time::sleep(TICK).await;
                }
                Err(error) => tracing::error!(%error, "making a block ended unexpectedly"),
            }
        }
    }

    /// The network it is on.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.config.network
    }

    /// Its parameters, and whether it verifies proofs: what a transaction that it takes means.
    #[must_use]
    pub fn proof_mode(&self) -> &'static str {
        mode(self.network().parameters.set(), self.config.verifier.needs_proofs())
    }

    /// Whether only transactions with proofs that cannot be forged are taken.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.config.verifier.needs_proofs() && self.network().parameters.set() == ParameterSet::Official
    }

    /// What it was told when it started.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Slots and epochs of the network.
    #[must_use]
    pub fn constants(&self) -> L1RollupConstants {
        self.chain().constants
    }

    /// The chain at this moment: blocks, state, logs, contracts, messages.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Ok(self.chain().store.snapshot()?)
    }

    /// Why the chain could not be stored lately, if so.
    #[must_use]
    pub fn store_trouble(&self) -> Option<String> {
        self.chain().store.trouble()
    }

    /// What it has done since it started.
    #[must_use]
    pub fn produced(&self) -> Produced {
        self.counters.read()
    }

    /// What time it is on the chain.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.clock.now()
    }

    /// When blocks are made.
    #[must_use]
    pub fn mining(&self) -> Mining {
        *self.mining.borrow()
    }

    /// Changes when blocks are made.
    pub fn set_mining(&self, mining: Mining) {
        self.mining.send_replace(mining);
        self.arrived.notify_one();
    }

    /// What a transaction must offer at least to be in the next block.
    pub fn min_fees(&self) -> Result<GasFees> {
        let snapshot = self.snapshot()?;
        self.fees_after(&snapshot)
    }

    fn fees_after(&self, snapshot: &Snapshot) -> Result<GasFees> {
        let excess = snapshot.excess_mana(snapshot.latest_checkpoint()?)?;
        let chain = self.chain();
        Ok(fees::min_fees(chain.l1.gas_prices(self.time()), chain.constants.epoch_duration.get(), excess))
    }
}
