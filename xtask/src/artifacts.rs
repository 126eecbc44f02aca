//! Reading every artifact of the official packages: a contract or a circuit, nothing else.
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, de::IgnoredAny};

use crate::{Error, packages};

/// What an artifact holds, with the fields by which it is told apart.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// A contract with this many functions.
    Contract { functions: usize },
    /// A circuit with bytecode of this many bytes.
    Circuit { bytecode: usize },
}

#[derive(Deserialize)]
struct Artifact<'a> {
    name: Option<&'a str>,
    noir_version: &'a str,
    #[serde(borrow)]
    functions: Option<Vec<Function<'a>>>,
    abi: Option<IgnoredAny>,
    bytecode: Option<&'a str>,
}

#[derive(Deserialize)]
struct Function<'a> {
    name: &'a str,
    bytecode: &'a str,
}

fn read(bytes: &[u8]) -> Result<Kind, String> {
    let artifact: Artifact = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if artifact.noir_version.is_empty() {
        return Err("no noir version".to_owned());
    }
    let decode = |what: &str, text: &str| match BASE64_STANDARD.decode(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes.len()),
        Ok(_) => Err(format!("{what}: bytecode is empty")),
        Err(error) => Err(format!("{what}: bytecode is not base64: {error}")),
    };
    match artifact {
        Artifact { name: Some(_), functions: Some(functions), .. } => {
            functions.iter().try_for_each(|function| decode(function.name, function.bytecode).map(drop))?;
            Ok(Kind::Contract { functions: functions.len() })
        }
        Artifact { abi: Some(_), bytecode: Some(bytecode), .. } => {
            Ok(Kind::Circuit { bytecode: decode("circuit", bytecode)? })
        }
        _ => Err("neither a contract (name, functions) nor a circuit (abi, bytecode)".to_owned()),
    }
}

/// Reads every artifact and prints what each package holds; each artifact counts as a test.
///
/// # Errors
/// If a package cannot be opened, or an artifact is neither a contract nor a circuit.
pub fn run() -> Result<(), Error> {
    let (mut passed, mut failed) = (0, 0);
    for name in packages::names()? {
        let (mut contracts, mut functions, mut circuits, mut bytecode) = (0, 0, 0, 0);
        packages::open(&name)?.artifacts(|path, bytes| -> Result<(), Error> {
            match read(&bytes) {
                Ok(Kind::Contract { functions: count }) => {
                    contracts += 1;
                    functions += count;
                }
                Ok(Kind::Circuit { bytecode: size }) => {
                    circuits += 1;
                    bytecode += size;
                }
                Err(error) => {
                    failed += 1;
                    println!("{name}: artifacts/{path}: {error}");
                }
            }
            Ok(())
        })?;
        passed += contracts + circuits;
        println!(
            "{name}: {contracts} contracts with {functions} functions, {circuits} circuits with {bytecode} bytes of code"
        );
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Error::Tests(failed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_contracts_from_circuits() {
        let contract = br#"{"name": "C", "noir_version": "1", "functions": [{"name": "f", "bytecode": "AAAA"}]}"#;
        assert_eq!(read(contract), Ok(Kind::Contract { functions: 1 }));
        let circuit = br#"{"noir_version": "1", "abi": {"parameters": []}, "bytecode": "AAAA"}"#;
        assert_eq!(read(circuit), Ok(Kind::Circuit { bytecode: 3 }));
    }

    #[test]
    fn refuses_everything_else() {
        assert!(read(br#"{"noir_version": "1"}"#).unwrap_err().contains("neither"));
        assert!(read(br#"{"noir_version": "", "abi": 1, "bytecode": "AAAA"}"#).unwrap_err().contains("version"));
        assert!(read(br#"{"noir_version": "1", "abi": 1, "bytecode": ""}"#).unwrap_err().contains("empty"));
        let bad = br#"{"name": "C", "noir_version": "1", "functions": [{"name": "f", "bytecode": "?"}]}"#;
        assert!(read(bad).unwrap_err().starts_with("f: "));
        assert!(read(b"{").is_err());
    }
}
