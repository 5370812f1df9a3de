//! TCP connections by state, from the kernel's socket diagnosis (`sock_diag(7)`).
//!
//! `/proc/net/tcp` says the same as text, which on a busy host takes the kernel seconds to write. node_exporter leaves
//! this off; a panel of the best-known dashboard wants it, so it is on here.
//!
//! ```text
//! asked:    header (16 bytes), family, protocol, two empty bytes, states as bits (4), no socket in particular (48)
//! answered: messages of header and socket: family, state, two bytes, identity (48), expiry (4), bytes received and not
//!           read (4), bytes sent and not acknowledged (4), more; the last message says that it is the last
//! ```

use std::time::Duration;

use ferula::{Description, Page};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

use crate::node::host::{Failure, Host, Outcome};

/// In the order of the kernel's numbers, which begin with 1.
const STATES: [&str; 11] = [
    "established",
    "syn_sent",
    "syn_recv",
    "fin_wait1",
    "fin_wait2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
];

const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const IPPROTO_TCP: u8 = 6;

const HEADER_BYTES: usize = 16;
const REQUEST_BYTES: usize = 72;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST` and `NLM_F_DUMP`: all sockets, please.
const REQUEST_FLAGS: u16 = 0x301;
const MESSAGE_ERROR: u16 = 2;
const MESSAGE_DONE: u16 = 3;

/// The kernel's messages come in packets of at most this many bytes.
const PACKET_BYTES: usize = 32 << 10;
/// The kernel answers at once or never.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(1);

#[derive(Debug, Default, PartialEq, Eq)]
struct Connections {
    by_state: [u32; STATES.len()],
    received_bytes: u64,
    sent_bytes: u64,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mut connections = Connections::default();
    ask(AF_INET, &mut connections)?;
    // A kernel without IPv6 has no such file.
    if host.roots.proc.join("net/tcp6").exists() {
        ask(AF_INET6, &mut connections)?;
    }
    let help = "Number of connection states.";
    let mut points = page.family(Description::gauge("node_tcp_connection_states", help));
    for (state, count) in STATES
        .iter()
        .zip(connections.by_state)
        .filter(|(_, count)| *count > 0)
    {
        points.value(&[("state", *state)], f64::from(count));
    }
    points.value(
        &[("state", "rx_queued_bytes")],
        connections.received_bytes as f64,
    );
    points.value(
        &[("state", "tx_queued_bytes")],
        connections.sent_bytes as f64,
    );
    Ok(())
}

fn ask(family: u8, connections: &mut Connections) -> Result<(), Failure> {
    let failed = |source: Errno| Failure::File {
        path: "netlink/sock_diag".into(),
        source,
    };
    let socket = open().map_err(failed)?;
    send(&socket, &request(family), SendFlags::empty()).map_err(failed)?;
    let mut packet = vec![0; PACKET_BYTES];
    loop {
        let (count, _) =
            recv(&socket, packet.as_mut_slice(), RecvFlags::empty()).map_err(failed)?;
        if count == 0 || connections.add(&packet[..count])? {
            return Ok(());
        }
    }
}

fn open() -> Result<OwnedFd, Errno> {
    let protocol = Some(netlink::SOCK_DIAG);
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        protocol,
    )?;
    set_socket_timeout(&socket, Timeout::Recv, Some(ANSWER_TIME_MAX))?;
    Ok(socket)
}

fn request(family: u8) -> [u8; REQUEST_BYTES] {
    let mut request = [0; REQUEST_BYTES];
    request[..4].copy_from_slice(&(REQUEST_BYTES as u32).to_ne_bytes());
    request[4..6].copy_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    request[6..8].copy_from_slice(&REQUEST_FLAGS.to_ne_bytes());
    request[16] = family;
    request[17] = IPPROTO_TCP;
    // Every state.
    request[20..24].copy_from_slice(&u32::MAX.to_ne_bytes());
    request
}

impl Connections {
    /// Adds a packet's sockets. Answers whether it was the last.
    fn add(&mut self, mut packet: &[u8]) -> Result<bool, Failure> {
        while let Some((length, kind)) = header(packet) {
            match kind {
                MESSAGE_DONE => return Ok(true),
                MESSAGE_ERROR => return Err(Failure::NoData),
                _ => {}
            }
            let Some(message) = packet.get(HEADER_BYTES..length) else {
                break;
            };
            self.add_socket(message);
            // Messages begin at multiples of four bytes.
            packet = packet.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        Ok(false)
    }

    fn add_socket(&mut self, message: &[u8]) {
        let (Some(&state), Some(received), Some(sent)) =
            (message.get(1), word(message, 56), word(message, 60))
        else {
            return;
        };
        let count = usize::from(state)
            .checked_sub(1)
            .and_then(|index| self.by_state.get_mut(index));
        if let Some(count) = count {
            *count += 1;
        }
        self.received_bytes += u64::from(received);
        self.sent_bytes += u64::from(sent);
    }
}

/// A message's length, with its header, and its kind.
fn header(packet: &[u8]) -> Option<(usize, u16)> {
    let length = word(packet, 0)? as usize;
    let kind = u16::from_ne_bytes(packet.get(4..6)?.try_into().ok()?);
    (length >= HEADER_BYTES).then_some((length, kind))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
