//! Gas amounts, fees and settings, and what a transaction pays.

use super::form::{all_forms, arg, decoded, member, ok, or};
use super::{Formula, many};
use protocol::gas::{Gas, GasFees, GasSettings};

pub(super) const FORMULAS: &[Formula] = &[
    many("gas", all_forms::<Gas>),
    many("gasFees", all_forms::<GasFees>),
    many("gasSettings", all_forms::<GasSettings>),
    many("feeLimit", |input| ok(decoded::<GasSettings>(input)?.fee_limit())),
    many("computeFee", |input| ok(member::<Gas>(input, "gas")?.fee(&member(input, "fees")?))),
    many("gasAdd", |input| {
        let (a, b): (Gas, Gas) = arg(input)?;
        ok(a.checked_add(b).ok_or("the sum does not fit")?)
    }),
    many("effectiveFees", |input| {
        ok(or(decoded::<GasSettings>(&input["settings"])?.effective_fees(&member(input, "fees")?))?)
    }),
    many("transactionFee", |input| {
        let settings: GasSettings = decoded(&input["settings"])?;
        ok(or(settings.transaction_fee(&member(input, "fees")?, member(input, "used")?))?)
    }),
    many("defaultGasSettings", |input| ok(GasSettings::with_default_limits(arg(input)?))),
];
