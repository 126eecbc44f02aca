//! Fixed-size lists end in empty items.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/utils/interfaces.ts`.

use crate::field::Fr;
use crate::log::PrivateLog;

/// A value that can stand for nothing at the end of a list.
pub trait IsEmpty {
    /// Whether it does.
    fn is_empty(&self) -> bool;
}

/// The items of a list that are not padding.
pub fn non_empty<T: IsEmpty>(items: &[T]) -> impl Iterator<Item = &T> + Clone {
    items.iter().filter(|item| !item.is_empty())
}

impl IsEmpty for Fr {
    fn is_empty(&self) -> bool {
        self.is_zero()
    }
}

impl IsEmpty for PrivateLog {
    fn is_empty(&self) -> bool {
        PrivateLog::is_empty(self)
    }
}

/// Types that are empty when all their members are zero.
macro_rules! empty_when_default {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::kernel::IsEmpty for $name {
            fn is_empty(&self) -> bool {
                *self == <$name>::default()
            }
        }
    )*};
}
pub(super) use empty_when_default;
