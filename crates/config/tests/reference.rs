//! The page of the book that lists all settings is the one that the declarations give.
//!
//! After a change of a declaration: `UPDATE_EXPECT=1 cargo test -p config --test reference`.

use expect_test::expect_file;

#[test]
fn the_page_in_the_book_is_up_to_date() {
    let head = "# All settings\n\nWritten from the declarations in `crates/config`; keys are in the \
                order in which `/api/v1/status/config` shows them.\n\n";
    let page = format!("{head}{}", config::reference());
    expect_file!["../../../docs/book/src/settings.md"].assert_eq(&page);
}
