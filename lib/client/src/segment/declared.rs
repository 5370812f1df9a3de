//! Families as a segment knows them: the same in every process that has declared them alike.

use super::layout::{FAMILY, GAUGE_CELLS};
use super::record::{Draft, Record};
use crate::Kind;
use crate::builder::LABELS_MAX;
use crate::gauge::{Merge, MergeBy};
use crate::histogram::Layout;
use crate::labels::LabelNames;
use crate::state_set::States;
use crate::summary::Quantiles;

/// What a process says of a family.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) labels: Vec<String>,
    /// Whether labels stand in the order of the alphabet.
    pub(crate) sorted: bool,
    pub(crate) shape: Shape,
}

/// The kind, with what all children have in common.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A counter.
    Counter,
    /// A gauge.
    Gauge(Merge),
    /// A histogram.
    Histogram(Layout),
    /// A summary, with quantiles or without.
    Summary(Option<Quantiles>),
    /// An info.
    Info,
    /// A state set.
    StateSet(States),
}

/// Bits of word 2 of the record.
const SORTED: u64 = 1 << 8;
const LABELS_BITS: u32 = 16;
const SHAPE_BITS: u32 = 32;
/// Words before the shape.
const HEAD: usize = 4;
/// Texts before the labels.
const TEXTS: usize = 3;
/// In a gauge's shape.
const LIVE: u64 = 8;

const MERGES: [MergeBy; 5] = [
    MergeBy::All,
    MergeBy::Min,
    MergeBy::Max,
    MergeBy::Sum,
    MergeBy::MostRecent,
];

impl Declared {
    /// Whether series of the two are series of one family. Help texts may differ, and the order of labels on the page: who came first says how they stand there.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.unit == other.unit
            && self.labels == other.labels
            && self.shape == other.shape
    }

    pub(super) fn label_names(&self) -> LabelNames {
        let names = self
            .labels
            .iter()
            .map(|name| name.as_str().into())
            .collect();
        if self.sorted {
            LabelNames::sorted(names, self.shape.bound())
        } else {
            LabelNames::as_given(names)
        }
    }

    pub(super) fn draft(&self) -> Draft {
        let shape = self.shape.words();
        let sorted = if self.sorted { SORTED } else { 0 };
        let states = self.shape.states();
        let mut draft = Draft::new(FAMILY);
        draft.push(
            code(self.shape.kind())
                | sorted
                | (self.labels.len() as u64) << LABELS_BITS
                | (shape.len() as u64) << SHAPE_BITS,
        );
        draft.push((TEXTS + self.labels.len() + states.len()) as u64);
        for word in shape {
            draft.push(word);
        }
        let own = [&*self.name, &*self.unit, &*self.help];
        let labels = self.labels.iter().map(String::as_str);
        let states = states.iter().map(|state| &**state);
        draft.push_texts(own.into_iter().chain(labels).chain(states));
        draft.finish()
    }

    /// What a record declares, if it makes sense.
    pub(super) fn read(record: &Record) -> Option<Self> {
        let head = record.words[2];
        let labels = (head >> LABELS_BITS) as u16 as usize;
        let words = (head >> SHAPE_BITS) as usize;
        if labels > LABELS_MAX {
            return None;
        }
        let shape = record.words.get(HEAD..HEAD.checked_add(words)?)?;
        let texts = usize::try_from(record.words[3]).ok()?;
        let mut texts = record.texts(HEAD + words, texts)?.into_iter();
        let mut text = || texts.next();
        let (name, unit, help) = (text()?, text()?, text()?);
        let labels = (0..labels).map(|_| text()).collect::<Option<Vec<_>>>()?;
        let states = texts.map(String::into_boxed_str).collect::<Box<[_]>>();
        Some(Self {
            name,
            help,
            unit,
            labels,
            sorted: head & SORTED != 0,
            shape: Shape::read(head as u8, shape, states)?,
        })
    }
}

impl Shape {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Counter => Kind::Counter,
            Self::Gauge(_) => Kind::Gauge,
            Self::Histogram(_) => Kind::Histogram,
            Self::Summary(_) => Kind::Summary,
            Self::Info => Kind::Info,
            Self::StateSet(_) => Kind::StateSet,
        }
    }

    fn bound(&self) -> Option<&'static str> {
        match self {
            Self::Histogram(_) => Some("le"),
            Self::Summary(_) => Some("quantile"),
            _ => None,
        }
    }

    /// How many cells a series has.
    pub(super) fn cells(&self) -> usize {
        use crate::node::Sealed;
        match self {
            Self::Counter => crate::Counter::cells(&()),
            Self::Gauge(_) => GAUGE_CELLS,
            Self::Histogram(buckets) => crate::Histogram::cells(buckets),
            Self::Summary(quantiles) => crate::Summary::cells(quantiles),
            Self::Info => 0,
            Self::StateSet(states) => crate::StateSet::cells(states),
        }
    }

    fn words(&self) -> Vec<u64> {
        match self {
            Self::Gauge(merge) => {
                let by = MERGES.iter().position(|by| *by == merge.by).unwrap_or(0);
                vec![by as u64 | if merge.live { LIVE } else { 0 }]
            }
            Self::Histogram(buckets) => buckets.words(),
            Self::Summary(Some(quantiles)) => quantiles.words(),
            _ => Vec::new(),
        }
    }

    fn states(&self) -> &[Box<str>] {
        match self {
            Self::StateSet(states) => &states.0,
            _ => &[],
        }
    }

    fn read(code: u8, words: &[u64], states: Box<[Box<str>]>) -> Option<Self> {
        Some(match code {
            1 => Self::Counter,
            2 => {
                let &[word] = words else { return None };
                let by = *MERGES.get(usize::try_from(word & !LIVE).ok()?)?;
                let live = word & LIVE != 0;
                Self::Gauge(Merge { by, live })
            }
            3 => Self::Histogram(Layout::of_words(words)?),
            5 if words.is_empty() => Self::Summary(None),
            5 => Self::Summary(Some(Quantiles::of_words(words)?)),
            6 => Self::Info,
            7 => Self::StateSet(States::checked(states)?),
            _ => return None,
        })
    }
}

/// The kind's number in the record.
fn code(kind: Kind) -> u64 {
    match kind {
        Kind::Unknown => 0,
        Kind::Counter => 1,
        Kind::Gauge => 2,
        Kind::Histogram => 3,
        Kind::GaugeHistogram => 4,
        Kind::Summary => 5,
        Kind::Info => 6,
        Kind::StateSet => 7,
    }
}
