//! The mapping of a struct, declared.

/// Implements [`AbiMapped`](crate::abi_map::AbiMapped) for a struct: its members, each by the name it has in the
/// circuit unless that is its own. `"inner.value"` is a member of a member. Generic parameters come first, after `impl`,
/// in brackets.
///
/// ```
/// struct Pair<T> {
///     first: T,
///     count: u32,
/// }
/// circuits::abi_struct!(impl [T: circuits::abi_map::AbiMapped] Pair<T> { first, count: "meta.length" });
/// ```
#[macro_export]
macro_rules! abi_struct {
    (impl [$($generics:tt)*] $name:ty { $($member:ident $(: $path:literal)?),* $(,)? }) => {
        impl<$($generics)*> $crate::abi_map::AbiMapped for $name {
            fn fit(
                shape: $crate::abi_map::Shape<'_>,
            ) -> ::core::result::Result<$crate::abi_map::Plan, $crate::abi_map::MapError> {
                let mut members = shape.members()?;
                $(members.add($crate::abi_struct!(@path $member $($path)?), |it: &Self| &it.$member)?;)*
                members.finish()
            }

            fn write(
                &self,
                slot: $crate::abi_map::WriteSlot<'_>,
            ) -> ::core::result::Result<(), $crate::abi_map::MapError> {
                let mut members = slot.members();
                let Self { $($member),* } = self;
                $(members.write($crate::abi_struct!(@path $member $($path)?), $member)?;)*
                Ok(())
            }

            fn read(
                slot: $crate::abi_map::ReadSlot<'_>,
            ) -> ::core::result::Result<Self, $crate::abi_map::MapError> {
                let mut members = slot.members();
                Ok(Self { $($member: members.read($crate::abi_struct!(@path $member $($path)?))?),* })
            }
        }
    };
    (@path $member:ident) => { stringify!($member) };
    (@path $member:ident $path:literal) => { $path };
    ($name:ty { $($members:tt)* }) => { $crate::abi_struct!(impl [] $name { $($members)* }); };
}

/// Implements [`AbiMapped`](crate::abi_map::AbiMapped) for types that convert from and to another one that has it.
#[macro_export]
macro_rules! abi_newtype {
    ($($name:ty as $inner:ty),* $(,)?) => {$(
        impl $crate::abi_map::AbiMapped for $name {
            fn fit(
                shape: $crate::abi_map::Shape<'_>,
            ) -> ::core::result::Result<$crate::abi_map::Plan, $crate::abi_map::MapError> {
                <$inner as $crate::abi_map::AbiMapped>::fit(shape)
            }

            fn write(
                &self,
                slot: $crate::abi_map::WriteSlot<'_>,
            ) -> ::core::result::Result<(), $crate::abi_map::MapError> {
                $crate::abi_map::AbiMapped::write(&<$inner>::from(*self), slot)
            }

            fn read(
                slot: $crate::abi_map::ReadSlot<'_>,
            ) -> ::core::result::Result<Self, $crate::abi_map::MapError> {
                <$inner as $crate::abi_map::AbiMapped>::read(slot).map(Self::from)
            }
        }
    )*};
}
