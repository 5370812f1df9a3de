//! The law that summaries agree with samples.

use model::{Matcher, TimeRange, Timestamp};

use crate::{Columns, Hints, Measure, Selection, Store, Summaries, Summary};

/// Compares what the store tells of these windows (first and last moment, both ascending) with the samples in them, for all series that match; how
/// many groups it told of, each for each measure.
///
/// # Panics
///
/// When they differ.
pub fn check_summaries(store: &dyn Store, matchers: &[Matcher], windows: &[(i64, i64)]) -> usize {
    let window = |(start, end): &(i64, i64)| TimeRange::new(Timestamp(*start), Timestamp(*end));
    let windows: Vec<TimeRange> = windows.iter().map(window).collect();
    let (Some(first), Some(last)) = (windows.first(), windows.last()) else {
        return 0;
    };
    let range = TimeRange::new(first.start, last.end);
    let querier = store.querier(range).expect("a querier");
    let selection = Selection {
        matchers,
        range,
        hints: Hints::default(),
    };
    let mut told = 0;
    let (mut summaries, mut columns) = (Summaries::default(), Columns::default());
    for group in querier.select(&selection).expect("a selection") {
        group.read(range, &mut columns).expect("columns");
        for measure in Measure::ALL {
            if !group
                .summarize(&windows, measure, &mut summaries)
                .expect("a store that can be read")
            {
                continue;
            }
            told += 1;
            let series = group.labels().len();
            assert_eq!(summaries.windows.len(), series * windows.len());
            for (at, own) in summaries.windows.chunks(windows.len()).enumerate() {
                let labels = group.labels().get(at);
                for (window, told) in windows.iter().zip(own) {
                    let expected = expected(&columns, at, *window, measure);
                    let place = format!("{measure:?} of {labels} in {window:?}");
                    assert_eq!(text(*told), text(expected), "{place}");
                }
            }
        }
    }
    told
}

fn expected(columns: &Columns, series: usize, window: TimeRange, measure: Measure) -> Summary {
    let column = &columns.columns[series];
    let samples = column.samples(&columns.timestamps);
    let samples = samples.filter(|(time, _)| window.contains(Timestamp(*time)));
    let (times, values): (Vec<i64>, Vec<f64>) = samples
        .map(|(time, value)| match value {
            model::Value::Float(value) => (time, value),
            model::Value::Histogram(_) => panic!("a summary of histograms"),
        })
        .unzip();
    Summary::of(&times, &values, measure).expect("a sum that is not exact must not be told")
}

/// So that equal texts mean equal bits; without samples the rest means nothing.
fn text(summary: Summary) -> String {
    if summary.count == 0 {
        return String::from("nothing");
    }
    format!("{summary:?}")
}
