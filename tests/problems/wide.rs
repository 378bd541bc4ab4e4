//! Problems of any size, wide enough that the bound at the root leaves a gap.

use doorstep::coverage::merge;
use doorstep::siting::{Problem, Rows};

/// Cover sets drawn by a fixed rule (xorshift), wide enough that the bound at the root leaves a gap.
pub fn wide(sites: u32, rows: u64, near: u32, choose: usize) -> Problem {
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = |below: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as u32 % below
    };
    let sets: Vec<(Vec<u32>, u64)> = (0..rows)
        .map(|_| {
            let set: std::collections::BTreeSet<u32> = (0..near).map(|_| draw(sites)).collect();
            (set.into_iter().collect(), u64::from(draw(100)) + 1)
        })
        .collect();
    Problem {
        sites: sites as usize,
        demand: Rows::new(sites as usize, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
        choose,
        forbidden: vec![false; sites as usize],
        county_of: vec![None; sites as usize],
        preference: vec![0; sites as usize],
        ..Problem::default()
    }
}
