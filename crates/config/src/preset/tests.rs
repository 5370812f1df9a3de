//! The configuration without a file.

use scrape::options::Discovery;

use super::default_config;

#[test]
fn watches_itself_and_its_host() {
    let config = default_config(9090);
    let job = |name: &str, address: &str| {
        let job = config
            .jobs
            .iter()
            .find(|job| job.name == name)
            .expect("the job is there");
        assert_eq!((job.interval_ms, job.timeout_ms), (5_000, 5_000));
        assert_eq!(
            (job.scheme.as_str(), job.metrics_path.as_str()),
            ("http", "/metrics")
        );
        let [Discovery::Static(groups)] = job.discoveries.as_slice() else {
            panic!("{name} has one static discovery");
        };
        assert_eq!(groups[0].targets, [address]);
    };
    assert_eq!(config.jobs.len(), 2);
    job("ferula", "localhost:9090");
    job("node", "localhost:9100");
    assert_eq!(config.global.evaluation_interval_ms, 5_000);
}
