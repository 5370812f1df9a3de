//! What requests may ask for with `--web.enable-admin-api`.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use platform::Clock;
use storage::Broken;
use tsdb::store::Store;
use web::Administration;

/// Changes the store on request.
pub(in super::super) struct Administrator {
    pub(in super::super) store: Arc<Store>,
    pub(in super::super) clock: Arc<dyn Clock>,
}

impl Administration for Administrator {
    fn clean_tombstones(&self) -> Result<(), Broken> {
        self.store.clean_tombstones().map_err(broken)?;
        Ok(())
    }

    fn snapshot(&self, skip_head: bool) -> Result<String, Broken> {
        let name = name(self.clock.now().0);
        self.store.snapshot(&name, skip_head).map_err(broken)?;
        Ok(name)
    }
}

fn broken(error: impl std::fmt::Display) -> Broken {
    Broken {
        reason: error.to_string(),
    }
}

/// A snapshot's name, as Prometheus makes them: the time, and something random.
fn name(now_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(now_ms).map_or_else(
        |_| now_ms.to_string(),
        |time| time.strftime("%Y%m%dT%H%M%SZ").to_string(),
    );
    let random = RandomState::new().hash_one(now_ms);
    format!("{time}-{random:016x}")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_those_of_prometheus() {
        let name = name(1_795_178_252_123);
        let (time, random) = name.split_once('-').expect("two parts");
        assert_eq!(time, "20261120T123732Z");
        assert!(random.len() == 16 && random.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
