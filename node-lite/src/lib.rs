//! The network and rollup side: state, public execution, blocks, JSON-RPC. Native only.
