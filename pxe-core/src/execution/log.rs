//! What contracts print.
//!
//! Protocol source: `@aztec/pxe/src/contract_logging.ts`, `@aztec/foundation/src/log/noir_debug_log_util.ts`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use protocol::field::Fr;
use protocol::log::{DebugLog, LogLevel};

use super::ContractStep;
use crate::port::{MaybeSend, MaybeSync};

/// Takes what contracts print, and whatever else they do if it wants to.
pub trait ContractLog: MaybeSend + MaybeSync + fmt::Debug {
    /// Whether messages of a level are of interest; others are not even put together.
    fn takes(&self, level: LogLevel) -> bool;

    /// Takes a message of a contract of this class. [`formatted`] puts in the values.
    fn log(&self, contract_name: &str, entry: DebugLog);

    /// Watches a step of a function.
    fn step(&self, step: &ContractStep<'_>) {
        let _ = step;
    }
}

/// A message with its values in their places: `{0}` for the first one, `{}` for all of them.
#[must_use]
pub fn formatted(message: &str, fields: &[Fr]) -> String {
    let numbered = replace(message, |index| {
        let index: usize = index.parse().ok()?;
        fields.get(index).map(ToString::to_string)
    });
    let all = fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    numbered.replace("{}", &all)
}

/// Replaces `{digits}` by what is known for the digits.
fn replace(text: &str, by: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let digits = rest[1..].find(|c: char| !c.is_ascii_digit()).map_or("", |end| &rest[1..=end]);
        let is_hole = !digits.is_empty() && rest[1 + digits.len()..].starts_with('}');
        let value = if is_hole { by(digits) } else { None };
        match value {
            Some(value) => {
                out.push_str(&value);
                rest = &rest[digits.len() + 2..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of the characters a contract passes: UTF-16 code units.
pub(super) fn text(characters: &[Fr]) -> String {
    let units: Vec<u16> = characters.iter().map(|character| (character.to_limbs()[0] & 0xffff) as u16).collect();
    String::from_utf16_lossy(&units)
}

/// A message as it is shown: `Token: Minted 0x…`.
#[must_use]
pub fn line(contract_name: &str, entry: &DebugLog) -> String {
    format!("{contract_name}: {}", formatted(&entry.message, &entry.fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_their_places() {
        let (one, two) = (Fr::ONE, Fr::from(2u8));
        let shown = |message: &str| formatted(message, &[one, two]);
        assert_eq!(shown("a {0} b {1} c {2} {"), format!("a {one} b {two} c {{2}} {{"));
        assert_eq!(shown("{} {0}"), format!("{one},{two} {one}"));
        assert_eq!(shown("{a} {{0}} {00} {é}"), format!("{{a}} {{{one}}} {one} {{é}}"));
        assert_eq!(shown("{99999999999999999999}"), "{99999999999999999999}");
        assert_eq!(formatted("{}", &[]), "");
    }

    #[test]
    fn characters_are_utf_16() {
        assert_eq!(text(&"grüße 𝛼".encode_utf16().map(Fr::from).collect::<Vec<_>>()), "grüße 𝛼");
        assert_eq!(text(&[Fr::from(0xd800u32), Fr::from(0x1_0041u32)]), "\u{fffd}A");
    }
}
