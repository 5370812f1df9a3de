//! Which exporters there are, and how many of each.

use crate::exporter::Exporter;
use crate::recording::{self, RECORDED};
use crate::still::{self, STILL};

/// The exporters of an installation. Instance n shows exporter n modulo their number.
pub(crate) struct Fleet {
    /// As the tables call it.
    pub(crate) name: &'static str,
    pub(crate) exporters: Vec<Exporter>,
}

impl Fleet {
    /// Node exporters only.
    pub(crate) fn nodes() -> Option<Self> {
        Some(Self {
            name: "node exporters",
            exporters: vec![recording::exporter("node_exporter")?],
        })
    }

    /// As many of each exporter that we have.
    pub(crate) fn mixed() -> Option<Self> {
        let recorded = RECORDED.into_iter().map(recording::exporter);
        let still = STILL
            .into_iter()
            .map(|(name, file)| still::exporter(name, file));
        Some(Self {
            name: "six kinds of exporters",
            exporters: recorded.chain(still).collect::<Option<_>>()?,
        })
    }

    pub(crate) fn exporter(&self, instance: usize) -> &Exporter {
        &self.exporters[instance % self.exporters.len()]
    }

    /// Samples of one scrape of all.
    pub(crate) fn samples(&self, instances: usize) -> usize {
        let kinds = self.exporters.len();
        let of = |(kind, exporter): (usize, &Exporter)| {
            exporter.samples() * ((instances + kinds - 1 - kind) / kinds)
        };
        self.exporters.iter().enumerate().map(of).sum()
    }
}
