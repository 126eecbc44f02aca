//! `docs/rpc.md` says what is declared. `UPDATE_DOCS=1 cargo test -p node-lite --test rpc documentation` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use node_lite::rpc::support;
use protocol::rpc::MethodInfo;
use protocol::rpc::admin::AdminCall;
use protocol::rpc::dev::DevCall;
use protocol::rpc::node::NodeCall;

const HEAD: &str = "\
# JSON-RPC of node-lite

Made from the declarations in `protocol/src/rpc` by `node-lite/tests/rpc/documentation.rs`; do not edit by hand.

`POST /` takes JSON-RPC 2.0, one call or a batch of up to 100, in a body of up to 1 MiB (`--max-batch-size`,
`--max-body-size`). Parameters are positional; those that may be absent are marked `?`. Nothing is an absent `result`.
Calls of a batch that only read see the chain at one moment.

| Path | What |
|---|---|
| `POST /` | calls |
| `GET /status` | `OK`, or 500 when a part does not work; as JSON with `Accept: application/json` |
| `GET /status.json` | how each part does, with 503 when one does not work |
| `GET /metrics` | counters in the text form of Prometheus |
| `GET /dev/state` | the whole chain as a stream; equal chains give equal bytes |
| `POST /dev/state` | takes such a stream in place of the chain |

Errors are as official nodes word them, since clients match on the text; what to do about one may be in `data.hint`.

| Code | When |
|---|---|
| -32700 | the body is not JSON |
| -32600 | a call is no request object; the body or batch is too large |
| -32601 | there is no such method |
| -32701 | a parameter is not what the method takes; the message names it |
| -32702 | the method failed |
| -32000 | the API key of the admin port is missing or wrong |

Types are those of the crate `protocol`. A block is given as number, hash or `\"latest\"`. 64- and 128-bit integers are
decimal strings, byte strings base64, hashes and addresses `0x` hex.
";

/// A type of the crate as its JSON is called.
fn name_of(ty: &str) -> String {
    let ty = ty.replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    match ty.strip_prefix("Option<").and_then(|ty| ty.strip_suffix('>')) {
        Some(inner) => format!("{}?", name_of(inner)),
        None => match ty.as_str() {
            "()" => "nothing".into(),
            _ => ty.replace("Vec<", "list<"),
        },
    }
}

fn table(text: &mut String, namespace: &str, about: &str, methods: &[MethodInfo]) {
    write!(
        text,
        "\n## `{namespace}_`\n\n{about}\n\n| Method | Parameters | Result | What | |\n|---|---|---|---|---|\n"
    )
    .unwrap();
    for method in methods {
        let params: Vec<String> = method
            .params
            .iter()
            .map(|param| {
                let limit = param.limit.map_or(String::new(), |limit| format!(" ({limit})"));
                format!("{}: `{}`{limit}", param.name, name_of(param.ty))
            })
            .collect();
        let (name, result) =
            (method.name.strip_prefix(namespace).unwrap().trim_start_matches('_'), name_of(method.result));
        let support = support::of(method.name);
        writeln!(text, "| {name} | {} | `{result}` | {} | {support} |", params.join("<br>"), method.doc).unwrap();
    }
}

#[test]
fn the_table_of_methods_is_current() {
    let mut text = HEAD.to_owned();
    table(&mut text, "node", "What official clients call; as on an official node 4.1.2.", NodeCall::METHODS);
    let about = "What a developer may do to a network of their own. `--no-dev` leaves it out.";
    table(&mut text, "dev", about, DevCall::METHODS);
    let about = "For operators, on the port of `--admin-port` only, which is on the loopback interface and takes the key of\n\
                 `--admin-api-key` in `x-api-key` or as a bearer token.";
    table(&mut text, "nodeAdmin", about, AdminCall::METHODS);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/rpc.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "docs/rpc.md is stale: UPDATE_DOCS=1 cargo test -p node-lite --test rpc documentation");
}
