//! The labels `__type__` and `__unit__`, in which series say what their family says of itself. Only where the server is told to write them.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{LabelsBuilder, MetricKind};
use storage::exposed::{FamilyDescription, Page};

const TYPE: &str = "__type__";
const UNIT: &str = "__unit__";

/// What the families of a target have said. When one says something else, its series are others from the next page on.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    said: HashMap<String, (MetricKind, String), RandomState>,
    has_changed: bool,
}

impl Kinds {
    /// Notes what a family says.
    pub(super) fn note(&mut self, family: &FamilyDescription<'_>) {
        let metadata = family.metadata();
        let now = (metadata.kind, metadata.unit);
        let before = self.said.insert(family.name().to_owned(), now.clone());
        self.has_changed |= before.is_some_and(|before| before != now);
    }

    /// Whether any family has said something else than before; asked once per page.
    pub(super) fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.has_changed)
    }
}

/// Adds the labels. They win over the page's own; what is not known has no label, and then those of the page stay.
pub(super) fn add(page: &Page<'_>, labels: &mut LabelsBuilder) {
    let name = labels.value(model::labels::METRIC_NAME);
    let family = page.family();
    if !family.has(name) {
        return;
    }
    let metadata = family.metadata();
    if metadata.kind != MetricKind::Unknown {
        labels.set(TYPE, metadata.kind.as_str());
    }
    if !metadata.unit.is_empty() {
        labels.set(UNIT, &metadata.unit);
    }
}
