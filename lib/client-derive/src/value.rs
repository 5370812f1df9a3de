//! `#[derive(LabelValue)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(
            input.span(),
            "a label value is a variant of an enum",
        ));
    };
    let ident = &input.ident;
    let mut arms = Vec::with_capacity(data.variants.len());
    for variant in &data.variants {
        if !variant.fields.is_empty() {
            return Err(Error::new(variant.span(), "a label value has no fields"));
        }
        let named = crate::label_attribute(&variant.attrs, "value")?;
        let text = named.unwrap_or_else(|| snake(&variant.ident.to_string()));
        let name = &variant.ident;
        arms.push(quote!(Self::#name => #text));
    }
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #parameters ::ferula::LabelValue for #ident #arguments #bounds {
            type Text<'text> = &'static str where Self: 'text;

            fn text(&self) -> &'static str {
                match *self { #(#arms),* }
            }
        }
    })
}

/// `NotFound` as `not_found`, and `HTTPError` as `http_error`.
fn snake(name: &str) -> String {
    let letters = name.chars().collect::<Vec<_>>();
    let mut out = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let follows_small = at > 0 && !letters[at - 1].is_uppercase();
        let begins_word = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (follows_small || begins_word) && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn names_become_values() {
        for (name, expected) in [
            ("Get", "get"),
            ("NotFound", "not_found"),
            ("HTTPError", "http_error"),
            ("Http2", "http2"),
            ("A", "a"),
            ("IPv4", "i_pv4"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }
}
