//! A shop's web server: it reads HTTP/1.1 from a real socket by hand and answers what the test says.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longest wait for what must happen, real time; less than we wait for a shop's answer.
const PATIENCE: Duration = Duration::from_secs(12);

/// What the shop does with a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status and a body.
    Says(u16, &'static str),
    /// 302 to another address.
    Redirects(String),
    /// 200 with whatever it was sent, as a shop that prints its input does.
    Echoes,
    /// 200 after this long.
    After(Duration),
    /// 200 with a body that never ends.
    Endless,
    /// The connection is closed without a word.
    HangsUp,
    /// Nothing, until the receiver is released.
    Never,
    /// This status, but not before the receiver is released.
    Held(u16),
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// Such as `POST /callback HTTP/1.1`.
    pub line: String,
    /// Names as they were written, with values.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The one value of a header, whatever the case of its name.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let first = found.next().unwrap_or_else(|| panic!("no {name} in {:?}", self.headers));
        assert!(found.next().is_none(), "{name} comes twice in {:?}", self.headers);
        &first.1
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

struct Shared {
    next: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<Answer>,
    received: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    released: watch::Sender<bool>,
}

impl Shared {
    async fn wait(&self) {
        let _ = self.released.subscribe().wait_for(|released| *released).await;
    }
}

/// The server of a shop; it stops when it is dropped.
pub struct Receiver {
    port: u16,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.release();
        self.server.abort();
    }
}

impl Receiver {
    /// A shop that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            next: Mutex::default(),
            otherwise: Mutex::new(Answer::Says(200, "thank you")),
            received: Mutex::default(),
            connections: AtomicUsize::new(0),
            released: watch::Sender::new(false),
        });
        let of_server = shared.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                of_server.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, of_server.clone()));
            }
        });
        Self { port, shared, server }
    }

    /// The callback URL that the shop's plugin asks for.
    pub fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    /// The same under another name of this machine.
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}/wc-api/at_wc_atara_gateway?shop=7", self.port)
    }

    /// From now on the shop answers so.
    pub fn answers(&self, answer: Answer) {
        *self.shared.otherwise.lock().unwrap() = answer;
    }

    /// The next requests are answered so, one after the other, and then as before.
    pub fn answers_next(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.next.lock().unwrap().extend(answers);
    }

    /// Lets go of everybody who waits for an answer, now and from now on.
    pub fn release(&self) {
        self.shared.released.send_replace(true);
    }

    /// What came in and was not taken yet.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.shared.received.lock().unwrap())
    }

    /// How much came in and was not taken yet.
    pub fn count(&self) -> usize {
        self.shared.received.lock().unwrap().len()
    }

    /// Who connected at all, whether they said anything or not.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    in_time(what, wait).await;
}

/// Waits for something that must not take long.
pub async fn in_time<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what}: not in {PATIENCE:?}"))
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(request) = read(&mut stream).await else { return };
    let body = request.body.clone();
    shared.received.lock().unwrap().push(request);
    let next = shared.next.lock().unwrap().pop_front();
    let answer = next.unwrap_or_else(|| shared.otherwise.lock().unwrap().clone());
    match answer {
        Answer::Says(status, said) => say(&mut stream, status, "", said.as_bytes()).await,
        Answer::Redirects(to) => say(&mut stream, 302, &format!("Location: {to}\r\n"), b"over there").await,
        Answer::Echoes => say(&mut stream, 200, "", &body).await,
        Answer::After(wait) => {
            tokio::time::sleep(wait).await;
            say(&mut stream, 200, "", b"at last").await;
        }
        Answer::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await;
            while stream.write_all(&[b'x'; 1_024]).await.is_ok() {}
        }
        Answer::HangsUp => {}
        Answer::Never => shared.wait().await,
        Answer::Held(status) => {
            shared.wait().await;
            say(&mut stream, status, "", b"at last").await;
        }
    }
}

async fn say(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status} Said\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(':').unwrap_or_else(|| panic!("no header: {line}")))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.unwrap_or_else(|| panic!("PHP reads a length: {headers:?}")).1.parse().unwrap();
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request { line, headers, body })
}
