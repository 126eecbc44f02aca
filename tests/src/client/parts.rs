//! Clients and wallets.

use std::sync::Arc;

use async_trait::async_trait;
use circuits::disk::FileSource;
use circuits::set::{CircuitSet, ComputeKey, DEVELOPMENT_KEYS, DeriveError, KeyDeriver, Parameters, development_keys};
use circuits::srs::SrsId;
use protocol::artifact::VerificationKey;
use protocol::rpc::info::ParameterSet;
use pxe_core::contract::FunctionKeys;
use pxe_core::kernel::CircuitSource;
use pxe_core::node::Transport;
use pxe_core::pxe::{Pxe, PxeConfig};
use pxe_core::store::MemoryStore;
use pxe_core::sync::anchor::SyncTip;
use pxe_core::wallet::{PackedArtifacts, Wallet};

use super::packs::open;
use super::{Failure, SystemClock, SystemRng, open_pack};

/// The packs of contracts that wallets come with.
const CONTRACTS: [&str; 4] =
    ["accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack", "protocol-contracts.pack"];

/// What all clients on networks with the same parameters share.
#[derive(Debug, Clone)]
pub struct Parts {
    circuits: Arc<CircuitSet<FileSource>>,
    parameters: Arc<Parameters>,
    function_keys: Option<FunctionKeys>,
}

/// All keys are there already.
struct NothingToCompute;

#[async_trait]
impl ComputeKey for NothingToCompute {
    async fn compute_key(&mut self, _: SrsId, name: &str, _: &[u8]) -> Result<VerificationKey, DeriveError> {
        Err(DeriveError::Start(format!("the key of {name} is not among those kept").into()))
    }
}

impl Parts {
    /// Reads and checks circuits and parameters.
    ///
    /// # Errors
    /// If packs are missing or damaged.
    pub async fn of(set: ParameterSet) -> Result<Self, Failure> {
        let circuits = CircuitSet::open(open("noir-protocol-circuits-types.pack")?)?;
        let (parameters, function_keys) = match set {
            ParameterSet::Official => (Parameters::official(&circuits)?, None),
            ParameterSet::InsecureDevelopment => {
                let mut keys = development_keys(DEVELOPMENT_KEYS)?;
                let functions = FunctionKeys::from(&keys);
                let mut deriver = KeyDeriver { keys: &mut keys, compute: &mut NothingToCompute, progress: &mut |_| () };
                let parameters = deriver.parameters(&circuits, &open_pack("protocol-contracts.pack")?).await?;
                (parameters, Some(functions))
            }
        };
        Ok(Self { circuits: Arc::new(circuits), parameters: Arc::new(parameters), function_keys })
    }

    /// What a client with an empty store and without prover is made of.
    #[must_use]
    pub fn config(&self, transport: Arc<dyn Transport>) -> PxeConfig {
        PxeConfig {
            store: Arc::new(MemoryStore::default()),
            transport,
            rng: Arc::new(SystemRng),
            clock: Arc::new(SystemClock::start()),
            circuits: Arc::clone(&self.circuits) as Arc<dyn CircuitSource>,
            parameters: Arc::clone(&self.parameters),
            function_keys: self.function_keys.clone(),
            barretenberg: None,
            log: None,
            tip: SyncTip::Proposed,
            code: None,
            program_memory: 512 << 20,
        }
    }

    /// Opens a client, and a wallet over it that comes with all official contracts; it has no keys yet.
    ///
    /// # Errors
    /// If packs are missing or damaged, or the node does not answer or is of another network.
    pub async fn wallet(config: PxeConfig) -> Result<Wallet, Failure> {
        let pxe = Pxe::open(config, &open_pack("protocol-contracts.pack")?).await?;
        let packs = CONTRACTS.into_iter().map(open_pack).collect::<Result<_, _>>()?;
        Ok(Wallet::new(pxe, Arc::new(PackedArtifacts::new(packs))))
    }
}
