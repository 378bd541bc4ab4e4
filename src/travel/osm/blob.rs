//! Where do the blocks of a PBF file lie, and what is in them once inflated? A file of its own because this is about the
//! container: what blocks mean is `block.rs`.

use super::OsmError;
use super::wire::{Malformed, Wire};
use flate2::{Decompress, FlushDecompress, Status};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Largest header of a blob that the format allows, bytes.
const MOST_HEADER: u32 = 64 * 1024;
/// Largest blob that the format allows, bytes, packed or not.
pub const MOST_BLOB: u64 = 32 * 1024 * 1024;
/// What a reader must understand to read a file as this one does.
const UNDERSTOOD: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Where the payload of a data blob lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    offset: u64,
    length: u32,
}

/// The blobs of a file, found but not read.
#[derive(Debug)]
pub struct Blobs {
    file: File,
    places: Vec<Place>,
    sorted: bool,
}

impl Blobs {
    /// Finds the blobs by walking over their headers, and checks the file's own header.
    ///
    /// # Errors
    /// When the file is no PBF, is cut short, or needs features that are not understood.
    pub fn open(path: &Path) -> Result<Self, OsmError> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(4096, &file);
        let (mut at, mut places, mut sorted) = (0, Vec::new(), false);
        while at < size {
            let (kind, length, header) = header(&mut reader, at)?;
            let payload = at + 4 + u64::from(header);
            let end = payload + u64::from(length);
            if end > size {
                return Err(OsmError::Damaged(at));
            }
            let place = Place { offset: payload, length };
            match (kind, at) {
                (Kind::Header, _) => {
                    let mut packed = vec![0; length as usize];
                    reader.read_exact(&mut packed)?;
                    sorted = understood(&inflate(&packed, payload)?).map_err(|e| e.at(payload))?;
                }
                (_, 0) => return Err(OsmError::NotPbf),
                (Kind::Data, _) => places.push(place),
                (Kind::Other, _) => {}
            }
            reader.seek(SeekFrom::Start(end))?;
            at = end;
        }
        if size == 0 {
            return Err(OsmError::NotPbf);
        }
        drop(reader);
        Ok(Self { file, places, sorted })
    }

    /// Number of data blobs.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no data blob.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether the file declares that nodes come before ways and ways before relations.
    pub fn sorted(&self) -> bool {
        self.sorted
    }

    /// Bytes at which blob `i` starts, for messages.
    pub fn offset(&self, i: usize) -> u64 {
        self.places[i].offset
    }

    /// Reads these blobs one after the other, still packed.
    ///
    /// # Errors
    /// When the system cannot.
    pub fn read(&mut self, range: std::ops::Range<usize>) -> Result<Vec<Vec<u8>>, OsmError> {
        let mut packed = Vec::with_capacity(range.len());
        for place in &self.places[range] {
            self.file.seek(SeekFrom::Start(place.offset))?;
            let mut bytes = vec![0; place.length as usize];
            self.file.read_exact(&mut bytes)?;
            packed.push(bytes);
        }
        Ok(packed)
    }

    /// Unpacks blob `i`.
    ///
    /// # Errors
    /// When it is damaged, or packed in a way that is not understood.
    pub fn unpack(&self, i: usize, packed: &[u8]) -> Result<Vec<u8>, OsmError> {
        inflate(packed, self.offset(i))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Header,
    Data,
    Other,
}

/// Kind of the next blob, the length of its payload, the length of its header.
fn header(reader: &mut impl Read, at: u64) -> Result<(Kind, u32, u32), OsmError> {
    let broken = || if at == 0 { OsmError::NotPbf } else { OsmError::Damaged(at) };
    let cut = |e: std::io::Error| if e.kind() == std::io::ErrorKind::UnexpectedEof { broken() } else { e.into() };
    let mut length = [0; 4];
    reader.read_exact(&mut length).map_err(cut)?;
    let length = u32::from_be_bytes(length);
    if length == 0 || length > MOST_HEADER {
        return Err(broken());
    }
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes).map_err(cut)?;
    let (mut wire, mut kind, mut size) = (Wire(&bytes), None, None);
    while let Some((field, value)) = wire.field().map_err(|_| broken())? {
        match field {
            1 => kind = value.bytes().ok(),
            3 => size = value.number().ok(),
            _ => {}
        }
    }
    let kind = match kind.ok_or_else(broken)? {
        b"OSMHeader" => Kind::Header,
        b"OSMData" => Kind::Data,
        _ if at == 0 => return Err(OsmError::NotPbf),
        _ => Kind::Other,
    };
    let size = size.filter(|s| *s <= MOST_BLOB).ok_or_else(broken)?;
    Ok((kind, size as u32, length))
}

/// Why a header block is refused.
enum Refused {
    Malformed,
    Needs(String),
}

impl Refused {
    fn at(self, offset: u64) -> OsmError {
        match self {
            Self::Malformed => OsmError::Damaged(offset),
            Self::Needs(what) => OsmError::Unknown(what),
        }
    }
}

impl From<Malformed> for Refused {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Checks the features that the file's header requires; whether it says that elements are sorted by type.
fn understood(block: &[u8]) -> Result<bool, Refused> {
    let (mut wire, mut sorted) = (Wire(block), false);
    while let Some((field, value)) = wire.field()? {
        match field {
            4 => {
                let needed = String::from_utf8_lossy(value.bytes()?);
                if !UNDERSTOOD.contains(&&*needed) {
                    return Err(Refused::Needs(needed.into_owned()));
                }
            }
            5 => sorted |= value.bytes()? == b"Sort.Type_then_ID",
            _ => {}
        }
    }
    Ok(sorted)
}

fn inflate(packed: &[u8], offset: u64) -> Result<Vec<u8>, OsmError> {
    let damaged = || OsmError::Damaged(offset);
    let (mut wire, mut size, mut zlib) = (Wire(packed), None, None);
    while let Some((field, value)) = wire.field().map_err(|_| damaged())? {
        match field {
            1 => return value.bytes().map(<[u8]>::to_vec).map_err(|_| damaged()),
            2 => size = value.number().ok().filter(|s| *s <= MOST_BLOB),
            3 => zlib = value.bytes().ok(),
            4 => return Err(OsmError::Unknown("LZMA".to_owned())),
            6 => return Err(OsmError::Unknown("LZ4".to_owned())),
            7 => return Err(OsmError::Unknown("Zstandard".to_owned())),
            _ => {}
        }
    }
    let (size, zlib) = (size.ok_or_else(damaged)? as usize, zlib.ok_or_else(damaged)?);
    // One byte more than stated, so that a longer content shows.
    let mut block = Vec::with_capacity(size + 1);
    let done = Decompress::new(true).decompress_vec(zlib, &mut block, FlushDecompress::Finish);
    match done {
        Ok(Status::StreamEnd) if block.len() == size => Ok(block),
        _ => Err(damaged()),
    }
}
