//! Configurations as tests write them.

/// A job with one static target. `more` are further lines, not indented.
#[must_use]
pub fn job(name: &str, address: &str, more: &str) -> String {
    let more: String = more.lines().map(|line| format!("    {line}\n")).collect();
    format!("  - job_name: {name}\n    static_configs: [{{targets: ['{address}']}}]\n{more}")
}

/// A whole configuration that scrapes `jobs` at `interval`.
#[must_use]
pub fn configuration(interval: &str, jobs: &[String]) -> String {
    format!(
        "global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}\nscrape_configs:\n{}",
        jobs.concat()
    )
}
