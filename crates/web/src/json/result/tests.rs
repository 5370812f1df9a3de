use std::sync::Arc;

use model::Timestamp;
use proptest::prelude::*;

use super::*;

fn pieces(document: &Document) -> Vec<Vec<u8>> {
    let all = std::iter::successors(Some(document.first()), |piece| document.after(*piece));
    all.map(|piece| document.write(piece)).collect()
}

fn whole(value: Value, tail: Tail) -> String {
    let body = pieces(&Document::new(value, tail)).concat();
    String::from_utf8(body).expect("JSON is UTF-8")
}

fn check(value: Value, expected_data: &str) {
    assert_eq!(
        whole(value, Tail::default()),
        format!(r#"{{"status":"success","data":{expected_data}}}"#)
    );
}

fn floats(labels: Labels, points: &[(i64, f64)]) -> MatrixSeries {
    MatrixSeries {
        labels,
        float_times: points.iter().map(|point| point.0).collect(),
        floats: points.iter().map(|point| point.1).collect(),
        ..MatrixSeries::default()
    }
}

/// Expectations are what Prometheus 2.42 answered, histograms apart.
#[test]
fn shapes_are_those_of_prometheus() {
    check(
        Value::Scalar(Timestamp(-1500), 1e21),
        r#"{"resultType":"scalar","result":[-1.5,"1000000000000000000000"]}"#,
    );
    check(
        Value::String(Timestamp(250), "a<b".to_owned()),
        r#"{"resultType":"string","result":[0.25,"a\u003cb"]}"#,
    );
    check(
        Value::Vector(
            Timestamp(1500),
            vec![VectorSample {
                labels: Labels::empty(),
                value: model::Value::Float(1.0),
            }],
        ),
        r#"{"resultType":"vector","result":[{"metric":{},"value":[1.500,"1"]}]}"#,
    );
    check(
        Value::Vector(Timestamp(1500), Vec::new()),
        r#"{"resultType":"vector","result":[]}"#,
    );
    check(
        Value::Matrix(vec![
            floats(
                Labels::from_pairs([("__name__", "up"), ("job", "a")]),
                &[(0, 1.0), (250, f64::NAN)],
            ),
            floats(Labels::from_pairs([("job", "b")]), &[(1000, 0.5)]),
        ]),
        concat!(
            r#"{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"#,
            r#""values":[[0,"1"],[0.250,"NaN"]]},{"metric":{"job":"b"},"values":[[1,"0.5"]]}]}"#
        ),
    );
    check(
        Value::Matrix(Vec::new()),
        r#"{"resultType":"matrix","result":[]}"#,
    );
}

#[test]
fn histograms_stand_beside_floats() {
    let histogram = Arc::new(Histogram {
        count: 1.0,
        sum: 2.5,
        ..Histogram::default()
    });
    let series = MatrixSeries {
        histogram_times: vec![2000, 3000],
        histograms: vec![Arc::clone(&histogram), Arc::clone(&histogram)],
        ..floats(Labels::empty(), &[(1000, 1.0)])
    };
    check(
        Value::Matrix(vec![series]),
        concat!(
            r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"]],"#,
            r#""histograms":[[2,{"count":"1","sum":"2.5"}],[3,{"count":"1","sum":"2.5"}]]}]}"#
        ),
    );
    check(
        Value::Vector(
            Timestamp(0),
            vec![VectorSample {
                labels: Labels::empty(),
                value: model::Value::Histogram(histogram),
            }],
        ),
        r#"{"resultType":"vector","result":[{"metric":{},"histogram":[0,{"count":"1","sum":"2.5"}]}]}"#,
    );
}

#[test]
fn what_should_be_said_comes_last() {
    let tail = Tail {
        stats: Some(b"{}".to_vec()),
        explanation: None,
        warnings: vec!["a".to_owned(), "b".to_owned()],
        infos: vec!["c".to_owned()],
    };
    assert_eq!(
        whole(Value::Matrix(Vec::new()), tail),
        concat!(
            r#"{"status":"success","data":{"resultType":"matrix","result":[],"stats":{}},"#,
            r#""warnings":["a","b"],"infos":["c"]}"#
        )
    );
}

/// Large enough that pieces end within points, between points and between series: all of it must read back.
#[test]
fn pieces_join_to_one_document() {
    let times: Vec<i64> = (0..3000)
        .map(|step| 1_700_000_000_000 + step * 15_000)
        .collect();
    let histogram = Arc::new(Histogram {
        count: 3.0,
        sum: 1.0,
        ..Histogram::default()
    });
    let all: Vec<MatrixSeries> = (0..40)
        .map(|number| MatrixSeries {
            labels: Labels::from_pairs([("series", number.to_string())]),
            float_times: times.as_slice().into(),
            floats: times.iter().map(|time| *time as f64 / 7.0).collect(),
            histogram_times: times[..number].to_vec(),
            histograms: vec![Arc::clone(&histogram); number],
        })
        .collect();
    let pieces = pieces(&Document::new(Value::Matrix(all.clone()), Tail::default()));
    assert!(pieces.len() > 8);
    let longest = pieces.iter().map(Vec::len).max();
    assert!(longest.is_some_and(|bytes| bytes <= PIECE_BYTES + HEAD_BYTES));

    let document: serde_json::Value =
        serde_json::from_slice(&pieces.concat()).expect("the pieces are one document");
    let series = document["data"]["result"].as_array().expect("a list");
    assert_eq!(series.len(), all.len());
    for (written, meant) in series.iter().zip(&all) {
        let values = written["values"].as_array().expect("a list");
        assert_eq!(values.len(), meant.floats.len());
        for (point, value) in values.iter().zip(&meant.floats) {
            assert_eq!(
                point[1].as_str().and_then(|text| text.parse().ok()),
                Some(*value)
            );
        }
        let histograms = written
            .get("histograms")
            .map_or(0, |list| list.as_array().map_or(0, Vec::len));
        assert_eq!(histograms, meant.histograms.len());
    }
}

#[test]
fn labels_that_are_longer_than_a_piece() {
    let text = "x".repeat(PIECE_BYTES + 1);
    let series = || floats(Labels::from_pairs([("long", &text)]), &[(0, 1.0), (1, 2.0)]);
    let expected = format!(r#"{{"metric":{{"long":"{text}"}},"values":[[0,"1"],[0.001,"2"]]}}"#);
    check(
        Value::Matrix(vec![series(), series()]),
        &format!(r#"{{"resultType":"matrix","result":[{expected},{expected}]}}"#),
    );
}

/// A value that may be whole, short, have all digits, or be any float at all; some come several times.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-100_000..100_000_i64).prop_map(|whole| whole as f64),
        (-100_000..100_000_i64).prop_map(|cents| cents as f64 / 100.0),
        any::<f64>(),
        Just(0.1),
        Just(7.0),
    ]
}

proptest! {
    /// A reader of JSON and one of floats get out what was put in, with gaps or without.
    #[test]
    fn points_read_back_as_they_were(
        columns in prop::collection::vec(
            prop::collection::vec((any::<bool>(), value()), 0..200),
            1..4,
        ),
        start_ms in -2_000_000_000_000..2_000_000_000_000_i64,
        step_ms in 1..100_000_i64,
    ) {
        let meant: Vec<Vec<(i64, f64)>> = columns
            .iter()
            .map(|column| {
                let times = (0..).map(|step| start_ms + step * step_ms);
                let points = times.zip(column).filter(|(_, (there, _))| *there);
                points.map(|(time, (_, value))| (time, *value)).collect()
            })
            .collect();
        let all = meant.iter().map(|points| floats(Labels::empty(), points));
        let body = whole(Value::Matrix(all.collect()), Tail::default());
        let document: serde_json::Value = serde_json::from_str(&body).expect("it is JSON");
        let result = document["data"]["result"].as_array().expect("a list");
        prop_assert_eq!(result.len(), meant.len());
        for (series, points) in result.iter().zip(&meant) {
            let none = Vec::new();
            let written = series["values"].as_array().unwrap_or(&none);
            prop_assert_eq!(written.len(), points.len());
            for (point, (time_ms, value)) in written.iter().zip(points) {
                let seconds = point[0].as_f64().expect("a number");
                prop_assert_eq!((seconds * 1000.0).round() as i64, *time_ms);
                let text = point[1].as_str().expect("a string");
                let back: f64 = text.parse().expect("a float");
                prop_assert!(back.to_bits() == value.to_bits() || back.is_nan() && value.is_nan());
            }
        }
    }
}
