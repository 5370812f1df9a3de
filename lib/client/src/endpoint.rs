//! The page over HTTP, for programs that have no web server of their own.
//!
//! Four threads answer `GET` and `HEAD` of `/metrics`, one request for each connection; nothing else is to be had. A reader that is
//! slow holds up one of them, for at most [`PATIENCE`]. Whoever has a web server shows [`Answer::page`] there instead.
//!
//! So at most four pages are written at once, however many ask. They are not shared: a page of 10,000 series takes half a millisecond, and a reader
//! may expect to see what was counted before it asked.

mod request;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{Answer, Collector};
use request::Request;

/// How long a reader may take for its request, and again for the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many readers are answered at once.
const READERS: usize = 4;

/// A running endpoint. It ends when this is dropped.
///
/// ```
/// use ferula::{Endpoint, Process, Registry};
///
/// let registry = Registry::new();
/// registry.register(Process::current())?;
/// let endpoint = Endpoint::start("127.0.0.1:0", registry)?;
/// assert_ne!(endpoint.address().port(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the endpoint ends as soon as this is dropped"]
pub struct Endpoint {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Endpoint {
    /// Listens at `address` and shows `collector`, usually a [`Registry`](crate::Registry), at `/metrics`.
    ///
    /// # Errors
    /// When the address can't be listened at, or no thread can be started.
    pub fn start(
        address: impl ToSocketAddrs,
        collector: impl Collector + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let collector: Arc<dyn Collector> = Arc::new(collector);
        let mut endpoint = Self {
            address: listener.local_addr()?,
            stop: Arc::default(),
            threads: Vec::new(),
        };
        for _ in 0..READERS {
            let listener = listener.try_clone()?;
            let (stop, collector) = (Arc::clone(&endpoint.stop), Arc::clone(&collector));
            let work = move || listen(&listener, &stop, &*collector);
            let thread = std::thread::Builder::new().name("metrics".to_owned());
            endpoint.threads.push(thread.spawn(work)?);
        }
        Ok(endpoint)
    }

    /// Where it listens: the port is known here when it was left to the system.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Each thread waits for a connection, and gets one.
        for _ in &self.threads {
            let _refused = TcpStream::connect_timeout(&self.reachable(), PATIENCE);
        }
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

impl Endpoint {
    /// `0.0.0.0` and `::` can be listened at, and not everywhere be connected to.
    fn reachable(&self) -> SocketAddr {
        let mut address = self.address;
        match address {
            SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
                address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
            }
            SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
                address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
            }
            _ => {}
        }
        address
    }
}

fn listen(listener: &TcpListener, stop: &AtomicBool, collector: &dyn Collector) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        // A reader that goes away is none of our business, and neither is a connection that failed before it was ours.
        let _gone = stream.and_then(|stream| answer(stream, collector));
    }
}

fn answer(mut stream: TcpStream, collector: &dyn Collector) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(request) = Request::read(&mut stream)? else {
        return refuse(&mut stream, "400 Bad Request", "bad request\n");
    };
    if !matches!(&*request.method, "GET" | "HEAD") {
        return refuse(
            &mut stream,
            "405 Method Not Allowed",
            "only GET and HEAD are answered\n",
        );
    }
    if request.path != "/metrics" {
        return refuse(&mut stream, "404 Not Found", "metrics are at /metrics\n");
    }
    let answer = Answer::negotiate(&request.accept, &request.accept_encoding);
    let page = answer.page(collector, &request.selection());
    let mut head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nVary: Accept, Accept-Encoding\r\nConnection: close\r\n",
        answer.content_type(),
        page.len()
    );
    if let Some(encoding) = answer.content_encoding() {
        head.push_str("Content-Encoding: ");
        head.push_str(encoding);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if request.method == "GET" {
        stream.write_all(&page)?;
    }
    stream.flush()
}

fn refuse(stream: &mut TcpStream, status: &str, why: &str) -> io::Result<()> {
    let length = why.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nAllow: GET, HEAD\r\nConnection: close\r\n\r\n{why}"
    )
}
