//! Wide lines, cut to pieces that are read one at a time.
//!
//! Whoever reads a group has all of its samples in memory. A target with a hundred thousand series, as a cluster's state has and as an import of many
//! targets' series may leave it, would be all of a selection, so it becomes groups of a few series each, in their order.
//!
//! Targets that share a list of metrics stay whole as long as that isn't long: such are read together, family by family, which goes by whole lists (see
//! `layer::ahead`).

use std::sync::Arc;

use model::Labels;

use super::Map;
use super::select::{Line, Segment};

/// Series of a piece: hours of them are less than a processor's cache, and what is done once for each group counts for little.
const PIECE_SERIES: usize = 64;
/// Lines that share their list are cut when they have more series than this.
const SHARED_SERIES_MAX: usize = 4096;

/// Cuts the lines that are too wide; all others stay as they are.
pub(super) fn cut(lines: Vec<Line>) -> Vec<Line> {
    let is_wide = |line: &Line| line.metrics.len() > PIECE_SERIES;
    if !lines.iter().any(is_wide) {
        return lines;
    }
    let mut sharers: Map<usize, usize> = Map::default();
    for line in &lines {
        *sharers.entry(address(&line.metrics)).or_default() += 1;
    }
    let mut lists = Map::default();
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let is_shared = sharers[&address(&line.metrics)] > 1;
        if !is_wide(&line) || (is_shared && line.metrics.len() <= SHARED_SERIES_MAX) {
            out.push(line);
        } else {
            cut_line(&line, &mut lists, &mut out);
        }
    }
    out
}

fn address(list: &Arc<[Labels]>) -> usize {
    list.as_ptr().addr()
}

/// Pieces of lists, by the lists' addresses: lines that shared a list share its pieces. The list is kept, so that no other gets its address.
type Pieces = Map<usize, (Arc<[Labels]>, Vec<Arc<[Labels]>>)>;

fn cut_line(line: &Line, lists: &mut Pieces, out: &mut Vec<Line>) {
    let (_, pieces) = lists.entry(address(&line.metrics)).or_insert_with(|| {
        let pieces = line.metrics.chunks(PIECE_SERIES).map(Arc::from);
        (Arc::clone(&line.metrics), pieces.collect())
    });
    let first = out.len();
    out.extend(pieces.iter().map(|metrics| Line {
        target: line.target.clone(),
        metrics: Arc::clone(metrics),
        segments: Vec::with_capacity(line.segments.len()),
    }));
    for segment in &line.segments {
        cut_segment(segment, &mut out[first..]);
    }
}

/// Gives each piece what the segment has of it.
fn cut_segment(segment: &Segment, pieces: &mut [Line]) {
    let Some(members) = &segment.members else {
        for (piece, columns) in pieces.iter_mut().zip(segment.columns.chunks(PIECE_SERIES)) {
            piece.segments.push(Segment {
                columns: columns.into(),
                ..segment.clone()
            });
        }
        return;
    };
    let mut shares: Vec<(Vec<u32>, Vec<u32>)> = vec![Default::default(); pieces.len()];
    for (column, member) in segment.columns.iter().zip(members.iter()) {
        let member = *member as usize;
        let (columns, own) = &mut shares[member / PIECE_SERIES];
        columns.push(*column);
        own.push((member % PIECE_SERIES) as u32);
    }
    for (piece, (columns, own)) in pieces.iter_mut().zip(shares) {
        let is_all =
            own.len() == piece.metrics.len() && own.iter().copied().eq(0..own.len() as u32);
        if !columns.is_empty() {
            piece.segments.push(Segment {
                columns: columns.into(),
                members: (!is_all).then(|| own.into()),
                ..segment.clone()
            });
        }
    }
}
