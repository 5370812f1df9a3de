//! What every store must do, as scripts that any store can run.
//!
//! A store's tests call [`check_all`] with a way to make an empty store. Each scenario is text (see [`script`]): rows go
//! in, selections come out, and the scenario says what they must be.

mod scenarios;
mod script;
mod summaries;

use crate::Store;

pub use script::check;
pub use summaries::check_summaries;

/// Makes an empty store that takes samples late by up to this many milliseconds.
pub type Make<'a> = &'a dyn Fn(i64) -> Box<dyn Store>;

/// Runs all scenarios, each on a store of its own.
///
/// # Panics
///
/// When the store does not do what a scenario says.
pub fn check_all(make: Make<'_>) {
    for (name, late_window_ms, text) in scenarios::SCENARIOS {
        check(name, &*make(*late_window_ms), text);
    }
}

/// Hands over rows and waits for them later. Apart from [`check_all`], whose stores may be exchanged whenever an appender is opened.
///
/// # Panics
///
/// When the store does not do what it must.
pub fn check_handing_over(store: &dyn Store) {
    check("rows that are handed over", store, scenarios::HANDED_OVER);
}
