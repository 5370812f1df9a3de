//! One chunk: a run of floats becomes an entry and its residuals.

use model::is_stale;

use super::Level;
use super::entry::{Entry, Form};
use crate::codec::decimal::{self, Decimals};
use crate::codec::shape::{self, Shape};
use crate::codec::{floats, packed, pco, stream};

/// The most chunks that stand upon one another: what reading one of them may cost.
const CHAIN_MAX: usize = 32;

/// Where a chunk belongs; chunks stand upon one another only inside one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) family: u32,
    pub(super) group: usize,
    pub(super) window: usize,
}

/// A chunk's values, and where they lie in its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) rows: usize,
    pub(super) first: usize,
    pub(super) values: &'a [f64],
    /// Rows without a sample: how many rows lie before each since the last, and how many it has.
    pub(super) gaps: &'a [(usize, usize)],
}

/// The chunk before, upon which the next may stand.
#[derive(Debug)]
struct Previous {
    place: Place,
    exponent: u8,
    mantissas: Vec<i64>,
    chain: usize,
}

/// Encodes chunk after chunk.
#[derive(Debug)]
pub(super) struct Chunker {
    level: Level,
    present: Vec<f64>,
    decimals: Decimals,
    rest: Vec<i64>,
    own: shape::Scratch,
    upon: shape::Scratch,
    previous: Option<Previous>,
}

/// What of a chunk goes into streams.
#[derive(Debug)]
pub(super) enum Residuals<'a> {
    None,
    Integers(&'a [i64]),
    Floats(&'a [f64]),
}

impl Chunker {
    pub(super) fn new(level: Level) -> Self {
        Self {
            level,
            present: Vec::new(),
            decimals: Decimals::default(),
            rest: Vec::new(),
            own: shape::Scratch::default(),
            upon: shape::Scratch::default(),
            previous: None,
        }
    }

    /// The next chunk begins a page, or follows one that is not made of decimals.
    pub(super) fn forget(&mut self) {
        self.previous = None;
    }

    /// Encodes the chunk; `original` is a metric of this place with the same chunk.
    pub(super) fn encode(
        &mut self,
        place: Place,
        run: Run<'_>,
        original: Option<u32>,
    ) -> (Entry, Residuals<'_>) {
        let mut entry = Entry {
            form: Form::Raw,
            rows: run.rows,
            first: run.first,
            length: run.values.len(),
            stale: Vec::new(),
            gaps: run.gaps.to_vec(),
            exceptions: Vec::new(),
            stream: 0,
        };
        split_stale(run.values, &mut self.present, &mut entry.stale);
        if let Some(form) = self.without_residuals(&mut entry) {
            entry.form = form;
            self.forget();
            return (entry, Residuals::None);
        }
        if !decimal::encode(&self.present, &mut self.decimals) {
            if let Some(metric) = original {
                self.forget();
                return (duplicate(entry, metric), Residuals::None);
            }
            decimal::encode_bits(&self.present, &mut self.decimals);
            if !self.bits_are_small() {
                self.forget();
                return (entry, Residuals::Floats(&self.present));
            }
        }
        self.encode_decimals(place, entry, original)
    }

    /// One float again and again, that is no decimal; or nothing but stale markers.
    fn without_residuals(&self, entry: &mut Entry) -> Option<Form> {
        let Some(first) = self.present.first() else {
            entry.stale.clear();
            return Some(Form::Bits(model::STALE_NAN.to_bits()));
        };
        let bits = first.to_bits();
        let constant = self.present.iter().all(|value| value.to_bits() == bits);
        let decimal = constant && decimal::encode(&[*first], &mut Decimals::default());
        (constant && !decimal).then_some(Form::Bits(bits))
    }

    /// Whether floats that are no decimals take less as the residuals of their bits: they do if they seldom change.
    fn bits_are_small(&mut self) -> bool {
        let level = self.level;
        let (_, residuals) = shape::choose(&self.decimals.mantissas, &mut self.own, |residuals| {
            cost(level, residuals)
        });
        let mut integers = Vec::new();
        match level {
            Level::Hot => packed::encode(residuals, &mut integers),
            Level::Cold => stream::encode_cold(residuals, &mut integers),
        }
        let mut raw = Vec::new();
        floats::encode(&self.present, &mut raw);
        integers.len() < raw.len()
    }

    fn encode_decimals(
        &mut self,
        place: Place,
        mut entry: Entry,
        original: Option<u32>,
    ) -> (Entry, Residuals<'_>) {
        let level = self.level;
        let cost = |values: &[i64]| cost(level, values);
        let exponent = self.decimals.exponent;
        let mantissas = &self.decimals.mantissas;
        let (own, own_residuals) = shape::choose(mantissas, &mut self.own, cost);
        let previous = self.previous.take().filter(|previous| {
            previous.place == place
                && previous.exponent == exponent
                && previous.mantissas.len() == mantissas.len()
                && previous.chain < CHAIN_MAX
        });
        let mut chosen = (own, own_residuals, false);
        if let Some(previous) = &previous
            && !own_residuals.is_empty()
        {
            self.rest.clear();
            let pairs = mantissas.iter().zip(&previous.mantissas);
            self.rest
                .extend(pairs.map(|(own, other)| own.wrapping_sub(*other)));
            let (upon, residuals) = shape::choose(&self.rest, &mut self.upon, cost);
            if cost(residuals) < cost(own_residuals) {
                chosen = (upon, residuals, true);
            }
        }
        let (shape, residuals, upon) = chosen;
        if let Some(metric) = original
            && !residuals.is_empty()
        {
            return (duplicate(entry, metric), Residuals::None);
        }
        entry.form = Form::Decimals {
            exponent,
            shape,
            upon,
        };
        entry.exceptions.clone_from(&self.decimals.exceptions);
        self.previous = Some(Previous {
            place,
            exponent,
            mantissas: mantissas.clone(),
            chain: previous
                .filter(|_| upon)
                .map_or(0, |previous| previous.chain + 1),
        });
        (entry, Residuals::Integers(residuals))
    }
}

fn duplicate(entry: Entry, metric: u32) -> Entry {
    Entry {
        form: Form::Duplicate(metric),
        stale: Vec::new(),
        ..entry
    }
}

/// What residuals take: in bytes when hot, in bits when cold.
fn cost(level: Level, residuals: &[i64]) -> usize {
    match level {
        Level::Hot => packed::estimate(residuals),
        Level::Cold => pco::entropy_bits(residuals),
    }
}

/// Sorts stale markers out, as runs: present values before each, and markers.
fn split_stale(values: &[f64], present: &mut Vec<f64>, runs: &mut Vec<(usize, usize)>) {
    present.clear();
    for run in values.chunk_by(|a, b| is_stale(*a) == is_stale(*b)) {
        if is_stale(run[0]) {
            let before = present.len() - runs.iter().map(|(values, _)| values).sum::<usize>();
            runs.push((before, run.len()));
        } else {
            present.extend_from_slice(run);
        }
    }
}

/// Whether a chunk of this form is one that others can be duplicates of.
pub(super) fn is_original(entry: &Entry) -> bool {
    match entry.form {
        Form::Decimals { shape, .. } => !matches!(shape, Shape::Constant(_) | Shape::Stride(..)),
        Form::Raw => true,
        _ => false,
    }
}
