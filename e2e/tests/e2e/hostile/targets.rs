//! Targets that send what they should not, or nothing.

use std::io::{Result, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use e2e::{Request, Sandbox, Target, free_port, job, run, targets, value, wait_until};

use super::{RESIDENT_BYTES_MAX, Watch};

const TEXT: &str = "text/plain; version=0.0.4";

/// A job that misbehaves: its name, further lines of its configuration, how it answers, and the words of the error. Without words it is
/// taken all the same.
struct Case {
    name: &'static str,
    more: &'static str,
    target: Target,
    words: &'static [&'static str],
}

fn case(
    name: &'static str,
    more: &'static str,
    words: &'static [&'static str],
    play: impl Fn(&Request, &mut TcpStream) -> Result<()> + Send + Sync + 'static,
) -> Case {
    let target = Target::playing(play);
    Case {
        name,
        more,
        target,
        words,
    }
}

/// Shows a whole page.
fn shows(
    name: &'static str,
    more: &'static str,
    words: &'static [&'static str],
    content_type: &str,
    page: impl Into<Vec<u8>>,
) -> Case {
    let target = Target::showing(content_type, page);
    Case {
        name,
        more,
        target,
        words,
    }
}

/// The head of an answer, without the empty line that ends it.
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n";

fn head(stream: &mut TcpStream, more: &str) -> Result<()> {
    stream.write_all(OK)?;
    write!(stream, "{more}\r\n")
}

/// Holds the connection open, saying nothing, until the other side gives up.
fn hang(stream: &mut TcpStream) -> Result<()> {
    std::io::copy(stream, &mut std::io::sink()).map(|_| ())
}

/// Writes `piece` again and again, until the other side has had enough.
fn for_ever(stream: &mut TcpStream, piece: &[u8]) -> Result<()> {
    let many = piece.repeat(1 + 65_536 / piece.len());
    loop {
        stream.write_all(&many)?;
    }
}

/// Those who send too little, too much, or too slowly.
fn senders() -> Vec<Case> {
    vec![
        case("truncated", "", &["unexpected EOF"], |_, stream| {
            head(stream, "Content-Length: 1000\r\n")?;
            stream.write_all(b"shown 1\nshown_too 1")
        }),
        case("truncated_chunk", "", &["unexpected EOF"], |_, stream| {
            head(stream, "Transfer-Encoding: chunked\r\n")?;
            stream.write_all(b"8\r\nshown 1\n\r\nff\r\nshown_too 1")
        }),
        case("closes", "", &["EOF"], |_, _| Ok(())),
        case("no_http", "", &["malformed HTTP response"], |_, stream| {
            stream.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        }),
        case("hangs", "", &["context deadline exceeded"], |_, stream| {
            hang(stream)
        }),
        case(
            "hangs_after_head",
            "",
            &["context deadline exceeded"],
            |_, stream| {
                head(stream, "Content-Length: 8\r\n")?;
                hang(stream)
            },
        ),
        case("drips", "", &["context deadline exceeded"], |_, stream| {
            head(stream, "")?;
            for byte in b"shown 1\n".iter().cycle() {
                stream.write_all(&[*byte])?;
                std::thread::park_timeout(Duration::from_millis(50));
            }
            Ok(())
        }),
        case(
            "endless",
            "body_size_limit: 1MB",
            &["body size limit exceeded"],
            |_, stream| {
                head(stream, "")?;
                for_ever(stream, b"shown{x=\"1\"} 1\n")
            },
        ),
        case(
            "endless_line",
            "body_size_limit: 1MB",
            &["body size limit exceeded"],
            |_, stream| {
                head(stream, "")?;
                for_ever(stream, b"x")
            },
        ),
        case(
            "endless_head",
            "",
            &["Get \"http://", "the head is too long"],
            |_, stream| {
                stream.write_all(OK)?;
                // Long lines: of short ones there could be too many before there are too many bytes.
                let line = format!("X-More: {}\r\n", "and more ".repeat(1000));
                for_ever(stream, line.as_bytes())
            },
        ),
        case(
            "server_error",
            "",
            &["server returned HTTP status 500 Internal Server Error"],
            |_, stream| {
                stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
            },
        ),
        case("bad_gzip", "", &["gzip: "], |_, stream| {
            head(stream, "Content-Encoding: gzip\r\nContent-Length: 8\r\n")?;
            stream.write_all(b"shown 1\n")
        }),
    ]
}

/// Pages that are wrong.
fn pages() -> Vec<Case> {
    let binary: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let huge = format!("huge{{text=\"{}\"}} 1\n", "x".repeat(10 << 20));
    let many_labels: String = (0..100)
        .map(|number| format!("label{number}=\"x\","))
        .collect();
    let long_name = format!("shown{{{}=\"x\"}} 1\n", "n".repeat(1000));
    let many: String = (0..1000)
        .map(|number| format!("shown{{x=\"{number}\"}} 1\n"))
        .collect();
    vec![
        shows("binary", "", &["line 1"], TEXT, binary.clone()),
        shows(
            "binary_openmetrics",
            "",
            &["line 1"],
            "application/openmetrics-text; version=1.0.0",
            binary.clone(),
        ),
        shows(
            "protobuf",
            "",
            &["invalid protobuf: ", "byte 1"],
            "application/vnd.google.protobuf",
            binary,
        ),
        shows(
            "html",
            "",
            &["Content-Type", "text/html"],
            "text/html; charset=utf-8",
            "<html>shown 1</html>",
        ),
        shows(
            "json",
            "",
            &["Content-Type", "application/json"],
            "application/json",
            "{\"shown\": 1}",
        ),
        shows(
            "html_as_text",
            "",
            &["line 1"],
            TEXT,
            "<html>shown 1</html>",
        ),
        shows(
            "fallback",
            "fallback_scrape_protocol: PrometheusText0.0.4",
            &[],
            "",
            "shown 1\n",
        ),
        shows(
            "no_eof",
            "",
            &["# EOF"],
            "application/openmetrics-text; version=1.0.0",
            "shown 1\n",
        ),
        shows("half_good", "", &["line 2"], TEXT, "half 1\nhalf{ 2\n"),
        shows(
            "no_utf8",
            "",
            &["line 1"],
            TEXT,
            *b"shown{x=\"\xff\xfe\"} 1\n",
        ),
        shows("twice", "", &[], TEXT, "twice 1\ntwice 2\n"),
        shows(
            "same_label",
            "",
            &["label name \"x\" is not unique"],
            TEXT,
            "shown{x=\"1\",x=\"2\"} 1\n",
        ),
        shows("far_future", "", &[], TEXT, "far 1 9223372036854775807\n"),
        shows(
            "before_time",
            "",
            &["expected timestamp"],
            TEXT,
            "shown 1 -1\n",
        ),
        shows(
            "huge_label",
            "label_value_length_limit: 1000",
            &["label_value_length_limit exceeded", "limit: 1000"],
            TEXT,
            huge,
        ),
        shows(
            "long_name",
            "label_name_length_limit: 100",
            &["label_name_length_limit exceeded"],
            TEXT,
            long_name,
        ),
        shows(
            "many_labels",
            "label_limit: 20",
            &["label_limit exceeded"],
            TEXT,
            format!("shown{{{many_labels}}} 1\n"),
        ),
        shows(
            "many_samples",
            "sample_limit: 10",
            &["sample limit exceeded"],
            TEXT,
            many,
        ),
    ]
}

#[test]
fn each_gets_its_error_and_harms_nobody() {
    let sandbox = Sandbox::new("hostile_targets");
    let mut cases = senders();
    cases.extend(pages());
    cases.push(bomb(&sandbox));
    let mut jobs: Vec<String> = cases
        .iter()
        .map(|case| job(case.name, &case.target.address, case.more))
        .collect();
    let nobody = format!("127.0.0.1:{}", free_port());
    jobs.push(job("nobody", &nobody, ""));
    jobs.push(job("no_such_host", "nowhere.invalid:80", ""));
    let watch = Watch::start(&sandbox, "1s", &jobs, &[]);
    let url = &watch.ferula.url;
    let mut wrong = Vec::new();
    let nobody: (&str, &[&str]) = ("nobody", &["connection refused"]);
    let no_host: (&str, &[&str]) = ("no_such_host", &["dial tcp: lookup nowhere.invalid: "]);
    let all = cases.iter().map(|case| (case.name, case.words));
    for (name, words) in all.chain([nobody, no_host]) {
        let (health, error) = wait_until(&format!("{name} is scraped"), || {
            let target = targets(url, name).into_iter().next()?;
            let text = |key: &str| target[key].as_str().map(str::to_owned);
            Some((
                text("health").filter(|health| health != "unknown")?,
                text("lastError")?,
            ))
        });
        let expected = if words.is_empty() { "up" } else { "down" };
        if health != expected
            || words.is_empty() != error.is_empty()
            || !words.iter().all(|word| error.contains(word))
        {
            wrong.push(format!("{name}: {health}: {error}"));
        }
        // A message must not be as long as what it complains of.
        assert!(error.len() < 1000, "{name}: {} bytes of error", error.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A page is taken as a whole or not at all, and the first of two equal series stands.
    assert_eq!(value(url, "half"), None);
    assert_eq!(value(url, "twice"), Some(1.0));
    assert_eq!(value(url, "far"), None);
    watch.expect_well("hostile targets", RESIDENT_BYTES_MAX);
}

/// A page of 64 MiB in some kilobytes.
fn bomb(sandbox: &Sandbox) -> Case {
    let mut gzip = Command::new("sh");
    gzip.current_dir(sandbox.path())
        .args(["-c", "head -c 67108864 /dev/zero | gzip > bomb.gz"]);
    assert_eq!(run(gzip, b"").code, Some(0));
    let bomb = std::fs::read(sandbox.path().join("bomb.gz")).expect("a bomb");
    case(
        "bomb",
        "body_size_limit: 1MB",
        &["body size limit exceeded"],
        move |_, stream| {
            head(
                stream,
                &format!(
                    "Content-Encoding: gzip\r\nContent-Length: {}\r\n",
                    bomb.len()
                ),
            )?;
            stream.write_all(&bomb)
        },
    )
}

/// Without a limit in the configuration there is still one: 256 MiB, in a buffer that may have grown to twice that.
#[test]
fn an_endless_page_ends_at_a_bound_of_our_own() {
    const BYTES_MAX: u64 = 800 << 20;
    let sandbox = Sandbox::new("endless");
    let endless = case(
        "endless",
        "scrape_interval: 10s\nscrape_timeout: 10s",
        &[],
        |_, stream| {
            head(stream, "")?;
            for_ever(stream, b"shown{x=\"1\"} 1\n")
        },
    );
    let jobs = [job(endless.name, &endless.target.address, endless.more)];
    let watch = Watch::start(&sandbox, "500ms", &jobs, &[]);
    // The first scrape of a target comes at its own moment within the interval.
    let error = wait_until("the endless target has failed", || {
        let target = targets(&watch.ferula.url, "endless").into_iter().next()?;
        let error = target["lastError"].as_str()?.to_owned();
        (!error.is_empty()).then_some(error)
    });
    assert_eq!(error, "body size limit exceeded");
    watch.expect_well("an endless page", BYTES_MAX);
    // The next scrape takes it again, some seconds later.
    wait_until("the memory is given back", || {
        (watch.ferula.resident_bytes() < RESIDENT_BYTES_MAX).then_some(())
    });
}

/// New series with every scrape, each with a long label: the store writes them out at its bound, and forgets those that are quiet.
#[test]
fn a_target_that_invents_series_for_ever_does_not_fill_the_memory() {
    const STORE_MIB_MAX: u64 = 32;
    /// The store, a page in text and its parts, and the process itself.
    const BYTES_MAX: u64 = RESIDENT_BYTES_MAX;
    /// Pages of 2 MiB: twice what the store may hold, and more.
    const PAGES: usize = 40;
    let sandbox = Sandbox::new("inventive");
    let shown = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let number = std::sync::Arc::clone(&shown);
    let inventive = case("inventive", "", &[], move |_, stream| {
        let page = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        head(stream, "")?;
        let long = "x".repeat(2000);
        let line = |series: usize| {
            format!("invented{{page=\"{page}\",series=\"{series}\",text=\"{long}\"}} 1\n")
        };
        let text: String = (0..1000).map(line).collect();
        stream.write_all(text.as_bytes())
    });
    let jobs = [job(
        inventive.name,
        &inventive.target.address,
        inventive.more,
    )];
    let flag = format!("--storage.memory.max-mib={STORE_MIB_MAX}");
    let watch = Watch::start(&sandbox, "300ms", &jobs, &[&flag]);
    wait_until("it has invented enough", || {
        (shown.load(std::sync::atomic::Ordering::Relaxed) > PAGES).then_some(())
    });
    watch.expect_well("a flood of series", BYTES_MAX);
}
