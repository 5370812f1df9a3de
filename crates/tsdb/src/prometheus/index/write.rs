//! Writes an index, version 2, front to back.

use hashbrown::{HashMap, HashSet};
use model::Labels;
use platform::disk::Disk;

use super::super::bytes::{put_checksum, put_prefixed, put_uvarint, put_varint};
use super::super::error::Error;
use super::super::files::GrowingFile;
use super::{ChunkPlace, MAGIC, SERIES_ALIGNMENT, VERSION_2};

/// Sections begin at multiples of this.
const SECTION_ALIGNMENT: u64 = 4;

/// A series that is to be indexed.
#[derive(Debug)]
pub(crate) struct IndexedSeries {
    pub(crate) labels: Labels,
    pub(crate) chunks: Vec<ChunkPlace>,
}

/// A posting: name and value as symbols, and the series. Sorted, they are the postings lists in order.
type Posting = (u32, u32, u32);

/// Writes and syncs the index of `series`, which ascend by labels.
pub(crate) fn write(disk: &dyn Disk, path: &str, series: &[IndexedSeries]) -> Result<(), Error> {
    let mut file = GrowingFile::create(disk, path)?;
    let mut head = MAGIC.to_be_bytes().to_vec();
    head.push(VERSION_2);
    file.push(&head)?;

    let mut symbols: Vec<&str> = series
        .iter()
        .flat_map(|series| &series.labels)
        .flat_map(|(name, value)| [name, value])
        .collect::<HashSet<_, foldhash::fast::RandomState>>()
        .into_iter()
        .collect();
    symbols.sort_unstable();
    let symbols_start = write_symbols(&mut file, &symbols)?;
    file.align(SERIES_ALIGNMENT)?;
    let series_start = file.length();
    let (numbers, postings) = write_series(&mut file, series, &symbols)?;
    file.align(SECTION_ALIGNMENT)?;
    let postings_start = file.length();
    let entries = write_postings(&mut file, &numbers, &postings)?;
    let table_start = file.length();
    section(&mut file, table(&entries, &symbols))?;

    let mut contents = Vec::new();
    let label_indices = [postings_start; 2];
    let [first, second] = label_indices;
    for offset in [
        symbols_start,
        series_start,
        first,
        second,
        postings_start,
        table_start,
    ] {
        contents.extend_from_slice(&offset.to_be_bytes());
    }
    put_checksum(&mut contents, 0);
    file.push(&contents)?;
    file.finish()
}

fn write_symbols(file: &mut GrowingFile, symbols: &[&str]) -> Result<u64, Error> {
    let start = file.length();
    let mut content = (symbols.len() as u32).to_be_bytes().to_vec();
    for symbol in symbols {
        put_prefixed(&mut content, symbol.as_bytes());
    }
    section(file, content)?;
    Ok(start)
}

/// Writes the series; their numbers and postings, the latter sorted.
fn write_series(
    file: &mut GrowingFile,
    series: &[IndexedSeries],
    symbols: &[&str],
) -> Result<(Vec<u32>, Vec<Posting>), Error> {
    let positions: HashMap<&str, u32, foldhash::fast::RandomState> =
        symbols.iter().copied().zip(0..).collect();
    let mut numbers = Vec::with_capacity(series.len());
    let mut postings: Vec<Posting> = Vec::new();
    for series in series {
        file.align(SERIES_ALIGNMENT)?;
        let number =
            u32::try_from(file.length() / SERIES_ALIGNMENT).map_err(|_| Error::Series {
                reason: "an index of more than 64 GiB",
                series: series.labels.to_string(),
            })?;
        numbers.push(number);
        let mut content = Vec::new();
        put_uvarint(&mut content, series.labels.len() as u64);
        for (name, value) in &series.labels {
            let (name, value) = (positions[name], positions[value]);
            postings.push((name, value, number));
            put_uvarint(&mut content, u64::from(name));
            put_uvarint(&mut content, u64::from(value));
        }
        put_places(&mut content, &series.chunks);
        let mut entry = Vec::with_capacity(content.len() + 16);
        put_uvarint(&mut entry, content.len() as u64);
        entry.extend_from_slice(&content);
        entry.extend_from_slice(&crc32c::crc32c(&content).to_be_bytes());
        file.push(&entry)?;
    }
    postings.sort_unstable();
    Ok((numbers, postings))
}

fn put_places(content: &mut Vec<u8>, chunks: &[ChunkPlace]) {
    put_uvarint(content, chunks.len() as u64);
    let mut last: Option<&ChunkPlace> = None;
    for chunk in chunks {
        match last {
            None => put_varint(content, chunk.min_ms),
            Some(last) => put_uvarint(content, chunk.min_ms.wrapping_sub(last.max_ms) as u64),
        }
        put_uvarint(content, chunk.max_ms.wrapping_sub(chunk.min_ms) as u64);
        match last {
            None => put_uvarint(content, chunk.reference),
            Some(last) => {
                let distance = chunk.reference.wrapping_sub(last.reference);
                put_varint(content, distance as i64);
            }
        }
        last = Some(chunk);
    }
}

/// A list of the offset table: the label pair, none for the list of all series, and where it lies.
type Entry = (Option<(u32, u32)>, u64);

fn write_postings(
    file: &mut GrowingFile,
    all: &[u32],
    postings: &[Posting],
) -> Result<Vec<Entry>, Error> {
    let mut entries = vec![(None, file.length())];
    write_list(file, all.iter().copied())?;
    for list in postings.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        entries.push((Some((list[0].0, list[0].1)), file.length()));
        write_list(file, list.iter().map(|posting| posting.2))?;
    }
    Ok(entries)
}

fn write_list(
    file: &mut GrowingFile,
    numbers: impl ExactSizeIterator<Item = u32>,
) -> Result<(), Error> {
    let mut content = (numbers.len() as u32).to_be_bytes().to_vec();
    for number in numbers {
        content.extend_from_slice(&number.to_be_bytes());
    }
    section(file, content)
}

fn table(entries: &[Entry], symbols: &[&str]) -> Vec<u8> {
    let mut content = (entries.len() as u32).to_be_bytes().to_vec();
    for (pair, offset) in entries {
        let (name, value) = match pair {
            Some((name, value)) => (symbols[*name as usize], symbols[*value as usize]),
            None => ("", ""),
        };
        content.push(2);
        put_prefixed(&mut content, name.as_bytes());
        put_prefixed(&mut content, value.as_bytes());
        put_uvarint(&mut content, *offset);
    }
    content
}

/// Writes length, content and checksum, aligned for the next section.
fn section(file: &mut GrowingFile, mut content: Vec<u8>) -> Result<(), Error> {
    file.push(&(content.len() as u32).to_be_bytes())?;
    put_checksum(&mut content, 0);
    file.push(&content)?;
    file.align(SECTION_ALIGNMENT)
}
