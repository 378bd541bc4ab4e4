//! Which stations can ever serve the same people? Pieces that share nobody are served apart, and what a piece serves for a
//! given choice inside it is remembered. A file of its own because a search asks for the same few choices in a piece very often.

use super::service::{Capacity, Service, ServiceRow};
use super::service_flow::{self, PLACES, Served};
use crate::travel::SiteIndex;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, OnceLock};

/// Choices that a piece remembers at most.
const MOST_REMEMBERED: usize = 1 << 17;

/// The pieces of a service with room, found when first asked for. A copy starts anew: it may be changed.
#[derive(Debug, Default)]
pub(super) struct Pieces(OnceLock<Split>);

impl Clone for Pieces {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Pieces {
    /// What is remembered is no part of what is asked.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Pieces {}

impl Pieces {
    pub(super) fn of(&self, service: &Service, capacity: &Capacity) -> &Split {
        self.0.get_or_init(|| Split::new(service, capacity))
    }
}

/// A service with room, piece by piece.
#[derive(Debug)]
pub(super) struct Split {
    pieces: Vec<Piece>,
    /// Per site its piece.
    pub(super) of_site: Vec<Option<u32>>,
    /// Rows of one weight per person that lie in several pieces: their weight and their people, all together.
    shared: Vec<(u128, u128)>,
}

#[derive(Debug)]
struct Piece {
    rows: Vec<ServiceRow>,
    /// Rows, those that weigh most per person first.
    order: Vec<usize>,
    /// Per row the class it shares with rows of other pieces.
    class_of: Vec<Option<u32>>,
    /// Sites as the whole numbers them, ascending; rows and room count these.
    sites: Vec<SiteIndex>,
    of_site: Vec<Vec<u32>>,
    capacity: Capacity,
    idle: Served,
    known: Mutex<HashMap<Box<[SiteIndex]>, Served>>,
}

impl Split {
    fn new(service: &Service, capacity: &Capacity) -> Self {
        let sites = service.of_site.len();
        let mut group: Vec<usize> = (0..sites + capacity.standing.len()).collect();
        fn root(group: &mut [usize], mut at: usize) -> usize {
            while group[at] != at {
                group[at] = group[group[at]];
                at = group[at];
            }
            at
        }
        let stations = |row: &ServiceRow| -> Vec<usize> {
            let standing = row.standing.iter().map(|&e| sites + e as usize);
            row.sites.iter().map(|&s| s as usize).chain(standing).collect()
        };
        for row in &service.rows {
            let of = stations(row);
            for pair in of.windows(2) {
                let (a, b) = (root(&mut group, pair[0]), root(&mut group, pair[1]));
                group[a.max(b)] = a.min(b);
            }
        }
        let mut members: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (r, row) in (0u32..).zip(&service.rows) {
            if let Some(&first) = stations(row).first() {
                members.entry(root(&mut group, first)).or_default().push(r);
            }
        }
        let (class_of, shared) = shared(&service.rows, members.values());
        let mut of_site = vec![None; sites];
        let mut pieces = Vec::new();
        for (number, rows) in (0u32..).zip(members.values()) {
            let piece = Piece::new(service, capacity, rows, &class_of);
            piece.sites.iter().for_each(|&s| of_site[s as usize] = Some(number));
            pieces.push(piece);
        }
        Self { pieces, of_site, shared }
    }

    /// The most weight that can be served, rounded down.
    pub(super) fn served(&self, chosen: &[SiteIndex]) -> u64 {
        let mut sum = Served::default();
        self.visit(chosen, |served| sum.add(served));
        let mut people = vec![0u128; self.shared.len()];
        sum.shared.iter().for_each(|&(class, here)| people[class as usize] += u128::from(here));
        for (&(weight, all), people) in self.shared.iter().zip(people) {
            sum.count(weight, people, all);
        }
        sum.whole + (sum.parts >> PLACES)
    }

    /// The same in units of two to the minus [`PLACES`], rounded down piece by piece: sums of it can be compared.
    pub(super) fn in_parts(&self, chosen: &[SiteIndex]) -> u128 {
        let mut sum = 0;
        self.visit(chosen, |served| {
            let mut own = Served { whole: served.whole, parts: served.parts, shared: Vec::new() };
            for &(class, people) in &served.shared {
                let (weight, all) = self.shared[class as usize];
                own.count(weight, u128::from(people), all);
            }
            sum += (u128::from(own.whole) << PLACES) + u128::from(own.parts);
        });
        sum
    }

    /// By how much sums of [`Split::in_parts`] may lie below the exact sum: less than one part per row.
    pub(super) fn rounding(&self) -> u128 {
        self.pieces.iter().map(|piece| piece.rows.len() as u128).sum()
    }

    fn visit(&self, chosen: &[SiteIndex], mut see: impl FnMut(&Served)) {
        let mut by_piece: Vec<(u32, SiteIndex)> =
            chosen.iter().filter_map(|&s| self.of_site[s as usize].map(|piece| (piece, s))).collect();
        by_piece.sort_unstable();
        let mut at = 0;
        for (number, piece) in (0u32..).zip(&self.pieces) {
            let from = at;
            while by_piece.get(at).is_some_and(|(p, _)| *p == number) {
                at += 1;
            }
            if from == at {
                see(&piece.idle);
            } else {
                let inside: Vec<SiteIndex> = by_piece[from..at].iter().map(|(_, s)| *s).collect();
                see(&piece.served(inside));
            }
        }
    }
}

impl Piece {
    fn new(service: &Service, capacity: &Capacity, of: &[u32], class_of: &[Option<u32>]) -> Self {
        let here = || of.iter().map(|&r| &service.rows[r as usize]);
        let mut sites: Vec<SiteIndex> = here().flat_map(|row| row.sites.iter().copied()).collect();
        sites.sort_unstable();
        sites.dedup();
        let mut standing: Vec<u32> = here().flat_map(|row| row.standing.iter().copied()).collect();
        standing.sort_unstable();
        standing.dedup();
        let number = |all: &[u32], of: &[u32]| -> Vec<u32> {
            of.iter().map(|s| all.binary_search(s).expect("of this piece") as u32).collect()
        };
        let local = |row: &ServiceRow| ServiceRow {
            sites: number(&sites, &row.sites),
            standing: number(&standing, &row.standing),
            ..row.clone()
        };
        let rows: Vec<ServiceRow> = here().map(local).collect();
        let mut of_site = vec![Vec::new(); sites.len()];
        for (r, row) in (0u32..).zip(&rows) {
            row.sites.iter().for_each(|&s| of_site[s as usize].push(r));
        }
        let capacity = Capacity {
            of_site: sites.iter().map(|&s| capacity.of_site[s as usize]).collect(),
            standing: standing.iter().map(|&e| capacity.standing[e as usize]).collect(),
        };
        let class_of = of.iter().map(|&r| class_of[r as usize]).collect();
        let mut piece = Self {
            order: service_flow::by_weight_per_person(&rows),
            rows,
            class_of,
            sites,
            of_site,
            capacity,
            idle: Served::default(),
            known: Mutex::default(),
        };
        piece.idle = piece.flow(&[]);
        piece
    }

    fn flow(&self, chosen: &[SiteIndex]) -> Served {
        let mut within = vec![Vec::new(); self.rows.len()];
        for s in chosen {
            let local = self.sites.binary_search(s).expect("of this piece");
            self.of_site[local].iter().for_each(|&r| within[r as usize].push(local as SiteIndex));
        }
        service_flow::served(&self.rows, &self.capacity, &within, &self.order, &self.class_of)
    }

    fn served(&self, chosen: Vec<SiteIndex>) -> Served {
        let chosen = chosen.into_boxed_slice();
        let known = || self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(served) = known().get(&chosen) {
            return served.clone();
        }
        let served = self.flow(&chosen);
        let mut known = known();
        if known.len() < MOST_REMEMBERED {
            known.insert(chosen, served.clone());
        }
        served
    }
}

/// Classes of one weight per person with rows in several pieces: per row its class, per class weight and people.
fn shared<'a>(
    rows: &[ServiceRow],
    pieces: impl Iterator<Item = &'a Vec<u32>>,
) -> (Vec<Option<u32>>, Vec<(u128, u128)>) {
    let mut piece_of = vec![usize::MAX; rows.len()];
    for (number, of) in pieces.enumerate() {
        of.iter().for_each(|&r| piece_of[r as usize] = number);
    }
    let mut class_of = vec![None; rows.len()];
    let mut classes = Vec::new();
    let of: Vec<usize> =
        service_flow::by_weight_per_person(rows).into_iter().filter(|&r| piece_of[r] < usize::MAX).collect();
    for class in of.chunk_by(|&a, &b| service_flow::per_person(&rows[a], &rows[b]).is_eq()) {
        if rows[class[0]].people > 0 && class.iter().any(|&r| piece_of[r] != piece_of[class[0]]) {
            let sum = |of: fn(&ServiceRow) -> u64| class.iter().map(|&r| u128::from(of(&rows[r]))).sum::<u128>();
            class.iter().for_each(|&r| class_of[r] = Some(classes.len() as u32));
            classes.push((sum(|row| row.first), sum(|row| row.people)));
        }
    }
    (class_of, classes)
}
