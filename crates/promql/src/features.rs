//! Which experimental parts of the language are on.

/// Switches for syntax that Prometheus 3.14 keeps behind `--enable-feature`. All are off in its default; duration
/// expressions and histogram trimming need no switch any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// `promql-experimental-functions`: functions and aggregations that are marked so in their tables.
    pub experimental_functions: bool,
    /// `promql-extended-range-selectors`: `anchored` and `smoothed`.
    pub extended_range_selectors: bool,
    /// `promql-binop-fill-modifiers`: `fill`, `fill_left` and `fill_right`.
    pub binop_fill_modifiers: bool,
}

impl Features {
    /// What Prometheus 3.14 understands when no feature is enabled.
    pub const STABLE: Self = Self {
        experimental_functions: false,
        extended_range_selectors: false,
        binop_fill_modifiers: false,
    };

    /// Everything.
    pub const ALL: Self = Self {
        experimental_functions: true,
        extended_range_selectors: true,
        binop_fill_modifiers: true,
    };

    /// Switches on the one with this name on the command line; false when the name is not one of the language's.
    pub fn enable(&mut self, name: &str) -> bool {
        match name {
            "promql-experimental-functions" => self.experimental_functions = true,
            "promql-extended-range-selectors" => self.extended_range_selectors = true,
            "promql-binop-fill-modifiers" => self.binop_fill_modifiers = true,
            _ => return false,
        }
        true
    }
}
