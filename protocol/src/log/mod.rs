//! Logs: what transactions leave for others to find.
//!
//! Three kinds exist. Private logs have a fixed width and, for most, a tag by which their receiver finds them. Public logs
//! have any length and carry their contract. A contract class log holds the bytecode of a published class.

mod class;
mod debug;
mod id;
mod private;
mod public;
mod query;

pub use class::{ContractClassLog, ContractClassLogFields};
pub use debug::{DebugLog, LogLevel};
pub use id::{LogId, ParseLogIdError};
pub use private::PrivateLog;
pub use public::{FlatPublicLogs, PublicLog, PublicLogError};
pub use query::{ExtendedContractClassLog, ExtendedLog, ExtendedPublicLog, LogFilter, TxScopedL2Log};

/// The first `length` of `fields`, or all when there are fewer: a length that came from outside proves nothing.
fn emitted(fields: &[crate::field::Fr], length: u32) -> &[crate::field::Fr] {
    &fields[..fields.len().min(usize::try_from(length).unwrap_or(usize::MAX))]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::{Decode, Encode, FromFields, ToFields};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn logs_round_trip(
            private: PrivateLog,
            public: PublicLog,
            flat: FlatPublicLogs,
            id: LogId,
            scoped: TxScopedL2Log,
            debug: DebugLog,
            filter: LogFilter,
        ) {
            macro_rules! json {
                ($value:ident) => {
                    let json = serde_json::to_string(&$value).unwrap();
                    prop_assert_eq!(&crate::json::from_str(&json), &Ok($value.clone()));
                };
            }
            macro_rules! bytes {
                ($value:ident) => {
                    prop_assert_eq!(&Decode::from_buffer(&$value.to_buffer()), &Ok($value.clone()));
                };
            }
            macro_rules! fields {
                ($value:ident) => {
                    prop_assert_eq!(&FromFields::from_fields(&$value.to_fields()), &Ok($value.clone()));
                };
            }
            json!(private); json!(public); json!(flat); json!(id); json!(scoped); json!(debug); json!(filter);
            bytes!(private); bytes!(public); bytes!(flat); bytes!(id); bytes!(scoped);
            fields!(private); fields!(public); fields!(flat);
            prop_assert_eq!(&FlatPublicLogs::from_logs(&flat.to_logs().unwrap()), &Ok(flat.clone()));
            prop_assert_eq!(alloc::string::ToString::to_string(&id).parse(), Ok(id));
            prop_assert!(private.emitted_fields().len() <= 16);
        }
    }

    #[test]
    fn hostile_lengths_are_refused() {
        assert!(PublicLog::from_buffer(&[&[0xff; 4][..], &[0; 64]].concat()).is_err());
        assert!(FlatPublicLogs::from_buffer(&[0xff; 4]).is_err());
        assert!(FlatPublicLogs::from_payload(alloc::vec![crate::field::Fr::ONE; 4097]).is_err());
        // A log of one field, but none follows.
        let broken = FlatPublicLogs::from_payload(alloc::vec![crate::field::Fr::ONE; 2]).unwrap();
        assert!(matches!(broken.to_logs(), Err(PublicLogError::Payload(error)) if error.path == "[0].fields"));
        let genesis = "0-0-0-0x0-0x0";
        assert!(genesis.parse::<LogId>().is_err());
        assert!("1-0-0-0x0-0x0".parse::<LogId>().is_ok());
    }
}
