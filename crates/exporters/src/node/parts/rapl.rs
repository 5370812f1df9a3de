//! Energy used, from `/sys/class/powercap`. Newer kernels let root alone read it.

use ferula::{Description, Page};

use crate::node::host::{Failure, Host, Outcome, line, names, number};

struct Zone {
    name: String,
    index: String,
    path: String,
    joules: f64,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/powercap");
    let folders = names(&base).map_err(|_| Failure::NoData)?;
    let mut zones = folders.into_iter().filter_map(|folder| {
        let path = base.join(folder);
        let name = line(&path.join("name"))?;
        let joules = number::<f64>(&path.join("energy_uj"))? / 1e6;
        // `package-0` is number 0 of the packages.
        let (name, index) = match name.rsplit_once('-') {
            Some((name, index)) if index.parse::<u32>().is_ok() => {
                (name.to_owned(), index.to_owned())
            }
            _ => (name, "0".to_owned()),
        };
        let name = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        Some(Zone {
            name,
            index,
            path: path.to_string_lossy().into_owned(),
            joules,
        })
    });
    let mut zones = zones.by_ref().collect::<Vec<_>>();
    zones.sort_by(|one, other| one.name.cmp(&other.name));
    for same in zones.chunk_by(|one, other| one.name == other.name) {
        let kind = &same[0].name;
        let name = format!("node_rapl_{kind}_joules_total");
        let help = format!("Current RAPL {kind} value in joules");
        let mut points = page.family(Description::counter(&name, &help));
        for zone in same {
            points.value(
                &[("index", &*zone.index), ("path", &*zone.path)],
                zone.joules,
            );
        }
    }
    Ok(())
}
