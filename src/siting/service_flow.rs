//! Who goes where when stations can fill up? A file of its own because it is a maximum flow, and the only one here.

use super::service::{Capacity, ServiceRow};
use crate::travel::SiteIndex;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

/// Binary places in which parts of a unit are added up.
pub(super) const PLACES: u32 = 32;

/// What is served: whole units, parts of them in two to the minus [`PLACES`], and people of classes that are counted elsewhere as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Served {
    pub whole: u64,
    pub parts: u64,
    /// Class and people served.
    pub shared: Vec<(u32, u64)>,
}

impl Served {
    pub(super) fn add(&mut self, other: &Self) {
        self.whole += other.whole;
        self.parts += other.parts;
        self.shared.extend_from_slice(&other.shared);
    }

    /// Counts the weight of `people` out of `all`, who weigh `weight` together.
    pub(super) fn count(&mut self, weight: u128, people: u128, all: u128) {
        let share = weight * people;
        self.whole += (share / all) as u64;
        self.parts += (((share % all) << PLACES) / all) as u64;
    }
}

/// A station with room for so many more.
#[derive(Debug)]
struct Room {
    left: u64,
    /// Rows that send people here, and how many.
    from: BTreeMap<u32, u64>,
    /// Found to be full together with every station that its people could go to instead: it stays so.
    full: bool,
}

/// The most weight that can be served; `within` are the chosen sites within reach of each row, `order` is that of
/// [`by_weight_per_person`]. A class of rows is counted as people where `class_of` numbers it.
///
/// 1. Rows that weigh most per person go first: the sets of people that can be served together are those of a polymatroid,
///    so greedy is exact (Edmonds 1970).
/// 2. A row fills stations within reach, then sends people already served on to other stations along shortest augmenting
///    paths. A search without a path closes every station it met for good.
///
/// Costs at most one search per path; each ends a row, a station's room or one row's use of one station.
pub(super) fn served(
    rows: &[ServiceRow],
    capacity: &Capacity,
    within: &[Vec<SiteIndex>],
    order: &[usize],
    class_of: &[Option<u32>],
) -> Served {
    let mut network = Network::new(capacity, within);
    let mut served = Served::default();
    // Rows of one weight per person are counted together: how many of them are served does not depend on their order.
    for class in order.chunk_by(|&a, &b| per_person(&rows[a], &rows[b]).is_eq()) {
        let (mut people, mut all, mut weight) = (0u64, 0u128, 0u128);
        for &r in class {
            people += network.send(r as u32, rows[r].people, &rows[r].standing);
            all += u128::from(rows[r].people);
            weight += u128::from(rows[r].first);
        }
        if all == 0 {
            // Nobody takes up room: weight counts wherever a station is within reach.
            let near = |r: &&usize| !within[**r].is_empty() || !rows[**r].standing.is_empty();
            served.whole += class.iter().filter(near).map(|&r| rows[r].first).sum::<u64>();
        } else if let Some(class) = class_of[class[0]] {
            served.shared.push((class, people));
        } else {
            served.count(weight, u128::from(people), all);
        }
    }
    served
}

/// Rows that weigh anything, those that weigh most per person first.
pub(super) fn by_weight_per_person(rows: &[ServiceRow]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).filter(|&r| rows[r].first > 0).collect();
    order.sort_by(|&a, &b| per_person(&rows[b], &rows[a]).then(a.cmp(&b)));
    order
}

/// Weight per person, compared exactly; nobody at all weighs most.
pub(super) fn per_person(a: &ServiceRow, b: &ServiceRow) -> Ordering {
    match (a.people, b.people) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        _ => (u128::from(a.first) * u128::from(b.people)).cmp(&(u128::from(b.first) * u128::from(a.people))),
    }
}

/// Chosen and standing stations, and where each row may go: stations by their number in `rooms`.
struct Network<'a> {
    within: &'a [Vec<SiteIndex>],
    number: BTreeMap<SiteIndex, usize>,
    rooms: Vec<Room>,
    standing: usize,
    /// Per row its standing stations, filled in as rows are sent.
    stands: BTreeMap<u32, Vec<u32>>,
}

impl<'a> Network<'a> {
    fn new(capacity: &Capacity, within: &'a [Vec<SiteIndex>]) -> Self {
        let room = |left: u64| Room { left, from: BTreeMap::new(), full: false };
        let mut rooms: Vec<Room> = capacity.standing.iter().map(|&left| room(left)).collect();
        let mut chosen: Vec<SiteIndex> = within.iter().flatten().copied().collect();
        chosen.sort_unstable();
        chosen.dedup();
        let standing = rooms.len();
        rooms.extend(chosen.iter().map(|&s| room(capacity.of_site[s as usize].unwrap_or(u64::MAX))));
        let number = chosen.into_iter().enumerate().map(|(i, s)| (s, standing + i)).collect();
        Self { within, number, rooms, standing, stands: BTreeMap::new() }
    }

    /// Stations that a row may go to.
    fn reach(&self, row: u32) -> Vec<usize> {
        let standing = self.stands.get(&row).into_iter().flatten().map(|&s| s as usize);
        debug_assert!(standing.clone().all(|s| s < self.standing));
        standing.chain(self.within[row as usize].iter().map(|s| self.number[s])).collect()
    }

    /// Serves as many people of a row as can be served beside all that are served already; how many.
    fn send(&mut self, row: u32, people: u64, standing: &[u32]) -> u64 {
        if people == 0 {
            return 0;
        }
        if !standing.is_empty() {
            self.stands.insert(row, standing.to_vec());
        }
        let mut waiting = people;
        for to in self.reach(row) {
            let here = waiting.min(self.rooms[to].left);
            self.place(row, to, here);
            waiting -= here;
        }
        while waiting > 0 {
            let Some(moved) = self.augment(row, waiting) else { break };
            waiting -= moved;
        }
        people - waiting
    }

    fn place(&mut self, row: u32, to: usize, people: u64) {
        if people > 0 {
            self.rooms[to].left -= people;
            *self.rooms[to].from.entry(row).or_default() += people;
        }
    }

    /// Makes room for people of a row along a shortest path of moves; how many, `None` when there is no path.
    fn augment(&mut self, row: u32, most: u64) -> Option<u64> {
        // Per station met: the row that led there, and the station it would leave.
        let mut came: BTreeMap<usize, (u32, Option<usize>)> = BTreeMap::new();
        let mut queue: VecDeque<usize> = VecDeque::new();
        for to in self.reach(row) {
            if !self.rooms[to].full && !came.contains_key(&to) {
                came.insert(to, (row, None));
                queue.push_back(to);
            }
        }
        while let Some(at) = queue.pop_front() {
            if self.rooms[at].left > 0 {
                return Some(self.shift(&came, at, most));
            }
            let leaving: Vec<u32> = self.rooms[at].from.keys().copied().collect();
            for mover in leaving {
                for to in self.reach(mover) {
                    if !self.rooms[to].full && !came.contains_key(&to) {
                        came.insert(to, (mover, Some(at)));
                        queue.push_back(to);
                    }
                }
            }
        }
        came.keys().for_each(|&station| self.rooms[station].full = true);
        None
    }

    /// Moves people along the path that ends at `last`, as many as fit.
    fn shift(&mut self, came: &BTreeMap<usize, (u32, Option<usize>)>, last: usize, most: u64) -> u64 {
        let mut path = Vec::new();
        let mut at = Some(last);
        while let Some(station) = at {
            let (mover, from) = came[&station];
            path.push((mover, from, station));
            at = from;
        }
        let fits = |&(mover, from, _): &(u32, Option<usize>, usize)| match from {
            Some(from) => self.rooms[from].from.get(&mover).copied().unwrap_or(0),
            None => most,
        };
        let moved = path.iter().map(fits).min().unwrap_or(0).min(self.rooms[last].left);
        for (mover, from, to) in path {
            if let Some(from) = from {
                let there = self.rooms[from].from.entry(mover).or_default();
                *there -= moved;
                if *there == 0 {
                    self.rooms[from].from.remove(&mover);
                }
                self.rooms[from].left += moved;
            }
            self.place(mover, to, moved);
        }
        moved
    }
}
