//! What 2.42 doesn't know: native histograms, edges, start times, joins with info series.

use super::{Generator, RANGES};

impl Generator<'_> {
    /// An instant vector; of histograms, or of numbers that were read off them.
    pub(super) fn newer(&mut self, depth: usize) -> String {
        match self.random.below(8) {
            0..3 => self.number(depth),
            3..5 => self.histograms(depth),
            5 => self.edges(),
            6 => self.started(),
            _ => self.info(depth),
        }
    }

    /// Histograms of one metric, or of several.
    fn histogram_selector(&mut self) -> String {
        let selector = self.random.pick(&[
            "sizes",
            "sizes",
            "delays",
            "delays",
            "levels",
            "mixed",
            "{__name__=~\"sizes|levels\"}",
            "{__name__=~\"sizes|delays\"}",
            "sizes{job=\"b\"}",
            "delays{instance=\"0\"}",
        ]);
        selector.to_owned()
    }

    fn histogram_window(&mut self, is_rate: bool) -> String {
        let mut selector = self.histogram_selector();
        if is_rate && selector.contains("levels") {
            // Resets of gauges have no meaning, and are not looked for in buckets that nobody asked for.
            selector = "sizes".to_owned();
        }
        let width = RANGES[self.random.below(RANGES.len())];
        let moment = self.moment();
        format!("{selector}[{width}]{moment}")
    }

    fn histograms(&mut self, depth: usize) -> String {
        if depth == 0 {
            let selector = self.histogram_selector();
            return format!("{selector}{}", self.moment());
        }
        let inner = depth - 1;
        match self.random.below(10) {
            0..2 => {
                let selector = self.histogram_selector();
                format!("{selector}{}", self.moment())
            }
            2..5 => {
                let function = self.random.pick(&[
                    "rate",
                    "increase",
                    "delta",
                    "irate",
                    "idelta",
                    "sum_over_time",
                    "avg_over_time",
                    "last_over_time",
                    "first_over_time",
                ]);
                let is_rate = matches!(function, "rate" | "increase" | "irate");
                format!("{function}({})", self.histogram_window(is_rate))
            }
            5..7 => {
                let op = self.random.pick(&["sum", "avg"]);
                let clause = self.clause();
                format!("{op}{clause} ({})", self.histograms(inner))
            }
            7 => {
                let op = self.random.pick(&["+", "-", "and", "or", "unless"]);
                let (lhs, rhs) = (self.histograms(inner), self.histograms(inner));
                format!("({lhs}) {op} ({rhs})")
            }
            8 => {
                let how = self
                    .random
                    .pick(&["* 2.5", "/ 4", "</ 3.3", ">/ 1.7", "</ 0.3", ">/ -0.7"]);
                format!("({}) {how}", self.histograms(inner))
            }
            _ => format!("-({})", self.histograms(inner)),
        }
    }

    /// Numbers that are read off histograms.
    fn number(&mut self, depth: usize) -> String {
        match self.random.below(8) {
            0..4 => {
                let function = self.random.pick(&[
                    "histogram_count",
                    "histogram_sum",
                    "histogram_avg",
                    "histogram_stddev",
                    "histogram_stdvar",
                ]);
                format!("{function}({})", self.histograms(depth))
            }
            4 => {
                let of = self.histograms(depth);
                match self.random.below(3) {
                    0 => format!("histogram_quantile(0.3713129, {of})"),
                    1 => format!("histogram_quantiles({of}, \"q\", 0.8319131, 0.1173137)"),
                    _ => format!("histogram_fraction(-0.3, 1.7, {of})"),
                }
            }
            5 => {
                let function = self.random.pick(&[
                    "changes",
                    "resets",
                    "count_over_time",
                    "present_over_time",
                    "ts_of_first_over_time",
                    "ts_of_last_over_time",
                    "max_over_time",
                    "mad_over_time",
                ]);
                format!("{function}({})", self.histogram_window(false))
            }
            6 => {
                let op = self.random.pick(&["count", "group", "max", "stddev"]);
                let clause = self.clause();
                format!("{op}{clause} ({})", self.histograms(depth))
            }
            _ => {
                let op = self.random.pick(&["==", "!=", "== bool", "!= bool"]);
                format!("sizes {op} sizes offset 30s")
            }
        }
    }

    /// Windows and moments whose edges lie on samples, or between them.
    fn edges(&mut self) -> String {
        let width = RANGES[self.random.below(RANGES.len())];
        let moment = self.moment();
        let counters = ["requests_total", "restarted_total", "sizes", "delays"];
        let counter = self.random.pick(&counters);
        match self.random.below(6) {
            0..2 => {
                let function = self.random.pick(&["rate", "increase", "resets", "changes"]);
                format!("{function}({counter}[{width}] anchored{moment})")
            }
            2..4 => {
                let function = self.random.pick(&["rate", "increase"]);
                format!("{function}({counter}[{width}] smoothed{moment})")
            }
            4 => {
                let edges = self.random.pick(&["anchored", "smoothed"]);
                let gauge = self.random.pick(&["temperature", "levels"]);
                format!("delta({gauge}[{width}] {edges}{moment})")
            }
            _ => {
                let names = ["temperature", "restarted_total", "levels", "sizes"];
                format!("{} smoothed{moment}", self.random.pick(&names))
            }
        }
    }

    fn started(&mut self) -> String {
        let function = self.random.pick(&["rate", "increase", "irate", "resets"]);
        let width = RANGES[self.random.below(RANGES.len())];
        format!("{function}(begun_total[{width}]{})", self.moment())
    }

    fn info(&mut self, depth: usize) -> String {
        let selector = self.random.pick(&[
            "",
            "",
            ", {version=~\".+\"}",
            ", {version=\"2\"}",
            ", {zone=~\".*\"}",
            ", {version!=\"1\"}",
        ]);
        let inner = match self.random.below(3) {
            0 => self.selector(),
            1 => format!("sum by (job, instance) ({})", self.vector(depth)),
            _ => self.vector(depth),
        };
        format!("info({inner}{selector})")
    }
}
