//! Capsules: lists of fields that a contract keeps on this device, by slot; and arrays of them.
//!
//! An array has its length at its base slot and element `i` at `base + 1 + i`, where contracts read and write it too. So
//! a length is a contract's claim: it is never used to size anything.
//!
//! Protocol source: `@aztec/pxe/src/storage/capsule_store/capsule_store.ts`.

use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::Encode;
use protocol::field::Fr;
use thiserror::Error;

use super::job::decode_list;
use super::record::join;
use super::{Job, StoreError, Table};

/// What a contract does wrong with its capsules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CapsuleError {
    /// Copied from a slot in which nothing is.
    #[error("contract {contract} copies capsule {slot}, which is empty")]
    EmptySource {
        /// The contract.
        contract: AztecAddress,
        /// The empty slot.
        slot: Fr,
    },
    /// What is at the base slot of an array is no length.
    #[error("capsule {base} of contract {contract} is not the length of an array")]
    NoLength {
        /// The contract.
        contract: AztecAddress,
        /// The base slot.
        base: Fr,
    },
    /// An element of an array is not there.
    #[error("array of capsules {base} of contract {contract} has no element {index}")]
    MissingElement {
        /// The contract.
        contract: AztecAddress,
        /// The base slot.
        base: Fr,
        /// Which element.
        index: u32,
    },
    /// The array would get longer than any may be.
    #[error("array of capsules {base} of contract {contract} is full")]
    Full {
        /// The contract.
        contract: AztecAddress,
        /// The base slot.
        base: Fr,
    },
}

fn key(contract: AztecAddress, slot: Fr) -> Vec<u8> {
    join(&[&contract, &slot])
}

fn element(base: Fr, index: u32) -> Fr {
    base + Fr::ONE + Fr::from(index)
}

/// Stores a capsule in place of what is in its slot.
pub fn put(job: &mut Job, contract: AztecAddress, slot: Fr, capsule: &[Fr]) {
    let mut value = Vec::with_capacity(capsule.len() * Fr::SIZE_IN_BYTES);
    capsule.iter().for_each(|field| field.encode(&mut value));
    job.put(Table::Capsules, key(contract, slot), value);
}

/// The capsule in a slot.
pub async fn get(job: &Job, contract: AztecAddress, slot: Fr) -> Result<Option<Vec<Fr>>, StoreError> {
    let value = job.get(Table::Capsules, &key(contract, slot)).await?;
    value.map(|value| decode_list(Table::Capsules, &value)).transpose()
}

/// Empties a slot.
pub fn delete(job: &mut Job, contract: AztecAddress, slot: Fr) {
    job.delete(Table::Capsules, key(contract, slot));
}

/// Copies the capsules of `count` slots from `from` on to those from `to` on, as they were before. All must be there.
pub async fn copy(job: &mut Job, contract: AztecAddress, from: Fr, to: Fr, count: u32) -> Result<(), StoreError> {
    let mut capsules = Vec::new();
    for index in 0..count {
        let slot = from + Fr::from(index);
        let capsule = job.get(Table::Capsules, &key(contract, slot)).await?;
        capsules.push(capsule.ok_or(CapsuleError::EmptySource { contract, slot })?);
    }
    for (index, capsule) in (0..count).zip(capsules) {
        job.put(Table::Capsules, key(contract, to + Fr::from(index)), capsule);
    }
    Ok(())
}

/// How many elements an array has; none where nothing is.
pub async fn array_len(job: &Job, contract: AztecAddress, base: Fr) -> Result<u32, StoreError> {
    match get(job, contract, base).await?.as_deref() {
        None => Ok(0),
        Some([length, ..]) => Ok(length.to_u32().ok_or(CapsuleError::NoLength { contract, base })?),
        Some([]) => Err(CapsuleError::NoLength { contract, base }.into()),
    }
}

/// Appends elements to an array.
pub async fn array_push(
    job: &mut Job,
    contract: AztecAddress,
    base: Fr,
    elements: &[Vec<Fr>],
) -> Result<(), StoreError> {
    let length = array_len(job, contract, base).await?;
    let added = u32::try_from(elements.len()).ok().and_then(|added| length.checked_add(added));
    let new_length = added.ok_or(CapsuleError::Full { contract, base })?;
    for (index, capsule) in (length..new_length).zip(elements) {
        put(job, contract, element(base, index), capsule);
    }
    put(job, contract, base, &[new_length.into()]);
    Ok(())
}

/// All elements of an array.
pub async fn array_read_all(job: &Job, contract: AztecAddress, base: Fr) -> Result<Vec<Vec<Fr>>, StoreError> {
    let length = array_len(job, contract, base).await?;
    if length == 0 {
        return Ok(Vec::new());
    }
    // Neighbours in the store: one scan, which finds no more than there is, whatever the length claims.
    let first = key(contract, element(base, 0));
    let entries = job.scan(Table::Capsules, &contract.to_buffer(), &first, length as usize).await?;
    let mut entries = entries.into_iter().peekable();
    let mut elements = Vec::new();
    for index in 0..length {
        let slot = element(base, index);
        let found = match entries.next_if(|(found, _)| *found == key(contract, slot)) {
            Some((_, value)) => Some(decode_list(Table::Capsules, &value)?),
            // Slots are counted modulo the field, keys are not.
            None => get(job, contract, slot).await?,
        };
        elements.push(found.ok_or(CapsuleError::MissingElement { contract, base, index })?);
    }
    Ok(elements)
}

/// Empties an array: its length is 0 and its elements are gone.
pub async fn array_clear(job: &mut Job, contract: AztecAddress, base: Fr) -> Result<(), StoreError> {
    let length = array_len(job, contract, base).await?;
    if let Some(last) = length.checked_sub(1) {
        let (first, last) = (key(contract, element(base, 0)), key(contract, element(base, last)));
        let entries = job.scan(Table::Capsules, &contract.to_buffer(), &first, length as usize).await?;
        for (found, _) in entries.into_iter().take_while(|(found, _)| *found <= last) {
            job.delete(Table::Capsules, found);
        }
    }
    put(job, contract, base, &[Fr::ZERO]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use pollster::block_on;

    use super::*;
    use crate::store::MemoryStore;

    const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);

    fn run(work: impl AsyncFnOnce(&mut Job)) {
        block_on(async { work(&mut Job::begin(&MemoryStore::default()).await.unwrap()).await });
    }

    fn fields(numbers: &[u32]) -> Vec<Fr> {
        numbers.iter().map(|number| Fr::from(*number)).collect()
    }

    #[test]
    fn overlapping_copies_take_what_was_there_before() {
        run(async |job| {
            for (from, to, expected) in [(10u32, 11u32, [1, 1, 2, 3]), (11, 10, [2, 3, 3, 4])] {
                for slot in 0..4u32 {
                    put(job, CONTRACT, Fr::from(10 + slot), &fields(&[slot + 1]));
                }
                copy(job, CONTRACT, from.into(), to.into(), if from < to { 3 } else { 2 }).await.unwrap();
                for (slot, expected) in (10u32..).zip(expected) {
                    assert_eq!(get(job, CONTRACT, slot.into()).await.unwrap(), Some(fields(&[expected])));
                }
            }
        });
    }

    #[test]
    fn copies_of_nothing_are_refused_and_change_nothing() {
        run(async |job| {
            put(job, CONTRACT, Fr::ONE, &fields(&[1]));
            let error = copy(job, CONTRACT, Fr::ONE, Fr::from(5u32), u32::MAX).await.unwrap_err();
            let expected = CapsuleError::EmptySource { contract: CONTRACT, slot: Fr::from(2u32) };
            assert!(matches!(error, StoreError::Capsule(found) if found == expected));
            assert_eq!(get(job, CONTRACT, Fr::from(5u32)).await.unwrap(), None);
            delete(job, CONTRACT, Fr::ONE);
            assert_eq!(get(job, CONTRACT, Fr::ONE).await.unwrap(), None);
        });
    }

    #[test]
    fn arrays_grow_and_are_cleared() {
        run(async |job| {
            let base = Fr::from(7u32);
            assert_eq!(array_read_all(job, CONTRACT, base).await.unwrap(), Vec::<Vec<Fr>>::new());
            array_push(job, CONTRACT, base, &[fields(&[1, 2]), vec![]]).await.unwrap();
            array_push(job, CONTRACT, base, &[fields(&[3])]).await.unwrap();
            // Neighbours that are not elements.
            put(job, CONTRACT, Fr::from(11u32), &fields(&[99]));
            put(job, AztecAddress::from_u64(2), Fr::from(8u32), &fields(&[99]));
            assert_eq!(array_len(job, CONTRACT, base).await.unwrap(), 3);
            assert_eq!(array_read_all(job, CONTRACT, base).await.unwrap(), [fields(&[1, 2]), vec![], fields(&[3])]);
            array_clear(job, CONTRACT, base).await.unwrap();
            assert_eq!(get(job, CONTRACT, base).await.unwrap(), Some(fields(&[0])));
            for slot in 8..11u32 {
                assert_eq!(get(job, CONTRACT, slot.into()).await.unwrap(), None);
            }
            assert_eq!(get(job, CONTRACT, Fr::from(11u32)).await.unwrap(), Some(fields(&[99])));
        });
    }

    #[test]
    fn arrays_go_around_the_end_of_the_field() {
        run(async |job| {
            let base = Fr::ZERO - Fr::from(2u32);
            array_push(job, CONTRACT, base, &[fields(&[1]), fields(&[2])]).await.unwrap();
            assert_eq!(get(job, CONTRACT, Fr::ZERO).await.unwrap(), Some(fields(&[2])));
            assert_eq!(array_read_all(job, CONTRACT, base).await.unwrap(), [fields(&[1]), fields(&[2])]);
        });
    }

    #[test]
    fn lengths_are_only_claims() {
        run(async |job| {
            let base = Fr::from(7u32);
            put(job, CONTRACT, base, &fields(&[u32::MAX]));
            let missing = CapsuleError::MissingElement { contract: CONTRACT, base, index: 0 };
            let error = array_read_all(job, CONTRACT, base).await.unwrap_err();
            assert!(matches!(error, StoreError::Capsule(found) if found == missing));
            let error = array_push(job, CONTRACT, base, &[vec![]]).await.unwrap_err();
            assert!(matches!(error, StoreError::Capsule(CapsuleError::Full { .. })));
            array_clear(job, CONTRACT, base).await.unwrap();
            for bad in [vec![], vec![Fr::MAX]] {
                put(job, CONTRACT, base, &bad);
                let error = array_len(job, CONTRACT, base).await.unwrap_err();
                assert!(matches!(error, StoreError::Capsule(CapsuleError::NoLength { .. })));
            }
        });
    }
}
