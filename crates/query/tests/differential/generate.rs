//! Random queries that make sense: of each type what may stand there.

mod newer;

use crate::random::Random;

/// What may be used.
pub(crate) struct Words {
    /// Functions of a range vector alone.
    pub(crate) over_ranges: &'static [&'static str],
    /// Functions of an instant vector alone.
    pub(crate) of_vectors: &'static [&'static str],
    /// Such functions that jump: of computed values, the last bit would decide.
    pub(crate) of_samples: &'static [&'static str],
    /// Aggregations without a parameter.
    pub(crate) aggregations: &'static [&'static str],
    /// Operators between numbers.
    pub(crate) operators: &'static [&'static str],
    /// Whether all is used that 2.42 knows and the reference doesn't.
    pub(crate) has_all_of_2_42: bool,
    /// Whether all is used that 2.42 doesn't know and the reference does.
    pub(crate) has_new: bool,
    /// Whether windows may end where samples lie.
    pub(crate) on_edges: bool,
}

/// What 2.42 knows, and answers as 3.14 does.
pub(crate) const OF_2_42: Words = Words {
    over_ranges: &[
        "delta",
        "irate",
        "idelta",
        "deriv",
        "changes",
        "resets",
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "sum_over_time",
        "count_over_time",
        "stddev_over_time",
        "stdvar_over_time",
        "last_over_time",
        "present_over_time",
        "absent_over_time",
    ],
    of_vectors: &[
        "abs", "sqrt", "ln", "log2", "log10", "asinh", "atan", "tanh", "deg", "rad", "absent",
    ],
    of_samples: &[
        "ceil",
        "floor",
        "sgn",
        "round",
        "day_of_week",
        "hour",
        "minute",
        "month",
        "year",
        "days_in_month",
        "day_of_year",
        "exp",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "sinh",
        "cosh",
        "acosh",
        "atanh",
    ],
    aggregations: &["sum", "avg", "min", "max", "count", "group"],
    operators: &["+", "-", "*", "/"],
    has_all_of_2_42: true,
    has_new: false,
    on_edges: false,
};

/// What the reference knows.
pub(crate) const OF_3_14: Words = Words {
    over_ranges: &[
        "rate",
        "increase",
        "delta",
        "irate",
        "idelta",
        "changes",
        "resets",
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "sum_over_time",
        "count_over_time",
        "stdvar_over_time",
        "last_over_time",
        "present_over_time",
        "first_over_time",
        "mad_over_time",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_max_over_time",
        "ts_of_min_over_time",
    ],
    of_vectors: &["abs", "sqrt"],
    of_samples: &["ceil", "floor", "sgn", "exp"],
    aggregations: &["sum", "avg", "min", "max", "count", "group"],
    operators: &["+", "-", "*", "/", "atan2"],
    has_all_of_2_42: false,
    has_new: true,
    on_edges: true,
};

/// A query that yields an instant vector.
pub(crate) fn query(random: &mut Random, words: &Words) -> String {
    let depth = 1 + random.below(4);
    let is_in_subquery = false;
    Generator {
        random,
        words,
        is_in_subquery,
    }
    .vector(depth)
}

const RANGES: [&str; 6] = ["45s", "1m", "90s", "2m", "5m", "7m"];

struct Generator<'a> {
    random: &'a mut Random,
    words: &'a Words,
    is_in_subquery: bool,
}

impl Generator<'_> {
    fn vector(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.selector();
        }
        if self.words.has_new && self.random.one_in(3) {
            return self.newer(depth - 1);
        }
        match self.random.below(10) {
            0 => self.selector(),
            1..4 => self.over_range(depth - 1),
            // Of a pinned selector, Prometheus forgets the offset.
            4 if self.words.has_all_of_2_42 && self.random.one_in(6) => {
                format!("timestamp({})", self.plain_selector())
            }
            4 if self.random.one_in(3) => {
                let function = self.random.pick(self.words.of_samples);
                // Where results come near the largest floats, the last steps to infinity differ.
                let grows = matches!(function, "exp" | "sinh" | "cosh");
                let less = if grows { " / 100" } else { "" };
                format!("{function}({}{less})", self.selector())
            }
            4 => {
                let function = self.random.pick(self.words.of_vectors);
                format!("{function}({})", self.vector(depth - 1))
            }
            5..7 => self.aggregation(depth - 1),
            7 => self.with_scalar(depth - 1),
            8 => self.between_vectors(depth - 1),
            _ => self.special(depth - 1),
        }
    }

    fn selector(&mut self) -> String {
        let plain = self.plain_selector();
        format!("{plain}{}", self.moment())
    }

    fn plain_selector(&mut self) -> String {
        let names = [
            "requests_total",
            "temperature",
            "latency_seconds_bucket",
            "restarted_total",
        ];
        let name = self.random.pick(&names);
        let matchers = self.random.pick(&[
            "",
            "",
            "",
            "{job=\"a\"}",
            "{job!=\"a\"}",
            "{instance=~\"0|1\"}",
            "{instance!~\"1.*\"}",
            "{job=\"b\",instance=\"2\"}",
        ]);
        format!("{name}{matchers}")
    }

    fn moment(&mut self) -> String {
        let at = 1_700_000_000 + self.random.below(1000);
        match self.random.below(12) {
            0 => " offset 1m".to_owned(),
            1 => " offset -40s".to_owned(),
            2 => format!(" @ {at}.007"),
            3 if !self.is_in_subquery => " @ end()".to_owned(),
            4 if !self.is_in_subquery => " @ start() offset 50s".to_owned(),
            5 if self.words.has_new => " offset (30s * 2 - 15s)".to_owned(),
            _ => String::new(),
        }
    }

    fn range(&mut self, depth: usize) -> String {
        let width = RANGES[self.random.below(RANGES.len())];
        // One subquery within another is a matter of luck with edges, and so is its moment.
        if depth > 0 && !self.is_in_subquery && self.random.one_in(4) {
            self.is_in_subquery = true;
            // Computed in another way, values that stand still may differ in the last bit, and that is a reset.
            let inner = match (self.words.has_new, self.random.one_in(2)) {
                (false, _) => self.vector(depth - 1),
                (true, false) => self.selector(),
                (true, true) => format!("sum by (job) ({})", self.selector()),
            };
            self.is_in_subquery = false;
            let step = self.random.pick(&["15s", "20s", "1m"]);
            return format!("({inner})[{width}:{step}]");
        }
        let selector = self.plain_selector();
        format!("{selector}[{width}]{}", self.moment())
    }

    fn over_range(&mut self, depth: usize) -> String {
        if self.words.has_all_of_2_42 && self.random.one_in(8) {
            let q = self.random.below(11);
            return if self.random.one_in(2) {
                format!("quantile_over_time(0.{q:02}, {})", self.range(depth))
            } else {
                // 2.42 predicts otherwise from a pinned moment.
                format!("predict_linear({}[5m], {q}00)", self.plain_selector())
            };
        }
        if self.words.has_all_of_2_42 && self.random.one_in(3) {
            let function = self.random.pick(&["rate", "increase"]);
            let width = RANGES[self.random.below(RANGES.len())];
            let moment = self.moment();
            return format!("{function}(requests_total[{width}]{moment})");
        }
        if self.words.has_new && self.random.one_in(8) {
            let range = self.range(depth);
            return format!("double_exponential_smoothing({range}, 0.3, 0.6)");
        }
        let function = self.random.pick(self.words.over_ranges);
        format!("{function}({})", self.range(depth))
    }

    fn clause(&mut self) -> String {
        self.random
            .pick(&[
                "",
                "",
                " by (job)",
                " by (job, instance)",
                " without (instance)",
                " by (code)",
                " without (job, le)",
            ])
            .to_owned()
    }

    fn aggregation(&mut self, depth: usize) -> String {
        let (clause, inner) = (self.clause(), self.vector(depth));
        let parameter = self.random.below(4);
        match self.random.below(8) {
            0 if self.words.has_all_of_2_42 => {
                format!("quantile{clause} (0.{parameter}7, {inner})")
            }
            1 if self.words.has_all_of_2_42 => {
                format!(
                    "count_values{clause} (\"v\", round({}, 50))",
                    self.selector()
                )
            }
            // Of series whose values all differ.
            2 => {
                let op = self.random.pick(&["topk", "bottomk"]);
                format!("{op}{clause} ({parameter}, temperature)")
            }
            // Of finite values, since 2.42 has its own view of others.
            3 => {
                let op = self.random.pick(&["stddev", "stdvar"]);
                format!("{op}{clause} ({})", self.selector())
            }
            _ => {
                let op = self.random.pick(self.words.aggregations);
                format!("{op}{clause} ({inner})")
            }
        }
    }

    fn scalar(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 => "time()".to_owned(),
            1 => format!("scalar({})", self.vector(depth.saturating_sub(1))),
            2 if self.words.has_new => {
                let words = [
                    "min_of(3, 2 + 2)",
                    "max_of(1, step())",
                    "range()",
                    "(end() - start())",
                ];
                self.random.pick(&words).to_owned()
            }
            3 => "-(2 ^ 0.5)".to_owned(),
            _ => format!("{}.5", self.random.below(200)),
        }
    }

    fn comparison(&mut self) -> &'static str {
        self.random.pick(&["==", "!=", ">", "<", ">=", "<="])
    }

    fn with_scalar(&mut self, depth: usize) -> String {
        if self.random.one_in(3) {
            return self.jumpy_with_scalar();
        }
        let (vector, scalar) = (self.vector(depth), self.scalar(depth));
        let op = self.random.pick(self.words.operators);
        if self.random.one_in(3) {
            return format!("({scalar}) {op} ({vector})");
        }
        format!("({vector}) {op} ({scalar})")
    }

    /// Comparisons, remainders and powers, of samples as they are.
    fn jumpy_with_scalar(&mut self) -> String {
        let (selector, number) = (self.selector(), self.random.below(400));
        match self.random.below(4) {
            0 => format!("{selector} {} {number}.379", self.comparison()),
            1 => format!("{number}.379 {} bool {selector}", self.comparison()),
            2 => format!("{selector} % {number}.75"),
            _ => format!("{selector} ^ 0.{number}"),
        }
    }

    fn between_vectors(&mut self, depth: usize) -> String {
        let (lhs, rhs) = (self.vector(depth), self.vector(depth));
        if self.random.one_in(3) {
            let op = self.random.pick(&["and", "or", "unless"]);
            let on = self.random.pick(&["", " on (job)", " ignoring (code)"]);
            return format!("({lhs}) {op}{on} ({rhs})");
        }
        if self.random.one_in(4) {
            // Series with the same labels: 2.42 is less strict about others.
            let (op, is_bool) = (self.comparison(), self.random.pick(&["", " bool"]));
            return format!("temperature {op}{is_bool} restarted_total{}", self.moment());
        }
        let op = self.random.pick(self.words.operators);
        let fill = if self.words.has_new && self.random.one_in(3) {
            self.random
                .pick(&[" fill (0)", " fill_left (2)", " fill_right (-1)"])
        } else {
            ""
        };
        // Sides that fit, mostly: one value for each job.
        match self.random.below(3) {
            0 => format!("({lhs}) {op}{fill} ({rhs})"),
            1 => format!("sum by (job) ({lhs}) {op} on (job){fill} max by (job) ({rhs})"),
            _ if self.words.has_new && self.random.one_in(2) => {
                format!("(sum by (job) ({lhs})) {op} on (job) group_right (){fill} ({rhs})")
            }
            // Of each job one series, whose instance is taken over and whose code is not there to be.
            _ if self.random.one_in(2) => {
                let taken = self.random.pick(&["instance", "code", "instance, code"]);
                let one = "temperature{instance=\"0\"}";
                format!("({lhs}) {op} on (job) group_left ({taken}){fill} {one}")
            }
            _ => format!("({lhs}) {op} on (job) group_left (){fill} (sum by (job) ({rhs}))"),
        }
    }

    fn special(&mut self, depth: usize) -> String {
        let inner = self.vector(depth);
        match self.random.below(6) {
            0 => format!("label_replace({inner}, \"job\", \"${{1}}x\", \"job\", \"(a|b)\")"),
            1 => format!("clamp({inner}, -3, {})", self.scalar(depth)),
            2 if self.words.has_all_of_2_42 => {
                let rate = "sum by (le, job) (rate(latency_seconds_bucket[2m]))";
                format!("histogram_quantile(0.{}1, {rate})", self.random.below(10))
            }
            3 => format!("vector({})", self.scalar(depth)),
            4 if self.words.has_all_of_2_42 => {
                format!("label_join({inner}, \"both\", \"-\", \"job\", \"instance\")")
            }
            // 2.42 looks for label sets that come twice over the whole range, 3.x at each step.
            _ => format!("-({})", self.selector()),
        }
    }
}
