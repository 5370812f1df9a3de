//! Random queries over random samples, asked twice: here, and elsewhere.
//!
//! - [`prometheus`]: of a real Prometheus 2.42 over HTTP, for what it knows;
//! - [`reference`]: of an evaluator that is slow and obviously right, for what it doesn't;
//! - [`durable`]: of the durable store, whose answers must not depend on where it holds samples;
//! - and once more here: with names removed at the end of a query, which changes names alone; and at each step of a range by itself, of which
//!   the same must be said.
//!
//! Differences to 2.42 that are meant have their names in [`known`].
//!
//! Sample times never fall on the edge of a window where 2.42 is asked, since its windows are closed on the left and ours are
//! open. Each goes on for [`seconds`], and says which seed it had; `FERULA_FUZZ_SEED` asks for one again. In CI the seed is always the same, so that a
//! change fails for what it changes and for nothing else; elsewhere it is another one each time.

mod answer;
mod durable;
mod generate;
mod known;
mod prometheus;
mod random;
mod reference;
mod samples;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::{Duration, Instant};

use answer::Answer;
use generate::Words;
use known::rules_for;
use model::Timestamp;
use query::Window;
use random::Random;
use samples::{Samples, When};

/// How long each goes on: `FERULA_FUZZ_SECONDS`, else a minute in CI and some seconds elsewhere.
fn seconds() -> u64 {
    let wanted = std::env::var("FERULA_FUZZ_SECONDS").ok();
    let default = if std::env::var_os("CI").is_some() {
        60
    } else {
        4
    };
    wanted.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The seed in CI.
const CI_SEED: u64 = 2026;
/// Queries in CI, at most: a faster machine asks the same ones as a slow one, only sooner.
const CI_QUERIES_MAX: u64 = 40_000;

fn queries_max() -> u64 {
    let in_ci = std::env::var_os("CI").is_some();
    let is_long = std::env::var_os("FERULA_FUZZ_SECONDS").is_some();
    if in_ci && !is_long {
        CI_QUERIES_MAX
    } else {
        u64::MAX
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a seed that is another one each time"
)]
fn seed() -> u64 {
    let wanted = std::env::var("FERULA_FUZZ_SEED").ok();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let default = if std::env::var_os("CI").is_some() {
        CI_SEED
    } else {
        now.map_or(1, |now| now.as_nanos() as u64)
    };
    wanted.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What came of two answers to a query: how many values they have in common, or in what they differ.
type Judgement = Result<u64, String>;

/// Asks here, and compares that with another answer; `None` without one.
fn judged(samples: &Samples, query: &str, when: When, theirs: Option<Answer>) -> Option<Judgement> {
    let theirs = theirs?;
    let ours = answer::ours(&samples.store, query, when);
    let difference = ours.compare(&theirs, &[]);
    Some(difference.map(|()| ours.values()))
}

/// Makes up queries until the time is over; `judge` is told which samples are meant. Fails with all differences, up to a few.
#[expect(
    clippy::disallowed_methods,
    reason = "a test that ends after some time"
)]
fn compare(
    name: &str,
    words: &Words,
    samples: &[Samples],
    judge: impl Fn(usize, &str, When) -> Option<Judgement>,
) {
    let seed = seed();
    let mut random = Random::new(seed);
    let begun = Instant::now();
    let (mut asked, mut answered, mut values) = (0_u64, 0_u64, 0_u64);
    let mut differences = Vec::new();
    let (end, queries) = (Duration::from_secs(seconds()), queries_max());
    while begun.elapsed() < end && asked < queries && differences.len() < 5 {
        let chosen = random.below(samples.len());
        let query = generate::query(&mut random, words);
        let when = samples[chosen].when(&mut random, words.on_edges);
        asked += 1;
        let Some(judgement) = judge(chosen, &query, when) else {
            continue;
        };
        answered += 1;
        match judgement {
            Ok(count) => values += count,
            Err(difference) => differences.push(format!("{query}\n  {when:?}\n  {difference}")),
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{name}: seed {seed}: {asked} queries, {answered} judged, {values} values"
    );
    assert!(
        differences.is_empty(),
        "seed {seed}\n{}",
        differences.join("\n")
    );
    assert!(values > 0, "nothing was compared");
}

#[test]
fn prometheus_2_42_answers_the_same() {
    let samples = vec![Samples::new(&mut Random::new(seed()), 137)];
    let Some(peer) = prometheus::Peer::start(&samples[0]) else {
        return;
    };
    compare(
        "prometheus 2.42",
        &generate::OF_2_42,
        &samples,
        |chosen, query, when| {
            let theirs = peer.ask(query, when)?;
            let ours = answer::ours(&samples[chosen].store, query, when);
            let difference = ours.compare(&theirs, &rules_for(query));
            Some(difference.map(|()| ours.values()))
        },
    );
}

/// Sets of samples with all that the store knows, on the edges of windows too.
fn with_all(random: &mut Random) -> Vec<Samples> {
    (0..4).map(|_| Samples::with_all(random)).collect()
}

#[test]
fn the_reference_answers_the_same() {
    let samples = with_all(&mut Random::new(seed()));
    let all: Vec<reference::Data> = samples.iter().map(reference::Data::new).collect();
    compare(
        "reference",
        &generate::OF_3_14,
        &samples,
        |chosen, query, when| {
            let theirs = reference::ask(&all[chosen], query, when);
            judged(&samples[chosen], query, when, theirs)
        },
    );
}

#[test]
fn merged_parts_answer_as_fresh_rows() {
    let mut random = Random::new(seed());
    let samples = with_all(&mut random);
    let durable = |samples| durable::Durable::new(samples, &mut random);
    let all: Vec<durable::Durable> = samples.iter().map(durable).collect();
    let which = RefCell::new(random);
    compare(
        "durable store",
        &generate::OF_3_14,
        &samples,
        |chosen, query, when| {
            let store = all[chosen].any(&mut which.borrow_mut());
            let theirs = answer::ours(store, query, when);
            judged(&samples[chosen], query, when, Some(theirs))
        },
    );
}

#[test]
fn names_may_go_at_the_end() {
    let samples = with_all(&mut Random::new(seed()));
    compare(
        "names at the end",
        &generate::OF_3_14,
        &samples,
        |chosen, query, when| {
            let store = &samples[chosen].store;
            // Two series that differ in their names alone clash where names go at once, and may not where they stay for a while.
            if let Answer::Failed(_) = answer::ours(store, query, when) {
                return None;
            }
            let theirs = answer::with_names_to_the_end(store, query, when);
            judged(&samples[chosen], query, when, Some(theirs))
        },
    );
}

#[test]
fn what_is_said_of_a_range_is_said_of_its_steps() {
    let samples = with_all(&mut Random::new(seed()));
    compare(
        "notes",
        &generate::OF_3_14,
        &samples,
        |chosen, query, when| {
            // For an instant query these are other numbers; and when nobody looks at buckets, what is said of resets depends on how many
            // samples are read, there as here.
            let words = [
                "start()",
                "end()",
                "range()",
                "step()",
                "histogram_avg(",
                "histogram_count(",
                "histogram_sum(",
            ];
            if words.iter().any(|word| query.contains(word)) {
                return None;
            }
            let store = &samples[chosen].store;
            let of_range = answer::notes(store, query, when.window())?;
            let mut of_steps = BTreeSet::new();
            for step in 0..when.steps {
                let at = Timestamp(when.start_ms + step * when.step_ms);
                of_steps.extend(answer::notes(store, query, Window::Instant(at))?);
            }
            Some(if of_range == of_steps {
                Ok(of_range.len() as u64)
            } else {
                Err(format!(
                    "of the range {of_range:#?}\n  of its steps {of_steps:#?}"
                ))
            })
        },
    );
}
