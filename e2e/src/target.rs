//! A target that plays: a tiny HTTP server whose answers a test writes byte by byte.
//!
//! Real programs are started as such; this is for what no real program should do, and for pages whose every sample a test knows.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What a client asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path, with the parameters.
    pub path: String,
    /// The lines of the head, without the first.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A header's value; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter();
        let found = found.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

type Play = dyn Fn(&Request, &mut TcpStream) -> std::io::Result<()> + Send + Sync;

/// A running target. Each connection has a thread and carries one request.
pub struct Target {
    /// `127.0.0.1:<port>`
    pub address: String,
    play: Arc<Mutex<Arc<Play>>>,
    stopped: Arc<AtomicBool>,
}

impl Target {
    /// Answers each request by `play`, which writes the whole answer, status line and all. The connection ends with it.
    ///
    /// # Panics
    ///
    /// When it can't listen.
    #[must_use]
    pub fn playing(
        play: impl Fn(&Request, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let target = Self {
            address: listener.local_addr().expect("an address").to_string(),
            play: Arc::new(Mutex::new(Arc::new(play))),
            stopped: Arc::default(),
        };
        let (play, stopped) = (Arc::clone(&target.play), Arc::clone(&target.stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let play = Arc::clone(&*play.lock().expect("no test panicked in it"));
                // A client that goes away while we write is what many tests want.
                std::thread::spawn(move || stream.and_then(|stream| answer(stream, &*play)));
            }
        });
        target
    }

    /// Answers each request with this page.
    #[must_use]
    pub fn showing(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let answer = page(content_type, &body.into());
        Self::playing(move |_, stream| stream.write_all(&answer))
    }

    /// From now on answers with this page.
    ///
    /// # Panics
    ///
    /// When a test panicked in between.
    pub fn show(&self, content_type: &str, body: impl Into<Vec<u8>>) {
        let answer = page(content_type, &body.into());
        *self.play.lock().expect("no test panicked in it") =
            Arc::new(move |_: &Request, stream: &mut TcpStream| stream.write_all(&answer));
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(&self.address);
    }
}

/// A whole answer with status 200.
fn page(content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn answer(mut stream: TcpStream, play: &Play) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    play(&Request { path, headers }, &mut stream)
}
