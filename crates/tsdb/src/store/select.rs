//! From the stretches of all layers to groups: one per target, whatever it has in how many layers.
//!
//! ```text
//!   part         {job=a,instance=1}: up cpu{0} cpu{1}    {job=a,instance=2}: up cpu{0} cpu{1}
//!   generation   {job=a,instance=1}: up cpu{0} cpu{2}    {job=a,instance=2}: up cpu{0} cpu{2}
//!                        │ same lists, so joined once             │
//!                        ▼                                        ▼
//!   group        {job=a,instance=1}: up cpu{0} cpu{1} cpu{2}      {job=a,instance=2}: up cpu{0} …
//! ```
//!
//! Thousands of targets share a few lists of metrics, so what is done with a list is done once for each combination of lists that occurs, and a target costs the same
//! however many series it has.
//!
//! A series that has times of its own in some layer leaves its target's group and has one of its own. So has one that is split differently in
//! two layers: as a series of its target in one, as a whole label set in the other.

use std::sync::Arc;

use foldhash::fast::RandomState;
use model::Labels;

use super::Map;
use super::layer::{Place, Stretch};

/// The series of a group, and where they lie.
#[derive(Debug)]
pub(super) struct Line {
    pub target: Labels,
    pub metrics: Arc<[Labels]>,
    /// Oldest layer first.
    pub segments: Vec<Segment>,
}

/// What one layer has of a line.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub layer: u32,
    pub place: Place,
    /// What the layer calls the series.
    pub columns: Arc<[u32]>,
    /// Which series of the line they are; without a list all of them in order.
    pub members: Option<Arc<[u32]>>,
}

/// A stretch and its layer.
type Found = (u32, Stretch);

/// Joins the stretches of all layers, each with the layer's number, by ascending number.
pub(super) fn lines(found: Vec<Found>) -> Vec<Line> {
    if needs_no_join(&found) {
        return found.into_iter().map(Line::of_one).collect();
    }
    let mut order: Map<Labels, usize> = Map::default();
    let mut targets: Vec<Vec<Found>> = Vec::new();
    for one in found {
        let next = targets.len();
        let place = *order.entry_ref(&one.1.target).or_insert(next);
        if place == next {
            targets.push(Vec::with_capacity(1));
        }
        targets[place].push(one);
    }
    let mut strays = Strays::default();
    strays.find_split(&order, &mut targets);
    strays.find_alone(&mut targets);
    let mut rosters = Rosters::default();
    let mut lines: Vec<Line> = Vec::with_capacity(targets.len());
    for stretches in targets {
        lines.extend(rosters.line(stretches));
    }
    lines.extend(strays.lines());
    lines
}

impl Line {
    /// What a single stretch has.
    fn of_one((layer, stretch): Found) -> Self {
        Self {
            target: stretch.target,
            metrics: stretch.metrics,
            segments: vec![Segment {
                layer,
                place: stretch.place,
                columns: stretch.columns,
                members: None,
            }],
        }
    }
}

/// Whether each stretch is a line: one layer has them all, and each target once. A layer has no label set twice, so none is split in two ways.
fn needs_no_join(found: &[Found]) -> bool {
    let is_one_layer = found.iter().all(|(layer, _)| *layer == found[0].0);
    let mut seen =
        hashbrown::HashSet::with_capacity_and_hasher(found.len(), RandomState::default());
    is_one_layer && found.iter().all(|(_, one)| seen.insert(&one.target))
}

/// What combinations of lists come to.
#[derive(Default)]
struct Rosters {
    /// By the lists' addresses; the lists live as long as the stretches do.
    known: Map<Vec<usize>, Arc<Roster>>,
    /// Keeps the lists, so that no address is given away.
    kept: Vec<Arc<[Labels]>>,
}

struct Roster {
    metrics: Arc<[Labels]>,
    members: Vec<Option<Arc<[u32]>>>,
}

impl Rosters {
    fn line(&mut self, stretches: Vec<Found>) -> Option<Line> {
        let target = stretches.first()?.1.target.clone();
        let lists = || stretches.iter().map(|(_, stretch)| &stretch.metrics);
        let key: Vec<usize> = lists().map(|list| list.as_ptr().addr()).collect();
        let roster = match self.known.get(&key) {
            Some(roster) => Arc::clone(roster),
            None => {
                let roster = Arc::new(Roster::new(lists()));
                self.kept.extend(lists().cloned());
                self.known.insert(key, Arc::clone(&roster));
                roster
            }
        };
        let segments = stretches.into_iter().zip(&roster.members);
        let segments = segments.map(|((layer, stretch), members)| Segment {
            layer,
            place: stretch.place,
            columns: stretch.columns,
            members: members.clone(),
        });
        Some(Line {
            target,
            metrics: Arc::clone(&roster.metrics),
            segments: segments.collect(),
        })
    }
}

impl Roster {
    fn new<'a>(lists: impl Iterator<Item = &'a Arc<[Labels]>> + Clone) -> Self {
        let longest = lists.clone().max_by_key(|list| list.len());
        if let Some(longest) = longest
            && lists.clone().all(|list| list == longest)
        {
            return Self {
                metrics: Arc::clone(longest),
                members: lists.map(|_| None).collect(),
            };
        }
        let mut places: Map<&Labels, u32> = Map::default();
        let mut metrics = Vec::new();
        let members: Vec<Arc<[u32]>> = lists
            .map(|list| {
                let mut place = |labels| {
                    *places.entry(labels).or_insert_with(|| {
                        metrics.push(Labels::clone(labels));
                        metrics.len() as u32 - 1
                    })
                };
                list.iter().map(&mut place).collect()
            })
            .collect();
        let is_all = |list: &Arc<[u32]>| {
            list.len() == metrics.len() && list.iter().zip(0..).all(|(own, at)| *own == at)
        };
        let members = members.into_iter();
        Self {
            members: members
                .map(|list| (!is_all(&list)).then_some(list))
                .collect(),
            metrics: metrics.into(),
        }
    }
}

/// Label sets, and for each stretch that has them its columns.
type Gathered = (Vec<Labels>, Vec<(Segment, Vec<u32>)>);

/// Series that can't be read with their targets, by all of their labels.
#[derive(Default)]
struct Strays {
    order: Map<Labels, usize>,
    series: Vec<(Labels, Vec<Segment>)>,
}

impl Strays {
    /// Takes out the series that have times of their own in some layer.
    fn find_alone(&mut self, targets: &mut [Vec<Found>]) {
        for stretches in targets {
            if stretches.is_sorted_by(|a, b| a.0 < b.0) {
                continue;
            }
            let mut main: Vec<Found> = Vec::new();
            let mut alone = Vec::new();
            for one in std::mem::take(stretches) {
                match main.last_mut() {
                    Some(last) if last.0 != one.0 => main.push(one),
                    None => main.push(one),
                    Some(last) if last.1.metrics.len() < one.1.metrics.len() => {
                        alone.push(std::mem::replace(last, one));
                    }
                    Some(_) => alone.push(one),
                }
            }
            let lists = alone.iter().map(|(_, stretch)| &stretch.metrics);
            let names: hashbrown::HashSet<Labels, RandomState> =
                lists.flat_map(|list| list.iter().cloned()).collect();
            // In the order of layers, which is the order of precedence.
            alone.extend(main.iter().cloned());
            alone.sort_by_key(|(layer, _)| *layer);
            for one in &alone {
                self.take(one, |metric| names.contains(metric));
            }
            *stretches = without(main, |metric| names.contains(metric));
        }
    }

    /// Takes out the series that are split in two ways. Since no label is in both factors, that can only be when targets have labels of different names.
    fn find_split(&mut self, order: &Map<Labels, usize>, targets: &mut [Vec<Found>]) {
        let mut shapes = Shapes::default();
        for (target, at) in order {
            shapes.add(target, *at, &targets[*at]);
        }
        let mut split: Map<usize, Vec<Labels>> = Map::default();
        let mut sets = Sets::default();
        for (few, many) in shapes.pairs() {
            for (target, at) in &few.targets {
                for metric in targets[*at].iter().flat_map(|(_, own)| own.metrics.iter()) {
                    let Some((other, own)) = split_by(&many.names, target, metric) else {
                        continue;
                    };
                    let Some(other) = order.get(&other) else {
                        continue;
                    };
                    if targets[*other]
                        .iter()
                        .any(|(_, one)| sets.has(&one.metrics, &own))
                    {
                        split.entry(*at).or_default().push(metric.clone());
                        split.entry(*other).or_default().push(own);
                    }
                }
            }
        }
        self.take_split(split, targets);
    }

    fn take_split(&mut self, split: Map<usize, Vec<Labels>>, targets: &mut [Vec<Found>]) {
        let mut taken = Vec::new();
        for (at, metrics) in split {
            let stretches = std::mem::take(&mut targets[at]);
            taken.extend(stretches.iter().cloned().map(|one| (one, metrics.clone())));
            targets[at] = without(stretches, |metric| metrics.contains(metric));
        }
        taken.sort_by_key(|((layer, _), _)| *layer);
        for (one, metrics) in taken {
            self.take(&one, |metric| metrics.contains(metric));
        }
    }

    /// Notes those of a stretch's series that are wanted.
    fn take(&mut self, (layer, stretch): &Found, wanted: impl Fn(&Labels) -> bool) {
        for (metric, column) in stretch.metrics.iter().zip(stretch.columns.iter()) {
            if !wanted(metric) {
                continue;
            }
            let labels = stretch.target.merged(metric);
            let next = self.series.len();
            let place = *self.order.entry_ref(&labels).or_insert(next);
            if place == next {
                self.series.push((labels, Vec::new()));
            }
            self.series[place].1.push(Segment {
                layer: *layer,
                place: stretch.place,
                columns: Arc::from([*column]),
                members: None,
            });
        }
    }

    /// Series that lie in the same stretches stay together.
    fn lines(self) -> Vec<Line> {
        let mut order: Map<Vec<(u32, u32)>, usize> = Map::default();
        let mut lines: Vec<Gathered> = Vec::new();
        for (labels, mut segments) in self.series {
            segments.sort_by_key(|segment| segment.layer);
            let next = lines.len();
            let place = if segments.iter().any(|segment| segment.place.alone) {
                next
            } else {
                let places = segments.iter();
                let places = places.map(|segment| (segment.layer, segment.place.number));
                *order.entry(places.collect()).or_insert(next)
            };
            if place == next {
                let segments = segments.iter().cloned();
                lines.push((Vec::new(), segments.map(|one| (one, Vec::new())).collect()));
            }
            let (all, places) = &mut lines[place];
            all.push(labels);
            for ((_, columns), own) in places.iter_mut().zip(&segments) {
                columns.extend_from_slice(&own.columns);
            }
        }
        let line = |(labels, segments): Gathered| Line {
            target: Labels::empty(),
            metrics: labels.into(),
            segments: segments
                .into_iter()
                .map(|(segment, columns)| Segment {
                    columns: columns.into(),
                    ..segment
                })
                .collect(),
        };
        lines.into_iter().map(line).collect()
    }
}

/// Targets by the names of their labels.
#[derive(Default)]
struct Shapes<'a> {
    shapes: Vec<Shape<'a>>,
}

struct Shape<'a> {
    names: Vec<&'a str>,
    targets: Vec<(&'a Labels, usize)>,
    series: usize,
}

impl<'a> Shapes<'a> {
    fn add(&mut self, target: &'a Labels, at: usize, stretches: &[Found]) {
        let is_same = |shape: &Shape<'_>| {
            let names = target.iter().map(|(name, _)| name);
            names.eq(shape.names.iter().copied())
        };
        let place = self.shapes.iter().position(is_same).unwrap_or_else(|| {
            self.shapes.push(Shape {
                names: target.iter().map(|(name, _)| name).collect(),
                targets: Vec::new(),
                series: 0,
            });
            self.shapes.len() - 1
        });
        let shape = &mut self.shapes[place];
        shape.targets.push((target, at));
        let series = stretches.iter().map(|(_, stretch)| stretch.metrics.len());
        shape.series += series.sum::<usize>();
    }

    /// Each two shapes, first the one with fewer series: a label set that is split in both ways is found from either.
    fn pairs(&self) -> impl Iterator<Item = (&Shape<'a>, &Shape<'a>)> {
        let pairs = self.shapes.iter().enumerate();
        let pairs =
            pairs.flat_map(|(at, one)| self.shapes[at + 1..].iter().map(move |two| (one, two)));
        pairs.map(|(one, two)| {
            if one.series <= two.series {
                (one, two)
            } else {
                (two, one)
            }
        })
    }
}

/// A label set, split so that its target has the labels of these names; `None` if it hasn't them all.
fn split_by(names: &[&str], target: &Labels, metric: &Labels) -> Option<(Labels, Labels)> {
    let has = |name: &&str| target.get(name).is_some() || metric.get(name).is_some();
    if !names.iter().all(has) {
        return None;
    }
    let whole = target.merged(metric);
    let is_target = |name: &str| names.contains(&name);
    Some((
        whole.filtered(is_target),
        whole.filtered(|name| !is_target(name)),
    ))
}

/// Lists as sets, by their address.
#[derive(Default)]
struct Sets {
    sets: Map<usize, hashbrown::HashSet<Labels, RandomState>>,
}

impl Sets {
    fn has(&mut self, list: &Arc<[Labels]>, labels: &Labels) -> bool {
        let set = self.sets.entry(list.as_ptr().addr());
        set.or_insert_with(|| list.iter().cloned().collect())
            .contains(labels)
    }
}

/// The stretches without some of their series.
fn without(stretches: Vec<Found>, gone: impl Fn(&Labels) -> bool) -> Vec<Found> {
    let keep = |(layer, mut stretch): Found| {
        if stretch.metrics.iter().any(&gone) {
            let both = stretch.metrics.iter().zip(stretch.columns.iter());
            let (metrics, columns): (Vec<Labels>, Vec<u32>) = both
                .filter(|(metric, _)| !gone(metric))
                .map(|(metric, column)| (metric.clone(), *column))
                .unzip();
            stretch.metrics = metrics.into();
            stretch.columns = columns.into();
        }
        (!stretch.metrics.is_empty()).then_some((layer, stretch))
    };
    stretches.into_iter().filter_map(keep).collect()
}
