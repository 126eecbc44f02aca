//! Our wallet on standard input and output, for scripts that speak to the official client too.
//!
//! A line in is a call, `{"id": 1, "method": "accounts.list", "params": {}}`; a line out is its answer, `{"id": 1, "result": …}`
//! or `{"id": 1, "error": …}`; who waits for each answer needs no `id`. Calls are answered when they are done, in any order; the next one is not read before
//! a `session` method is. The methods are those of `pxe_core::wallet::api`, and:
//!
//! | Method | Parameters | Result |
//! |---|---|---|
//! | `session.open` | `url` of a node with official parameters | opens an empty client; another one before is forgotten |
//! | `session.prove` | `payload`, `from`, `sponsor` if someone else pays | a transaction that is ready to be sent: its hash, and what its circuits took |
//! | `session.submit` | | sends that transaction |
//! | `session.stats` | | calls to the node so far, and in how many round trips |

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<(), tests::client::Failure> {
    session::run()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod session {
    use std::io::{BufRead, Write};
    use std::sync::Arc;

    use protocol::address::AztecAddress;
    use protocol::rpc::info::ParameterSet;
    use protocol::tx::ExecutionPayload;
    use pxe_core::fee::FeeMethod;
    use pxe_core::node::{HttpLimits, HttpTransport};
    use pxe_core::pxe::{ProvenTx, silent};
    use pxe_core::store::txs::Purpose;
    use pxe_core::wallet::{TxRequestOptions, Wallet, api};
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use tests::client::{Failure, Parts, prove, with_causes};

    #[derive(Deserialize)]
    struct Line {
        #[serde(default)]
        id: Value,
        method: String,
        #[serde(default)]
        params: Value,
    }

    #[derive(Deserialize)]
    struct Open {
        url: String,
    }

    #[derive(Deserialize)]
    struct Prove {
        payload: ExecutionPayload,
        from: AztecAddress,
        sponsor: Option<AztecAddress>,
    }

    /// What lasts from line to line.
    #[derive(Default)]
    struct Session {
        parts: Option<Parts>,
        wallet: Option<Arc<Wallet>>,
        proven: Option<ProvenTx>,
    }

    pub(super) fn run() -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let mut session = Session::default();
        for line in std::io::stdin().lock().lines() {
            let Line { id, method, params } = serde_json::from_str(&line?)?;
            if method.starts_with("session.") {
                tell(id, runtime.block_on(session.answer(&method, params)))?;
                continue;
            }
            let wallet = match session.wallet() {
                Ok(wallet) => wallet.clone(),
                Err(error) => {
                    tell(id, Err(error))?;
                    continue;
                }
            };
            let handle = runtime.handle().clone();
            std::thread::spawn(move || {
                let answer = handle.block_on(api::call(&wallet, &method, params, &silent()));
                // Whoever does not listen any more has ended this program.
                tell(id, answer).unwrap_or_else(|_| std::process::exit(1));
            });
        }
        Ok(())
    }

    fn tell(id: Value, answer: Result<Value, api::ApiError>) -> std::io::Result<()> {
        let answer = match answer {
            Ok(result) => json!({ "id": id, "result": result }),
            Err(error) => json!({ "id": id, "error": error }),
        };
        writeln!(std::io::stdout(), "{answer}")
    }

    fn failed(error: impl Into<Failure>) -> api::ApiError {
        api::ApiError::new("session", with_causes(&*error.into()))
    }

    fn read<T: DeserializeOwned>(params: Value) -> Result<T, api::ApiError> {
        serde_json::from_value(params).map_err(failed)
    }

    impl Session {
        fn wallet(&self) -> Result<&Arc<Wallet>, api::ApiError> {
            self.wallet.as_ref().ok_or_else(|| failed("session.open comes first"))
        }

        async fn answer(&mut self, method: &str, params: Value) -> Result<Value, api::ApiError> {
            if method == "session.open" {
                self.wallet = Some(Arc::new(self.open(&read::<Open>(params)?.url).await.map_err(failed)?));
                return Ok(Value::Null);
            }
            let wallet = self.wallet()?.clone();
            match method {
                "session.prove" => {
                    let Prove { payload, from, sponsor } = read(params)?;
                    let fee = sponsor.map_or(FeeMethod::FeeJuice, |sponsor| FeeMethod::Sponsored { sponsor });
                    let options = TxRequestOptions::from(from).paid_by(fee);
                    let proven = prove(&wallet, payload, &options, &silent()).await.map_err(failed)?;
                    let steps = proven.reports.iter();
                    let steps = steps.map(|step| json!({ "name": step.name, "milliseconds": step.milliseconds }));
                    let answer = json!({ "txHash": proven.hash(), "steps": steps.collect::<Vec<_>>() });
                    self.proven = Some(proven);
                    Ok(answer)
                }
                "session.submit" => {
                    let proven = self.proven.take().ok_or_else(|| failed("session.prove comes first"))?;
                    wallet.pxe().send(&proven, Purpose::default(), &silent()).await.map_err(failed)?;
                    Ok(json!({ "txHash": proven.hash() }))
                }
                "session.stats" => {
                    let stats = wallet.pxe().stats();
                    Ok(json!({ "calls": stats.calls, "roundTrips": stats.round_trips }))
                }
                _ => Err(failed(format!("there is no method {method}"))),
            }
        }

        async fn open(&mut self, url: &str) -> Result<Wallet, Failure> {
            let parts = match &self.parts {
                Some(parts) => parts,
                None => self.parts.insert(Parts::of(ParameterSet::Official).await?),
            };
            let transport = HttpTransport::new(url, HttpLimits::default())?;
            Parts::wallet(parts.config(Arc::new(transport))).await
        }
    }
}
