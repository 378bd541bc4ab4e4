//! Do the pages of a Parquet file unpack to what a file of its size may hold? A file of its own because the library believes each page's
//! header, which in two kilobytes may ask for two gigabytes: the headers are walked here first, and nothing is unpacked.

use parquet::file::metadata::ParquetMetaData;

/// What a file may unpack to whatever its size, and how many bytes one byte of it may become beyond that (deflate ends at 1,032).
const FREE: u64 = 64 << 20;
const TIMES: u64 = 1_100;
/// Structures within structures in a page header; its own are three deep.
const DEPTH: usize = 16;

/// Whether the pages of every column are there and say sizes that can be.
pub(in crate::read) fn can_be(metadata: &ParquetMetaData, bytes: &[u8]) -> bool {
    let most = FREE.saturating_add(TIMES.saturating_mul(bytes.len() as u64));
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
    let mut total = 0u64;
    for column in columns {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let chunk = usize::try_from(start).ok().zip(usize::try_from(column.compressed_size()).ok());
        let chunk = chunk.and_then(|(start, length)| bytes.get(start..start.checked_add(length)?));
        let Some(unpacked) = chunk.and_then(pages) else { return false };
        total = total.saturating_add(unpacked);
        if total > most {
            return false;
        }
    }
    true
}

/// What the pages of a column chunk say that they unpack to together; `None` where they are not there.
fn pages(chunk: &[u8]) -> Option<u64> {
    let (mut left, mut total) = (chunk, 0u64);
    while !left.is_empty() {
        let mut header = Compact { left };
        // Fields 2 and 3 of a page header: its size unpacked and as it stands.
        let mut sizes = [None; 2];
        let mut field = 0i64;
        while let Some(kind) = header.field(&mut field)? {
            match (field, kind) {
                (2 | 3, 5) => sizes[(field - 2) as usize] = u64::try_from(header.integer()?).ok(),
                _ => header.skip(kind, DEPTH)?,
            }
        }
        let [unpacked, packed] = sizes;
        total = total.saturating_add(unpacked?);
        left = header.left.get(usize::try_from(packed?).ok()?..)?;
    }
    Some(total)
}

/// Bytes in the compact protocol of Thrift.
struct Compact<'b> {
    left: &'b [u8],
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.left.split_first()?;
        self.left = rest;
        Some(*first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn integer(&mut self) -> Option<i64> {
        let zigzag = self.unsigned()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    fn advance(&mut self, bytes: u64) -> Option<()> {
        self.left = self.left.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// The kind of the next field of a structure, whose number `id` becomes; the inner `None` is the structure's end.
    fn field(&mut self, id: &mut i64) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *id = if head >> 4 == 0 { self.integer()? } else { id.checked_add(i64::from(head >> 4))? };
        Some(Some(head & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.advance(1),
            4..=6 => self.unsigned().map(drop),
            7 => self.advance(8),
            8 => {
                let length = self.unsigned()?;
                self.advance(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
                // Of a list a truth value is a byte.
                let of = if head & 15 <= 2 { 3 } else { head & 15 };
                (0..count).try_for_each(|_| self.skip(of, depth))
            }
            12 => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, depth)?;
                }
                Some(())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page header: type 0, a size unpacked, one as it stands, and a structure with a list that is skipped.
    fn page(unpacked: u32, body: &[u8]) -> Vec<u8> {
        let number = |n: usize| {
            let (mut n, mut out) = (n << 1, Vec::new());
            while n > 127 {
                out.push((n & 127) as u8 | 128);
                n >>= 7;
            }
            out.push(n as u8);
            out
        };
        [
            &[0x15, 0][..],
            &[0x15],
            &number(unpacked as usize),
            &[0x15],
            &number(body.len()),
            &[0x2c, 0x19, 0x25, 2, 4, 0, 0],
            body,
        ]
        .concat()
    }

    #[test]
    fn what_pages_claim_is_added_up_and_pages_that_are_cut_off_are_none() {
        let two = [page(70_000, b"abc"), page(2_000_000_000, b"")].concat();
        assert_eq!(pages(&two), Some(2_000_070_000));
        assert_eq!(pages(b""), Some(0));
        for cut in 1..page(70_000, b"abc").len() {
            assert_eq!(pages(&two[..cut]), None, "{cut}");
        }
    }
}
