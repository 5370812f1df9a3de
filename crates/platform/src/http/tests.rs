//! The real client against servers of a few lines on the loopback, and the simulated one against its own laws.

mod dialling;
mod proxies;
mod real;
mod scripted;
mod secure;
mod serve;
mod urls;

use std::time::Duration;

use super::*;

/// Options of a client without any wishes.
fn plain() -> ClientOptions {
    ClientOptions {
        authorization: Authorization::None,
        tls: TlsOptions {
            ca: None,
            certificate: None,
            server_name: None,
            insecure_skip_verify: false,
            min_version: None,
            max_version: None,
        },
        proxy: Proxy::None,
        follow_redirects: true,
        enable_http2: true,
        headers: Vec::new(),
    }
}

fn inline(text: &str) -> SecretSource {
    SecretSource::Inline(Secret(text.to_owned()))
}

const TIMEOUT: Duration = Duration::from_secs(10);
const LIMIT: usize = 1 << 20;

/// `200 the body`, or the error. The server's port is written as `PORT`.
async fn get(client: &dyn HttpClient, url: &str) -> String {
    let mut body = Vec::new();
    let shown = match client
        .send(&Request::get(url, TIMEOUT, LIMIT), &mut body)
        .await
    {
        Ok(reply) => format!(
            "{} {}",
            reply.status.as_u16(),
            String::from_utf8_lossy(&body)
        ),
        Err(error) => error.to_string(),
    };
    match url
        .split([':', '/'])
        .find(|part| part.parse().is_ok_and(|port: u16| port >= 1024))
    {
        Some(port) => shown.replace(port, "PORT"),
        None => shown,
    }
}
