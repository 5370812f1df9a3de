//! Which label sets have a value.

use roaring::RoaringBitmap;

/// A set of numbers. Most values of a busy label belong to one label set alone, so that case takes no heap.
#[derive(Clone, Debug, Default)]
pub(super) enum Ids {
    #[default]
    None,
    One(u32),
    Many(Box<RoaringBitmap>),
}

impl Ids {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(super) fn insert(&mut self, id: u32) {
        match self {
            Self::None => *self = Self::One(id),
            Self::One(own) if *own == id => {}
            Self::One(own) => {
                let mut many = RoaringBitmap::new();
                many.insert(*own);
                many.insert(id);
                *self = Self::Many(Box::new(many));
            }
            Self::Many(many) => drop(many.insert(id)),
        }
    }

    pub(super) fn remove(&mut self, id: u32) {
        match self {
            Self::One(own) if *own == id => *self = Self::None,
            Self::None | Self::One(_) => {}
            Self::Many(many) => {
                many.remove(id);
                if many.len() == 1 {
                    *self = many.min().map_or(Self::None, Self::One);
                }
            }
        }
    }

    pub(super) fn meets(&self, others: &RoaringBitmap) -> bool {
        match self {
            Self::None => false,
            Self::One(id) => others.contains(*id),
            Self::Many(many) => !many.is_disjoint(others),
        }
    }

    /// Calls `each` with every number, in order.
    pub(super) fn for_each(&self, mut each: impl FnMut(u32)) {
        match self {
            Self::None => {}
            Self::One(id) => each(*id),
            Self::Many(many) => many.iter().for_each(each),
        }
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::None | Self::One(_) => 0,
            Self::Many(many) => size_of::<RoaringBitmap>() + bitmap_bytes(many),
        }
    }
}

/// What a bitmap takes on the heap, as far as its written form tells.
pub(super) fn bitmap_bytes(bitmap: &RoaringBitmap) -> usize {
    bitmap.serialized_size()
}

/// All numbers of several sets.
pub(super) fn union<'a>(sets: impl Iterator<Item = &'a Ids>) -> RoaringBitmap {
    let mut single = Vec::new();
    let mut all = RoaringBitmap::new();
    for ids in sets {
        match ids {
            Ids::None => {}
            Ids::One(id) => single.push(*id),
            Ids::Many(many) => all |= &**many,
        }
    }
    single.sort_unstable();
    all.extend(single);
    all
}
