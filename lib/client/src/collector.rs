//! What a registry is made of.

use crate::{Description, Page};

/// Shows families when a page is asked for.
///
/// A collector writes its points as it finds them; nothing is kept between pages on its behalf.
///
/// ```
/// use ferula::{Collector, Description, Page};
///
/// struct Load;
///
/// impl Collector for Load {
///     fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
///         each(&Description::gauge("node_load1", "1m load average."));
///     }
///
///     fn collect(&self, page: &mut Page<'_>) {
///         let mut points = page.family(Description::gauge("node_load1", "1m load average."));
///         points.value(&[], 0.25);
///     }
/// }
/// ```
pub trait Collector: Send + Sync {
    /// Names the families that this collector may show, so that a registry can refuse a second
    /// collector of the same name, and skip this one when none of its families is wanted.
    ///
    /// A collector that learns its names as it goes describes none. It is then neither checked nor
    /// skipped, and answers for its names itself.
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        let _ = each;
    }

    /// Writes the points. May be called by several threads at once.
    fn collect(&self, page: &mut Page<'_>);

    /// Look-ups that a cap on series has answered with the overflow child, since the start.
    fn overflows(&self) -> u64 {
        0
    }
}
