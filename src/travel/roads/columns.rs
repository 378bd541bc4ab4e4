//! Where do the arrays of a network live? In memory as they were built, or in a mapped file as they were cached.
//! A file of its own because nobody else should care.

use bytemuck::Pod;
use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A file mapped for reading.
#[derive(Debug, Clone)]
pub struct Mapped(Arc<Mmap>);

impl Mapped {
    /// Maps a file that was put in place by a rename and is never written to again.
    ///
    /// # Errors
    /// When the system cannot.
    pub fn open(file: &File) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "no crate maps a file behind a safe interface that would be any safer; the cache is only ever \
            replaced by renaming, so the bytes behind the map do not change while it lives"
        )]
        // SAFETY: the file is private to this program and replaced, never modified; see above.
        let map = unsafe { Mmap::map(file)? };
        Ok(Self(Arc::new(map)))
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An array of plain values.
#[derive(Debug, Clone)]
pub enum Column<T> {
    /// In memory.
    Built(Vec<T>),
    /// In a mapped file; the range is in bytes, aligned and a whole number of values.
    Cached(Mapped, Range<usize>, PhantomData<T>),
}

impl<T: Pod> Column<T> {
    /// A part of a mapped file; `None` when it is out of range, misaligned or not a whole number of values.
    pub fn cached(map: &Mapped, range: Range<usize>) -> Option<Self> {
        let bytes = map.bytes().get(range.clone())?;
        bytemuck::try_cast_slice::<u8, T>(bytes).ok()?;
        Some(Self::Cached(map.clone(), range, PhantomData))
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Built(values) => values,
            Self::Cached(map, range, _) => bytemuck::cast_slice(&map.bytes()[range.clone()]),
        }
    }
}
