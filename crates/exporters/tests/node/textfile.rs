//! Files that jobs leave.

use crate::tree::Tree;

/// The lines of what the files say, and whether there was an error.
fn check(files: &[(&str, &str)], expected: &[&str], failed: bool) {
    let files = files
        .iter()
        .map(|(name, content)| (format!("text/{name}"), *content))
        .collect::<Vec<_>>();
    let files = files
        .iter()
        .map(|(path, content)| (&**path, *content))
        .collect::<Vec<_>>();
    let mut lines = Tree::new(&files).lines("textfile");
    lines.retain(|line| !line.starts_with("node_textfile_mtime_seconds"));
    let verdict = format!("node_textfile_scrape_error {}", u8::from(failed));
    assert_eq!(lines.pop(), Some(verdict), "{files:?}");
    assert_eq!(lines, expected, "{files:?}");
}

#[test]
fn what_the_files_say_is_shown() {
    check(
        &[
            ("b.prom", "backup_done 1\nbackup_bytes{disk=\"b\"} 7\n"),
            (
                "a.prom",
                "# HELP backup_bytes Bytes.\n# TYPE backup_bytes untyped\nbackup_bytes{disk=\"a \\\"1\\\"\"} 5e3\n",
            ),
            ("ignored.txt", "x 1\n"),
        ],
        &[
            "backup_bytes{disk=\"a \\\"1\\\"\"} 5000",
            "backup_bytes{disk=\"b\"} 7",
            "backup_done 1",
        ],
        false,
    );
    check(&[], &[], false);
}

#[test]
fn histograms_and_summaries_are_put_together_again() {
    check(
        &[(
            "a.prom",
            "# TYPE h histogram\nh_bucket{job=\"x\",le=\"+Inf\"} 4\nh_bucket{le=\"0.25\",job=\"x\"} 1\nh_bucket{job=\"x\",le=\"0.5\"} 3\n\
             h_sum{job=\"x\"} 2.5\nh_count{job=\"x\"} 4\n# TYPE s summary\ns{quantile=\"0.9\"} 2\ns_sum 3\ns_count 2\n\
             # TYPE c counter\nc 1\n# TYPE d_total counter\nd_total 2\nh_count_of_other 3\n",
        )],
        &[
            "c 1",
            "d_total 2",
            "h_bucket{job=\"x\",le=\"0.25\"} 1",
            "h_bucket{job=\"x\",le=\"0.5\"} 3",
            "h_bucket{job=\"x\",le=\"+Inf\"} 4",
            "h_sum{job=\"x\"} 2.5",
            "h_count{job=\"x\"} 4",
            "h_count_of_other 3",
            "s{quantile=\"0.9\"} 2",
            "s_sum 3",
            "s_count 2",
        ],
        false,
    );
}

#[test]
fn a_file_that_is_wrong_is_left_out_and_no_other() {
    let good = ("good.prom", "good 1\n");
    for wrong in [
        "a 1\nb{ 2\n",
        "a 1 1500000000000\n",
        "a 1\na 2\n",
        "# TYPE h histogram\nh_bucket{le=\"x\"} 1\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1.0\"} 1\n",
        "# TYPE good gauge\ngood{other=\"1\"} 2\n",
        "good 2\n",
        "a\u{0} 1\n",
    ] {
        check(&[good, ("wrong.prom", wrong)], &["good 1"], true);
    }
}
