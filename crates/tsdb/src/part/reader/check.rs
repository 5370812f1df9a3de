//! Looking at every byte of a part, for whoever wants to know whether it is whole and what takes the room.

use storage::Column;

use super::super::frame::{HEAD_BYTES, Kind};
use super::super::summary::SummaryCache;
use super::super::tables::Tables;
use super::super::{Medium, PageCache, PartError};
use super::Part;

/// A section and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is.
    pub name: &'static str,
    /// How many bytes it takes, checksums included.
    pub bytes: usize,
}

/// What a part turned out to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Groups.
    pub groups: usize,
    /// Series.
    pub series: u64,
    /// Value pages.
    pub pages: usize,
    /// Samples, stale markers apart.
    pub samples: u64,
    /// Exemplars.
    pub exemplars: usize,
}

const KINDS: [Kind; 10] = [
    Kind::Pages,
    Kind::Strings,
    Kind::Metrics,
    Kind::Groups,
    Kind::PageIndex,
    Kind::Exemplars,
    Kind::Metadata,
    Kind::Summaries,
    Kind::Facts,
    Kind::Starts,
];

impl<M: Medium> Part<M> {
    /// What takes the room, in file order; together they are the file.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let mut rest = self.bytes;
        for (kind, bytes) in &self.footer.sections {
            let known = KINDS.iter().find(|known| **known as u64 == *kind);
            let name = known.map_or("unknown", |kind| kind.word());
            sections.push(Section {
                name,
                bytes: *bytes,
            });
            rest -= bytes;
        }
        assert!(rest > HEAD_BYTES, "a file has a head and a footer");
        sections.push(Section {
            name: "frame",
            bytes: rest,
        });
        sections
    }

    /// Reads everything, decodes every sample, and compares summaries with them.
    ///
    /// # Errors
    ///
    /// At the first damaged page or section.
    pub fn check(&self) -> Result<Checked, PartError> {
        let tables = self.tables()?;
        let mut checked = Checked {
            groups: tables.groups(),
            series: tables.series_count(),
            pages: tables.pages.len(),
            ..Checked::default()
        };
        self.metadata()?;
        let examples = self.exemplars()?;
        checked.exemplars = examples.iter().map(|one| one.exemplars.len()).sum();
        let mut timestamps = Vec::new();
        for group in 0..tables.groups() {
            self.timestamps(group, &mut timestamps)?;
        }
        let mut cache = PageCache::default();
        let mut summaries = SummaryCheck::new(self, &tables);
        let mut column = Column::default();
        for (family, groups) in tables.families_from(0) {
            for group in groups.iter().map(|group| *group as usize) {
                for metric in tables.series_in(group, family) {
                    let rows = 0..tables.rows(group);
                    self.column(group, *metric, rows, &mut cache, &mut column)?;
                    checked.samples += samples(&column);
                    summaries.series(group, *metric, &column)?;
                }
            }
        }
        Ok(checked)
    }
}

/// Compares summaries with the samples that they are of.
struct SummaryCheck<'a, M> {
    part: &'a Part<M>,
    tables: &'a Tables,
    cache: SummaryCache,
    timestamps: Vec<i64>,
    timestamps_of: Option<usize>,
}

impl<'a, M: Medium> SummaryCheck<'a, M> {
    fn new(part: &'a Part<M>, tables: &'a Tables) -> Self {
        Self {
            part,
            tables,
            cache: SummaryCache::default(),
            timestamps: Vec::new(),
            timestamps_of: None,
        }
    }

    fn series(&mut self, group: usize, metric: u32, column: &Column) -> Result<(), PartError> {
        let (part, tables) = (self.part, self.tables);
        let Some(clock) = part.clock(tables, group, &mut self.cache)? else {
            return Ok(());
        };
        if self.timestamps_of != Some(group) {
            part.timestamps(group, &mut self.timestamps)?;
            self.timestamps_of = Some(group);
        }
        let cells = part.cells(tables, group, metric, &clock, &mut self.cache)?;
        match clock.agrees(&self.timestamps) && cells.agree(&clock, column) {
            true => Ok(()),
            false => Err(part.damaged("summaries that are not those of the samples")),
        }
    }
}

/// Values that are no stale markers.
fn samples(column: &Column) -> u64 {
    if !column.has_stale {
        return column.values.len() as u64;
    }
    let values = (0..column.values.len()).filter_map(|index| column.values.get(index));
    values.filter(|value| !value.is_stale()).count() as u64
}
