//! Joins the segment in a file, counts in it, and stays until its input ends: `cargo run -p ferula --example join -- ferula.segment`.
//!
//! The file may be that of Python workers, `ferula.segment` in their `PROMETHEUS_MULTIPROC_DIR`: a page of any of them has all.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use ferula::{Counter, Gauge, Histogram, Merge, MergeBy, Quantiles, Registry, Segment, Summary};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let segment = Segment::attach(path)?;
    let registry = Registry::shared(&segment);

    let jobs = Counter::builder("jobs", "Jobs.")
        .labels(["queue"])
        .register(&registry)?;
    jobs.with(&["mail"]).inc_by(2);
    let each = Merge {
        by: MergeBy::All,
        live: true,
    };
    let level = Gauge::builder("level", "Level.").merge(each);
    level.register(&registry)?.set(7.0);
    let window = Duration::from_secs(3600);
    let pause = Summary::builder("pause", "Pauses.").quantiles(Quantiles::new(&[1.0], window)?);
    pause.register(&registry)?.observe(0.5);
    let size = Histogram::builder("size", "Sizes.");
    size.register(&registry)?.observe(3.0);

    writeln!(std::io::stdout(), "{}", std::process::id())?;
    // Until whoever started us has seen enough.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
