//! Reading the official JSON of a contract: what the compiler ships, or what official wallets pass on.
//!
//! Both forms are parsed in one pass; the members present tell which form it is. Sources and debug symbols, most of the
//! text, are skipped: see [`super::DebugJson`].
//!
//! Protocol source: `@aztec/stdlib/src/abi/contract_artifact.ts`, `@aztec/stdlib/src/noir/index.ts`.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize, Serializer};

use super::{ArtifactError, Bytecode, ContractArtifact, FunctionArtifact, Outputs, VerificationKey, stable_json};
use crate::abi::{
    AbiParameter, AbiType, AbiValue, ErrorSelector, ErrorType, FunctionAbi, FunctionType, StructType, Visibility,
};
use crate::field::Fr;
use crate::json;

/// No artifact comes near this size; it bounds what hostile JSON can make us allocate.
pub(super) const MAX_JSON: usize = 64 << 20;

/// The name of the public function that calls the others.
const PUBLIC_DISPATCH: &str = "public_dispatch";

#[derive(Deserialize)]
struct RawContract<'a> {
    name: String,
    transpiled: Option<bool>,
    #[serde(borrow)]
    functions: Vec<RawFunction<'a>>,
    outputs: Outputs,
    #[serde(rename = "nonDispatchPublicFunctions")]
    public_functions: Option<Vec<FunctionAbi>>,
    #[serde(rename = "storageLayout")]
    storage_layout: Option<BTreeMap<String, FieldLayout>>,
}

/// A function in either form: the compiler's keys are in snake case, those of official wallets in camel case.
#[derive(Deserialize)]
struct RawFunction<'a> {
    name: String,
    bytecode: Bytecode,
    #[serde(alias = "verificationKey")]
    verification_key: Option<VerificationKey>,

    #[serde(borrow)]
    custom_attributes: Option<Vec<Cow<'a, str>>>,
    abi: Option<RawAbi>,

    #[serde(rename = "functionType")]
    function_type: Option<FunctionType>,
    #[serde(rename = "isOnlySelf")]
    is_only_self: Option<bool>,
    #[serde(rename = "isStatic")]
    is_static: Option<bool>,
    #[serde(rename = "isInitializer")]
    is_initializer: Option<bool>,
    parameters: Option<Vec<AbiParameter>>,
    #[serde(rename = "returnTypes")]
    return_types: Option<Vec<AbiType>>,
    #[serde(rename = "errorTypes")]
    error_types: Option<BTreeMap<ErrorSelector, ErrorType>>,
}

#[derive(Deserialize)]
struct RawAbi {
    parameters: Vec<AbiParameter>,
    return_type: Option<RawReturn>,
    #[serde(default)]
    error_types: BTreeMap<ErrorSelector, ErrorType>,
}

#[derive(Deserialize)]
struct RawReturn {
    abi_type: AbiType,
}

#[derive(Serialize, Deserialize)]
struct FieldLayout {
    slot: Fr,
}

/// Checks the size of a document before it is parsed.
pub(super) fn checked(json: &[u8]) -> Result<&[u8], ArtifactError> {
    match json.len() {
        size if size > MAX_JSON => Err(ArtifactError::TooLarge { size, max: MAX_JSON }),
        _ => Ok(json),
    }
}

impl ContractArtifact {
    /// Reads the JSON the compiler ships, or the JSON of an artifact that official code has loaded.
    pub fn from_json(json: &[u8]) -> Result<Self, ArtifactError> {
        let raw: RawContract<'_> = json::from_slice(checked(json)?)?;
        let mut artifact = match raw.public_functions {
            Some(_) => raw.loaded()?,
            None => raw.compiled()?,
        };
        artifact.sort_structs()?;
        Ok(artifact)
    }

    /// The order of these two lists in the file means nothing, so hashes use a fixed one.
    fn sort_structs(&mut self) -> Result<(), ArtifactError> {
        for list in ["events", "functions"] {
            let Some(types) = self.outputs.structs.get_mut(list) else { continue };
            if let Some(index) = types.iter().position(|ty| !matches!(ty, AbiType::Struct(_))) {
                return Err(ArtifactError::NotAStruct { contract: self.name.clone(), list: list.into(), index });
            }
            types.sort_by(|a, b| match (a, b) {
                (AbiType::Struct(a), AbiType::Struct(b)) => stable_json::utf16_cmp(&b.path, &a.path),
                _ => unreachable!("only structs are left"),
            });
        }
        Ok(())
    }
}

impl RawContract<'_> {
    fn missing(&self, function: &RawFunction<'_>, member: &'static str) -> ArtifactError {
        ArtifactError::Missing { path: format!("contract {}, function {}", self.name, function.name), member }
    }

    /// The form official wallets pass on.
    fn loaded(mut self) -> Result<ContractArtifact, ArtifactError> {
        let mut functions = Vec::with_capacity(self.functions.len());
        for mut function in core::mem::take(&mut self.functions) {
            macro_rules! take {
                ($member:ident, $key:literal) => {
                    match function.$member.take() {
                        Some(value) => value,
                        None => return Err(self.missing(&function, $key)),
                    }
                };
            }
            let abi = FunctionAbi {
                function_type: take!(function_type, "functionType"),
                is_only_self: take!(is_only_self, "isOnlySelf"),
                is_static: take!(is_static, "isStatic"),
                is_initializer: take!(is_initializer, "isInitializer"),
                parameters: take!(parameters, "parameters"),
                return_types: take!(return_types, "returnTypes"),
                error_types: take!(error_types, "errorTypes"),
                name: function.name,
            };
            let (bytecode, verification_key) = (function.bytecode, function.verification_key);
            functions.push(FunctionArtifact { abi, bytecode, verification_key });
        }
        let layout = self.storage_layout.ok_or_else(|| ArtifactError::Missing {
            path: format!("contract {}", self.name),
            member: "storageLayout",
        })?;
        Ok(ContractArtifact {
            name: self.name,
            functions,
            public_functions: self.public_functions.unwrap_or_default(),
            outputs: self.outputs,
            storage_layout: layout.into_iter().map(|(name, field)| (name, field.slot)).collect(),
        })
    }

    /// The form the compiler ships.
    fn compiled(mut self) -> Result<ContractArtifact, ArtifactError> {
        if self.transpiled != Some(true) {
            return Err(ArtifactError::NotTranspiled { contract: self.name });
        }
        let storage_layout = self.storage_layout()?;
        let (mut functions, mut public_functions) = (Vec::new(), Vec::new());
        for mut function in core::mem::take(&mut self.functions) {
            let abi = self.function_abi(&mut function)?;
            if abi.function_type == FunctionType::Public && abi.name != PUBLIC_DISPATCH {
                public_functions.push(abi);
            } else {
                let (bytecode, verification_key) = (function.bytecode, function.verification_key);
                functions.push(FunctionArtifact { abi, bytecode, verification_key });
            }
        }
        Ok(ContractArtifact { name: self.name, functions, public_functions, outputs: self.outputs, storage_layout })
    }

    fn function_abi(&self, function: &mut RawFunction<'_>) -> Result<FunctionAbi, ArtifactError> {
        let attributes =
            function.custom_attributes.as_ref().ok_or_else(|| self.missing(function, "custom_attributes"))?;
        let has = |attribute: &str| attributes.iter().any(|found| found == attribute);
        let function_type = if has("abi_private") {
            FunctionType::Private
        } else if has("abi_public") {
            FunctionType::Public
        } else if has("abi_utility") {
            FunctionType::Utility
        } else {
            return Err(ArtifactError::NoFunctionType { contract: self.name.clone(), function: function.name.clone() });
        };
        let (is_only_self, is_static) = (has("abi_only_self"), has("abi_view"));
        let is_initializer = has("abi_initializer");
        let abi = function.abi.take().ok_or_else(|| self.missing(function, "abi"))?;
        let mut parameters = abi.parameters;
        if let Some(bus) = parameters.iter().find(|parameter| parameter.visibility == Visibility::DataBus) {
            return Err(ArtifactError::DataBus {
                contract: self.name.clone(),
                function: function.name.clone(),
                parameter: bus.name.clone(),
            });
        }
        // What the kernel passes in is no argument.
        if let Some(AbiParameter { ty: AbiType::Struct(ty), .. }) = parameters.first()
            && ty.path.contains("ContextInputs")
        {
            parameters.remove(0);
        }
        let return_type = match function_type {
            FunctionType::Utility => abi.return_type.map(|found| found.abi_type),
            FunctionType::Private | FunctionType::Public => self.exported_return_type(&function.name),
        };
        Ok(FunctionAbi {
            name: function.name.clone(),
            function_type,
            is_only_self,
            is_static,
            is_initializer,
            parameters,
            return_types: return_type.into_iter().collect(),
            error_types: abi.error_types,
        })
    }

    /// Private and public functions return hashes; the type the author wrote is among the exports.
    fn exported_return_type(&self, function: &str) -> Option<AbiType> {
        let structs = self.outputs.structs.get("functions")?;
        let is_this = |ty: &StructType| {
            let rest = ty.path.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix("::"));
            rest.and_then(|rest| rest.strip_prefix(function)) == Some("_abi")
        };
        let exported = structs.iter().find_map(|ty| match ty {
            AbiType::Struct(ty) if is_this(ty) => Some(ty),
            _ => None,
        })?;
        exported.fields.iter().find(|field| field.name == "return_type").map(|field| field.ty.clone())
    }

    /// Contracts the contract depends on export their layouts too: the one with its own name counts.
    fn storage_layout(&self) -> Result<BTreeMap<String, Fr>, ArtifactError> {
        let wrong = |reason: String| ArtifactError::StorageLayout { contract: self.name.clone(), reason };
        let mut layout = BTreeMap::new();
        for export in self.outputs.globals.get("storage").into_iter().flatten() {
            match export.member("contract_name") {
                Some(AbiValue::String(name)) if *name == self.name => {}
                Some(AbiValue::String(_)) => continue,
                _ => return Err(wrong("an entry has no `contract_name`".into())),
            }
            let Some(AbiValue::Struct(fields)) = export.member("fields") else {
                return Err(wrong("the contract's entry has no struct `fields`".into()));
            };
            for field in fields {
                let slot = match &field.value {
                    AbiValue::Struct(members) => members.first().map(|member| &member.value),
                    _ => None,
                };
                let Some(AbiValue::Integer { value, .. }) = slot else {
                    return Err(wrong(format!("`{}` has no integer slot", field.name)));
                };
                let slot = format!("0x{value}").parse();
                let slot = slot.map_err(|error| wrong(format!("slot of `{}`: {error}", field.name)))?;
                layout.insert(field.name.to_string(), slot);
            }
            break;
        }
        Ok(layout)
    }
}

/// A function as official wallets pass it on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FunctionJson<'a> {
    #[serde(flatten)]
    abi: &'a FunctionAbi,
    bytecode: &'a Bytecode,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_key: Option<&'a VerificationKey>,
    debug_symbols: &'static str,
}

/// The JSON official wallets pass on, without sources and debug symbols.
impl Serialize for ContractArtifact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Json<'a> {
            name: &'a str,
            functions: Vec<FunctionJson<'a>>,
            non_dispatch_public_functions: &'a [FunctionAbi],
            outputs: &'a Outputs,
            storage_layout: BTreeMap<&'a str, FieldLayout>,
            file_map: BTreeMap<&'a str, ()>,
        }
        let functions = self.functions.iter().map(|function| FunctionJson {
            abi: &function.abi,
            bytecode: &function.bytecode,
            verification_key: function.verification_key.as_ref(),
            debug_symbols: "",
        });
        let layout = self.storage_layout.iter().map(|(name, slot)| (name.as_str(), FieldLayout { slot: *slot }));
        let json = Json {
            name: &self.name,
            functions: functions.collect(),
            non_dispatch_public_functions: &self.public_functions,
            outputs: &self.outputs,
            storage_layout: layout.collect(),
            file_map: BTreeMap::new(),
        };
        json.serialize(serializer)
    }
}
