//! Says which build is running, in the way of Prometheus' own programs.

use crate::{Collector, Description, LabelPairs, Page};

/// A constant 1 with what is known of the build as labels: `prometheus_build_info{version="…",…}`.
///
/// This is a gauge and no [`Info`](crate::Info), since dashboards know it as one.
#[derive(Clone, Debug)]
pub struct BuildInfo {
    name: String,
    help: String,
    facts: Vec<(String, String)>,
}

impl BuildInfo {
    /// For the program of this name: the metric is called `<program>_build_info`. Usual facts are `version`,
    /// `revision` and `branch`.
    #[must_use]
    pub fn new(program: &str, facts: &[(&str, &str)]) -> Self {
        let names = facts.iter().map(|&(name, _)| name).collect::<Vec<_>>();
        Self {
            name: format!("{program}_build_info"),
            help: format!(
                "A metric with a constant '1' value labeled by {} from which {program} was built.",
                enumerate(&names)
            ),
            facts: facts
                .iter()
                .map(|&(name, fact)| (name.to_owned(), fact.to_owned()))
                .collect(),
        }
    }

    fn description(&self) -> Description<'_> {
        Description::gauge(&self.name, &self.help)
    }
}

impl Collector for BuildInfo {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        each(&self.description());
    }

    fn collect(&self, page: &mut Page<'_>) {
        let facts = self
            .facts
            .iter()
            .map(|(name, fact)| (name.as_str(), fact.as_str()));
        let facts = facts.collect::<Vec<_>>();
        page.family(self.description())
            .value(LabelPairs::from(facts.as_slice()), 1.0);
    }
}

/// `a`, `a and b`, `a, b, and c`.
fn enumerate(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}
