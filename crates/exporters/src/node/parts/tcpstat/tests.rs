use super::*;

/// A message of that kind and content, as `netlink(7)` has it.
fn message(kind: u16, content: &[u8]) -> Vec<u8> {
    let length = (HEADER_BYTES + content.len()) as u32;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend([0; 10]);
    message.extend(content);
    message.resize(message.len().next_multiple_of(4), 0);
    message
}

/// A socket in that state.
fn socket(state: u8, received: u32, sent: u32) -> Vec<u8> {
    let mut socket = vec![0; 72];
    socket[1] = state;
    socket[56..60].copy_from_slice(&received.to_ne_bytes());
    socket[60..64].copy_from_slice(&sent.to_ne_bytes());
    message(SOCK_DIAG_BY_FAMILY, &socket)
}

fn added(packet: &[u8]) -> (Option<bool>, Connections) {
    let mut connections = Connections::default();
    (connections.add(packet).ok(), connections)
}

#[test]
fn sockets_are_counted_by_state() {
    let packet = [socket(1, 5, 7), socket(10, 1, 0), socket(1, 0, 0)].concat();
    let mut expected = Connections {
        received_bytes: 6,
        sent_bytes: 7,
        ..Connections::default()
    };
    expected.by_state[0] = 2;
    expected.by_state[9] = 1;
    assert_eq!(added(&packet), (Some(false), expected));
    assert_eq!(
        added(&message(MESSAGE_DONE, &[0; 4])),
        (Some(true), Connections::default())
    );
    assert_eq!(
        added(&message(MESSAGE_ERROR, &[0; 20])),
        (None, Connections::default())
    );
}

#[test]
fn garbage_ends() {
    let whole = [
        socket(1, 0, 0),
        socket(255, 0, 0),
        socket(0, 0, 0),
        message(20, &[1]),
    ]
    .concat();
    for length in 0..whole.len() {
        assert_eq!(added(&whole[..length]).0, Some(false), "{length}");
    }
    for byte in [0, 1, 15, 16, 127, 255] {
        let (last, _) = added(&[byte; 64]);
        assert_ne!(last, Some(true), "{byte}");
    }
}
