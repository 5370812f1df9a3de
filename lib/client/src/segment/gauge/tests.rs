//! Pages of many processes beside a model that keeps every process' values in a list.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::segment::Segment;
use crate::segment::tests::{Scratch, gauge, page};
use crate::{Family, Gauge, Merge, MergeBy};

/// All that are ever attached, so that none is too old to be kept.
const PROCESSES_MAX: usize = 64;
const SERIES: [&str; 3] = ["a", "b", "c"];

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A process begins that calls itself so, if no living one does.
    Begin(u32),
    /// One of those that live, by its place among them, sets a series.
    Set(usize, usize, i8),
    End(usize),
    /// Whoever looks folds the values of those that have ended.
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let process = 0..PROCESSES_MAX;
    prop_oneof![
        4 => (0..80_u32).prop_map(Step::Begin),
        8 => (process.clone(), 0..SERIES.len(), -9..9_i8).prop_map(|(process, series, value)| Step::Set(process, series, value)),
        2 => process.prop_map(Step::End),
        1 => Just(Step::Look),
    ]
}

struct Process {
    pid: u32,
    /// What keeps it attached; none once it has ended.
    attached: Option<(Segment, Family<Gauge>)>,
    /// By series.
    values: BTreeMap<usize, f64>,
    /// When it began to have a series, by series: the list has those that came later first.
    since: BTreeMap<usize, usize>,
}

/// The page, by plain reasoning.
fn expected(merge: Merge, processes: &[Process], born: &[usize]) -> Vec<String> {
    let mut lines = Vec::new();
    for series in born {
        let name = SERIES[*series];
        let counted = |process: &&Process| !merge.live || process.attached.is_some();
        let having = processes.iter().filter(counted);
        let having = having.filter_map(|process| Some((process, *process.values.get(series)?)));
        let values = having.clone().map(|(_, value)| value);
        let one = match merge.by {
            MergeBy::All => {
                let mut of_pids: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
                for (process, value) in having {
                    let since = process.since[series];
                    let shown = of_pids.entry(process.pid).or_insert((since, value));
                    if since > shown.0 {
                        *shown = (since, value);
                    }
                }
                let line = |(pid, (_, value))| {
                    format!("level{{name=\"{name}\",pid=\"{pid}\"}} {value:.1}")
                };
                lines.extend(of_pids.into_iter().map(line));
                continue;
            }
            MergeBy::Min => values.reduce(f64::min),
            MergeBy::Max => values.reduce(f64::max),
            _ => values.reduce(|sum, value| sum + value),
        };
        lines.extend(one.map(|value| format!("level{{name=\"{name}\"}} {value:.1}")));
    }
    lines
}

fn check(merge: Merge, steps: &[Step]) -> Result<(), crate::Error> {
    let scratch = Scratch::new(&format!("model-{:?}-{}", merge.by, merge.live));
    let look = scratch.process(1 << 20);
    let (mut processes, mut born, mut cells) = (Vec::<Process>::new(), Vec::new(), 0);
    for &step in steps {
        let has_room = processes.len() < PROCESSES_MAX;
        let living = processes
            .iter_mut()
            .filter(|process| process.attached.is_some());
        let mut living = living.collect::<Vec<_>>();
        let count = living.len().max(1);
        let place = |place: usize| place % count;
        match step {
            Step::Begin(pid) if has_room && living.iter().all(|process| process.pid != pid) => {
                let segment = scratch.process(pid);
                let level = gauge(&segment, merge.by, merge.live)?;
                processes.push(Process {
                    pid,
                    attached: Some((segment, level)),
                    values: BTreeMap::new(),
                    since: BTreeMap::new(),
                });
            }
            Step::Set(process, series, value) if !living.is_empty() => {
                let process = &mut living[place(process)];
                if let Some((_, level)) = &process.attached {
                    level.with(&[SERIES[series]]).set(value.into());
                }
                process.values.insert(series, value.into());
                process.since.entry(series).or_insert(cells);
                cells += 1;
                if !born.contains(&series) {
                    born.push(series);
                }
            }
            Step::End(process) if !living.is_empty() => living[place(process)].attached = None,
            Step::Look => assert_eq!(page(&look), expected(merge, &processes, &born)),
            _ => {}
        }
    }
    assert_eq!(page(&look), expected(merge, &processes, &born), "{merge:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    /// Not what was set last: the clock is too coarse to say which of two values that was.
    #[test]
    fn pages_are_what_every_process_has_set(steps in proptest::collection::vec(step(), 0..400)) {
        for by in [MergeBy::All, MergeBy::Min, MergeBy::Max, MergeBy::Sum] {
            for live in [false, true] {
                let checked = check(Merge { by, live }, &steps);
                prop_assert!(checked.is_ok(), "{checked:?}");
            }
        }
    }
}
