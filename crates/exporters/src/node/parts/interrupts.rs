//! Interrupts by kind and processor, from `/proc/interrupts`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("interrupts")?;
    let mut lines = text.lines();
    let cpus = lines
        .next()
        .unwrap_or_default()
        .split_ascii_whitespace()
        .count();
    if cpus == 0 {
        return Err(host.malformed("interrupts", "no processors"));
    }
    let cpus = (0..cpus).map(|cpu| cpu.to_string()).collect::<Vec<_>>();
    let mut points = page.family(Description::counter(
        "node_interrupts_total",
        "Interrupt details.",
    ));
    for line in lines {
        let Some((kind, rest)) = line.trim_start().split_once(':') else {
            continue;
        };
        let fields = rest.split_ascii_whitespace().collect::<Vec<_>>();
        // Errors have one count for all processors, and are of no processor.
        let Some((counts, words)) = fields.split_at_checked(cpus.len()) else {
            continue;
        };
        // A numbered line names the controller and then the devices; the others explain themselves.
        let (info, devices) = match words {
            [controller, devices @ ..] if kind.parse::<u32>().is_ok() => {
                ((*controller).to_owned(), devices.join(" "))
            }
            words => (words.join(" "), String::new()),
        };
        for (cpu, count) in cpus.iter().zip(counts) {
            if let Ok(count) = count.parse() {
                let labels = [
                    ("cpu", &**cpu),
                    ("type", kind),
                    ("info", &info),
                    ("devices", &devices),
                ];
                points.value(&labels, count);
            }
        }
    }
    Ok(())
}
