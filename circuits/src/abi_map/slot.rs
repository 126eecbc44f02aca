//! Writing and reading the fields of a fitted type.

use protocol::field::Fr;

use super::shape::{Parts, Plan};
use super::{AbiMapped, MapError, MapErrorKind};

/// A part of a plan is asked for that the type's own `fit` did not plan.
const FOREIGN: &str = "a type writes and reads what it planned";

/// Where a value's fields go.
#[derive(Debug)]
pub struct WriteSlot<'a> {
    plan: &'a Plan,
    /// As many as the plan's size.
    fields: &'a mut [Fr],
}

/// Where a value's fields are.
#[derive(Debug, Clone, Copy)]
pub struct ReadSlot<'a> {
    plan: &'a Plan,
    /// As many as the plan's size.
    fields: &'a [Fr],
}

/// The members of a struct, in the order they were planned.
#[derive(Debug)]
pub struct WriteMembers<'a> {
    plans: core::slice::Iter<'a, (usize, Plan)>,
    fields: &'a mut [Fr],
}

/// The members of a struct, in the order they were planned.
#[derive(Debug, Clone)]
pub struct ReadMembers<'a> {
    plans: core::slice::Iter<'a, (usize, Plan)>,
    fields: &'a [Fr],
}

impl Plan {
    /// The fields of a value.
    pub(super) fn write<T: AbiMapped>(&self, value: &T) -> Result<Vec<Fr>, MapError> {
        let mut fields = vec![Fr::ZERO; self.size()];
        value.write(WriteSlot { plan: self, fields: &mut fields })?;
        Ok(fields)
    }

    /// The value of as many fields as the plan's size.
    pub(super) fn read<T: AbiMapped>(&self, fields: &[Fr]) -> Result<T, MapError> {
        T::read(ReadSlot { plan: self, fields })
    }

    fn members(&self) -> core::slice::Iter<'_, (usize, Self)> {
        let Parts::Members(plans) = self.parts() else { unreachable!("{FOREIGN}") };
        plans.iter()
    }

    fn items(&self) -> (usize, &Self) {
        let Parts::Items { count, item } = self.parts() else { unreachable!("{FOREIGN}") };
        (*count, item)
    }
}

impl<'a> WriteSlot<'a> {
    /// Writes a single field.
    pub fn set(self, field: Fr) {
        self.fields[0] = field;
    }

    /// Writes a list.
    ///
    /// # Errors
    /// If the circuit takes a list of another length.
    pub fn items<T: AbiMapped>(self, items: &[T]) -> Result<(), MapError> {
        let (count, plan) = self.plan.items();
        if items.len() != count {
            return Err(MapError::new(MapErrorKind::Length { found: items.len(), expected: count }));
        }
        let mut rest = self.fields;
        for (index, item) in items.iter().enumerate() {
            let (fields, others) = rest.split_at_mut(plan.size());
            item.write(WriteSlot { plan, fields }).map_err(|error| error.at_index(index))?;
            rest = others;
        }
        Ok(())
    }

    /// The members of a struct.
    #[must_use]
    pub fn members(self) -> WriteMembers<'a> {
        WriteMembers { plans: self.plan.members(), fields: self.fields }
    }
}

impl<'a> ReadSlot<'a> {
    /// Reads a single field.
    #[must_use]
    pub const fn get(self) -> Fr {
        self.fields[0]
    }

    /// How many items the list has.
    #[must_use]
    pub fn item_count(self) -> usize {
        self.plan.items().0
    }

    /// Reads a list.
    ///
    /// # Errors
    /// The first error of an item.
    pub fn items<T: AbiMapped>(self) -> Result<Vec<T>, MapError> {
        let (count, plan) = self.plan.items();
        let mut rest = self.fields;
        let mut items = Vec::with_capacity(count);
        for index in 0..count {
            let (fields, others) = rest.split_at(plan.size());
            items.push(T::read(Self { plan, fields }).map_err(|error| error.at_index(index))?);
            rest = others;
        }
        Ok(items)
    }

    /// The members of a struct.
    #[must_use]
    pub fn members(self) -> ReadMembers<'a> {
        ReadMembers { plans: self.plan.members(), fields: self.fields }
    }
}

impl WriteMembers<'_> {
    /// Writes the next member; `path` names it in an error.
    ///
    /// # Errors
    /// That of the member.
    pub fn write<T: AbiMapped>(&mut self, path: &str, member: &T) -> Result<(), MapError> {
        let (offset, plan) = self.plans.next().expect(FOREIGN);
        let fields = &mut self.fields[*offset..offset + plan.size()];
        member.write(WriteSlot { plan, fields }).map_err(|error| error.within(path))
    }

    /// How many members are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.plans.len()
    }
}

impl ReadMembers<'_> {
    /// Reads the next member; `path` names it in an error.
    ///
    /// # Errors
    /// That of the member.
    pub fn read<T: AbiMapped>(&mut self, path: &str) -> Result<T, MapError> {
        let (offset, plan) = self.plans.next().expect(FOREIGN);
        let fields = &self.fields[*offset..offset + plan.size()];
        T::read(ReadSlot { plan, fields }).map_err(|error| error.within(path))
    }

    /// How many members are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.plans.len()
    }
}
