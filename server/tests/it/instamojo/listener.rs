//! A marketplace's web server: what it was told, and what it answers.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode, header};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// A body as it came in, with what it said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) content_type: String,
    pub(super) authorization: bool,
    pub(super) body: String,
}

impl Told {
    /// The decoded names and values in the order in which they were sent.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

#[derive(Clone, Default)]
struct Shared {
    told: Arc<Mutex<Vec<Told>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

/// The server; it stops when it is dropped.
pub(super) struct Listener {
    port: u16,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Listener {
    /// Answers the first messages so, and 200 from then on.
    pub(super) async fn start(answers: &[u16]) -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let shared = Shared::default();
        shared.answers.lock().unwrap().extend(answers);
        let router = Router::new().route("/webhook/", post(hear)).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(socket, router).await.unwrap() });
        Self { port, shared, server }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/webhook/?shop=7", self.port)
    }

    /// What came in and was not taken yet.
    pub(super) fn take(&self) -> Vec<Told> {
        std::mem::take(&mut *self.shared.told.lock().unwrap())
    }
}

async fn hear(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let content_type = headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap()).to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let told = Told { content_type, authorization: headers.contains_key(header::AUTHORIZATION), body };
    shared.told.lock().unwrap().push(told);
    let status = shared.answers.lock().unwrap().pop_front().unwrap_or(200);
    (StatusCode::from_u16(status).unwrap(), "heard")
}
