//! Families in a segment, which many processes look at.

use ferula::{
    Buckets, Collector as _, Family, FamilyBuilder, Merge, MergeBy, Metric, Names, Native, Page,
    Segment,
};

use crate::family::{Family as Own, Kind};
use crate::series::Cells;

/// What besides its name makes a family.
pub(crate) struct Options<'o> {
    /// What `multiprocess_mode` says of a gauge.
    pub(crate) mode: &'o str,
    /// An enum's.
    pub(crate) states: &'o [String],
    /// How fine a histogram's native buckets are, if it has them.
    pub(crate) native_schema: Option<u8>,
}

/// A family of the core, whose children are in a segment.
#[derive(Debug)]
pub(crate) enum Shared {
    Counter(Family<ferula::Counter>),
    Gauge(Family<ferula::Gauge>),
    Summary(Family<ferula::Summary>),
    Histogram(Family<ferula::Histogram>),
    Info(Family<ferula::Info>),
    StateSet(Family<ferula::StateSet>),
}

impl Shared {
    /// The family in `segment`; `None` for what a segment can't hold, which then counts in this process alone: bounds that are
    /// equal, or too many.
    pub(crate) fn new(segment: Option<&Segment>, own: &Own, options: &Options<'_>) -> Option<Self> {
        let (name, help) = (own.name.as_str(), own.documentation.as_str());
        Some(match own.kind {
            Kind::Counter => {
                let builder = ferula::Counter::builder(name, help)
                    .unit(&own.unit)
                    .names(Names::AsGiven);
                Self::Counter(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::Gauge => {
                let builder = ferula::Gauge::builder(name, help)
                    .unit(&own.unit)
                    .names(Names::AsGiven)
                    .merge(merge(options.mode));
                Self::Gauge(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::Summary => {
                let builder = ferula::Summary::builder(name, help)
                    .unit(&own.unit)
                    .names(Names::AsGiven);
                Self::Summary(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::Histogram => {
                let buckets = Buckets::new(&own.bounds).ok()?;
                let mut builder = ferula::Histogram::builder(name, help)
                    .unit(&own.unit)
                    .names(Names::AsGiven)
                    .buckets(buckets);
                if let Some(schema) = options.native_schema {
                    builder = builder.native(Native::schema(schema).ok()?);
                }
                Self::Histogram(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::Info => {
                let builder = ferula::Info::builder(name, help).names(Names::AsGiven);
                Self::Info(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::StateSet => {
                let states: Vec<&str> = options.states.iter().map(String::as_str).collect();
                let builder = ferula::StateSet::builder(name, help, &states).names(Names::AsGiven);
                Self::StateSet(built(builder.labels(own.labels.iter()), own, segment)?)
            }
            Kind::Other => return None,
        })
    }

    /// Shows a histogram's children.
    pub(crate) fn show(&self, page: &mut Page<'_>) {
        if let Self::Histogram(family) = self {
            family.collect(page);
        }
    }

    /// The cells of a child: the same for every process.
    pub(crate) fn cells(&self, values: &[&str]) -> Cells {
        match self {
            Self::Counter(family) => Cells::Counter(family.handle(values)),
            Self::Gauge(family) => Cells::Gauge(family.handle(values)),
            Self::Summary(family) => Cells::Summary(family.handle(values)),
            Self::Histogram(family) => Cells::Histogram(family.handle(values)),
            Self::Info(family) => Cells::Info(family.handle(values)),
            Self::StateSet(family) => Cells::StateSet(family.handle(values)),
        }
    }

    /// Takes a child off every process' page.
    pub(crate) fn remove(&self, values: &[&str]) {
        let _there_was_one = match self {
            Self::Counter(family) => family.remove(values),
            Self::Gauge(family) => family.remove(values),
            Self::Summary(family) => family.remove(values),
            Self::Histogram(family) => family.remove(values),
            Self::Info(family) => family.remove(values),
            Self::StateSet(family) => family.remove(values),
        };
    }

    /// Takes all children off every process' page.
    pub(crate) fn clear(&self) {
        match self {
            Self::Counter(family) => family.clear(),
            Self::Gauge(family) => family.clear(),
            Self::Summary(family) => family.clear(),
            Self::Histogram(family) => family.clear(),
            Self::Info(family) => family.clear(),
            Self::StateSet(family) => family.clear(),
        }
    }
}

/// The counter of families that were full when somebody asked for a new child.
pub(crate) const OVERFLOWS: &str = "ferula_series_overflows";
pub(crate) const OVERFLOWS_HELP: &str =
    "Look-ups of label values that found their family full, by family.";

/// That counter for one family, of all processes of a segment.
pub(crate) fn overflows(segment: &Segment, family: &str) -> Option<ferula::Counter> {
    let builder = ferula::Counter::builder(OVERFLOWS, OVERFLOWS_HELP)
        .names(Names::AsGiven)
        .labels(["family"]);
    let families = builder.sorted().build_shared(segment).ok()?;
    Some(families.handle(&[family]))
}

fn built<M: Metric>(
    builder: FamilyBuilder<M>,
    own: &Own,
    segment: Option<&Segment>,
) -> Option<Family<M>> {
    let builder = builder.sorted().series_max(own.series_max);
    match segment {
        Some(segment) => builder.build_shared(segment).ok(),
        None => builder.build().ok(),
    }
}

/// What `multiprocess_mode` says.
fn merge(mode: &str) -> Merge {
    let by = match mode.strip_prefix("live").unwrap_or(mode) {
        "min" => MergeBy::Min,
        "max" => MergeBy::Max,
        "sum" => MergeBy::Sum,
        "mostrecent" => MergeBy::MostRecent,
        _ => MergeBy::All,
    };
    Merge {
        by,
        live: mode.starts_with("live"),
    }
}
