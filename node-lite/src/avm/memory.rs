//! The 2^32 cells of a call.

use std::collections::HashMap;

use super::value::{Tag, Value};

const PAGE_BITS: u32 = 3;
/// Cells of a page. Few, because a program pays the same for one cell on a page of its own as for a neighbouring one:
/// a page must not cost much more memory than what was paid for.
const PAGE: usize = 1 << PAGE_BITS;
/// Pages found by index instead of by hashing. Compiled contracts keep stack and heap below.
const DIRECT_PAGES: usize = 1 << 14;

/// The memory of one call: cells that were never written read as field element 0.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Page 0 stays zero: absent pages point to it.
    pages: Vec<[Value; PAGE]>,
    direct: Vec<u32>,
    hashed: HashMap<u32, u32>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { pages: vec![[Value::ZERO; PAGE]], direct: Vec::new(), hashed: HashMap::new() }
    }
}

impl Memory {
    /// Number of cells.
    pub const SIZE: u64 = 1 << 32;

    #[inline]
    fn page_of(&self, address: u32) -> usize {
        let page = (address >> PAGE_BITS) as usize;
        if page < self.direct.len() {
            self.direct[page] as usize
        } else if self.hashed.is_empty() {
            0
        } else {
            self.hashed.get(&(page as u32)).map_or(0, |page| *page as usize)
        }
    }

    /// The cell at an address.
    #[inline]
    #[must_use]
    pub fn get(&self, address: u32) -> Value {
        self.pages[self.page_of(address)][address as usize % PAGE]
    }

    /// Tag of the cell at an address.
    #[inline]
    #[must_use]
    pub fn tag(&self, address: u32) -> Tag {
        self.pages[self.page_of(address)][address as usize % PAGE].tag()
    }

    /// Writes a cell.
    #[inline]
    pub fn set(&mut self, address: u32, value: Value) {
        let mut page = self.page_of(address);
        if page == 0 {
            page = self.add_page(address);
        }
        self.pages[page][address as usize % PAGE] = value;
    }

    #[cold]
    fn add_page(&mut self, address: u32) -> usize {
        let index = self.pages.len();
        self.pages.push([Value::ZERO; PAGE]);
        let page = (address >> PAGE_BITS) as usize;
        // Pages are fewer than cells, of which there are 2^32.
        let entry = index as u32;
        if page < DIRECT_PAGES {
            if page >= self.direct.len() {
                let length = (page + 1).next_power_of_two();
                self.direct.resize(length, 0);
            }
            self.direct[page] = entry;
        } else {
            self.hashed.insert(page as u32, entry);
        }
        index
    }

    /// Whether a range ends at the last cell or before.
    pub(crate) const fn has_range(start: u32, size: u32) -> bool {
        start as u64 + size as u64 <= Self::SIZE
    }

    /// `N` cells of one type in a range that was checked; the first that is not of that type is the error.
    pub(crate) fn array<const N: usize, T: Copy + Default>(
        &self,
        start: u32,
        tag: Tag,
        convert: impl Fn(Value) -> T,
    ) -> Result<[T; N], (u32, Tag)> {
        let mut items = [T::default(); N];
        // Not without an end: it would look for the address behind the last cell.
        for (address, item) in (start..=u32::MAX).zip(&mut items) {
            let value = self.get(address);
            if value.tag() != tag {
                return Err((address, value.tag()));
            }
            *item = convert(value);
        }
        Ok(items)
    }

    /// Writes consecutive cells in a range that was checked.
    pub(crate) fn set_range(&mut self, start: u32, values: impl Iterator<Item = Value>) {
        for (address, value) in (start..=u32::MAX).zip(values) {
            self.set(address, value);
        }
    }

    /// The cells that were written, in no order.
    pub fn written(&self) -> impl Iterator<Item = (u32, Value)> {
        let direct = self.direct.iter().enumerate().map(|(page, index)| (page as u32, *index));
        let pages = direct.chain(self.hashed.iter().map(|(page, index)| (*page, *index)));
        pages
            .filter(|(_, index)| *index != 0)
            .flat_map(|(page, index)| (page << PAGE_BITS..).zip(self.pages[index as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_works() {
        let mut memory = Memory::default();
        for address in [0, 1, 7, 8, 0xffff, 0x1_ffff, 0x2_0000, u32::MAX - 1, u32::MAX] {
            assert_eq!(memory.get(address), Value::ZERO);
            memory.set(address, Value::u32(address));
            assert_eq!(memory.get(address), Value::u32(address));
        }
        assert_eq!(memory.get(2), Value::ZERO);
        assert_eq!(memory.pages.len(), 1 + 6);
    }

    /// The cheapest way to a page of one's own is a MOV to a cell of it, 12 gas: what six million gas buy is below 250 MB.
    #[test]
    fn memory_costs_gas() {
        let cells = 6_000_000 / 12;
        assert!(cells * size_of::<[Value; PAGE]>() < 250 << 20);
        let mut memory = Memory::default();
        for step in 0..1000u32 {
            memory.set(step.wrapping_mul(0x9e37_79b9), Value::bit(true));
        }
        assert!(memory.pages.len() <= 1001 && memory.direct.len() <= DIRECT_PAGES);
    }

    #[test]
    fn ranges_end_at_the_last_cell() {
        let mut memory = Memory::default();
        memory.set_range(u32::MAX, [Value::bit(true)].into_iter());
        assert!(Memory::has_range(u32::MAX, 1) && !Memory::has_range(u32::MAX, 2) && Memory::has_range(0, u32::MAX));
        assert_eq!(memory.array::<1, u32>(u32::MAX, Tag::U1, |_| 5), Ok([5]));
        assert_eq!(memory.array::<1, u32>(7, Tag::U1, |_| 5), Err((7, Tag::Field)));
    }
}
