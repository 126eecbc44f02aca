//! Transactions that a node takes.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::GzDecoder;
use node_lite::config::Network;
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, Timestamp};
use protocol::codec::Decode;
use protocol::field::Fr;
use protocol::gas::{FeePerGas, GasFees};
use protocol::hash::poseidon2;
use protocol::kernel::TailEffects;
use protocol::tx::Tx;

/// Makes transactions that the node takes: a recorded one, with an anchor, a payer and nullifiers of its own.
pub(crate) struct Transactions {
    base: Tx,
    payer: AztecAddress,
    count: AtomicU64,
}

impl Transactions {
    pub(crate) fn new(payer: AztecAddress) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tx/private-transfer.bin.gz");
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(file).unwrap()).read_to_end(&mut bytes).unwrap();
        Self { base: Tx::from_buffer(&bytes).unwrap(), payer, count: AtomicU64::new(0) }
    }

    /// The next one, on top of a block of the network that is the default one.
    pub(crate) fn next(&self, anchor: &BlockHeader) -> Tx {
        let network = Network::default();
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let mut data = self.base.data().clone();
        let constants = &mut data.constants;
        constants.anchor_block_header = *anchor;
        constants.vk_tree_root = network.parameters.vk_tree_root();
        constants.protocol_contracts_hash = network.parameters.protocol_contracts_hash();
        constants.tx_context.chain_id = network.l1_chain_id.0.into();
        constants.tx_context.version = network.rollup_version.0.into();
        constants.tx_context.gas_settings.max_fees_per_gas =
            GasFees { fee_per_da_gas: FeePerGas(1 << 40), fee_per_l2_gas: FeePerGas(1 << 40) };
        data.fee_payer = self.payer;
        data.expiration_timestamp = Timestamp(anchor.timestamp().0 + 86_400);
        let TailEffects::ForRollup(effects) = &mut data.effects else { panic!("it has no public calls") };
        for (at, nullifier) in (0u64..).zip(effects.nullifiers.iter_mut().filter(|nullifier| !nullifier.is_zero())) {
            *nullifier = poseidon2(&[Fr::from(number), Fr::from(at)]);
        }
        Tx::new(data, self.base.chonk_proof().clone(), Vec::new(), Vec::new()).unwrap()
    }
}
