//! Classes and functions that were loaded before.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use async_lock::Mutex;
use protocol::abi::FunctionSelector;
use protocol::contract::ContractClassId;

use super::{Class, LoadedFunction};

/// What was loaded before, known by the id of the class, which commits to it: nothing in here ever becomes false. The
/// functions used longest ago leave when there are too many bytes of code.
#[derive(Debug)]
pub(super) struct Cache {
    entries: Mutex<Entries>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Entries {
    classes: BTreeMap<ContractClassId, Arc<Class>>,
    functions: BTreeMap<(ContractClassId, FunctionSelector), (Arc<LoadedFunction>, u64)>,
    size: usize,
    clock: u64,
}

impl Cache {
    /// A cache of functions that have at most `limit` bytes of code together.
    pub(super) fn new(limit: usize) -> Self {
        Self { entries: Mutex::default(), limit }
    }

    pub(super) async fn class(&self, id: ContractClassId) -> Option<Arc<Class>> {
        self.entries.lock().await.classes.get(&id).cloned()
    }

    pub(super) async fn add_class(&self, class: Class) -> Arc<Class> {
        let class = Arc::new(class);
        self.entries.lock().await.classes.insert(class.id, Arc::clone(&class));
        class
    }

    pub(super) async fn function(
        &self,
        class: ContractClassId,
        selector: FunctionSelector,
    ) -> Option<Arc<LoadedFunction>> {
        let mut entries = self.entries.lock().await;
        entries.clock += 1;
        let now = entries.clock;
        let (function, used) = entries.functions.get_mut(&(class, selector))?;
        *used = now;
        Some(Arc::clone(function))
    }

    pub(super) async fn add_function(&self, class: ContractClassId, function: LoadedFunction) -> Arc<LoadedFunction> {
        let function = Arc::new(function);
        let mut entries = self.entries.lock().await;
        entries.clock += 1;
        let now = entries.clock;
        entries.size += size(&function);
        let replaced = entries.functions.insert((class, function.selector), (Arc::clone(&function), now));
        entries.size -= replaced.map_or(0, |(function, _)| size(&function));
        while entries.size > self.limit {
            let oldest = entries.functions.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            let Some((removed, _)) = oldest.and_then(|key| entries.functions.remove(&key)) else { break };
            entries.size -= size(&removed);
        }
        function
    }
}

fn size(function: &LoadedFunction) -> usize {
    function.bytecode.as_bytes().len()
}
