//! Memory, from `/proc/meminfo`. Each line is a family; kernels add lines, so none is named here.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

const KIB: f64 = 1024.0;

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("meminfo")?;
    let fields = text.lines().filter_map(field).collect::<Vec<_>>();
    if fields.is_empty() {
        return Err(host.malformed("meminfo", "no field"));
    }
    for (field, value) in fields {
        let name = format!("node_memory_{field}");
        let help = format!("Memory information field {field}.");
        page.family(Description::gauge(&name, &help))
            .value(&[], value);
    }
    Ok(())
}

/// `Active(anon):  1234 kB` is `Active_anon_bytes`; what has no unit is a plain count.
fn field(line: &str) -> Option<(String, f64)> {
    let (key, rest) = line.split_once(':')?;
    let mut rest = rest.split_ascii_whitespace();
    let number: f64 = rest.next()?.parse().ok()?;
    let mut name = key.replace('(', "_").replace(')', "");
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) {
        return None;
    }
    if rest.next() == Some("kB") {
        name.push_str("_bytes");
        return Some((name, number * KIB));
    }
    Some((name, number))
}
