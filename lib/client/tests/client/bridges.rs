//! What other systems get, over real sockets.

use std::io::Read;
use std::net::{TcpListener, UdpSocket};

use ferula::{Buckets, Counter, Gauge, Graphite, Histogram, Registry, StatsD};

fn registry() -> Result<(Registry, Counter), ferula::Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "").labels(["code", "path"]);
    let requests = requests.register(&registry)?.handle(&["200", "/a b.c"]);
    requests.inc();
    Gauge::builder("level", "").register(&registry)?.set(-1.5);
    Gauge::builder("nothing", "")
        .register(&registry)?
        .set(f64::NAN);
    let sizes = Histogram::builder("sizes", "").buckets(Buckets::new(&[0.5])?);
    sizes.register(&registry)?.observe(2.0);
    Ok((registry, requests))
}

#[test]
fn graphite_gets_lines() -> Result<(), Box<dyn std::error::Error>> {
    let (registry, _) = registry()?;
    let plain = Graphite::new("app").page(&registry, 1_700_000_000);
    let expected = [
        "app.requests_total.code.200.path._a_b_c 1 1700000000",
        "app.level -1.5 1700000000",
        "app.sizes_bucket.le.0_5 0 1700000000",
        "app.sizes_bucket.le._Inf 1 1700000000",
        "app.sizes_count 1 1700000000",
        "app.sizes_sum 2 1700000000",
    ];
    assert_eq!(plain.lines().collect::<Vec<_>>(), expected);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let tagged = Graphite::new("").tagged(true);
    tagged.push(listener.local_addr()?, &registry)?;
    let mut received = String::new();
    listener.accept()?.0.read_to_string(&mut received)?;
    assert!(
        received.starts_with("requests_total;code=200;path=_a_b_c 1 "),
        "{received}"
    );
    Ok(())
}

#[test]
fn statsd_gets_what_was_added() -> Result<(), Box<dyn std::error::Error>> {
    let (registry, requests) = registry()?;
    let mut statsd = StatsD::new("app");
    let first = statsd.datagrams(&registry);
    let expected = [
        "app.requests_total.code.200.path._a_b_c:1|c",
        "app.level:0|g",
        "app.level:-1.5|g",
        "app.sizes_bucket.le._Inf:1|c",
        "app.sizes_count:1|c",
        "app.sizes_sum:2|c",
    ];
    assert_eq!(first.join("\n").lines().collect::<Vec<_>>(), expected);
    requests.inc_by(4);
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(server.local_addr()?)?;
    statsd.push(&socket, &registry)?;
    let mut datagram = [0; 2000];
    let length = server.recv(&mut datagram)?;
    let expected = "app.requests_total.code.200.path._a_b_c:4|c\napp.level:0|g\napp.level:-1.5|g";
    assert_eq!(std::str::from_utf8(&datagram[..length])?, expected);
    requests.reset();
    requests.inc();
    let tagged = StatsD::new("").tagged(true).datagrams(&registry).join("\n");
    assert!(
        tagged.starts_with("requests_total:1|c|#code:200,path:/a b.c\n"),
        "{tagged}"
    );
    let again = statsd.datagrams(&registry).join("\n");
    assert!(
        again.starts_with("app.requests_total.code.200.path._a_b_c:1|c\n"),
        "{again}"
    );
    Ok(())
}
