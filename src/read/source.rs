//! What are the bytes of a file, as text, and which line is byte n on?
//! A file of its own because every reader starts here: byte-order mark, encoding and hash are the same for all of them.

use super::encoding::Encoding;
use super::fault::{Fault, FeatureRef};
use super::fault_words::Kind;
use super::format::MOST_BYTES;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

/// Bytes between two counted positions of the line index.
const BLOCK: usize = 4096;

/// A text file.
#[derive(Debug)]
pub(super) struct Source {
    /// Name relative to the plan folder.
    pub(super) file: String,
    /// All of it, the byte-order mark included.
    whole: String,
    /// Hash of the bytes, where they were not UTF-8.
    hash: Option<String>,
    lines: OnceLock<LineIndex>,
}

/// Something found in a file. The reader knows the byte; [`Source::fault`] turns it into line and column.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Byte in [`Source::text`].
    pub(super) byte: Option<usize>,
    pub(super) feature: Option<FeatureRef>,
    pub(super) field: Option<String>,
    pub(super) value: Option<String>,
    pub(super) kind: Kind,
}

impl Finding {
    /// About a file as a whole.
    pub(super) fn of(kind: Kind) -> Self {
        Self { byte: None, feature: None, field: None, value: None, kind }
    }

    /// At a byte of the text.
    pub(super) fn at(byte: usize, kind: Kind) -> Self {
        Self { byte: Some(byte), ..Self::of(kind) }
    }

    /// As a fault without a line.
    pub(super) fn in_file(self, file: &str) -> Fault {
        let Self { byte: _, feature, field, value, kind } = self;
        Fault { file: file.to_owned(), line: None, column: None, feature, field, value, kind }
    }
}

/// SHA-256 of a file, lower-case hex, read piece by piece.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(file: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(file)?;
    let (mut sum, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&sum.finalize())),
            n => sum.update(&piece[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Source {
    /// Reads a file whole.
    ///
    /// # Errors
    /// A fault when it is not there, not a regular file, not readable or not UTF-8.
    pub(super) fn open(folder: &Path, file: &str) -> Result<Self, Box<Fault>> {
        Self::open_as(folder, file, None)
    }

    /// The same, in a declared encoding.
    pub(super) fn open_as(folder: &Path, file: &str, encoding: Option<Encoding>) -> Result<Self, Box<Fault>> {
        let fault = |kind| Box::new(Finding::of(kind).in_file(file));
        let bytes = bytes(folder, file)?;
        if let Some(encoding) = encoding.filter(|e| *e != Encoding::UTF8) {
            let whole = encoding.decode(&bytes).map_err(fault)?.into_owned();
            return Ok(Self { file: file.to_owned(), whole, hash: Some(sha256([&bytes[..]])), lines: OnceLock::new() });
        }
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(fault(Kind::Utf16));
        }
        let whole = String::from_utf8(bytes).map_err(|e| {
            let byte = e.utf8_error().valid_up_to();
            // What stands before the byte is text, so line and column can be counted in it.
            let before = String::from_utf8_lossy(&e.as_bytes()[..byte]).into_owned();
            let before = Self { file: file.to_owned(), whole: before, hash: None, lines: OnceLock::new() };
            Box::new(before.fault(Finding::at(before.text().len(), Kind::NotUtf8 { byte })))
        })?;
        Ok(Self { file: file.to_owned(), whole, hash: None, lines: OnceLock::new() })
    }

    /// The text after the byte-order mark, if there is one.
    pub(super) fn text(&self) -> &str {
        self.whole.strip_prefix('\u{feff}').unwrap_or(&self.whole)
    }

    /// SHA-256 of the file's bytes, lower-case hex.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().unwrap_or_else(|| sha256([self.whole.as_bytes()]))
    }

    /// Byte in the text of a line and column as `serde_json` counts them: from 1, columns in bytes.
    pub(super) fn byte_at(&self, line: usize, column: usize) -> usize {
        let index = self.lines();
        let start = if line < 2 { 0 } else { index.breaks.get(line - 2).map_or(0, |newline| newline + 1) };
        (start + column.saturating_sub(1)).min(self.text().len())
    }

    /// A finding as a fault, its byte turned into line and column.
    pub(super) fn fault(&self, finding: Finding) -> Fault {
        let place = finding.byte.map(|byte| self.lines().place(self.text(), byte));
        let mut fault = finding.in_file(&self.file);
        if let Some((line, column)) = place {
            (fault.line, fault.column) = (Some(line), Some(column));
        }
        fault
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::of(self.text()))
    }
}

/// A file's bytes.
pub(super) fn bytes(folder: &Path, file: &str) -> Result<Vec<u8>, Box<Fault>> {
    let fault = |kind| Box::new(Finding::of(kind).in_file(file));
    let io = |e: std::io::Error| fault(Kind::Io { error: e.to_string() });
    let path = folder.join(file);
    // A pipe would wait for ever and a device never ends, so both are refused before they are opened.
    let data = std::fs::metadata(&path).map_err(io)?;
    if !data.is_file() {
        return Err(fault(Kind::NotAFile));
    }
    if data.len() > MOST_BYTES {
        return Err(fault(Kind::TooMuch { most: "2 GiB" }));
    }
    std::fs::read(&path).map_err(io)
}

/// SHA-256 of parts one after the other, lower-case hex.
pub(super) fn sha256<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    hex(&parts.into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize())
}

/// Line breaks, and characters counted up to every block. Built only when there is a fault; with it a million faults on
/// one line of a minified file take a million short counts, not a million long ones.
#[derive(Debug)]
struct LineIndex {
    breaks: Vec<usize>,
    chars: Vec<usize>,
}

impl LineIndex {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let breaks = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i).collect();
        let mut chars = vec![0];
        for block in bytes.chunks(BLOCK) {
            chars.push(chars[chars.len() - 1] + count(block));
        }
        Self { breaks, chars }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    fn place(&self, text: &str, byte: usize) -> (usize, usize) {
        let byte = byte.min(text.len());
        let line = self.breaks.partition_point(|newline| *newline < byte);
        let start = if line == 0 { 0 } else { self.breaks[line - 1] + 1 };
        (line + 1, self.chars_before(text, byte) - self.chars_before(text, start) + 1)
    }

    fn chars_before(&self, text: &str, byte: usize) -> usize {
        let block = byte / BLOCK;
        self.chars[block] + count(&text.as_bytes()[block * BLOCK..byte])
    }
}

/// Characters that start in these bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { file: "f".into(), whole: text.into(), hash: None, lines: OnceLock::new() }
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let s = source("{\n漠河 x\n");
        let x = s.text().find('x').expect("it is there");
        assert_eq!(s.lines().place(s.text(), x), (2, 4));
        assert_eq!(s.lines().place(s.text(), 0), (1, 1));
        assert_eq!(s.lines().place(s.text(), s.text().len()), (3, 1));
    }

    #[test]
    fn a_column_far_along_a_long_line_is_exact() {
        let long = "河".repeat(10_000) + "x";
        let s = source(&long);
        assert_eq!(s.lines().place(s.text(), 30_000), (1, 10_001));
    }

    #[test]
    fn the_byte_order_mark_is_hashed_but_not_read() {
        let s = source("\u{feff}{}");
        assert_eq!(s.text(), "{}");
        assert_ne!(s.sha256(), source("{}").sha256());
        assert_eq!(source("abc").sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
