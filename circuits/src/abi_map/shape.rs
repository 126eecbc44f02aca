//! Fitting a Rust type to an ABI type.

use protocol::abi::{AbiParameter, AbiType, StructType, argument_count};

use super::{AbiMapped, MapError, MapErrorKind};

/// What a circuit declares for a value.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a>(Declared<'a>);

#[derive(Debug, Clone, Copy)]
enum Declared<'a> {
    Type(&'a AbiType),
    /// All parameters, as one struct.
    Parameters(&'a [AbiParameter]),
    /// No return value.
    Nothing,
}

/// Where the fields of a value go. Made by [`AbiMapped::fit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    size: usize,
    parts: Parts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parts {
    /// One field.
    Single,
    /// Items, one after another.
    Items { count: usize, item: Box<Plan> },
    /// Members in the order of the Rust type, each with its offset.
    Members(Box<[(usize, Plan)]>),
}

impl Plan {
    /// One field.
    pub const SINGLE: Self = Self { size: 1, parts: Parts::Single };

    /// How many fields the value takes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    pub(super) const fn parts(&self) -> &Parts {
        &self.parts
    }
}

impl<'a> Shape<'a> {
    /// A type.
    #[must_use]
    pub const fn of(ty: &'a AbiType) -> Self {
        Self(Declared::Type(ty))
    }

    /// Parameters, as the members of one struct.
    #[must_use]
    pub const fn of_parameters(parameters: &'a [AbiParameter]) -> Self {
        Self(Declared::Parameters(parameters))
    }

    /// No value at all.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(Declared::Nothing)
    }

    /// The plan of a single field, if `accepts` the declared type.
    ///
    /// # Errors
    /// If it does not; `expected` says what it wants.
    pub fn single(self, expected: &'static str, accepts: impl FnOnce(&AbiType) -> bool) -> Result<Plan, MapError> {
        match self.0 {
            Declared::Type(ty) if accepts(ty) => Ok(Plan::SINGLE),
            _ => Err(self.is_not(expected)),
        }
    }

    /// The plan of a list of `T`; with `length`, of just so many.
    ///
    /// # Errors
    /// If no such list is declared.
    pub fn list<T: AbiMapped>(self, length: Option<usize>) -> Result<Plan, MapError> {
        let Declared::Type(AbiType::Array { length: declared, item }) = self.0 else {
            return Err(self.is_not("a list"));
        };
        self.size()?;
        let count = *declared as usize;
        if let Some(found) = length.filter(|length| *length != count) {
            return Err(MapError::new(MapErrorKind::Length { found, expected: count }));
        }
        let item = T::fit(Shape::of(item)).map_err(|error| error.within("[]"))?;
        Ok(Plan { size: count * item.size, parts: Parts::Items { count, item: Box::new(item) } })
    }

    /// Starts the plan of a struct.
    ///
    /// # Errors
    /// If no struct is declared.
    pub fn members(self) -> Result<MemberPlans<'a>, MapError> {
        if self.member_types().is_none() {
            return Err(self.is_not("a struct"));
        }
        Ok(MemberPlans { shape: self, size: self.size()?, covered: 0, paths: Vec::new(), plans: Vec::new() })
    }

    /// The plan of no value at all.
    ///
    /// # Errors
    /// If there is one.
    pub fn none(self) -> Result<Plan, MapError> {
        match self.0 {
            Declared::Nothing => Ok(Plan { size: 0, parts: Parts::Members([].into()) }),
            _ => Err(self.is_not("nothing")),
        }
    }

    /// Whether a member of this name is declared.
    #[must_use]
    pub fn has_member(self, name: &str) -> bool {
        self.member_types().is_some_and(|mut members| members.any(|(member, _)| member == name))
    }

    /// The type itself or, of a struct with nothing but a member `inner`, that of the member.
    #[must_use]
    pub fn unwrapped(self) -> Self {
        match self.0 {
            Declared::Type(AbiType::Struct(StructType { fields, .. })) => match fields.as_slice() {
                [only] if only.name == "inner" => Self::of(&only.ty),
                _ => self,
            },
            _ => self,
        }
    }

    fn size(self) -> Result<usize, MapError> {
        match self.0 {
            Declared::Type(ty) => ty.field_count(),
            Declared::Parameters(parameters) => argument_count(parameters),
            Declared::Nothing => Ok(0),
        }
        .map_err(MapError::new)
    }

    fn member_types(self) -> Option<Box<dyn Iterator<Item = (&'a str, &'a AbiType)> + 'a>> {
        match self.0 {
            Declared::Type(AbiType::Struct(ty)) => {
                Some(Box::new(ty.fields.iter().map(|field| (field.name.as_str(), &field.ty))))
            }
            Declared::Parameters(list) => Some(Box::new(list.iter().map(|item| (item.name.as_str(), &item.ty)))),
            _ => None,
        }
    }

    /// The member at a path of names joined by dots, with its offset.
    fn find(self, path: &str) -> Result<(usize, Self), MapError> {
        let mut found = (0, self);
        for name in path.split('.') {
            found = found.1.find_member(name, found.0)?;
        }
        Ok(found)
    }

    fn find_member(self, name: &str, mut offset: usize) -> Result<(usize, Self), MapError> {
        for (member, ty) in self.member_types().ok_or_else(|| self.is_not("a struct"))? {
            let member_shape = Self::of(ty);
            if member == name {
                return Ok((offset, member_shape));
            }
            offset += member_shape.size()?;
        }
        Err(MapError::new(MapErrorKind::NoMember))
    }

    /// The path of the first member that none of `paths` leads to or goes through.
    fn not_in(self, paths: &[&str]) -> Option<String> {
        self.member_types()?.find_map(|(name, ty)| {
            let below =
                |path: &&str| path.strip_prefix(name).and_then(|rest| rest.strip_prefix('.').map(str::to_owned));
            let inner: Vec<String> = paths.iter().filter_map(below).collect();
            match inner.as_slice() {
                [] if paths.contains(&name) => None,
                [] => Some(name.to_owned()),
                inner => {
                    let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
                    Self::of(ty).not_in(&inner).map(|rest| format!("{name}.{rest}"))
                }
            }
        })
    }

    fn is_not(self, expected: &'static str) -> MapError {
        let declared = match self.0 {
            Declared::Type(ty) => ty.to_string(),
            Declared::Parameters(_) => "parameters".into(),
            Declared::Nothing => "nothing".into(),
        };
        MapError::new(MapErrorKind::Type { expected, declared })
    }
}

/// The plan of a struct in the making.
#[derive(Debug)]
pub struct MemberPlans<'a> {
    shape: Shape<'a>,
    size: usize,
    covered: usize,
    paths: Vec<&'static str>,
    plans: Vec<(usize, Plan)>,
}

impl MemberPlans<'_> {
    /// Adds the next member of the Rust type: which member of the circuit's type it is (`inner.value` for a member of a
    /// member), and how it is reached, which tells its type.
    ///
    /// # Errors
    /// If the circuit has no such member, or one of another type.
    pub fn add<S, T: AbiMapped>(&mut self, path: &'static str, _: fn(&S) -> &T) -> Result<(), MapError> {
        self.add_type::<T>(path)
    }

    pub(super) fn add_type<T: AbiMapped>(&mut self, path: &'static str) -> Result<(), MapError> {
        let fitted = self.shape.find(path).and_then(|(offset, shape)| Ok((offset, T::fit(shape)?)));
        let (offset, plan) = fitted.map_err(|error| error.within(path))?;
        self.covered += plan.size;
        self.paths.push(path);
        self.plans.push((offset, plan));
        Ok(())
    }

    /// The plan.
    ///
    /// # Errors
    /// If the circuit's type has members that were not added.
    pub fn finish(self) -> Result<Plan, MapError> {
        let plan = Plan { size: self.size, parts: Parts::Members(self.plans.into()) };
        match self.shape.not_in(&self.paths) {
            // Members that take no fields may be left out.
            Some(path) if self.covered != self.size => Err(MapError::new(MapErrorKind::NotFilled).within(&path)),
            _ => Ok(plan),
        }
    }
}
