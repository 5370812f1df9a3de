//! What means no good: each gets a clear error and a bound, and leaves the rest of the server as it was.

mod clients;
mod queries;
mod targets;

use e2e::{Program, Sandbox, Target, configuration, ferula, get, job, value, wait_until};

/// Memory that Ferula may hold after whatever is thrown at it here, unless a test says why more.
const RESIDENT_BYTES_MAX: u64 = 256 << 20;

/// Ferula with a target that behaves, and whatever else a test gives it.
struct Watch {
    ferula: Program,
    _good: Target,
}

impl Watch {
    fn start(sandbox: &Sandbox, interval: &str, jobs: &[String], flags: &[&str]) -> Self {
        let good = Target::showing("text/plain; version=0.0.4", "shown 7\n");
        let jobs = [&[job("good", &good.address, "")], jobs].concat();
        let file = sandbox.write("ferula.yml", &configuration(interval, &jobs));
        let file = format!("--config.file={}", file.display());
        let ferula = ferula(sandbox, &[&[file.as_str()], flags].concat());
        let watch = Self {
            ferula,
            _good: good,
        };
        wait_until("the good target is up", || {
            (value(&watch.ferula.url, "up{job='good'}") == Some(1.0)).then_some(())
        });
        watch
    }

    /// It is healthy, goes on scraping what behaves, and soon holds no more memory than `bytes_max`.
    fn expect_well(&self, after: &str, bytes_max: u64) {
        let url = &self.ferula.url;
        let healthy =
            get(url, "/-/healthy").unwrap_or_else(|error| panic!("after {after}: {error}"));
        assert_eq!(healthy.status, 200, "after {after}");
        let text = "timestamp(up{job='good'} == 1)";
        let before = value(url, text);
        assert!(before.is_some(), "the good target is up after {after}");
        wait_until(
            &format!("the good target is scraped again after {after}"),
            || (value(url, text) > before).then_some(()),
        );
        // The allocator takes a moment to give back what work that has just ended held.
        wait_until(
            &format!("it holds less than {} MiB after {after}", bytes_max >> 20),
            || (self.ferula.resident_bytes() < bytes_max).then_some(()),
        );
        assert!(
            !self.ferula.printed().contains("panicked"),
            "{}",
            self.ferula.printed()
        );
    }
}
