//! Which faces have one and the same cover set? Rows, sorted by set. A file of its own because it knows sets and no ground.
//!
//! 1. Sites are cut into ranges. What a set has of a range, and whether it goes on behind it, is a *part*: there are far
//!    fewer of them than sets, and faces of a cell share most.
//! 2. The parts of a range are numbered in their order.
//! 3. A set is then a word of as many numbers as there are ranges, and words are sorted by counting, from the last number
//!    to the first. Sets are equal where all numbers are.

use super::dictionary::Dictionary;
use super::faces::{Faces, kept, low_bits};
use super::relation::MergedRow;
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::ops::Range;

/// Ranges of sites, at most.
const RANGES: usize = 6;
/// Edges of a range whose combinations are looked up once per cell.
const NOTED_EDGES: usize = 6;
/// Stands at the end of a part when the set goes on: such a set comes after those that have one more site in the range,
/// while a set that ends comes before.
const MORE: SiteIndex = SiteIndex::MAX;

/// Per face the number of its part of a range.
struct Numbers {
    of_face: Vec<u32>,
    /// How many parts there are.
    parts: usize,
}

/// Merges faces of one set; rows sorted by set. There is a range of sites for so many faces.
pub(super) fn rows(bands: &[Faces], sites: usize, faces_per_range: usize) -> Vec<MergedRow> {
    let numbered = (0u32..).zip(bands);
    let faces: Vec<(u32, u32)> =
        numbered.flat_map(|(band, of)| (0..of.faces.len() as u32).map(move |face| (band, face))).collect();
    let width = sites.div_ceil((faces.len() / faces_per_range).clamp(1, RANGES)).max(1);
    let ranges: Vec<Range<usize>> = (0..sites).step_by(width).map(|from| from..from + width).collect();
    let words: Vec<Numbers> = ranges.into_par_iter().map(|range| Numbers::new(bands, range, faces.len())).collect();
    let mut order: Vec<u32> = (0..faces.len() as u32).collect();
    words.iter().rev().for_each(|numbers| numbers.sort(&mut order));
    let same = |a: &u32, b: &u32| words.iter().rev().all(|n| n.of_face[*a as usize] == n.of_face[*b as usize]);
    let mut memory = Vec::new();
    let row = |same: &[u32]| {
        let face = |f: u32| {
            let (band, face) = faces[f as usize];
            (&bands[band as usize], &bands[band as usize].faces[face as usize])
        };
        let (of, first) = face(same[0]);
        MergedRow { sites: of.set(first, &mut memory).to_vec(), weight: same.iter().map(|&f| face(f).1.weight).sum() }
    };
    order.chunk_by(same).map(row).collect()
}

impl Numbers {
    fn new(bands: &[Faces], range: Range<usize>, faces: usize) -> Self {
        let mut of_face = Vec::with_capacity(faces);
        let mut dictionary = Dictionary::default();
        let mut part = Vec::new();
        let mut noted = [None; 2 << NOTED_EDGES];
        for of in bands {
            for faces in of.faces.chunk_by(|a, b| a.cell == b.cell) {
                // Which sites of the cell, and which of its edges, are in the range?
                let (sites, edges) = of.cell_of(&faces[0]);
                let before = |end: usize| sites.iter().map(|&s| u32::from(s < end as SiteIndex)).sum::<u32>();
                let (from, to) = (before(range.start), before(range.end));
                let before = |end: u32| edges.iter().map(|&e| u32::from(e < end)).sum::<u32>();
                let (first, last) = (before(from), before(to));
                let goes_on = sites.len() - to as usize > edges.len() - last as usize;
                let all = low_bits((last - first) as usize);
                let few = (last - first) as usize <= NOTED_EDGES;
                if few {
                    noted[..2 << (last - first)].fill(None);
                }
                for face in faces {
                    let inside = face.mask.checked_shr(first).unwrap_or(0) & all;
                    let more = goes_on || face.mask.checked_shr(last).unwrap_or(0) != 0;
                    let note = if few { (inside as usize) << 1 | usize::from(more) } else { 0 };
                    if few && let Some(number) = noted[note] {
                        of_face.push(number);
                        continue;
                    }
                    part.clear();
                    for kept in kept(&edges[first as usize..], all & !inside, to as usize) {
                        // Edges count from the first site of the cell.
                        part.extend_from_slice(&sites[kept.start.max(from as usize)..kept.end]);
                    }
                    part.extend(more.then_some(MORE));
                    let number = dictionary.number(&part);
                    noted[note] = Some(number);
                    of_face.push(number);
                }
            }
        }
        let ranks = dictionary.ranks();
        of_face.iter_mut().for_each(|number| *number = ranks[*number as usize]);
        Self { of_face, parts: ranks.len() }
    }

    /// Sorts faces by their number; those with the same stay in order.
    fn sort(&self, order: &mut Vec<u32>) {
        let mut starts = vec![0u32; self.parts];
        self.of_face.iter().for_each(|&number| starts[number as usize] += 1);
        let mut start = 0;
        for count in &mut starts {
            start += std::mem::replace(count, start);
        }
        let mut sorted = vec![0; order.len()];
        for &face in &*order {
            let at = &mut starts[self.of_face[face as usize] as usize];
            sorted[*at as usize] = face;
            *at += 1;
        }
        *order = sorted;
    }
}
