//! Label sets as objects.

use model::Labels;
use serde::{Serialize, Serializer};

/// A label set that serde can print.
#[derive(Clone, Debug)]
pub struct LabelObject(pub Labels);

impl Serialize for LabelObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}
