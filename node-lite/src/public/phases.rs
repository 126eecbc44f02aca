//! Setup, app logic and teardown.
//!
//! Setup cannot be undone: if it reverts, so does everything. App logic and teardown share one place to go back to, the
//! end of setup: when teardown reverts, a successful app logic is undone with it.
//!
//! Protocol source: `@aztec/simulator/src/public/public_tx_simulator/{public_tx_simulator,public_tx_context}.ts`.

use protocol::address::AztecAddress;
use protocol::contract::{ClassPublished, EventError, InstancePublished};
use protocol::field::Fr;
use protocol::gas::Gas;
use protocol::kernel::{PrivateToPublicAccumulatedData, PublicCallRequest, non_empty};
use protocol::log::ContractClassLog;
use protocol::tx::{RevertCode, Tx};

use super::error::{PhaseCall, ProcessError};
use crate::avm::{self, Call, Cause, Failure, Halt, Host, Journal, SideEffectError, WriteError};

/// Whether private side effects may be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    NonRevertible,
    Revertible,
}

/// How far a transaction came, and what it used.
pub(super) struct Execution<'a> {
    host: &'a Host<'a>,
    tx: &'a Tx,
    pub(super) journal: Journal,
    /// What calls say their limit is: that of the transaction, or of teardown.
    gas_limit: Gas,
    /// Left for setup and app logic.
    gas_left: Gas,
    /// Left for teardown.
    teardown_gas_left: Gas,
    /// Used by setup and app logic.
    pub(super) gas_used: Gas,
    pub(super) teardown_gas_used: Gas,
    pub(super) revert_code: RevertCode,
    pub(super) failure: Option<Box<Failure>>,
    /// What each call of app logic returned.
    pub(super) returned: Vec<Vec<Fr>>,
}

impl<'a> Execution<'a> {
    pub(super) fn new(host: &'a Host<'a>, tx: &'a Tx, first_nullifier: Fr) -> Result<Self, ProcessError> {
        let settings = tx.gas_settings();
        let used = tx.data().gas_used;
        let limits = settings.gas_limits;
        let gas_left = limits.checked_sub(used).ok_or(ProcessError::GasLimits { used, limits })?;
        Ok(Self {
            host,
            tx,
            journal: Journal::new(first_nullifier),
            gas_limit: limits,
            gas_left,
            teardown_gas_left: settings.teardown_gas_limits,
            gas_used: Gas::default(),
            teardown_gas_used: Gas::default(),
            revert_code: RevertCode::Ok,
            failure: None,
            returned: Vec::new(),
        })
    }

    /// Gas the transaction is billed for: the private part, in which teardown is at its limit, setup and app logic.
    pub(super) fn billed_gas(&self) -> Gas {
        // What was used was taken from what the private part left of the limits.
        self.tx.data().gas_used.checked_add(self.gas_used).unwrap_or(self.tx.gas_settings().gas_limits)
    }

    /// Runs all phases.
    pub(super) fn run(
        &mut self,
        non_revertible: &PrivateToPublicAccumulatedData,
        revertible: &PrivateToPublicAccumulatedData,
    ) -> Result<(), ProcessError> {
        let data = self.tx.data();
        self.insert(non_revertible, Part::NonRevertible)?;
        for call in data.setup_calls() {
            let (failure, _) = self.call(call, Fr::ZERO)?;
            if let Some(failure) = failure {
                return Err(ProcessError::SetupReverted(failure));
            }
        }
        let after_setup = self.journal.checkpoint();
        let succeeded = match self.insert(revertible, Part::Revertible) {
            Ok(()) => self.app_logic()?,
            Err(ProcessError::NonRevertible(error)) => {
                self.fail_insertion(error);
                false
            }
            Err(error) => return Err(error),
        };
        if !succeeded {
            self.revert_code = RevertCode::AppLogicReverted;
            self.journal.revert_to(after_setup);
        }
        if let Some(call) = data.teardown_call() {
            let fee = self.tx.gas_settings().transaction_fee(&self.host.globals.gas_fees, self.billed_gas())?;
            self.gas_limit = self.tx.gas_settings().teardown_gas_limits;
            std::mem::swap(&mut self.gas_left, &mut self.teardown_gas_left);
            std::mem::swap(&mut self.gas_used, &mut self.teardown_gas_used);
            let called = self.call(call, fee);
            std::mem::swap(&mut self.gas_left, &mut self.teardown_gas_left);
            std::mem::swap(&mut self.gas_used, &mut self.teardown_gas_used);
            if let (Some(failure), _) = called? {
                self.revert_code = match self.revert_code {
                    RevertCode::AppLogicReverted => RevertCode::BothReverted,
                    _ => RevertCode::TeardownReverted,
                };
                self.failure.get_or_insert(failure);
                self.journal.revert_to(after_setup);
            }
        }
        Ok(())
    }

    /// Runs app logic up to its first revert. False when there was one.
    fn app_logic(&mut self) -> Result<bool, ProcessError> {
        for call in self.tx.data().app_logic_calls() {
            let (failure, output) = self.call(call, Fr::ZERO)?;
            self.returned.push(output);
            if failure.is_some() {
                self.failure = failure;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Clients see revertible side effects that cannot be as a call of nobody.
    fn fail_insertion(&mut self, error: SideEffectError) {
        self.returned.push(Vec::new());
        self.failure = Some(Box::new(Failure {
            cause: Cause::Halt(Halt::SideEffect(error)),
            calls: vec![(AztecAddress::ZERO, None)],
            places: Vec::new(),
            data: Vec::new(),
        }));
    }

    fn call(
        &mut self,
        request: &PublicCallRequest,
        transaction_fee: Fr,
    ) -> Result<(Option<Box<Failure>>, Vec<Fr>), ProcessError> {
        let PublicCallRequest { msg_sender, contract_address, is_static_call, calldata_hash } = *request;
        let missing = || ProcessError::MissingCalldata(PhaseCall { contract: contract_address, calldata_hash });
        let call = Call {
            contract: contract_address,
            sender: msg_sender,
            is_static: is_static_call,
            calldata: self.tx.calldata(request).ok_or_else(missing)?.to_vec(),
            gas: self.gas_left,
            gas_limit: self.gas_limit,
            transaction_fee,
        };
        let result = avm::execute(self.host, &mut self.journal, call)?;
        // A call leaves no more than it was given.
        let used = self.gas_left.checked_sub(result.gas_left).unwrap_or_default();
        self.gas_used = self.gas_used.checked_add(used).unwrap_or(self.gas_used);
        self.gas_left = result.gas_left;
        Ok((result.failure, result.output))
    }

    /// Enters what the private part did into the journal, and makes known what it publishes.
    fn insert(&mut self, effects: &PrivateToPublicAccumulatedData, part: Part) -> Result<(), ProcessError> {
        self.insert_effects(effects, part)?;
        let before = match part {
            Part::NonRevertible => 0,
            Part::Revertible => self.tx.data().for_public().map_or(0, |public| {
                non_empty(&public.non_revertible_accumulated_data.contract_class_logs_hashes[..]).count()
            }),
        };
        let count = non_empty(&effects.contract_class_logs_hashes[..]).count();
        for log in self.tx.contract_class_logs().skip(before).take(count) {
            if let Some(class) = class_published(&log) {
                self.journal.publish_class(class?.0);
            }
        }
        for log in non_empty(&effects.private_logs[..]) {
            if let Some(instance) = InstancePublished::from_log(&log.fields) {
                self.journal.publish_instance(instance?.0);
            }
        }
        Ok(())
    }

    fn insert_effects(&mut self, effects: &PrivateToPublicAccumulatedData, part: Part) -> Result<(), WriteError> {
        for nullifier in non_empty(&effects.nullifiers[..]) {
            self.journal.add_nullifier(self.host.state, *nullifier)?;
        }
        for note_hash in non_empty(&effects.note_hashes[..]) {
            match part {
                Part::NonRevertible => self.journal.add_unique_note_hash(*note_hash)?,
                // Where it will be in the transaction is known only now.
                Part::Revertible => self.journal.add_siloed_note_hash(*note_hash)?,
            }
        }
        for message in non_empty(&effects.l2_to_l1_msgs[..]) {
            self.journal.add_message(*message)?;
        }
        Ok(())
    }
}

/// The class a contract class log publishes, if it does.
pub(super) fn class_published(log: &ContractClassLog) -> Option<Result<ClassPublished, EventError>> {
    ClassPublished::from_log(log.contract_address, &log.fields.fields)
}
