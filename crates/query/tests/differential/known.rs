//! Differences to 2.42 that are known and meant.
//!
//! A rule explains a difference of two values, where a query holds one of its words. What no rule explains is a fault.

/// A difference that is meant.
pub(crate) struct Rule {
    /// Functions that may make it.
    words: &'static [&'static str],
    /// Whether it is that difference, from our value to theirs.
    pub(crate) explains: fn(f64, f64) -> bool,
}

/// All of them.
const RULES: &[Rule] = &[INFINITE_SPREAD];

/// Deviations from the mean of huge values overflow when they are squared. The sum of the squares is infinite then, and so is 3.x's
/// answer, which takes what an infinite sum has lost to be nothing. 2.42 adds it, and that is Inf - Inf.
const INFINITE_SPREAD: Rule = Rule {
    words: &["stddev_over_time", "stdvar_over_time"],
    explains: |ours, theirs| ours.is_infinite() && theirs.is_nan(),
};

/// The rules for a query.
pub(crate) fn rules_for(query: &str) -> Vec<&'static Rule> {
    let holds = |rule: &&Rule| rule.words.iter().any(|word| query.contains(word));
    RULES.iter().filter(holds).collect()
}

#[test]
fn a_spread_of_huge_values_is_infinite_here_alone() {
    let explained = |query: &str, ours: f64, theirs: f64| {
        let rules = rules_for(query);
        rules.iter().any(|rule| (rule.explains)(ours, theirs))
    };
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    assert!(explained("abs(stdvar_over_time(x[1m]))", inf, nan));
    assert!(!explained("abs(stdvar_over_time(x[1m]))", nan, inf));
    assert!(!explained("abs(stdvar_over_time(x[1m]))", 1.0, nan));
    assert!(!explained("sum_over_time(x[1m])", inf, nan));
}
