//! How a method is declared: once, with its name, parameters, limits and result.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use thiserror::Error;

use super::{ErrorCode, ErrorObject};
use crate::json::JsonError;

/// A parameter, for documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamInfo {
    /// Its name. Parameters are passed by position; names are for people.
    pub name: &'static str,
    /// Its type in this crate; `Option` when it may be left out or `null`.
    pub ty: &'static str,
    /// What else it must be, if anything.
    pub limit: Option<&'static str>,
}

/// A method, for documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodInfo {
    /// Namespace and method: `node_getBlock`.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Its parameters.
    pub params: &'static [ParamInfo],
    /// The type of its result in this crate.
    pub result: &'static str,
}

/// A method together with the values of its parameters.
pub trait Method: Sized {
    /// Namespace and method: `node_getBlock`.
    const NAME: &'static str;

    /// The parameters, in order.
    const PARAMS: &'static [ParamInfo];

    /// What it answers. Nothing (`()`, or `None`) travels as an absent result.
    type Result: Serialize + DeserializeOwned;

    /// Reads the parameters and checks their limits.
    fn from_params(params: Option<&RawValue>) -> Result<Self, ParamsError>;

    /// Checks the limits a node puts on the parameters.
    fn check(&self) -> Result<(), ParamsError>;

    /// The parameters as a JSON array, without absent ones at the end.
    fn to_params(&self) -> String;

    /// Reads the result of a call.
    fn read_result(result: Option<&RawValue>) -> Result<Self::Result, JsonError> {
        crate::json::from_str(result.map_or("null", RawValue::get))
    }
}

/// Parameters are not what a method takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParamsError {
    /// They are not an array.
    #[error("Params to {} is not an array", short(method))]
    NotAnArray {
        /// The method.
        method: &'static str,
    },
    /// One is missing.
    #[error("Array must contain at least {takes} element(s) (): {parameter} of {method} is missing")]
    Missing {
        /// The method.
        method: &'static str,
        /// How many parameters it takes.
        takes: usize,
        /// Its name.
        parameter: &'static str,
    },
    /// One is not of its type.
    #[error("Invalid input ({index}): {parameter} of {method}: {source}")]
    Invalid {
        /// The method.
        method: &'static str,
        /// Position of the parameter.
        index: usize,
        /// Its name.
        parameter: &'static str,
        /// What is wrong.
        source: JsonError,
    },
    /// One is outside its limits.
    #[error("{limit} ({index}): {parameter} of {method}")]
    Limit {
        /// The method.
        method: &'static str,
        /// Position of the parameter.
        index: usize,
        /// Its name.
        parameter: &'static str,
        /// The limit.
        limit: LimitError,
    },
}

impl ParamsError {
    pub(super) fn limit<M: Method>(parameter: &'static str, limit: LimitError) -> Self {
        let index = M::PARAMS.iter().position(|info| info.name == parameter).unwrap_or(M::PARAMS.len());
        Self::Limit { method: M::NAME, index, parameter, limit }
    }
}

fn short(method: &str) -> &str {
    method.split_once('_').map_or(method, |(_, name)| name)
}

impl From<ParamsError> for ErrorObject {
    fn from(error: ParamsError) -> Self {
        let code = match error {
            // The official server notices this one only while it calls the method.
            ParamsError::NotAnArray { .. } => ErrorCode::Execution,
            _ => ErrorCode::InvalidParams,
        };
        Self::new(code, error.to_string())
    }
}

/// The limit a parameter is outside of. The texts are those of the official schemas.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LimitError {
    /// A list is too long.
    #[error("Array must contain at most {0} element(s)")]
    Items(usize),
    /// A text is too long.
    #[error("String must contain at most {0} character(s)")]
    Characters(usize),
    /// A number is too small.
    #[error("Number must be greater than or equal to {0}")]
    Least(u32),
    /// A number is too large.
    #[error("Number must be less than or equal to {0}")]
    Most(u32),
}

/// The one limit of a parameter, if it has any.
pub(super) const fn first(limits: &[&'static str]) -> Option<&'static str> {
    if limits.is_empty() { None } else { Some(limits[0]) }
}

/// A list of at most `MAX` items.
pub(super) fn max_items<T, const MAX: usize>(items: &[T]) -> Result<(), LimitError> {
    if items.len() > MAX { Err(LimitError::Items(MAX)) } else { Ok(()) }
}

/// A number from `LEAST` to `MOST`.
pub(super) fn within<const LEAST: u32, const MOST: u32>(number: &(impl Copy + Into<u32>)) -> Result<(), LimitError> {
    match (*number).into() {
        number if number < LEAST => Err(LimitError::Least(LEAST)),
        number if number > MOST => Err(LimitError::Most(MOST)),
        _ => Ok(()),
    }
}

/// Cuts a parameter list into its items.
pub(super) fn split_params<'a>(
    method: &'static str,
    params: Option<&'a RawValue>,
) -> Result<Vec<&'a RawValue>, ParamsError> {
    match params {
        None => Ok(Vec::new()),
        Some(params) => serde_json::from_str(params.get()).map_err(|_| ParamsError::NotAnArray { method }),
    }
}

/// Reads one parameter. What an older client leaves out at the end reads as `null`.
pub(super) fn read_param<M: Method, T: DeserializeOwned>(params: &[&RawValue], index: usize) -> Result<T, ParamsError> {
    let (method, parameter) = (M::NAME, M::PARAMS[index].name);
    match params.get(index) {
        Some(value) => crate::json::from_str(value.get()).map_err(|source| ParamsError::Invalid {
            method,
            index,
            parameter,
            source,
        }),
        None => {
            serde_json::from_str("null").map_err(|_| ParamsError::Missing { method, takes: M::PARAMS.len(), parameter })
        }
    }
}

/// Writes a parameter list from its items in JSON.
pub(super) fn join_params(items: &[String]) -> String {
    let used = items.iter().rposition(|item| item != "null").map_or(0, |last| last + 1);
    format!("[{}]", items[..used].join(","))
}

/// A parameter in JSON.
pub(super) fn write_param(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("parameters have text keys and no fallible members")
}

impl fmt::Display for MethodInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, param) in self.params.iter().enumerate() {
            write!(f, "{}{}: {}", if index == 0 { "" } else { ", " }, param.name, param.ty)?;
        }
        write!(f, ") -> {}", self.result)
    }
}

/// Declares the methods of a namespace: a type for each, an enum of all, and their table.
macro_rules! rpc_methods {
    (
        $(#[$meta:meta])*
        pub enum $namespace:ident in $prefix:literal {
            $(
                #[doc = $doc:literal]
                $name:ident: $method:ident($(
                    $param:ident: $ty:ty $([$check:expr, $limit:literal])?
                ),* $(,)?) -> $result:ty;
            )*
        }
    ) => {
        $(
            #[doc = $doc]
            #[derive(Debug, Clone, PartialEq)]
            pub struct $method {
                $(
                    #[doc = concat!("The parameter `", stringify!($param), "`.")]
                    pub $param: $ty,
                )*
            }

            impl $crate::rpc::Method for $method {
                const NAME: &'static str = concat!($prefix, "_", stringify!($name));
                const PARAMS: &'static [$crate::rpc::ParamInfo] = &[$($crate::rpc::ParamInfo {
                    name: stringify!($param),
                    ty: stringify!($ty),
                    limit: $crate::rpc::method::first(&[$($limit)?]),
                }),*];
                type Result = $result;

                #[allow(unused_mut, unused_variables, reason = "some methods have no parameters")]
                fn from_params(
                    params: Option<&::serde_json::value::RawValue>,
                ) -> Result<Self, $crate::rpc::ParamsError> {
                    let params = $crate::rpc::method::split_params(Self::NAME, params)?;
                    let mut indexes = 0..Self::PARAMS.len();
                    let method = Self {
                        $($param: $crate::rpc::method::read_param::<Self, $ty>(
                            &params,
                            indexes.next().expect("there are as many as members"),
                        )?,)*
                    };
                    $crate::rpc::Method::check(&method)?;
                    Ok(method)
                }

                fn check(&self) -> Result<(), $crate::rpc::ParamsError> {
                    $($(
                        $check(&self.$param).map_err(|limit| {
                            $crate::rpc::ParamsError::limit::<Self>(stringify!($param), limit)
                        })?;
                    )?)*
                    Ok(())
                }

                fn to_params(&self) -> ::alloc::string::String {
                    $crate::rpc::method::join_params(&[$($crate::rpc::method::write_param(&self.$param)),*])
                }
            }
        )*

        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $namespace {
            $(
                #[doc = $doc]
                $method($method),
            )*
        }

        impl $namespace {
            /// Every method of the namespace.
            pub const METHODS: &'static [$crate::rpc::MethodInfo] = &[
                $($crate::rpc::MethodInfo {
                    name: <$method as $crate::rpc::Method>::NAME,
                    doc: $doc.trim_ascii(),
                    params: <$method as $crate::rpc::Method>::PARAMS,
                    result: stringify!($result),
                }),*
            ];

            /// Reads a call; none when the namespace has no such method.
            #[must_use]
            pub fn from_call(
                method: &str,
                params: Option<&::serde_json::value::RawValue>,
            ) -> Option<Result<Self, $crate::rpc::ParamsError>> {
                match method {
                    $(
                        <$method as $crate::rpc::Method>::NAME => {
                            Some(<$method as $crate::rpc::Method>::from_params(params).map(Self::$method))
                        }
                    )*
                    _ => None,
                }
            }

            /// Namespace and method of the call.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$method(_) => <$method as $crate::rpc::Method>::NAME,)*
                }
            }

            /// Reads the result of a call of `method` and writes it again: what a node would answer with the same
            /// value, nothing for nothing. None when the namespace has no such method.
            ///
            /// Serves checks of recorded or foreign answers against the declared types.
            #[must_use]
            pub fn rewrite_result(
                method: &str,
                result: Option<&::serde_json::value::RawValue>,
            ) -> Option<Result<Option<::alloc::string::String>, $crate::json::JsonError>> {
                match method {
                    $(
                        <$method as $crate::rpc::Method>::NAME => {
                            let value = <$method as $crate::rpc::Method>::read_result(result);
                            Some(value.map(|value| {
                                let json = $crate::rpc::method::write_param(&value);
                                Some(json).filter(|json| json != "null")
                            }))
                        }
                    )*
                    _ => None,
                }
            }
        }
    };
}
pub(super) use rpc_methods;
