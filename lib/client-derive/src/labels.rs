//! `#[derive(Labels)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, GenericParam, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(
            input.span(),
            "labels are the fields of a struct",
        ));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(
            input.span(),
            "labels have names, and so need fields that have",
        ));
    };
    let lifetimes = lifetimes(input)?;
    let (ident, count) = (&input.ident, fields.named.len());
    let mut names = Vec::with_capacity(count);
    let mut own = Vec::with_capacity(count);
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
        let named = crate::label_attribute(&field.attrs, "name")?;
        let name = named.unwrap_or(name);
        if !is_label_name(&name) {
            let what = "a label's name has letters, digits and underscores, and starts with neither a digit nor \"__\"";
            return Err(Error::new(field.span(), what));
        }
        names.push(name);
        own.push(ident);
    }
    let texts = (0..own.len())
        .map(|at| format_ident!("text_{at}"))
        .collect::<Vec<_>>();
    let statics = generics(lifetimes, &quote!('static));
    let borrowed = generics(lifetimes, &quote!('labels));
    let anonymous = generics(lifetimes, &quote!('_));
    Ok(quote! {
        impl ::ferula::Labels for #ident #statics {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            type Borrowed<'labels> = #ident #borrowed;

            fn values<R>(labels: &#ident #anonymous, then: impl FnOnce(&[&str]) -> R) -> R {
                #(let #texts = ::ferula::LabelValue::text(&labels.#own);)*
                then(&[#(::core::convert::AsRef::<str>::as_ref(&#texts)),*])
            }
        }
    })
}

/// How many lifetimes the struct has. It has no other parameters, or its label names could not be constants of one type.
fn lifetimes(input: &DeriveInput) -> Result<usize> {
    for parameter in &input.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            return Err(Error::new(
                parameter.span(),
                "labels have no parameters but lifetimes",
            ));
        }
    }
    Ok(input.generics.params.len())
}

fn generics(lifetimes: usize, lifetime: &TokenStream) -> TokenStream {
    if lifetimes == 0 {
        return TokenStream::new();
    }
    let all = std::iter::repeat_n(lifetime, lifetimes);
    quote!(<#(#all),*>)
}

/// As the client checks it when the family is built; here the compiler says where.
fn is_label_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let mut bytes = name.bytes();
    bytes.next().is_some_and(letter)
        && bytes.all(|byte| letter(byte) || byte.is_ascii_digit())
        && !name.starts_with("__")
}
