//! Where in a JSON document an offset lies.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// Deeper paths are cut off: a hostile document can nest as deep as it is long.
const MAX_DEPTH: usize = 64;
/// Longer member names are cut off.
const MAX_NAME: usize = 80;

/// A container that is open at the offset, with its member there.
enum Open<'a> {
    Object(Option<&'a [u8]>),
    Array(usize),
}

/// The offset just behind the last byte a parser had read when it failed at this line and column, both from 1.
pub(super) fn offset(document: &[u8], line: usize, column: usize) -> usize {
    let skipped = line.saturating_sub(1);
    let mut starts = document.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    let start = if skipped == 0 { 0 } else { starts.nth(skipped - 1).unwrap_or(document.len()) };
    (start + column).min(document.len())
}

/// The path of the member at `end`: the one whose value ends there, or the innermost one that is still open. The document
/// itself is `.`; members are joined with dots, indices stand in brackets.
pub(super) fn path_at(document: &[u8], end: usize) -> String {
    let mut open = Vec::new();
    let mut position = 0;
    while position < end {
        match document[position] {
            b'"' => {
                let start = position + 1;
                position = start;
                while position < end && document[position] != b'"' {
                    position += if document[position] == b'\\' { 2 } else { 1 };
                }
                // A name counts as soon as it is read: a parser may refuse it.
                if let Some(Open::Object(name @ None)) = open.last_mut() {
                    *name = Some(&document[start.min(end)..position.min(end)]);
                }
            }
            b'{' => open.push(Open::Object(None)),
            b'[' => open.push(Open::Array(0)),
            b'}' | b']' => {
                open.pop();
            }
            b',' => match open.last_mut() {
                Some(Open::Object(name)) => *name = None,
                Some(Open::Array(index)) => *index += 1,
                None => {}
            },
            _ => {}
        }
        position += 1;
    }
    write(&open)
}

fn write(open: &[Open<'_>]) -> String {
    let mut path = String::new();
    for step in open.iter().take(MAX_DEPTH) {
        match step {
            Open::Object(Some(name)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(String::from_utf8_lossy(name).chars().take(MAX_NAME));
            }
            // Writing to a string cannot fail.
            Open::Array(index) => _ = write!(path, "[{index}]"),
            Open::Object(None) => {}
        }
    }
    if open.len() > MAX_DEPTH {
        path.push('…');
    }
    if path.is_empty() { String::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_elements_and_the_document() {
        let json = r#"{"a": [1, {"b": "x\"]y", "c": {}}, 2], "d": 3}"#;
        let after = |part: &str| path_at(json.as_bytes(), json.find(part).unwrap() + part.len());
        assert_eq!(after("[1"), "a[0]");
        assert_eq!(after(r#"y""#), "a[1].b");
        assert_eq!(after("{}"), "a[1].c");
        assert_eq!(after("{}}"), "a[1]");
        assert_eq!(after(", 2"), "a[2]");
        assert_eq!(after("3"), "d");
        assert_eq!(after("3}"), ".");
        assert_eq!(path_at(b"", 0), ".");
    }

    #[test]
    fn lines_and_columns() {
        let document = b"{\n \"a\":\n  true}";
        let error = serde_json::from_slice::<alloc::collections::BTreeMap<String, u8>>(document).unwrap_err();
        assert_eq!(path_at(document, offset(document, error.line(), error.column())), "a");
    }

    proptest! {
        #[test]
        fn any_document_and_offset_have_a_path(document in any::<Vec<u8>>(), line in 0..5usize, column in 0..40usize) {
            let end = offset(&document, line, column);
            prop_assert!(end <= document.len());
            prop_assert!(!path_at(&document, end).is_empty());
        }

        #[test]
        fn deep_documents_have_short_paths(depth in 0..5000usize) {
            let document = "[".repeat(depth);
            prop_assert!(path_at(document.as_bytes(), depth).len() <= 3 * MAX_DEPTH + 4);
        }
    }
}
