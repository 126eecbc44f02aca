//! Gas of a transaction. The limits that follow from it are [`GasUsed::suggested_limits`].

use protocol::gas::{Gas, GasError, GasUsed, SideEffectCounts};
use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
use protocol::tx::PublicSimulationOutput;

/// What a simulated transaction would use: what its public part says, or, without one, what its private part used.
///
/// Protocol source: `gasUsed` in `@aztec/stdlib/src/tx/simulated_tx.ts`.
#[must_use]
pub fn gas_used(tail: &PrivateKernelTailCircuitPublicInputs, public: Option<&PublicSimulationOutput>) -> GasUsed {
    public.map_or(
        GasUsed {
            total_gas: tail.gas_used,
            billed_gas: tail.gas_used,
            teardown_gas: Gas::default(),
            public_gas: Gas::default(),
        },
        |public| public.gas_used,
    )
}

/// Gas of the private part when no tail circuit meters it. A contract class log counts for one field more than it does in
/// the circuit.
///
/// Protocol source: `meterGasUsed` in `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`.
pub(super) fn direct_gas(
    counts: SideEffectCounts,
    is_private_only: bool,
    teardown_limits: Option<Gas>,
) -> Result<Gas, GasError> {
    let contract_class_log_fields = counts.contract_class_log_fields + counts.contract_class_logs;
    let counts = SideEffectCounts { contract_class_log_fields, ..counts };
    if is_private_only { counts.private_only_gas() } else { counts.gas_with_public_calls(teardown_limits) }
}
