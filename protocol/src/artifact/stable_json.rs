//! The JSON that artifact hashes are computed over: no spaces, keys sorted, escapes as JavaScript writes them.
//!
//! Only what the official schema knows is written, so unknown members of an artifact do not change its hash.
//!
//! Protocol source: `@aztec/stdlib/src/contract/artifact_hash.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::Outputs;
use crate::abi::{AbiType, AbiValue, Sign};

/// JavaScript sorts keys by UTF-16 code units, which is not the order of code points.
pub(super) fn utf16_cmp(a: &str, b: &str) -> core::cmp::Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

fn text(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => push(out, format_args!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn push(out: &mut String, arguments: core::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("writing to a string cannot fail");
}

fn list<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn map<T>(out: &mut String, entries: &BTreeMap<String, T>, mut write: impl FnMut(&mut String, &T)) {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|(a, _), (b, _)| utf16_cmp(a, b));
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        text(out, key);
        out.push(':');
        write(out, value);
    }
    out.push('}');
}

fn ty(out: &mut String, value: &AbiType) {
    match value {
        AbiType::Field => out.push_str(r#"{"kind":"field"}"#),
        AbiType::Boolean => out.push_str(r#"{"kind":"boolean"}"#),
        AbiType::Integer { sign, width } => {
            let sign = match sign {
                Sign::Unsigned => "unsigned",
                Sign::Signed => "signed",
            };
            push(out, format_args!(r#"{{"kind":"integer","sign":"{sign}","width":{width}}}"#));
        }
        AbiType::String { length } => push(out, format_args!(r#"{{"kind":"string","length":{length}}}"#)),
        AbiType::Array { length, item } => {
            push(out, format_args!(r#"{{"kind":"array","length":{length},"type":"#));
            ty(out, item);
            out.push('}');
        }
        AbiType::Struct(value) => {
            out.push_str(r#"{"fields":"#);
            list(out, &value.fields, |out, field| {
                out.push_str(r#"{"name":"#);
                text(out, &field.name);
                out.push_str(r#","type":"#);
                ty(out, &field.ty);
                out.push('}');
            });
            out.push_str(r#","kind":"struct","path":"#);
            text(out, &value.path);
            out.push('}');
        }
        AbiType::Tuple(types) => {
            out.push_str(r#"{"fields":"#);
            list(out, types, ty);
            out.push_str(r#","kind":"tuple"}"#);
        }
    }
}

fn global(out: &mut String, value: &AbiValue) {
    match value {
        AbiValue::Boolean(value) => push(out, format_args!(r#"{{"kind":"boolean","value":{value}}}"#)),
        AbiValue::String(value) => {
            out.push_str(r#"{"kind":"string","value":"#);
            text(out, value);
            out.push('}');
        }
        AbiValue::Array(items) => {
            out.push_str(r#"{"kind":"array","value":"#);
            list(out, items, global);
            out.push('}');
        }
        AbiValue::Tuple(items) => {
            out.push_str(r#"{"fields":"#);
            list(out, items, global);
            out.push_str(r#","kind":"tuple"}"#);
        }
        AbiValue::Integer { value, sign } => {
            push(out, format_args!(r#"{{"kind":"integer","sign":{sign},"value":"#));
            text(out, value);
            out.push('}');
        }
        AbiValue::Struct(members) => {
            out.push_str(r#"{"fields":"#);
            list(out, members, |out, member| {
                out.push_str(r#"{"name":"#);
                text(out, &member.name);
                out.push_str(r#","value":"#);
                global(out, &member.value);
                out.push('}');
            });
            out.push_str(r#","kind":"struct"}"#);
        }
    }
}

/// A list of types.
pub(super) fn types(value: &[AbiType]) -> String {
    let mut out = String::new();
    list(&mut out, value, ty);
    out
}

/// What the metadata of an artifact is hashed as.
pub(super) fn metadata(name: &str, outputs: &Outputs) -> String {
    let mut out = String::from(r#"{"name":"#);
    text(&mut out, name);
    out.push_str(r#","outputs":{"globals":"#);
    map(&mut out, &outputs.globals, |out, values| list(out, values, global));
    out.push_str(r#","structs":"#);
    map(&mut out, &outputs.structs, |out, values| list(out, values, ty));
    out.push_str("}}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_key_order_are_those_of_javascript() {
        let mut out = String::new();
        text(&mut out, "\u{0}\u{1f}\u{8}\u{c}\n\r\t\"\\/\u{7f}\u{2028}é😀");
        assert_eq!(out, "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u{7f}\u{2028}é😀\"");
        // The surrogates of an emoji sort before U+FB00, though its code point is larger.
        let mut entries = BTreeMap::new();
        entries.insert(String::from("\u{fb00}"), ());
        entries.insert(String::from("😀"), ());
        let mut out = String::new();
        map(&mut out, &entries, |out, ()| out.push('1'));
        assert_eq!(out, "{\"😀\":1,\"\u{fb00}\":1}");
    }
}
