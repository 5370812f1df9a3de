//! Servers that say what they are told, byte for byte.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A server on the loopback. It lives as long as the test's runtime.
pub(super) struct Server {
    pub(super) port: u16,
    /// What was asked: the head of each request, and the number of its connection.
    pub(super) heads: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Server {
    /// Answers each request with what `answer` makes of its head, word for word. An empty answer closes the connection;
    /// so does one that has `Connection: close`.
    pub(super) async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&heads));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((socket, _)) = listener.accept().await else {
                    return;
                };
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                tokio::spawn(async move { serve(socket, connection, &*answer, &seen).await });
            }
        });
        Self { port, heads }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn heads(&self) -> Vec<(usize, String)> {
        self.heads.lock().expect("no test panics with it").clone()
    }
}

async fn serve(
    mut socket: TcpStream,
    connection: usize,
    answer: &(impl Fn(&str) -> Vec<u8> + Send + Sync),
    seen: &Mutex<Vec<(usize, String)>>,
) {
    while let Some(head) = read_request(&mut socket).await {
        seen.lock()
            .expect("no test panics with it")
            .push((connection, head.clone()));
        let bytes = answer(&head);
        let closes = bytes.is_empty() || bytes.windows(17).any(|part| part == b"Connection: close");
        if socket.write_all(&bytes).await.is_err() || closes {
            return;
        }
    }
}

/// The head and, as its last line, the body if there is one.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Some(format!("{head}\r\n{body}").trim_end().to_owned());
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// An answer with its length.
pub(super) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
