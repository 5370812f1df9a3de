//! Facts of infos in a segment: a text that is replaced whole.

use std::sync::Arc;
use std::sync::atomic::Ordering::Release;

use super::mapping::Mapping;
use super::record;
use crate::cell::AtomicU64;
use crate::node::LINK;
use crate::words::Words;

/// Puts `facts` where every process finds them, if `words` are in a segment.
pub(crate) fn keep(words: &Words, facts: &[(String, String)]) {
    let Some(mapping) = words.segment() else {
        return;
    };
    let texts = facts.iter().flat_map(|(name, value)| [&**name, &**value]);
    let texts = texts.collect::<Vec<_>>();
    let link = &words.get()[LINK];
    if record::linked_texts(mapping, link).is_some_and(|old| old == texts) {
        return;
    }
    let _gate = crate::fork::pass();
    mapping.changing(|changing| {
        if let Some(at) = changing.append_text(&texts) {
            link.store(at as u64, Release);
        }
    });
}

/// What was kept.
pub(super) fn kept(mapping: &Mapping, link: &AtomicU64) -> Arc<[(String, String)]> {
    let texts = record::linked_texts(mapping, link).unwrap_or_default();
    let mut texts = texts.into_iter();
    std::iter::from_fn(|| Some((texts.next()?, texts.next()?))).collect()
}
