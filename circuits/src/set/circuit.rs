//! The circuits of the protocol.
//!
//! Protocol source: `@aztec/noir-protocol-circuits-types/src/artifacts/`, indices in
//! `@aztec/constants/src/constants.gen.ts`.

use core::fmt;

use super::ResetVariant;

/// A circuit of the protocol, by its place in the tree of verification keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circuit {
    /// The first private kernel.
    PrivateKernelInit,
    /// The kernel of every further private call.
    PrivateKernelInner,
    /// The end of a transaction without public calls.
    PrivateKernelTail,
    /// The end of the private part of a transaction with public calls.
    PrivateKernelTailToPublic,
    /// Hides which kernels a transaction without public calls went through.
    HidingKernelToRollup,
    /// Hides which kernels a transaction with public calls went through.
    HidingKernelToPublic,
    /// Verifies a client's proof for the public base rollup.
    ChonkVerifierPublic,
    /// A transaction without public calls in a rollup.
    TxBasePrivate,
    /// A transaction with public calls in a rollup.
    TxBasePublic,
    /// Two rollups of transactions.
    TxMerge,
    /// First block of a checkpoint, two or more transactions.
    BlockRootFirst,
    /// First block of a checkpoint, one transaction.
    BlockRootFirstSingleTx,
    /// First block of a checkpoint, no transaction.
    BlockRootFirstEmptyTx,
    /// A later block, two or more transactions.
    BlockRoot,
    /// A later block, one transaction.
    BlockRootSingleTx,
    /// Two rollups of blocks.
    BlockMerge,
    /// A checkpoint of two or more blocks.
    CheckpointRoot,
    /// A checkpoint of one block.
    CheckpointRootSingleBlock,
    /// Fills an epoch that has only one checkpoint.
    CheckpointPadding,
    /// Two rollups of checkpoints.
    CheckpointMerge,
    /// An epoch.
    RootRollup,
    /// Some messages from L1.
    ParityBase,
    /// All messages from L1 of a checkpoint.
    ParityRoot,
    /// Settles reads, squashes and siloes side effects.
    PrivateKernelReset(ResetVariant),
}

use Circuit as C;

/// The circuits that exist once, by index, with the names of their artifacts.
const SINGLE: [(C, &str); 23] = [
    (C::PrivateKernelInit, "private_kernel_init"),
    (C::PrivateKernelInner, "private_kernel_inner"),
    (C::PrivateKernelTail, "private_kernel_tail"),
    (C::PrivateKernelTailToPublic, "private_kernel_tail_to_public"),
    (C::HidingKernelToRollup, "hiding_kernel_to_rollup"),
    (C::HidingKernelToPublic, "hiding_kernel_to_public"),
    (C::ChonkVerifierPublic, "chonk_verifier_public"),
    (C::TxBasePrivate, "rollup_tx_base_private"),
    (C::TxBasePublic, "rollup_tx_base_public"),
    (C::TxMerge, "rollup_tx_merge"),
    (C::BlockRootFirst, "rollup_block_root_first"),
    (C::BlockRootFirstSingleTx, "rollup_block_root_first_single_tx"),
    (C::BlockRootFirstEmptyTx, "rollup_block_root_first_empty_tx"),
    (C::BlockRoot, "rollup_block_root"),
    (C::BlockRootSingleTx, "rollup_block_root_single_tx"),
    (C::BlockMerge, "rollup_block_merge"),
    (C::CheckpointRoot, "rollup_checkpoint_root"),
    (C::CheckpointRootSingleBlock, "rollup_checkpoint_root_single_block"),
    (C::CheckpointPadding, "rollup_checkpoint_padding"),
    (C::CheckpointMerge, "rollup_checkpoint_merge"),
    (C::RootRollup, "rollup_root"),
    (C::ParityBase, "parity_base"),
    (C::ParityRoot, "parity_root"),
];

impl Circuit {
    /// How many there are.
    pub const COUNT: usize = SINGLE.len() + ResetVariant::COUNT;

    /// All of them, in the order of the tree.
    pub fn all() -> impl Iterator<Item = Self> {
        SINGLE.iter().map(|(circuit, _)| *circuit).chain(ResetVariant::all().map(Self::PrivateKernelReset))
    }

    /// The client's circuits: those that are proven with Chonk, whose keys change with the SRS.
    pub fn client() -> impl Iterator<Item = Self> {
        Self::all().filter(|circuit| circuit.is_client())
    }

    fn single(self) -> usize {
        SINGLE.iter().position(|(circuit, _)| *circuit == self).expect("every circuit but resets is in the list")
    }

    /// Its leaf in the tree of verification keys.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::PrivateKernelReset(variant) => SINGLE.len() + variant.index(),
            circuit => circuit.single(),
        }
    }

    /// Whether it is one of the client's circuits.
    #[must_use]
    pub fn is_client(self) -> bool {
        matches!(self, Self::PrivateKernelReset(_)) || self.index() <= Self::HidingKernelToPublic.index()
    }

    /// The name of its artifact.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::PrivateKernelReset(variant) => reset_name("private_kernel_reset", variant),
            circuit => SINGLE[circuit.single()].1.to_owned(),
        }
    }

    /// The name of the artifact that computes the same without being provable; only some client circuits have one.
    #[must_use]
    pub fn simulated_name(self) -> Option<String> {
        match self {
            Self::PrivateKernelReset(variant) => Some(reset_name("private_kernel_reset_simulated", variant)),
            Self::PrivateKernelInit
            | Self::PrivateKernelInner
            | Self::PrivateKernelTail
            | Self::PrivateKernelTailToPublic => Some(self.name() + "_simulated"),
            _ => None,
        }
    }
}

/// The largest reset has no sizes in its name.
fn reset_name(prefix: &str, variant: ResetVariant) -> String {
    if variant == ResetVariant::FULL { prefix.to_owned() } else { format!("{prefix}_{variant}") }
}

impl fmt::Display for Circuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_circuit_has_its_own_index_and_name() {
        let all: Vec<_> = Circuit::all().collect();
        assert_eq!((all.len(), Circuit::COUNT), (65, 65));
        assert!(all.iter().enumerate().all(|(index, circuit)| circuit.index() == index));
        assert!(all.is_sorted());
        let names: BTreeSet<_> =
            all.iter().flat_map(|circuit| [Some(circuit.name()), circuit.simulated_name()]).collect();
        assert_eq!(names.len(), 65 + 46 + 1);
        assert_eq!(Circuit::client().count(), 48);
        assert_eq!(Circuit::PrivateKernelReset(ResetVariant::FULL).name(), "private_kernel_reset");
        // `@aztec/constants/src/constants.gen.ts`.
        let known = [(C::HidingKernelToPublic, 5), (C::TxMerge, 9), (C::RootRollup, 20), (C::ParityRoot, 22)];
        for (circuit, index) in known {
            assert_eq!(circuit.index(), index, "{circuit}");
        }
    }
}
