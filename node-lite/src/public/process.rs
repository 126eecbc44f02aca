//! What a transaction gives.
//!
//! Protocol source: `@aztec/stdlib/src/tx/processed_tx.ts`,
//! `@aztec/simulator/src/public/public_processor/public_processor.ts`.

use protocol::block::GlobalVariables;
use protocol::constants::{MAX_PROCESSABLE_L2_GAS, MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX};
use protocol::contract::{ContractClassPublic, ContractInstanceWithAddress, InstancePublished};
use protocol::field::Fr;
use protocol::gas::{Gas, GasUsed};
use protocol::kernel::{IsEmpty, ScopedL2ToL1Message, TailForPublic, non_empty};
use protocol::log::{ContractClassLog, DebugLog, PrivateLog};
use protocol::message::l2_to_l1_message_hash;
use protocol::tx::{NestedProcessReturnValues, RevertCode, SimulationError, Tx, TxEffect};

use super::error::ProcessError;
use super::fee::{self, FeeEnforcement};
use super::phases::{Execution, class_published};
use crate::avm::{Host, Journal};

/// Contracts a transaction publishes: later transactions of the block can call them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// Classes.
    pub classes: Vec<ContractClassPublic>,
    /// Instances. That their addresses are right is not checked.
    pub instances: Vec<ContractInstanceWithAddress>,
}

impl Published {
    fn of(effect: &TxEffect) -> Result<Self, ProcessError> {
        let classes = effect.contract_class_logs.iter().filter_map(class_published);
        let instances = effect.private_logs.iter().filter_map(|log| InstancePublished::from_log(&log.fields));
        Ok(Self {
            classes: classes.map(|class| class.map(|class| class.0)).collect::<Result<_, _>>()?,
            instances: instances.map(|instance| instance.map(|instance| instance.0)).collect::<Result<_, _>>()?,
        })
    }
}

/// What a transaction gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessedTx {
    /// What it does to the state.
    pub effect: TxEffect,
    /// The gas it used.
    pub gas_used: GasUsed,
    /// Why something reverted, if it did.
    pub revert_reason: Option<SimulationError>,
    /// What each app logic call returned or reverted with.
    pub return_values: Vec<NestedProcessReturnValues>,
    /// What its contracts printed.
    pub debug_logs: Vec<DebugLog>,
    /// The contracts it publishes.
    pub published: Published,
}

/// Processes a transaction in a block on a state. The state is only read; the effect is for the caller to apply.
///
/// Public calls may write 63 slots. The native simulator of the official node counts the fee payer's balance among them
/// when it builds blocks, not when it simulates: a transaction with public calls that write 63 others is in no block.
pub fn process(host: &Host<'_>, tx: &Tx, enforcement: FeeEnforcement) -> Result<ProcessedTx, ProcessError> {
    match tx.data().for_public() {
        Some(public) => process_public(host, tx, public, enforcement),
        None => process_private(host, tx),
    }
}

fn process_public(
    host: &Host<'_>,
    tx: &Tx,
    public: &TailForPublic,
    enforcement: FeeEnforcement,
) -> Result<ProcessedTx, ProcessError> {
    // A transaction that does not pay the block's price is not even begun.
    tx.gas_settings().effective_fees(&host.globals.gas_fees)?;
    let (non_revertible, revertible) = (&public.non_revertible_accumulated_data, &public.revertible_accumulated_data);
    let mut execution = Execution::new(host, tx, non_revertible.nullifiers[0])?;
    execution.run(non_revertible, revertible)?;

    let gas_used = gas_used(tx, &execution)?;
    let fee = tx.gas_settings().transaction_fee(&host.globals.gas_fees, gas_used.billed_gas)?;
    fee::pay(host.state, &mut execution.journal, tx.data().fee_payer, fee, enforcement)?;
    let writes = execution.journal.public_data_writes().len();
    if enforcement == FeeEnforcement::Required && writes > MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX {
        return Err(ProcessError::TooManyWrites { found: writes, max: MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX });
    }

    let Execution { journal, revert_code, failure, returned, .. } = execution;
    let mut private_logs: Vec<PrivateLog> = non_empty(&non_revertible.private_logs[..]).cloned().collect();
    let mut class_logs: Vec<ContractClassLog> = tx.contract_class_logs().collect();
    if revert_code == RevertCode::Ok {
        private_logs.extend(non_empty(&revertible.private_logs[..]).cloned());
    } else {
        class_logs.truncate(non_empty(&non_revertible.contract_class_logs_hashes[..]).count());
    }
    let effect = effect(tx, host.globals, &journal, (revert_code, fee), private_logs, class_logs);
    Ok(ProcessedTx {
        published: Published::of(&effect)?,
        revert_reason: failure.map(|failure| failure.to_simulation_error()),
        effect,
        gas_used,
        return_values: returned
            .into_iter()
            .map(|values| NestedProcessReturnValues { values: Some(values), nested: Vec::new() })
            .collect(),
        debug_logs: journal.debug_logs().to_vec(),
    })
}

/// Without public calls, the effects are what the private part says, and the fee, which even a simulation must pay.
fn process_private(host: &Host<'_>, tx: &Tx) -> Result<ProcessedTx, ProcessError> {
    let data = tx.data();
    let fee = tx.gas_settings().transaction_fee(&host.globals.gas_fees, data.gas_used)?;
    let mut journal = Journal::new(data.nullifiers().next().copied().unwrap_or_default());
    for nullifier in data.nullifiers() {
        journal.add_nullifier(host.state, *nullifier)?;
    }
    for note_hash in data.note_hashes() {
        journal.add_unique_note_hash(*note_hash)?;
    }
    for message in data.l2_to_l1_msgs() {
        journal.add_message(*message)?;
    }
    fee::deduct(host.state, &mut journal, data.fee_payer, fee, FeeEnforcement::Required)?;
    let private_logs = data.private_logs().cloned().collect();
    let class_logs = tx.contract_class_logs().collect();
    let effect = effect(tx, host.globals, &journal, (RevertCode::Ok, fee), private_logs, class_logs);
    let none = Gas::default();
    Ok(ProcessedTx {
        published: Published::of(&effect)?,
        effect,
        gas_used: GasUsed { total_gas: data.gas_used, billed_gas: data.gas_used, teardown_gas: none, public_gas: none },
        revert_reason: None,
        return_values: Vec::new(),
        debug_logs: Vec::new(),
    })
}

fn gas_used(tx: &Tx, execution: &Execution<'_>) -> Result<GasUsed, ProcessError> {
    let limits = tx.gas_settings().gas_limits;
    let billed_gas = execution.billed_gas();
    let teardown_limits = tx.data().teardown_call().map_or(Gas::default(), |_| tx.gas_settings().teardown_gas_limits);
    let without_teardown = billed_gas
        .checked_sub(teardown_limits)
        .ok_or(ProcessError::GasLimits { used: tx.data().gas_used, limits: teardown_limits })?;
    let sum = |gas: Gas| {
        gas.checked_add(execution.teardown_gas_used).ok_or(ProcessError::GasLimits { used: billed_gas, limits })
    };
    let total_gas = sum(without_teardown)?;
    if total_gas.l2_gas > MAX_PROCESSABLE_L2_GAS {
        return Err(ProcessError::TooMuchGas { used: total_gas.l2_gas, max: MAX_PROCESSABLE_L2_GAS });
    }
    Ok(GasUsed {
        total_gas,
        public_gas: sum(execution.gas_used)?,
        teardown_gas: execution.teardown_gas_used,
        billed_gas,
    })
}

fn effect(
    tx: &Tx,
    globals: &GlobalVariables,
    journal: &Journal,
    (revert_code, transaction_fee): (RevertCode, Fr),
    private_logs: Vec<PrivateLog>,
    contract_class_logs: Vec<ContractClassLog>,
) -> TxEffect {
    let filled = |values: &[Fr]| non_empty(values).copied().collect();
    let message_hash = |message: &ScopedL2ToL1Message| {
        let ScopedL2ToL1Message { message, contract_address } = *message;
        l2_to_l1_message_hash(contract_address, globals.version, message.recipient, globals.chain_id, message.content)
    };
    let messages = journal.l2_to_l1_messages().iter().filter(|message| !message.contract_address.is_zero());
    TxEffect {
        revert_code,
        tx_hash: tx.tx_hash(),
        transaction_fee,
        note_hashes: filled(journal.note_hashes()),
        nullifiers: filled(journal.nullifiers()),
        l2_to_l1_msgs: messages.map(message_hash).collect(),
        public_data_writes: journal.public_data_writes().into_iter().filter(|write| !write.is_empty()).collect(),
        private_logs,
        public_logs: journal.public_logs().to_vec(),
        contract_class_logs,
    }
}
