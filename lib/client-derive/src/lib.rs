//! Derives for `ferula`: label names and values from a struct's fields, and a label value from an enum.
//!
//! Use them through `ferula` with its feature `derive`; its documentation shows how.

mod labels;
mod value;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `ferula::Labels` for a struct: each field is a label, by its name or by `#[label(name = "...")]`.
#[proc_macro_derive(Labels, attributes(label))]
pub fn derive_labels(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    labels::expand(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Derives `ferula::LabelValue` for an enum without fields: each variant is its name in snake case, or `#[label(value = "...")]`.
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn derive_label_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    value::expand(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// The text of `#[label(key = "text")]`, if the attribute is there.
fn label_attribute(attributes: &[syn::Attribute], key: &str) -> syn::Result<Option<String>> {
    let mut found = None;
    for attribute in attributes {
        if !attribute.path().is_ident("label") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident(key) {
                return Err(meta.error(format!("expected `{key} = \"...\"`")));
            }
            let text: syn::LitStr = meta.value()?.parse()?;
            found = Some(text.value());
            Ok(())
        })?;
    }
    Ok(found)
}
