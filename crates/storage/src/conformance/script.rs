//! The language of the scenarios, line by line:
//!
//! ```text
//! row <target> @<ms>: <sample> …         appends and commits a row; all samples must be taken
//! rollback <target> @<ms>: <sample> …    appends a row and drops it
//! together <row> | <row> …               hands each over on its own, and then waits for them, the last one first; all must be taken
//! refused <reason> <target> @<ms>: <sample>
//! rows <target> <ms> step <ms> times <n>: <series>     n rows, with the values 0, 1, 2, …
//! delete <matcher> … <start>..<end>
//! select <matcher> … <start>..<end>      then the series that must come, sorted, each `<series> <ms>:<value> …`
//! count <matcher> … <start>..<end> <n>   samples that must come
//! newest <matcher> … <start>..<end>      the same, asked for the newest sample of each series only
//! markers <matcher> … <start>..<end>     then `<series> <n>`: rows that must read as stale markers, gaps apart
//! names [<matcher> …]                    then the label names, in one line
//! values <label> [<matcher> …]           then its values, in one line
//! ```
//!
//! A target is `name=value,…`. A sample is `<series>=<value>`, with `@<ms>` if it has a time of its own, with `^<ms>` if it says when its counter
//! began (so it is printed, too), and with `whole:` before it if the target's labels are not added. A value is a float, `stale`, or `nan:<bits in hex>`.

use model::{Labels, MatchOp, Matcher, STALE_NAN, TimeRange, Timestamp, Value};

use crate::{Appender, Columns, Hints, Refusal, Sample, Selection, SeriesKey, Store};

/// Runs one scenario.
///
/// # Panics
///
/// When the store does not do what the scenario says.
pub fn check(name: &str, store: &dyn Store, text: &str) {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .peekable();
    while let Some(line) = lines.next() {
        let place = format!("{name}: {line}");
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|line| !is_command(line)) {
            expected.push(line.to_owned());
        }
        match verb {
            "row" => append(store, rest, true, &place),
            "rollback" => append(store, rest, false, &place),
            "together" => together(store, rest, &place),
            "refused" => refused(store, rest, &place),
            "rows" => rows(store, rest),
            "delete" => {
                let (matchers, range) = selection(rest);
                store
                    .delete(&matchers, range)
                    .unwrap_or_else(|e| panic!("{place}: {e}"));
            }
            "select" => assert_eq!(select(store, rest), expected, "{place}"),
            "newest" => assert_eq!(newest(store, rest), expected, "{place}"),
            "markers" => assert_eq!(markers(store, rest), expected, "{place}"),
            "count" => {
                let (selected, count) = rest.rsplit_once(' ').expect("a count");
                let found: usize = select(store, selected)
                    .iter()
                    .map(|l| l.split(' ').count() - 1)
                    .sum();
                assert_eq!(found.to_string(), count, "{place}");
            }
            "names" => {
                let querier = store.querier(TimeRange::ALL).expect("a querier");
                let names = querier.label_names(&matchers(rest)).expect("names");
                assert_eq!(names.join(" "), expected.join(" "), "{place}");
            }
            "values" => {
                let (label, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let querier = store.querier(TimeRange::ALL).expect("a querier");
                let values = querier
                    .label_values(label, &matchers(rest))
                    .expect("values");
                assert_eq!(values.join(" "), expected.join(" "), "{place}");
            }
            _ => panic!("{place}: no such command"),
        }
    }
}

fn is_command(line: &str) -> bool {
    let verbs = [
        "row", "rollback", "together", "refused", "rows", "delete", "select", "newest", "markers",
        "count", "names", "values",
    ];
    verbs.contains(&line.split(' ').next().unwrap_or_default())
}

/// An appender with a row in it.
fn filled<'s>(store: &'s dyn Store, text: &str, place: &str) -> Box<dyn Appender + 's> {
    let mut appender = store.appender();
    let samples = begin(&mut *appender, text);
    for sample in samples.split(' ') {
        push(&mut *appender, sample)
            .unwrap_or_else(|refusal| panic!("{place}: {sample}: {refusal}"));
    }
    appender
}

fn together(store: &dyn Store, text: &str, place: &str) {
    let rows = text.split(" | ");
    let submitted: Vec<_> = rows.map(|row| filled(store, row, place).submit()).collect();
    for row in submitted.into_iter().rev() {
        let committed = row
            .wait()
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(committed.refused, 0, "{place}");
        assert!(committed.samples > 0, "{place}");
    }
}

/// Appends a row and commits it, or drops it.
fn append(store: &dyn Store, text: &str, commit: bool, place: &str) {
    let appender = filled(store, text, place);
    if commit {
        let committed = appender
            .commit()
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(committed.refused, 0, "{place}");
    }
}

/// A refusal may come at once or with the commit.
fn refused(store: &dyn Store, text: &str, place: &str) {
    let colon = text.find(": ").expect("samples after a colon");
    let target = text[..colon]
        .rfind(" @")
        .and_then(|at| text[..at].rfind(' '))
        .expect("a reason and a target");
    let mut appender = store.appender();
    let sample = begin(&mut *appender, &text[target + 1..]);
    match push(&mut *appender, sample) {
        Err(refusal) => assert_eq!(refusal.to_string(), text[..target], "{place}"),
        Ok(()) => {
            let committed = appender.commit().expect("a commit");
            assert_eq!(committed.refused, 1, "{place}: it was taken");
        }
    }
}

fn rows(store: &dyn Store, text: &str) {
    let (head, series) = text.split_once(": ").expect("a series after a colon");
    let words: Vec<&str> = head.split(' ').collect();
    let number = |at: usize| words[at].parse::<i64>().expect("a number");
    for index in 0..number(5) {
        let text = format!(
            "{} @{}: {series}={index}",
            words[0],
            number(1) + index * number(3)
        );
        append(store, &text, true, "rows");
    }
}

/// Begins the row of `<target> @<ms>: <samples>`, and gives back the samples.
fn begin<'t>(appender: &mut dyn Appender, text: &'t str) -> &'t str {
    let (head, samples) = text.split_once(": ").expect("samples after a colon");
    let (target, time) = head.split_once(" @").expect("a target and a time");
    appender.row(&labels(target), Timestamp(time.parse().expect("a time")));
    samples
}

fn push(appender: &mut dyn Appender, text: &str) -> Result<(), Refusal> {
    let (whole, text) = match text.strip_prefix("whole:") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let equals = text.rfind('=').expect("a value");
    let time = |text: &str| Timestamp(text.parse().expect("a time"));
    let (value, start) = match text[equals + 1..].split_once('^') {
        Some((value, start)) => (value, Some(time(start))),
        None => (&text[equals + 1..], None),
    };
    let (value, own) = match value.split_once('@') {
        Some((value, own)) => (value, Some(time(own))),
        None => (value, None),
    };
    let series = series(&text[..equals]);
    let key = if whole {
        SeriesKey::Whole(&series)
    } else {
        SeriesKey::InTarget(&series)
    };
    let sample = Sample {
        timestamp: own,
        start,
        ..Sample::float(float(value))
    };
    let _ = appender.append(key, sample)?;
    Ok(())
}

fn float(text: &str) -> f64 {
    match text.strip_prefix("nan:") {
        Some(bits) => f64::from_bits(u64::from_str_radix(bits, 16).expect("bits")),
        None if text == "stale" => STALE_NAN,
        None => text.parse().expect("a float"),
    }
}

fn printed(value: &Value) -> String {
    match value {
        Value::Float(value) if value.is_nan() => format!("nan:{:016x}", value.to_bits()),
        Value::Float(value) if value.is_infinite() => {
            (if *value > 0.0 { "+inf" } else { "-inf" }).to_owned()
        }
        Value::Float(value) if value.abs() > 1e300 || (*value != 0.0 && value.abs() < 1e-300) => {
            format!("{value:e}").replace("5e-324", "4.9e-324")
        }
        Value::Float(value) => value.to_string(),
        Value::Histogram(histogram) => format!("{histogram:?}"),
    }
}

fn labels(text: &str) -> Labels {
    Labels::from_pairs(
        text.split(',')
            .map(|pair| pair.split_once('=').expect("name=value")),
    )
}

/// `name{label=value,…}`
fn series(text: &str) -> Labels {
    let (name, rest) = text.split_once('{').unwrap_or((text, "}"));
    let inside = rest.trim_end_matches('}');
    let mut builder = if inside.is_empty() {
        Labels::empty()
    } else {
        labels(inside)
    }
    .to_builder();
    builder.set(model::labels::METRIC_NAME, name);
    builder.build()
}

fn matchers(text: &str) -> Vec<Matcher> {
    let ops = [
        ("=~", MatchOp::Regex),
        ("!~", MatchOp::NotRegex),
        ("!=", MatchOp::NotEqual),
        ("=", MatchOp::Equal),
    ];
    let parse = |word: &str| {
        let at = word.find(['=', '!']).expect("an operator");
        let (name, rest) = word.split_at(at);
        let (text, op) = ops
            .iter()
            .find(|(text, _)| rest.starts_with(text))
            .expect("an operator");
        Matcher::new(name, *op, &rest[text.len()..]).expect("a matcher")
    };
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(parse)
        .collect()
}

/// `<matcher> … <start>..<end>`
fn selection(text: &str) -> (Vec<Matcher>, TimeRange) {
    let (head, range) = text.rsplit_once(' ').expect("matchers and a range");
    let (start, end) = range.split_once("..").expect("a range");
    let time = |text: &str| Timestamp(text.parse().expect("a time"));
    (matchers(head), TimeRange::new(time(start), time(end)))
}

/// What a selection gives: columns and labels of each group.
fn read(store: &dyn Store, text: &str, hints: Hints<'_>) -> Vec<(Labels, Vec<i64>, crate::Column)> {
    let (matchers, range) = selection(text);
    let querier = store.querier(range).expect("a querier");
    let selection = Selection {
        matchers: &matchers,
        range,
        hints,
    };
    let mut columns = Columns::default();
    let mut found = Vec::new();
    for group in querier.select(&selection).expect("a selection") {
        group.read(range, &mut columns).expect("columns");
        assert!(
            columns.timestamps.is_sorted_by(|a, b| a < b),
            "timestamps ascend: {:?}",
            columns.timestamps
        );
        assert_eq!(
            columns.columns.len(),
            group.labels().len(),
            "a column for each label set"
        );
        for (labels, column) in group.labels().iter().zip(&columns.columns) {
            check_gaps(column);
            found.push((labels, columns.timestamps.clone(), column.clone()));
        }
    }
    found.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    assert!(
        found.is_sorted_by(|(a, ..), (b, ..)| a < b),
        "no label set comes twice"
    );
    found
}

/// What is written at [`crate::Column::gaps`].
fn check_gaps(column: &crate::Column) {
    let last = column.first_row + column.values.len().saturating_sub(1);
    let mut after = column.first_row;
    for gap in &column.gaps {
        assert!(column.has_stale, "a column with gaps has stale markers");
        assert!(
            after < gap.start && gap.start < gap.end && gap.end <= last,
            "gaps lie apart between values: {:?}",
            column.gaps
        );
        after = gap.end;
        for row in gap.clone() {
            let value = column.values.get(row - column.first_row);
            assert!(
                value.is_some_and(|value| value.is_stale()),
                "a stale marker stands in each row of a gap"
            );
        }
    }
}

fn select(store: &dyn Store, text: &str) -> Vec<String> {
    check_presence(store, text);
    let mut lines = Vec::new();
    for (labels, timestamps, column) in read(store, text, Hints::default()) {
        let samples = column.samples(&timestamps);
        let samples: Vec<String> = samples
            .map(|(t, value)| match column.starts.at(t) {
                Some(start) => format!("{t}:{}^{start}", printed(&value)),
                None => format!("{t}:{}", printed(&value)),
            })
            .collect();
        if !samples.is_empty() {
            lines.push(format!("{} {}", plain(&labels), samples.join(" ")));
        }
    }
    lines
}

/// Where values don't matter, all else is as it is.
fn check_presence(store: &dyn Store, text: &str) {
    let times = |presence_only| {
        let hints = Hints {
            presence_only,
            ..Hints::default()
        };
        let read = read(store, text, hints).into_iter();
        let times = read.map(|(labels, timestamps, column)| {
            let samples = column.samples(&timestamps);
            (labels, samples.map(|(t, _)| t).collect(), column.gaps)
        });
        times.collect()
    };
    let all: Vec<(Labels, Vec<i64>, _)> = times(false);
    assert_eq!(times(true), all, "{text}: where there are samples");
}

/// A store may give more than the newest sample, but that one must be right: where it is a stale marker, the series has none.
fn newest(store: &dyn Store, text: &str) -> Vec<String> {
    let samples = |presence_only| -> Vec<(Labels, i64, Value)> {
        let hints = Hints {
            newest_only: true,
            presence_only,
            ..Hints::default()
        };
        let read = read(store, text, hints).into_iter();
        let newest = read.filter_map(|(labels, timestamps, column)| {
            let last = column.values.len().checked_sub(1)?;
            let value = column.values.get(last).filter(|value| !value.is_stale())?;
            Some((labels, timestamps[column.first_row + last], value))
        });
        newest.collect()
    };
    let all = samples(false);
    let times = |samples: &[(Labels, i64, Value)]| -> Vec<(Labels, i64)> {
        let samples = samples.iter();
        samples
            .map(|(labels, time_ms, _)| (labels.clone(), *time_ms))
            .collect()
    };
    assert_eq!(times(&samples(true)), times(&all), "{text}: where they are");
    let line = |(labels, time_ms, value): &(Labels, i64, Value)| {
        format!("{} {time_ms}:{}", plain(labels), printed(value))
    };
    all.iter().map(line).collect()
}

fn markers(store: &dyn Store, text: &str) -> Vec<String> {
    let count = |column: &crate::Column| {
        let values = (0..column.values.len()).filter_map(|index| column.values.get(index));
        let stale = values.filter(Value::is_stale).count();
        stale
            - column
                .gaps
                .iter()
                .map(ExactSizeIterator::len)
                .sum::<usize>()
    };
    read(store, text, Hints::default())
        .iter()
        .map(|(labels, _, column)| format!("{} {}", plain(labels), count(column)))
        .collect()
}

/// `name{label=value,…}`, without quotes.
fn plain(labels: &Labels) -> String {
    labels.to_string().replace(['"', ' '], "")
}
