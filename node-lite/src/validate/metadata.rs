//! The transaction is for this network.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/metadata_validator.ts`.

use protocol::field::Fr;
use protocol::tx::Tx;

use super::{Refusal, Rules};

pub(super) fn check(tx: &Tx, rules: &Rules) -> impl Iterator<Item = Refusal> {
    let constants = &tx.data().constants;
    let differs = |found: Fr, expected: Fr| (found != expected).then_some((found, expected));
    let chain = differs(constants.tx_context.chain_id, rules.l1_chain_id.0.into());
    let version = differs(constants.tx_context.version, rules.rollup_version.0.into());
    let keys = differs(constants.vk_tree_root, rules.vk_tree_root);
    let contracts = differs(constants.protocol_contracts_hash, rules.protocol_contracts_hash);
    [
        chain.map(|(found, expected)| Refusal::L1ChainId { found, expected }),
        version.map(|(found, expected)| Refusal::RollupVersion { found, expected }),
        keys.map(|(found, expected)| Refusal::VkTreeRoot { found, expected }),
        contracts.map(|(found, expected)| Refusal::ProtocolContractsHash { found, expected }),
    ]
    .into_iter()
    .flatten()
}
