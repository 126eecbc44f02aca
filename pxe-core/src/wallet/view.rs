//! Public functions that only read, asked of the node as they are: a transaction of nothing but those calls, which needs no
//! account, no kernel and no fee.
//!
//! Protocol source: `simulateViaNode` in `@aztec/wallet-sdk/src/base-wallet/utils.ts`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use protocol::abi::{FunctionCall, FunctionType};
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockParameter};
use protocol::constants::MAX_ENQUEUED_CALLS_PER_TX;
use protocol::field::Fr;
use protocol::gas::{Gas, GasSettings};
use protocol::kernel::{
    PrivateKernelTailCircuitPublicInputs, PrivateToPublicAccumulatedData, PublicCallRequest, TailEffects,
    TailForPublic, TxConstantData,
};
use protocol::rpc::node::GetBlockHeader;
use protocol::tx::{ChonkProof, HashedValues, Tx, TxContext};

use super::{Wallet, WalletError};
use crate::pxe::PxeError;

/// The calls in front that are public and only read, and the others.
pub(super) fn split(mut calls: Vec<FunctionCall>) -> (Vec<FunctionCall>, Vec<FunctionCall>) {
    let reads = |call: &FunctionCall| call.function_type == FunctionType::Public && call.is_static;
    let boundary = calls.iter().position(|call| !reads(call)).unwrap_or(calls.len());
    let rest = calls.split_off(boundary);
    (calls, rest)
}

impl Wallet {
    /// What public functions that only read return.
    pub(super) async fn view(
        &self,
        calls: &[FunctionCall],
        from: AztecAddress,
        gas: GasSettings,
    ) -> Result<Vec<Vec<Fr>>, WalletError> {
        let mut returns = Vec::new();
        if calls.is_empty() {
            return Ok(returns);
        }
        let header = match self.pxe.anchor().await? {
            Some(header) => header,
            None => self.latest_header().await?,
        };
        for calls in calls.chunks(MAX_ENQUEUED_CALLS_PER_TX) {
            let output = self.pxe.simulate_public(self.reading_tx(calls, from, gas, &header)?, false).await?;
            returns.extend(output.public_return_values.into_iter().map(|values| values.values.unwrap_or_default()));
        }
        Ok(returns)
    }

    async fn latest_header(&self) -> Result<BlockHeader, WalletError> {
        let call = GetBlockHeader { block: Some(BlockParameter::Latest) };
        let missing =
            || crate::node::NodeError::False { method: "node_getBlockHeader", what: "there is no latest block".into() };
        Ok(self.pxe.node().call(call).await?.ok_or_else(missing)?)
    }

    fn reading_tx(
        &self,
        calls: &[FunctionCall],
        from: AztecAddress,
        gas: GasSettings,
        header: &BlockHeader,
    ) -> Result<Tx, WalletError> {
        let parameters = &self.pxe.config().parameters;
        let chain = self.pxe.chain();
        let mut calldata = Vec::new();
        let mut requests = Vec::new();
        for call in calls {
            let values: Vec<_> = core::iter::once(Fr::from(call.selector.0)).chain(call.args.iter().copied()).collect();
            requests.push(PublicCallRequest::new(from, call.to, true, &values));
            calldata.push(HashedValues::from_calldata(values));
        }
        let mut revertible = PrivateToPublicAccumulatedData::default();
        for (slot, request) in revertible.public_call_requests.iter_mut().zip(requests) {
            *slot = request;
        }
        // A transaction has a nullifier; this one is never sent.
        let mut non_revertible = PrivateToPublicAccumulatedData::default();
        non_revertible.nullifiers[0] = self.pxe.config().rng.field();
        let tail = PrivateKernelTailCircuitPublicInputs {
            constants: TxConstantData {
                anchor_block_header: *header,
                tx_context: TxContext { chain_id: chain.chain_id, version: chain.version, gas_settings: gas },
                vk_tree_root: parameters.key_tree_root(),
                protocol_contracts_hash: parameters.protocol_contracts().hash(),
            },
            gas_used: Gas::default(),
            fee_payer: from,
            expiration_timestamp: 0.into(),
            effects: TailEffects::ForPublic(Box::new(TailForPublic {
                non_revertible_accumulated_data: non_revertible,
                revertible_accumulated_data: revertible,
                public_teardown_call_request: PublicCallRequest::default(),
            })),
        };
        Ok(Tx::new(tail, ChonkProof::default(), Vec::new(), calldata).map_err(PxeError::from)?)
    }
}
