//! A sink that writes down what it is given, a line for each family and each point.

use std::fmt::Write as _;

use ferula::{
    Collector, Description, FamilySink, LabelPairs, Page, Point, Registry, Selection, Sink,
};

#[derive(Default)]
struct Written(Vec<String>);

pub(crate) fn page(registry: &Registry) -> Vec<String> {
    page_of(registry, &Selection::all())
}

pub(crate) fn page_of(registry: &Registry, selection: &Selection) -> Vec<String> {
    let mut written = Written::default();
    registry.collect(&mut Page::new(&mut written, selection));
    written.0
}

impl Sink for Written {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        let Description {
            name,
            help,
            unit,
            kind,
            ..
        } = description;
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" [{unit}]")
        };
        self.0.push(format!("{name} {kind:?}{unit}: {help}"));
        Box::new(Lines(&mut self.0))
    }
}

struct Lines<'s>(&'s mut Vec<String>);

impl FamilySink for Lines<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        let pairs = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""));
        let pairs = pairs.collect::<Vec<_>>().join(",");
        if let Some(text) = labels.text() {
            assert_eq!(text, (&*pairs, ""), "both forms of the labels say the same");
        }
        let mut line = format!("{{{pairs}}}");
        match point {
            Point::Counter { total: value, .. } | Point::Gauge(value) | Point::Unknown(value) => {
                let _ = write!(line, " {value}");
            }
            Point::Histogram(histogram) => {
                let (bounds, counts, sum) = (histogram.bounds, histogram.counts, histogram.sum);
                let _ = write!(line, " bounds {bounds:?} counts {counts:?} sum {sum:?}");
            }
            Point::Summary(summary) => {
                let _ = write!(line, " count {} sum {}", summary.count, summary.sum);
            }
            Point::Info(facts) => {
                for (name, value) in facts.iter() {
                    let _ = write!(line, " {name}={value}");
                }
            }
            Point::StateSet(states) => {
                for (state, holds) in *states {
                    let _ = write!(line, " {state}={holds}");
                }
            }
            other => panic!("a kind of point that no test has met: {other:?}"),
        }
        self.0.push(line);
    }
}
