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

/// Label values as the page shows them, and where in that each value stands, to be compared and told.
///
/// ```text
///  | digits | labels | middle | end | start, end | start, end | ... | method="GET",code="200" | values that are escaped there |
///                                      '------------------------------------^
/// ```
///
/// All of it is one text, so that a child has one allocation for it: places are numbers of seven bits a byte, of as many bytes as the
/// longest takes, counted from where the page's text begins.
#[derive(Debug)]
pub(crate) struct LabelText(Box<str>);

/// The longest label text kept, in bytes; longer values are cut when a child is born.
pub(crate) const LABEL_VALUE_BYTES_MAX: usize = 64 << 10;

/// Bytes before the places.
const HEAD_BYTES: usize = 2;
/// Places that are none of values: where the part before the kind's own label ends, and where all of it does.
const RENDERED_PLACES: usize = 2;
/// Bits of a place in each byte, so that every byte is a character.
const DIGIT_BITS: usize = 7;
const DIGIT: usize = (1 << DIGIT_BITS) - 1;
/// Bytes of places in texts up to 127 bytes, up to 16 kB, and of any.
const SHORT: usize = 1;
const MIDDLE: usize = 2;
const LONG: usize = 4;

impl LabelNames {
    /// In the order given, the kind's own label last.
    pub(crate) fn as_given(names: Box<[Box<str>]>) -> Self {
        let order = (0..names.len()).map(number).collect();
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
        let mut order: Box<[u16]> = (0..names.len()).map(number).collect();
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
fn number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

impl LabelText {
    /// `names` and `values` go together; the caller has compared their number.
    pub(crate) fn new(names: &LabelNames, values: &[&str]) -> Self {
        assert_eq!(names.names.len(), values.len(), "one value for each label");
        let mut text = String::new();
        let mut places = vec![0; RENDERED_PLACES + 2 * values.len()];
        let mut escaped = Vec::new();
        let (before, after) = names.order.split_at(names.before_bound);
        for (part, order) in [before, after].into_iter().enumerate() {
            for (index, &at) in order.iter().enumerate() {
                let at = usize::from(at);
                let value = cut(values[at]);
                if index > 0 {
                    text.push(',');
                }
                // Text for another escaping is made from the values, when it differs.
                text.push_str(&render_labels(
                    [(&*names.names[at], value)],
                    Escaping::AllowUtf8,
                ));
                let end = text.len() - 1;
                let place = &mut places[RENDERED_PLACES + 2 * at..];
                (place[0], place[1]) = (end.saturating_sub(value.len()), end);
                if text.get(place[0]..end) != Some(value) {
                    escaped.push(at);
                }
            }
            places[part] = text.len();
        }
        for at in escaped {
            let start = text.len();
            text.push_str(cut(values[at]));
            let place = &mut places[RENDERED_PLACES + 2 * at..];
            (place[0], place[1]) = (start, text.len());
        }
        Self::packed(&places, &text)
    }

    fn packed(places: &[usize], text: &str) -> Self {
        let suffices = |digits: &usize| text.len() >> (digits * DIGIT_BITS) == 0;
        let digits = [SHORT, MIDDLE].into_iter().find(suffices).unwrap_or(LONG);
        let labels = (places.len() - RENDERED_PLACES) / 2;
        let mut packed = String::with_capacity(HEAD_BYTES + places.len() * digits + text.len());
        let mut push = |number: usize| packed.push(char::from((number & DIGIT) as u8));
        push(digits);
        push(labels);
        for place in places {
            (0..digits).for_each(|digit| push(place >> (digit * DIGIT_BITS)));
        }
        packed.push_str(text);
        Self(packed.into_boxed_str())
    }

    /// `method="GET",code="200"` in two parts, between which the kind's own label stands; the second is mostly empty.
    #[inline]
    pub(crate) fn rendered(&self) -> (&str, &str) {
        let (digits, labels) = self.head();
        let start = start(digits, labels);
        let place = |index| start + place(self.0.as_bytes(), digits, index);
        let (middle, end) = (place(0), place(1));
        (&self.0[start..middle], &self.0[middle..end])
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let (digits, labels) = self.head();
        let start = start(digits, labels);
        let place = move |index| start + place(self.0.as_bytes(), digits, index);
        let spans = (0..labels).map(|label| RENDERED_PLACES + 2 * label);
        spans.map(move |index| &self.0[place(index)..place(index + 1)])
    }

    /// Whether these are the values. `values` may be longer than what is kept.
    #[inline]
    pub(crate) fn is(&self, values: &[&str]) -> bool {
        let (digits, labels) = self.head();
        if labels != values.len() {
            return false;
        }
        match digits {
            SHORT => self.is_with::<SHORT>(values),
            MIDDLE => self.is_with::<MIDDLE>(values),
            _ => self.is_with::<LONG>(values),
        }
    }

    #[inline]
    fn is_with<const DIGITS: usize>(&self, values: &[&str]) -> bool {
        let bytes = self.0.as_bytes();
        let text = &bytes[start(DIGITS, values.len())..];
        let places = bytes[HEAD_BYTES + RENDERED_PLACES * DIGITS..].chunks_exact(2 * DIGITS);
        values.iter().zip(places).all(|(value, span)| {
            let own = &text[place_of(&span[..DIGITS])..place_of(&span[DIGITS..])];
            same(own, cut(value).as_bytes())
        })
    }

    /// How many bytes a place has, and how many labels there are.
    #[inline]
    fn head(&self) -> (usize, usize) {
        let bytes = self.0.as_bytes();
        (usize::from(bytes[0]), usize::from(bytes[1]))
    }
}

/// Where the page's text begins.
#[inline]
fn start(digits: usize, labels: usize) -> usize {
    HEAD_BYTES + (RENDERED_PLACES + 2 * labels) * digits
}

#[inline]
fn place(bytes: &[u8], digits: usize, index: usize) -> usize {
    place_of(&bytes[HEAD_BYTES + index * digits..][..digits])
}

#[inline]
fn place_of(digits: &[u8]) -> usize {
    let digits = digits.iter().rev();
    digits.fold(0, |place, &digit| place << DIGIT_BITS | usize::from(digit))
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

// 64 labels of the longest value, each kept plain and twice as long with escapes, have places of four times seven bits.
const _: () = assert!(
    crate::builder::LABELS_MAX * LABEL_VALUE_BYTES_MAX * 3 < 1 << (LONG * DIGIT_BITS),
    "a place fits"
);
const _: () = assert!(
    crate::builder::LABELS_MAX <= DIGIT,
    "a number of labels fits"
);

#[cfg(test)]
mod tests;
