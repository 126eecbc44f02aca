//! Browser bindings of [`pxe_core`]: IndexedDB, fetch and workers on one side, the client on the other.
