//! Which notes a contract gets: selected by their content, sorted, cut to a page.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/pick_notes.ts`, `@aztec/stdlib/src/note/comparator.ts`.

use alloc::vec::Vec;
use core::cmp::Ordering;

use protocol::field::Fr;
use thiserror::Error;

/// A choice of notes that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PickError {
    /// A note has no such item.
    #[error("item {index} of a note of {items} items is asked for")]
    Item {
        /// The item.
        index: u32,
        /// How many the note has.
        items: usize,
    },
    /// Notes cannot be compared like that.
    #[error("there is no comparator {0}")]
    Comparator(u32),
    /// Lists that describe the same things differ in length.
    #[error("{found} {what}, where there are {expected} indexes")]
    Length {
        /// What the list has.
        what: &'static str,
        /// How many it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
}

/// A piece of a note: bytes of an item's 32-byte big-endian form, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property {
    /// Which item.
    pub(super) index: u32,
    /// The first byte.
    pub(super) offset: u32,
    /// How many bytes.
    pub(super) length: u32,
}

/// How a property must compare to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A condition on notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Select {
    property: Property,
    value: Fr,
    comparator: Comparator,
}

/// An order of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sort {
    property: Property,
    descending: bool,
}

/// Conditions, orders and the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Picking {
    selects: Vec<Select>,
    sorts: Vec<Sort>,
    offset: usize,
    limit: Option<usize>,
}

/// Properties as contracts name them: three lists of one length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Properties<'a> {
    /// Items.
    pub(super) indexes: &'a [u32],
    /// First bytes.
    pub(super) offsets: &'a [u32],
    /// Numbers of bytes.
    pub(super) lengths: &'a [u32],
}

impl Properties<'_> {
    fn read(&self) -> Result<impl Iterator<Item = Property>, PickError> {
        same_length("offsets", self.indexes, self.offsets)?;
        same_length("lengths", self.indexes, self.lengths)?;
        let rest = self.offsets.iter().zip(self.lengths);
        Ok(self.indexes.iter().zip(rest).map(|(index, (offset, length))| Property {
            index: *index,
            offset: *offset,
            length: *length,
        }))
    }
}

fn same_length<A, B>(what: &'static str, indexes: &[A], list: &[B]) -> Result<(), PickError> {
    let (expected, found) = (indexes.len(), list.len());
    if expected == found { Ok(()) } else { Err(PickError::Length { what, expected, found }) }
}

impl Picking {
    /// All notes, as they come.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Only those for which the first `count` conditions hold.
    pub(super) fn select(
        mut self,
        count: usize,
        properties: Properties<'_>,
        values: &[Fr],
        comparators: &[u32],
    ) -> Result<Self, PickError> {
        same_length("values", properties.indexes, values)?;
        same_length("comparators", properties.indexes, comparators)?;
        for ((property, value), comparator) in properties.read()?.zip(values).zip(comparators).take(count) {
            let comparator = match *comparator {
                1 => Comparator::Equal,
                2 => Comparator::NotEqual,
                3 => Comparator::Less,
                4 => Comparator::LessOrEqual,
                5 => Comparator::Greater,
                6 => Comparator::GreaterOrEqual,
                other => return Err(PickError::Comparator(other)),
            };
            self.selects.push(Select { property, value: *value, comparator });
        }
        Ok(self)
    }

    /// Sorted by the first property, those equal in it by the second, and so on, up to one without an order.
    pub(super) fn sort(mut self, properties: Properties<'_>, orders: &[u32]) -> Result<Self, PickError> {
        same_length("orders", properties.indexes, orders)?;
        let sorts = properties.read()?.zip(orders).take_while(|(_, order)| **order != 0);
        self.sorts.extend(sorts.map(|(property, order)| Sort { property, descending: *order == 1 }));
        Ok(self)
    }

    /// Only `limit` of them from number `offset` on; all of them from there for limit 0.
    pub(super) fn page(mut self, offset: u32, limit: u32) -> Self {
        self.offset = offset as usize;
        self.limit = (limit != 0).then_some(limit as usize);
        self
    }

    /// Picks notes, of each of which `content` tells the items.
    pub(super) fn pick<T>(&self, notes: Vec<T>, content: impl Fn(&T) -> &[Fr]) -> Result<Vec<T>, PickError> {
        let mut picked = Vec::with_capacity(notes.len());
        for note in notes {
            if self.selects.iter().try_fold(true, |holds, select| Ok(holds && select.holds(content(&note))?))? {
                picked.push(note);
            }
        }
        if !self.sorts.is_empty() && picked.len() > 1 {
            let key = |note: T| {
                let items = content(&note);
                let key = self.sorts.iter().map(|sort| sort.property.of(items)).collect::<Result<Vec<_>, _>>()?;
                Ok((key, note))
            };
            let mut keyed = picked.into_iter().map(key).collect::<Result<Vec<_>, PickError>>()?;
            keyed.sort_by(|(a, _), (b, _)| self.order(a, b));
            picked = keyed.into_iter().map(|(_, note)| note).collect();
        }
        picked.truncate(self.limit.map_or(usize::MAX, |limit| self.offset.saturating_add(limit)));
        picked.drain(..self.offset.min(picked.len()));
        Ok(picked)
    }

    fn order(&self, a: &[Fr], b: &[Fr]) -> Ordering {
        let mut orders = self.sorts.iter().zip(a.iter().zip(b)).map(|(sort, (a, b))| match sort.descending {
            true => b.cmp(a),
            false => a.cmp(b),
        });
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl Select {
    fn holds(&self, items: &[Fr]) -> Result<bool, PickError> {
        let order = self.property.of(items)?.cmp(&self.value);
        Ok(match self.comparator {
            Comparator::Equal => order.is_eq(),
            Comparator::NotEqual => order.is_ne(),
            Comparator::Less => order.is_lt(),
            Comparator::LessOrEqual => order.is_le(),
            Comparator::Greater => order.is_gt(),
            Comparator::GreaterOrEqual => order.is_ge(),
        })
    }
}

impl Property {
    fn of(self, items: &[Fr]) -> Result<Fr, PickError> {
        let item = items.get(self.index as usize);
        let item = item.ok_or(PickError::Item { index: self.index, items: items.len() })?;
        if self.offset == 0 && self.length >= 32 {
            return Ok(*item);
        }
        let bytes = item.to_be_bytes();
        let start = bytes.len().min(self.offset as usize);
        let end = bytes.len().min(start.saturating_add(self.length as usize));
        Ok(Fr::from_be_bytes_reduced(&bytes[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Properties<'static> = Properties { indexes: &[], offsets: &[], lengths: &[] };

    fn fields<const N: usize>(values: [u64; N]) -> Vec<Fr> {
        values.map(Fr::from).to_vec()
    }

    fn notes() -> Vec<Vec<Fr>> {
        [[1, 30], [2, 20], [3, 20], [4, 10]].map(fields).to_vec()
    }

    fn firsts(picking: &Picking) -> Vec<u64> {
        let picked = picking.pick(notes(), |note| note).unwrap();
        picked.iter().map(|note| note[0].to_u64().unwrap()).collect()
    }

    fn whole(indexes: &'static [u32]) -> Properties<'static> {
        Properties { indexes, offsets: &[0, 0][..indexes.len()], lengths: &[32, 32][..indexes.len()] }
    }

    #[test]
    fn comparators() {
        let expected: [&[u64]; 6] = [&[2, 3], &[1, 4], &[4], &[2, 3, 4], &[1], &[1, 2, 3]];
        for (comparator, expected) in (1..).zip(expected) {
            let picking = Picking::new().select(1, whole(&[1]), &fields([20]), &[comparator]).unwrap();
            assert_eq!(firsts(&picking), expected, "{comparator}");
        }
        let both = Picking::new().select(2, whole(&[1, 0]), &fields([20, 2]), &[1, 5]).unwrap();
        assert_eq!(firsts(&both), [3]);
        // Conditions beyond the count are room that is not used.
        let one = Picking::new().select(1, whole(&[1, 0]), &fields([20, 2]), &[1, 0]).unwrap();
        assert_eq!(firsts(&one), [2, 3]);
        let none = Picking::new().select(2, whole(&[1, 0]), &fields([20, 2]), &[1, 7]);
        assert_eq!(none, Err(PickError::Comparator(7)));
    }

    #[test]
    fn orders_and_pages() {
        let sorted = |indexes, orders: &[u32]| Picking::new().sort(whole(indexes), orders).unwrap();
        assert_eq!(firsts(&sorted(&[1], &[2])), [4, 2, 3, 1]);
        assert_eq!(firsts(&sorted(&[1], &[1])), [1, 2, 3, 4]);
        assert_eq!(firsts(&sorted(&[1, 0], &[2, 1])), [4, 3, 2, 1]);
        // Nothing counts behind a property without an order.
        assert_eq!(firsts(&sorted(&[1, 0], &[0, 1])), [1, 2, 3, 4]);
        let page = |offset, limit| firsts(&sorted(&[0], &[1]).page(offset, limit));
        assert_eq!(page(1, 2), [3, 2]);
        assert_eq!(page(1, 0), [3, 2, 1]);
        assert_eq!(page(3, u32::MAX), [1]);
        assert!(page(9, 1).is_empty());
    }

    #[test]
    fn pieces_of_items() {
        let packed = Fr::from(0x0102_0304u32);
        let piece = |offset, length| Property { index: 0, offset, length }.of(&[packed]).unwrap();
        assert_eq!(piece(0, 32), packed);
        assert_eq!(piece(29, 2), Fr::from(0x0203u32));
        assert_eq!(piece(30, 9), Fr::from(0x0304u32));
        assert_eq!(piece(40, 1), Fr::ZERO);
        assert_eq!(piece(0, 0), Fr::ZERO);
        assert_eq!(Property { index: 0, offset: 0, length: 64 }.of(&[Fr::MAX]), Ok(Fr::MAX));
    }

    #[test]
    fn what_no_note_has_is_refused() {
        let picking = Picking::new().select(1, whole(&[2]), &fields([0]), &[1]).unwrap();
        assert_eq!(picking.pick(notes(), |note| note), Err(PickError::Item { index: 2, items: 2 }));
        assert_eq!(picking.pick(Vec::<Vec<Fr>>::new(), |note| note), Ok(Vec::new()));
        let picking = Picking::new().sort(whole(&[2]), &[1]).unwrap();
        assert_eq!(picking.pick(notes(), |note| note), Err(PickError::Item { index: 2, items: 2 }));
        let short = Picking::new().select(1, whole(&[1]), &[], &[1]);
        assert_eq!(short, Err(PickError::Length { what: "values", expected: 1, found: 0 }));
        assert!(Picking::new().sort(Properties { indexes: &[1], ..ALL }, &[1]).is_err());
    }
}
