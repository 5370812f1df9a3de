//! The label text of a child: rendered once, when it is born.

use ferula_exposition::Escaping;
use ferula_exposition::escape::is_bare;
use ferula_exposition::write::render_labels;

/// The names of a family's labels, and how they stand on the page.
#[derive(Debug)]
pub(crate) struct LabelNames {
    names: Box<[Box<str>]>,
    /// The order of the page, as places in `names`.
    order: Box<[u16]>,
    /// How many of them stand before the label that the kind writes itself.
    before_bound: usize,
    /// Whether every escaping leaves the names as they are.
    bare: bool,
    /// Whether the order is the alphabet's.
    #[cfg(target_os = "linux")]
    sorted: bool,
}

/// Label values, kept twice in one string: as the page shows them, and plain, to be compared.
#[derive(Debug)]
pub(crate) struct LabelText {
    /// `method="GET",code="200"` and then `GET200`.
    text: Box<str>,
    /// Where the rendered part before the kind's own label ends, where all of it ends, then where each value ends.
    ends: Box<[u32]>,
}

/// The longest label text kept, in bytes; longer values are cut when a child is born.
pub(crate) const LABEL_VALUE_BYTES_MAX: usize = 64 << 10;

/// Ends that are none of values.
const RENDERED_ENDS: usize = 2;

impl LabelNames {
    /// In the order given, the kind's own label last.
    pub(crate) fn as_given(names: Box<[Box<str>]>) -> Self {
        let order = (0..names.len()).map(place).collect();
        Self {
            order,
            before_bound: names.len(),
            bare: names.iter().all(|name| is_bare(name, false)),
            #[cfg(target_os = "linux")]
            sorted: false,
            names,
        }
    }

    /// In the order of the alphabet, the label `bound` of the kind itself too.
    pub(crate) fn sorted(names: Box<[Box<str>]>, bound: Option<&str>) -> Self {
        let mut order: Box<[u16]> = (0..names.len()).map(place).collect();
        order.sort_by_key(|&at| &names[usize::from(at)]);
        let before = |bound| names.iter().filter(|name| &***name < bound).count();
        Self {
            order,
            before_bound: bound.map_or(names.len(), before),
            bare: names.iter().all(|name| is_bare(name, false)),
            #[cfg(target_os = "linux")]
            sorted: true,
            names,
        }
    }

    pub(crate) fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// Whether the page has them in the order of the alphabet.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_sorted(&self) -> bool {
        self.sorted
    }

    /// Whether every escaping leaves the names as they are.
    pub(crate) fn bare(&self) -> bool {
        self.bare
    }
}

/// A family has far fewer labels than fit.
fn place(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

impl LabelText {
    /// `names` and `values` go together; the caller has compared their number.
    pub(crate) fn new(names: &LabelNames, values: &[&str]) -> Self {
        assert_eq!(names.names.len(), values.len(), "one value for each label");
        let pair = |&at: &u16| (&*names.names[usize::from(at)], cut(values[usize::from(at)]));
        let (before, after) = names.order.split_at(names.before_bound);
        // Text for another escaping is made from the values, when it differs.
        let mut text = render_labels(before.iter().map(pair), Escaping::AllowUtf8);
        let mut ends = Vec::with_capacity(values.len() + RENDERED_ENDS);
        ends.push(offset(text.len()));
        text.push_str(&render_labels(after.iter().map(pair), Escaping::AllowUtf8));
        ends.push(offset(text.len()));
        for value in values {
            text.push_str(cut(value));
            ends.push(offset(text.len()));
        }
        Self {
            text: text.into_boxed_str(),
            ends: ends.into_boxed_slice(),
        }
    }

    /// `method="GET",code="200"` in two parts, between which the kind's own label stands; the second is mostly empty.
    pub(crate) fn rendered(&self) -> (&str, &str) {
        let [middle, end] = [self.ends[0] as usize, self.ends[1] as usize];
        (&self.text[..middle], &self.text[middle..end])
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.ends[1..]
            .windows(2)
            .map(|span| &self.text[span[0] as usize..span[1] as usize])
    }

    /// Whether these are the values. `values` may be longer than what is kept.
    #[inline]
    pub(crate) fn is(&self, values: &[&str]) -> bool {
        let [_, start, ends @ ..] = &*self.ends else {
            return false;
        };
        let mut start = *start as usize;
        let text = self.text.as_bytes();
        ends.len() == values.len()
            && ends.iter().zip(values).all(|(&end, value)| {
                let own = &text[start..end as usize];
                start = end as usize;
                same(own, cut(value).as_bytes())
            })
    }
}

/// Whether two values are the same. Most are a few bytes, for which a call of `memcmp` costs more than it compares.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    /// Whether the first and the last `N` bytes are the same, which may overlap: all of up to `2 * N`.
    #[inline]
    fn ends<const N: usize>(one: &[u8], other: &[u8]) -> bool {
        one.first_chunk::<N>() == other.first_chunk() && one.last_chunk::<N>() == other.last_chunk()
    }
    one.len() == other.len()
        && match one.len() {
            0 => true,
            1 => one[0] == other[0],
            2..4 => ends::<2>(one, other),
            4..8 => ends::<4>(one, other),
            8..=16 => ends::<8>(one, other),
            17..=32 => ends::<16>(one, other),
            _ => one == other,
        }
}

/// `value`, or as much of it as is kept.
#[inline]
pub(crate) fn cut(value: &str) -> &str {
    if value.len() <= LABEL_VALUE_BYTES_MAX {
        return value;
    }
    &value[..value.floor_char_boundary(LABEL_VALUE_BYTES_MAX)]
}

/// More label text than fits 32 bits would take 32,000 labels of the longest value.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
