//! Where a family's children live.

use crate::Points;
use crate::labels::LabelText;
use crate::node::{Handle, Metric};

#[cfg(target_os = "linux")]
use super::Naming;
#[cfg(target_os = "linux")]
use crate::segment::{Declared, Segment};

/// The heap, or a segment that other processes look at too.
#[derive(Clone, Debug, Default)]
pub(crate) enum Place {
    #[default]
    Heap,
    /// The family's number in the segment, once it is there.
    #[cfg(target_os = "linux")]
    Segment(Segment, usize),
}

impl Place {
    /// The place of a family that is to be in a segment; the heap, when there is no room.
    #[cfg(target_os = "linux")]
    pub(crate) fn in_segment<M: Metric>(
        segment: &Segment,
        naming: &Naming,
        shape: &M::Shape,
    ) -> Self {
        let labels = naming.labels.names().iter();
        let declared = Declared {
            name: naming.name.clone(),
            help: naming.help.clone(),
            unit: naming.unit.clone(),
            labels: labels.map(ToString::to_string).collect(),
            sorted: naming.labels.is_sorted(),
            shape: M::shared(shape),
        };
        let family = segment.family(&declared);
        family.map_or(Self::Heap, |family| Self::Segment(segment.clone(), family))
    }

    /// A new child. Where the segment has no room, it is born on the heap, and shown by this process only.
    pub(super) fn bear<M: Metric>(
        &self,
        shape: &std::sync::Arc<M::Shape>,
        labels: LabelText,
        values: &[&str],
    ) -> Handle<M::Shape> {
        #[cfg(target_os = "linux")]
        if let Self::Segment(segment, family) = self {
            let begin = |cells: &[_]| M::begin(shape, cells);
            if let Some(words) = segment.series(*family, values, &begin) {
                return Handle::on(words, shape, labels);
            }
        }
        let _only_shared_ones_have_names = values;
        let handle = Handle::born(shape, labels, M::cells(shape));
        M::begin(shape, handle.cells());
        handle
    }

    /// Shows what all processes have. Answers whether there are other processes: if not, nothing is shown.
    pub(super) fn show(&self, points: &mut Points<'_>) -> bool {
        match self {
            Self::Heap => {
                let _nothing = points;
                false
            }
            #[cfg(target_os = "linux")]
            Self::Segment(segment, family) => {
                segment.show(*family, points);
                true
            }
        }
    }

    /// Removes the children of all processes that `is` picks. Answers how many.
    pub(super) fn remove_where(&self, is: &dyn Fn(&[&str]) -> bool) -> usize {
        match self {
            Self::Heap => {
                let _nothing = is;
                0
            }
            #[cfg(target_os = "linux")]
            Self::Segment(segment, family) => segment.remove_where(*family, is),
        }
    }
}
