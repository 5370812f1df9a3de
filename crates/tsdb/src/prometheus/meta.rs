//! `meta.json`: what a block is. Format: `docs/formats/prometheus-blocks.md`, "meta.json".

use serde_json::{Value, json};

use super::error::Error;
use super::ulid::Ulid;

/// The only version there ever was.
const VERSION: u64 = 1;

/// What a block says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Its name.
    pub id: Ulid,
    /// No sample is earlier, in milliseconds since 1970.
    pub min_ms: i64,
    /// All samples are earlier.
    pub end_ms: i64,
    /// What is in it.
    pub counts: Counts,
    /// How often it was merged; 1 for a fresh block.
    pub level: u32,
    /// The fresh blocks that its samples come from.
    pub sources: Vec<Ulid>,
}

/// What is in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Series.
    pub series: u64,
    /// Chunks.
    pub chunks: u64,
    /// Samples of all kinds.
    pub samples: u64,
    /// Of these, histograms. Zero in blocks of Prometheus before 3.0, which did not tell.
    pub histogram_samples: u64,
    /// Deleted ranges.
    pub tombstones: u64,
}

impl Meta {
    /// Reads it; `path` is for the error.
    ///
    /// # Errors
    ///
    /// When it is no JSON, lacks what every block has, or is of another version.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |reason: String| Error::Meta {
            path: path.to_owned(),
            reason,
        };
        let document: Value =
            serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        let missing =
            |pointer: &str| wrong(format!("missing or of the wrong type: {}", &pointer[1..]));
        let number = |pointer: &str| {
            let found = document.pointer(pointer).and_then(Value::as_i64);
            found.ok_or_else(|| missing(pointer))
        };
        let version = number("/version")?;
        if version != VERSION as i64 {
            return Err(wrong(format!("unknown version: {version}")));
        }
        let id = |value: &Value| value.as_str().and_then(Ulid::parse);
        let count = |name: &str| document["stats"][name].as_u64().unwrap_or(0);
        let compaction = &document["compaction"];
        Ok(Self {
            id: id(&document["ulid"]).ok_or_else(|| missing("/ulid"))?,
            min_ms: number("/minTime")?,
            end_ms: number("/maxTime")?,
            counts: Counts {
                series: count("numSeries"),
                chunks: count("numChunks"),
                samples: count("numSamples"),
                histogram_samples: count("numHistogramSamples"),
                tombstones: count("numTombstones"),
            },
            level: compaction["level"]
                .as_u64()
                .unwrap_or(1)
                .try_into()
                .unwrap_or(u32::MAX),
            sources: compaction["sources"]
                .as_array()
                .map(|sources| sources.iter().filter_map(id).collect())
                .unwrap_or_default(),
        })
    }

    /// The file.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let sources: Vec<String> = self.sources.iter().map(Ulid::to_string).collect();
        let document = json!({
            "ulid": self.id.to_string(),
            "minTime": self.min_ms,
            "maxTime": self.end_ms,
            "stats": {
                "numSamples": self.counts.samples,
                "numFloatSamples": self.counts.samples - self.counts.histogram_samples,
                "numHistogramSamples": self.counts.histogram_samples,
                "numSeries": self.counts.series,
                "numChunks": self.counts.chunks,
            },
            "compaction": { "level": self.level, "sources": sources },
            "version": VERSION,
        });
        format!("{document:#}\n").into_bytes()
    }
}
