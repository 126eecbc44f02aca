//! What is where, and what every response carries.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use protocol::rpc::{ErrorCode, ErrorObject, ReplyTo, Response as Reply, headers};
use serde::Serialize;
use tokio::sync::Semaphore;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::config::Network;

use super::super::dispatch::{self, Answer, Patience};
use super::super::error::with_hint;
use super::super::{ApiKey, Context, Limits, Port, ServerConfig, health, metrics};
use super::body::{self, Budget, Received, Refusal};
use super::{cors, transfer};

/// Responses from this size on are packed for clients that take that.
const PACKED_FROM: u16 = 1024;
/// How long a part may take to say how it does.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// What all requests of a port share.
#[derive(Debug)]
struct App {
    port: Port,
    context: Arc<Context>,
    limits: Limits,
    bodies: Budget,
    responses: Budget,
    requests: Arc<Semaphore>,
    patient_requests: Arc<Semaphore>,
    /// One dump or load at a time.
    transfers: Semaphore,
}

pub(super) fn router(port: Port, context: Arc<Context>, config: &ServerConfig) -> Router {
    let limits = config.limits;
    let identity: Arc<[_]> = identity(context.node.network()).into();
    let dev = context.dev && port == Port::Main;
    let app = Arc::new(App {
        port,
        context,
        limits,
        bodies: Budget::new(limits.bodies_size),
        responses: Budget::new(limits.responses_size),
        requests: Arc::new(Semaphore::new(limits.requests)),
        patient_requests: Arc::new(Semaphore::new(limits.patient_requests)),
        transfers: Semaphore::new(1),
    });
    let mut router = Router::new()
        .route("/", post(call))
        .route("/status", get(status))
        .route("/status.json", get(status_json))
        .route("/metrics", get(show_metrics));
    if dev {
        router = router.route("/dev/state", get(dump).post(load));
    }
    router = router
        .method_not_allowed_fallback(|| async { plain(StatusCode::METHOD_NOT_ALLOWED) })
        .fallback(|| async { plain(StatusCode::NOT_FOUND) });
    if let (Port::Admin, Some(admin)) = (port, &config.admin) {
        router = router.layer(middleware::from_fn_with_state(admin.api_key.clone(), check_key));
    }
    let exposed = identity.iter().map(|(name, _)| name.clone());
    router
        .layer(cors::layer(&config.allowed_origins, exposed))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(PACKED_FROM)))
        .layer(middleware::map_response(move |mut response: Response| {
            response.headers_mut().extend(identity.iter().cloned());
            std::future::ready(response)
        }))
        .with_state(app)
}

/// The headers by which a node says what it is. A local network names no L1 contracts in them, as they differ from one to
/// the next.
fn identity(network: &Network) -> Vec<(HeaderName, HeaderValue)> {
    let values = [
        (headers::VK_TREE_ROOT, network.parameters.vk_tree_root().to_string()),
        (headers::PROTOCOL_CONTRACTS_HASH, network.parameters.protocol_contracts_hash().to_string()),
        (headers::PACKAGE_VERSION, protocol::VERSION.to_owned()),
    ];
    let header = |(name, value): (&str, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("it is a header name");
        (name, HeaderValue::try_from(value).expect("field elements and versions are plain text"))
    };
    values.into_iter().map(header).collect()
}

fn respond(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The name of a status as text.
fn plain(status: StatusCode) -> Response {
    respond(status, "text/plain; charset=utf-8", status.canonical_reason().unwrap_or_default())
}

const JSON: &str = "application/json; charset=utf-8";

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("replies have text keys and no fallible members");
    respond(status, JSON, body)
}

/// The reply to a body that is not read.
fn refuse(status: StatusCode, error: ErrorObject) -> Response {
    json(status, &Reply::error(ReplyTo::nobody(), error))
}

/// `POST /`: calls.
async fn call(State(app): State<Arc<App>>, request: Request) -> Response {
    app.context.metrics.requested();
    match answer(&app, request).await {
        Ok(answer) => {
            let status = if answer.success { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            respond(status, JSON, body::held(answer.body, &app.responses).await)
        }
        Err(refusal) => {
            app.context.metrics.refused_body();
            refuse(refusal.status(), refusal.error())
        }
    }
}

async fn answer(app: &Arc<App>, request: Request) -> Result<Answer, Refusal> {
    let (head, body) = request.into_parts();
    let received = body::receive(body, &app.limits, &app.bodies).await?;
    app.context.wait_latency().await;
    if !body::says_json(&head.headers) && !received.is_empty() {
        let error = ErrorObject::new(ErrorCode::InvalidRequest, "Invalid request");
        let error = with_hint(error, "send calls with the header content-type: application/json");
        return Ok(Answer::refused_call(error));
    }
    // It is unpacked in its turn only: what waits takes the room it was given, and no more.
    let body = Arc::new((received, head.headers));
    match in_turn(app, Patience::None, &body).await? {
        Some(answer) => Ok(answer),
        None => Ok(in_turn(app, Patience::Any, &body).await?.unwrap_or_else(internal_error)),
    }
}

/// Waits for the turn and answers a body, off the threads that serve connections. `None` when its calls may wait for
/// something and this is no turn for that.
async fn in_turn(
    app: &Arc<App>,
    patience: Patience,
    body: &Arc<(Received, HeaderMap)>,
) -> Result<Option<Answer>, Refusal> {
    let turns = match patience {
        Patience::None => &app.requests,
        Patience::Any => &app.patient_requests,
    };
    let turn = Arc::clone(turns).acquire_owned().await.expect("nobody closes the semaphore");
    let (shared, body) = (Arc::clone(app), Arc::clone(body));
    let work = move || {
        let (received, headers) = &*body;
        let text = received.unpack(headers, shared.limits.body_size)?;
        // To an official server, no body is an empty object.
        let text = if text.is_empty() { b"{}" } else { text.as_slice() };
        let answer = dispatch::answer(&shared.context, shared.port, &shared.limits, text, patience);
        drop(turn);
        Ok(answer)
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        tracing::error!("a request panicked: this is a bug in node-lite");
        Ok(Some(internal_error()))
    })
}

fn internal_error() -> Answer {
    Answer::refused(ErrorObject::new(ErrorCode::InvalidRequest, "Internal error"))
}

async fn health(app: &Arc<App>) -> Option<health::Health> {
    let context = Arc::clone(&app.context);
    let check = tokio::task::spawn_blocking(move || health::check(&context));
    tokio::time::timeout(HEALTH_TIME, check).await.ok()?.ok()
}

/// `GET /status`: `OK`, for machines that look whether the node is up; as JSON for those that want to know more.
async fn status(state: State<Arc<App>>, headers: HeaderMap) -> Response {
    let accepts_json = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("application/json"));
    if headers.get_all(ACCEPT).iter().any(accepts_json) {
        return status_json(state).await;
    }
    match health(&state.0).await {
        Some(health) if health.healthy => plain(StatusCode::OK),
        _ => plain(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// `GET /status.json`: how each part does.
async fn status_json(State(app): State<Arc<App>>) -> Response {
    match health(&app).await {
        Some(health) if health.healthy => json(StatusCode::OK, &health),
        Some(health) => json(StatusCode::SERVICE_UNAVAILABLE, &health),
        None => json(StatusCode::SERVICE_UNAVAILABLE, &serde_json::json!({ "healthy": false })),
    }
}

/// `GET /metrics`: counters.
async fn show_metrics(State(app): State<Arc<App>>) -> Response {
    let context = Arc::clone(&app.context);
    match tokio::task::spawn_blocking(move || metrics::render(&context)).await {
        Ok(text) => respond(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn busy() -> Response {
    let error = ErrorObject::execution("another dump or load is under way; try again when it is done");
    refuse(StatusCode::SERVICE_UNAVAILABLE, error)
}

/// `GET /dev/state`: the whole chain.
async fn dump(State(app): State<Arc<App>>) -> Response {
    let Ok(_turn) = app.transfers.try_acquire() else { return busy() };
    match transfer::dump(Arc::clone(&app.context.node)).await {
        Ok(body) => {
            let mut response = respond(StatusCode::OK, "application/octet-stream", body);
            let name = HeaderValue::from_static("attachment; filename=\"node-lite.state\"");
            response.headers_mut().insert(CONTENT_DISPOSITION, name);
            response
        }
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// `POST /dev/state`: takes a chain.
async fn load(State(app): State<Arc<App>>, request: Request) -> Response {
    let Ok(_turn) = app.transfers.try_acquire() else { return busy() };
    let (head, body) = request.into_parts();
    match transfer::load(Arc::clone(&app.context.node), &head.headers, body, app.limits.body_time).await {
        Ok(block) => json(StatusCode::OK, &serde_json::json!({ "blockNumber": block })),
        Err(error) => refuse(StatusCode::BAD_REQUEST, error),
    }
}

/// Lets only those through who show the key, and everybody who asks whether the node is up.
async fn check_key(State(key): State<ApiKey>, request: Request, next: Next) -> Response {
    match may_pass(&key, &request) {
        true => next.run(request).await,
        false => refuse(
            StatusCode::UNAUTHORIZED,
            ErrorObject::new(ErrorCode::BadRequest, "Unauthorized: invalid or missing API key"),
        ),
    }
}

fn may_pass(key: &ApiKey, request: &Request) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let health = request.method() == "GET" && request.uri().path() == "/status";
    health || header(headers::API_KEY).or(bearer).is_some_and(|shown| key.is(shown))
}
