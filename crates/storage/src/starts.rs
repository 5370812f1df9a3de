//! When the counters behind a series' samples began to count.

#[cfg(test)]
mod tests;

/// The start time of each sample of a series, told as the moments at which it changes.
///
/// A counter begins once and is then sampled a thousand times, so what is kept is a step function of the samples' time. Mostly nothing is
/// known at all; then it is empty and takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    /// By ascending time; what holds from there on. No two neighbours say the same, and the first says something.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    /// In milliseconds.
    from_ms: i64,
    start_ms: Option<i64>,
}

impl Starts {
    /// Whether no sample's start is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The start of the sample at `time_ms`, if it is known; both in milliseconds.
    #[must_use]
    pub fn at(&self, time_ms: i64) -> Option<i64> {
        let after = self.steps.partition_point(|step| step.from_ms <= time_ms);
        self.steps.get(after.checked_sub(1)?)?.start_ms
    }

    /// From when on which start holds, by ascending time, in milliseconds; nothing is known of samples before the first.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = (i64, Option<i64>)> + '_ {
        self.steps.iter().map(|step| (step.from_ms, step.start_ms))
    }

    /// Notes the start of the sample at `time_ms`. `newest_ms` is the time of the series' newest sample so far, `i64::MIN` if there is none:
    /// what is known of samples after this one does not change.
    pub fn note(&mut self, time_ms: i64, start_ms: Option<i64>, newest_ms: i64) {
        let old = self.at(time_ms);
        if old == start_ms {
            return;
        }
        self.set(time_ms, start_ms);
        if time_ms < newest_ms {
            let after = time_ms.saturating_add(1);
            if !self.steps.iter().any(|step| step.from_ms == after) {
                self.set(after, old);
            }
        }
        self.join();
    }

    /// Takes what `other` knows of samples from `from_ms` on.
    pub fn go_on(&mut self, from_ms: i64, other: &Self) {
        let own = self.steps.partition_point(|step| step.from_ms < from_ms);
        self.steps.truncate(own);
        if self.is_empty() && other.is_empty() {
            return;
        }
        self.set(from_ms, other.at(from_ms));
        let rest = other.steps.iter().filter(|step| step.from_ms > from_ms);
        self.steps.extend(rest);
        self.join();
    }

    /// Forgets what is known of samples before `time_ms`.
    pub fn cut(&mut self, time_ms: i64) {
        let gone = self.steps.partition_point(|step| step.from_ms <= time_ms);
        // The last of them is what holds at that time.
        self.steps.drain(..gone.saturating_sub(1));
        self.join();
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.steps.capacity() * size_of::<Step>()
    }

    fn set(&mut self, from_ms: i64, start_ms: Option<i64>) {
        let step = Step { from_ms, start_ms };
        let at = self.steps.partition_point(|step| step.from_ms < from_ms);
        match self.steps.get_mut(at) {
            Some(there) if there.from_ms == from_ms => *there = step,
            _ => self.steps.insert(at, step),
        }
    }

    /// Restores the invariant: steps that change nothing go.
    fn join(&mut self) {
        self.steps
            .dedup_by(|step, before| step.start_ms == before.start_ms);
        let unknown = self
            .steps
            .first()
            .is_some_and(|step| step.start_ms.is_none());
        if unknown {
            self.steps.remove(0);
        }
    }
}
