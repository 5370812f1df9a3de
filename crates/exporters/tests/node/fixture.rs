//! Parts on hosts made of files: in order, with parts missing, and with garbage in every file.

use crate::cases::cases;
use crate::page::parse;
use crate::tree::Tree;

#[test]
fn files_are_shown_under_node_exporter_s_names() {
    for case in cases() {
        assert_eq!(
            Tree::new(case.files).lines(case.part),
            case.lines,
            "{}",
            case.part
        );
    }
}

/// The path is the tree's own, so it is not in the table.
#[test]
fn energy_is_shown_with_the_path_of_its_zone() {
    let host = Tree::new(&[
        ("sys/class/powercap/intel-rapl:0/name", "package-1\n"),
        (
            "sys/class/powercap/intel-rapl:0/energy_uj",
            "240422366267\n",
        ),
        ("sys/class/powercap/intel-rapl:0:0/name", "core\n"),
    ]);
    let path = host.path().join("sys/class/powercap/intel-rapl:0");
    let expected = format!(
        "node_rapl_package_joules_total{{index=\"1\",path=\"{}\"}} 240422.366267",
        path.display()
    );
    assert_eq!(host.lines("rapl"), [expected]);
}

#[test]
fn file_systems_are_asked_where_they_are_mounted() {
    let host = Tree::new(&[(
        "proc/1/mountinfo",
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n\
         2 1 0:5 / /proc rw - proc proc rw\n\
         3 1 8:2 / /not\\040there ro - xfs /dev/sda2 rw\n\
         4 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
    )]);
    let page = parse(&host.page("filesystem"));
    let series = |name: &str| {
        let series = page.get(name).into_iter().flat_map(|family| &family.series);
        series
            .map(|(labels, value)| (labels["mountpoint"].clone(), *value))
            .collect::<Vec<_>>()
    };
    let point = |name: &str, value: f64| (name.to_owned(), value);
    assert_eq!(
        series("node_filesystem_device_error"),
        [point("/", 0.0), point("/not there", 1.0)]
    );
    assert_eq!(
        series("node_filesystem_readonly"),
        [point("/", 0.0), point("/not there", 1.0)]
    );
    // The root is a folder of the machine that runs the test, and has some size.
    let sizes = series("node_filesystem_size_bytes");
    assert!(
        matches!(sizes.as_slice(), [(mount, 1.0..)] if mount == "/"),
        "{sizes:?}"
    );
}

#[test]
fn a_host_without_files_fails_part_by_part() {
    let host = Tree::new(&[]);
    for case in cases() {
        let page = parse(&host.page(case.part));
        let success = page["node_scrape_collector_success"]
            .series
            .values()
            .collect::<Vec<_>>();
        // The clock and the absence of SELinux need no files, nor do errors that nobody counts.
        let expected = f64::from(u8::from(["edac", "selinux", "time"].contains(&case.part)));
        assert_eq!(success, [&expected], "{}", case.part);
    }
}

/// Cut anywhere, with a part in the middle gone, in the wrong bytes, with numbers beyond all bounds: the page comes to its end.
/// (It may say a thing twice, if the kernel does.)
#[test]
fn garbage_panics_nowhere() {
    for case in cases() {
        let host = Tree::new(case.files);
        let verdict = format!(
            "node_scrape_collector_success{{collector=\"{}\"}} ",
            case.part
        );
        for (path, content) in case
            .files
            .iter()
            .filter(|(_, content)| !content.starts_with("->"))
        {
            for garbage in garbled(content) {
                host.write(path, &garbage);
                assert!(
                    host.page(case.part).contains(&verdict),
                    "{}: {path}",
                    case.part
                );
            }
            host.write(path, content.as_bytes());
        }
    }
}

fn garbled(content: &str) -> Vec<Vec<u8>> {
    let bytes = content.as_bytes();
    let third = bytes.len() / 3;
    let digits = |digit: &str| {
        let digit_or_other = |character: char| match character {
            '0'..='9' => digit.to_owned(),
            other => other.to_string(),
        };
        content
            .chars()
            .map(digit_or_other)
            .collect::<String>()
            .into_bytes()
    };
    let cuts = (1..8).map(|eighth| bytes[..bytes.len() * eighth / 8].to_vec());
    let mut garbled = cuts.collect::<Vec<_>>();
    garbled.push(Vec::new());
    garbled.push(b"\n\n\n".to_vec());
    garbled.push([&bytes[..third], &bytes[2 * third..]].concat());
    garbled.push([&bytes[..third], b"\xff\xfe\x00", &bytes[third..]].concat());
    garbled.push(bytes.iter().rev().copied().collect());
    garbled.push(digits("99999999999999999999"));
    garbled.push(digits("-1"));
    garbled.push(digits("NaN"));
    garbled.push(content.replace([' ', '\t'], "").into_bytes());
    garbled.push(content.replace('\n', " ").into_bytes());
    garbled.push(content.replace([':', '=', '/', '('], "").into_bytes());
    garbled.push(content.repeat(3).into_bytes());
    garbled
}

/// The smallest file of `tzfile(5)`: one kind of time, an hour east of Greenwich.
#[test]
fn the_zone_is_the_host_s() {
    let mut rules = [b"TZif".as_slice(), &[0; 16]].concat();
    for count in [0_u32, 0, 0, 0, 1, 4] {
        rules.extend(count.to_be_bytes());
    }
    rules.extend(3600_i32.to_be_bytes());
    rules.extend([0, 0]);
    rules.extend(b"CET\0");
    let host = Tree::new(&[]);
    host.write("root/etc/localtime", &rules);
    let expected = "node_time_zone_offset_seconds{time_zone=\"CET\"} 3600";
    assert_eq!(
        host.lines("time").last().map(String::as_str),
        Some(expected)
    );
}
