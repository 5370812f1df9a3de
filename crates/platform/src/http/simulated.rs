//! A network that does as it is told.
//!
//! Each URL has a script of answers; the last one repeats. A URL without a script refuses connections. Answers may be
//! late, stop halfway, hang, or never end, and all of it passes in simulated time.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use futures_util::future::BoxFuture;
use hashbrown::HashMap;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::time::{Instant, sleep, timeout_at};

use super::body::BodyReader;
use super::buffers::Buffers;
use super::{
    BodyError, BuildError, ClientOptions, DialError, HttpClient, HttpError, Network, Reason, Reply,
    Request,
};

/// Bytes of one piece of a body.
const PIECE_BYTES: usize = 64 << 10;

/// What a server answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 200, 404, …
    pub status: StatusCode,
    /// Content type and so on.
    pub headers: HeaderMap,
    /// The body's bytes; packed, if the headers say so.
    pub body: Vec<u8>,
    /// Time until the head is answered.
    pub delay: Duration,
    /// How the body comes to its end.
    pub ending: Ending,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    Complete,
    /// The connection closes after so many bytes.
    CutAfter(usize),
    /// Nothing more comes after so many bytes.
    HangAfter(usize),
    /// The body is repeated for ever.
    Endless,
    /// One byte at a time, each after a pause.
    Drip(Duration),
}

impl Answer {
    /// 200 with a content type and a body, at once.
    #[must_use]
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            let value =
                HeaderValue::from_str(content_type).expect("a content type of the test's own");
            headers.insert(http::header::CONTENT_TYPE, value);
        }
        Self {
            status: StatusCode::OK,
            headers,
            body: body.into(),
            delay: Duration::ZERO,
            ending: Ending::Complete,
        }
    }

    /// A status without a body, at once.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self {
            status,
            ..Self::ok("", "")
        }
    }

    /// The same after a delay.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same with another ending.
    #[must_use]
    pub fn ending(self, ending: Ending) -> Self {
        Self { ending, ..self }
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// A scripted network. Clones are the same network.
#[derive(Clone, Debug, Default)]
pub struct SimulatedNetwork {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    scripts: HashMap<String, VecDeque<Answer>, RandomState>,
    requests: Vec<Request>,
}

impl SimulatedNetwork {
    /// From now on `url` answers so.
    pub fn answer(&self, url: &str, answer: Answer) {
        self.script(url, [answer]);
    }

    /// From now on `url` answers so, one after the other; the last repeats. Without any, it refuses.
    pub fn script(&self, url: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers = answers.into_iter().collect();
        self.locked(|state| state.scripts.insert(url.to_owned(), answers));
    }

    /// The requests since the last call.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        self.locked(|state| std::mem::take(&mut state.requests))
    }

    fn next_answer(&self, request: &Request) -> Option<Answer> {
        self.locked(|state| {
            state.requests.push(request.clone());
            let script = state.scripts.get_mut(&request.url)?;
            match script.len() {
                0 => None,
                1 => script.front().cloned(),
                _ => script.pop_front(),
            }
        })
    }

    fn locked<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn exchange(&self, request: &Request, body: &mut Vec<u8>) -> Result<Reply, HttpError> {
        body.clear();
        let deadline = Instant::now() + request.timeout;
        let failed = |reason| HttpError::Exchange {
            method: request.method.clone(),
            url: request.url.clone(),
            reason,
        };
        let Some(answer) = self.next_answer(request) else {
            let address = request.url.clone();
            let reason = "connect: connection refused".to_owned();
            return Err(failed(DialError::Connect { address, reason }.into()));
        };
        if timeout_at(deadline, sleep(answer.delay)).await.is_err() {
            return Err(failed(Reason::TimedOut));
        }
        let buffers = Buffers::default();
        let reader = BodyReader::new(&answer.headers, body, request.body_bytes_max, &buffers);
        let wire_bytes = timeout_at(deadline, play(&answer, reader))
            .await
            .unwrap_or(Err(BodyError::TimedOut))?;
        Ok(Reply {
            status: answer.status,
            headers: answer.headers,
            wire_bytes,
        })
    }
}

async fn play(answer: &Answer, mut reader: BodyReader<'_>) -> Result<u64, BodyError> {
    let part = |bytes: usize| &answer.body[..bytes.min(answer.body.len())];
    match answer.ending {
        Ending::Complete => {
            for piece in answer.body.chunks(PIECE_BYTES) {
                reader.push(piece)?;
            }
            reader.finish()
        }
        Ending::CutAfter(bytes) => {
            reader.push(part(bytes))?;
            Err(BodyError::Truncated)
        }
        Ending::HangAfter(bytes) => {
            reader.push(part(bytes))?;
            pending().await
        }
        Ending::Endless => {
            assert!(
                !answer.body.is_empty(),
                "nothing can be repeated for ever, but not here"
            );
            loop {
                reader.push(&answer.body)?;
            }
        }
        Ending::Drip(pause) => {
            for byte in &answer.body {
                sleep(pause).await;
                reader.push(std::slice::from_ref(byte))?;
            }
            reader.finish()
        }
    }
}

impl Network for SimulatedNetwork {
    fn client(&self, _: &ClientOptions) -> Result<Arc<dyn HttpClient>, BuildError> {
        Ok(Arc::new(self.clone()))
    }
}

impl HttpClient for SimulatedNetwork {
    fn send<'a>(
        &'a self,
        request: &'a Request,
        body: &'a mut Vec<u8>,
    ) -> BoxFuture<'a, Result<Reply, HttpError>> {
        Box::pin(self.exchange(request, body))
    }
}
