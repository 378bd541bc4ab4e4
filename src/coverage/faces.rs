//! Which sites serve a combination of edges? Per row of the grid its cells with their sites, and their faces: parts of a
//! cell that the same circles hold. A file of its own because sets are written out only where somebody asks.

use super::arrangement::Arrangement;
use super::tally::{MASKED_EDGES, Tally};
use crate::travel::SiteIndex;
use std::ops::Range;

/// Sites that are copied at a time.
const BLOCK: usize = 16;

/// Part of a cell that the same circles hold, with weight and at least one site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    pub(super) weight: u64,
    /// Which edges of the cell it is inside of.
    pub(super) mask: u64,
    pub(super) cell: u32,
}

/// The faces of one row of the grid, cell by cell.
#[derive(Debug, Default)]
pub(super) struct Faces {
    /// Per cell the sites that hold any of it, ascending.
    sites: Vec<SiteIndex>,
    /// Per cell, where among its sites those of the edges stand.
    edges: Vec<u32>,
    /// Per cell where its sites and edges end.
    ends: Vec<(usize, usize)>,
    pub(super) faces: Vec<Face>,
}

impl Faces {
    /// Those of a row of the grid.
    pub(super) fn new(grid: &Arrangement, band: usize, tally: &Tally) -> Self {
        let mut found = Self::default();
        let mut turns: Vec<(u32, SiteIndex)> =
            grid.runs(band).iter().flat_map(|run| [(run.from, run.site), (run.to, run.site)]).collect();
        turns.sort_unstable();
        let (mut turn, mut wide) = (turns.iter().peekable(), tally.wide().peekable());
        let mut inside = Vec::new();
        for column in 0..grid.columns {
            // A site is entered where it is not inside yet, and left where it is.
            while let Some((_, site)) = turn.next_if(|t| t.0 as usize <= column) {
                match inside.binary_search(site) {
                    Ok(at) => _ = inside.remove(at),
                    Err(at) => inside.insert(at, *site),
                }
            }
            let edges = grid.edges(band, column);
            let masked = tally.masked(column);
            if !masked.is_empty() {
                found.cell(&inside, edges, true);
                let masked = masked.iter().filter(|(mask, _)| *mask != 0 || !inside.is_empty());
                masked.for_each(|&(mask, weight)| found.face(mask, weight));
            }
            // What fits no word is a cell of its own, without edges.
            while let Some((_, words, weight)) = wide.next_if(|w| w.0 == column) {
                let words = edges.chunks(MASKED_EDGES).zip(words);
                let crossed: Vec<SiteIndex> = words.flat_map(|(edges, &mask)| chosen(edges, mask)).collect();
                if !inside.is_empty() || !crossed.is_empty() {
                    found.cell(&inside, &crossed, false);
                    found.face(0, weight);
                }
            }
        }
        // What is copied in blocks may end short of a block.
        found.sites.resize(found.sites.len() + BLOCK, 0);
        found
    }

    /// Adds a cell: two ascending lists without a common site, as one.
    fn cell(&mut self, inside: &[SiteIndex], others: &[SiteIndex], are_edges: bool) {
        let (start, mut from) = (self.sites.len(), 0);
        for &site in others {
            let to = from + inside[from..].partition_point(|&s| s < site);
            self.sites.extend_from_slice(&inside[from..to]);
            if are_edges {
                self.edges.push((self.sites.len() - start) as u32);
            }
            self.sites.push(site);
            from = to;
        }
        self.sites.extend_from_slice(&inside[from..]);
        self.ends.push((self.sites.len(), self.edges.len()));
    }

    /// Adds a face of the last cell.
    fn face(&mut self, mask: u64, weight: u64) {
        self.faces.push(Face { weight, mask, cell: self.ends.len() as u32 - 1 });
    }

    /// The sites of a cell, and where among them the edges stand.
    pub(super) fn cell_of(&self, face: &Face) -> (&[SiteIndex], &[u32]) {
        let (sites, edges) = self.ranges(face);
        (&self.sites[sites], &self.edges[edges])
    }

    fn ranges(&self, face: &Face) -> (Range<usize>, Range<usize>) {
        let cell = face.cell as usize;
        let (start, end) = (cell.checked_sub(1).map_or((0, 0), |before| self.ends[before]), self.ends[cell]);
        (start.0..end.0, start.1..end.1)
    }

    /// The sites of a face, ascending, written out into `memory`.
    pub(super) fn set<'m>(&self, face: &Face, memory: &'m mut Vec<SiteIndex>) -> &'m [SiteIndex] {
        let (sites, edges) = self.ranges(face);
        let edges = &self.edges[edges];
        if memory.len() < sites.len() + BLOCK {
            memory.resize(sites.len() + BLOCK, 0);
        }
        let mut len = 0;
        for kept in kept(edges, !face.mask & low_bits(edges.len()), sites.len()) {
            // Few sites lie between two edges: blocks of one size cost less than lengths that nobody can guess, and overlap.
            for at in kept.clone().step_by(BLOCK) {
                let block = &self.sites[sites.start + at..][..BLOCK];
                memory[len + at - kept.start..][..BLOCK].copy_from_slice(block);
            }
            len += kept.len();
        }
        &memory[..len]
    }
}

/// What is kept of so many sites, in stretches: all but the edges whose bit in `out` is set.
pub(super) fn kept(edges: &[u32], mut out: u64, sites: usize) -> impl Iterator<Item = Range<usize>> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let to = if out == 0 { sites } else { edges[out.trailing_zeros() as usize] as usize };
        from = (out != 0).then_some(to + 1);
        out &= out.wrapping_sub(1);
        Some(start..to)
    })
}

/// So many low bits, at most 64.
pub(super) fn low_bits(bits: usize) -> u64 {
    u64::MAX.checked_shr(64 - bits as u32).unwrap_or(0)
}

/// The edges whose bit is set.
fn chosen(edges: &[SiteIndex], mut mask: u64) -> impl Iterator<Item = SiteIndex> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        edges.get(bit).copied()
    })
}
