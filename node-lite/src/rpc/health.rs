//! Whether the parts of a node work.

use protocol::rpc::ErrorObject;
use serde::Serialize;

use super::context::{Context, Reader};

/// How a part does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    /// Whether it works.
    healthy: bool,
    /// Its figures, or what is wrong with it.
    detail: String,
}

/// How the node does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    /// Whether all parts work.
    pub(super) healthy: bool,
    version: &'static str,
    protocol_version: &'static str,
    components: Components,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Components {
    store: Component,
    pool: Component,
    mining: Component,
    proofs: Component,
    l1: Component,
}

impl Components {
    fn are_healthy(&self) -> bool {
        let Self { store, pool, mining, proofs, l1 } = self;
        [store, pool, mining, proofs, l1].into_iter().all(|part| part.healthy)
    }
}

/// Looks at each part.
pub(super) fn check(context: &Context) -> Health {
    let reader = Reader::new(context);
    let latest = || -> Result<_, ErrorObject> { Ok(reader.snapshot()?.latest_block()?) };
    let store = match (latest(), context.node.store_trouble()) {
        (Ok(block), None) => Component { healthy: true, detail: format!("latest block {block}") },
        (Ok(block), Some(why)) => {
            Component { healthy: false, detail: format!("latest block {block}; nothing can be written: {why}") }
        }
        (Err(error), _) => Component { healthy: false, detail: error.message.into_owned() },
    };
    let pool = Component { healthy: true, detail: format!("{} pending", context.node.pending_count()) };
    let mining = match context.is_mining_stopped() {
        false => Component { healthy: true, detail: super::methods::mining_mode(context.node.mining()).to_string() },
        true => Component { healthy: false, detail: "nobody makes blocks any more; restart the node".into() },
    };
    let verifier = context.node.config().verifier.health();
    let mode = context.node.proof_mode();
    let proofs = Component { healthy: verifier.healthy, detail: format!("{mode}; {}", verifier.detail) };
    let chain = context.node.network().l1_chain_id;
    let l1 = Component { healthy: true, detail: format!("chain {chain}, emulated by this node") };
    let components = Components { store, pool, mining, proofs, l1 };
    Health {
        healthy: components.are_healthy(),
        version: env!("CARGO_PKG_VERSION"),
        protocol_version: protocol::VERSION,
        components,
    }
}
