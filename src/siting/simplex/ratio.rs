//! Which variable enters a basis? A file of its own because how far to go before one does is a question of its own.

use super::dual::{FEASIBLE, PIVOT, Room, Run, SLACK};

/// Which variable enters: the first whose reduced cost gets 0 on the way, once those that rather move to their other bound
/// have done so, as long as the way still leads up; among nearly as early ones the largest pivot (Harris 1973, Maros 2003).
pub(super) fn entering(run: &Run<'_>, sign: f64, off: f64, room: &mut Room) -> Option<usize> {
    room.candidates.clear();
    room.flips.clear();
    for (j, &entry) in room.row.iter().enumerate() {
        if entry.abs() <= PIVOT || !run.can_enter(j) {
            continue;
        }
        let entry = sign * entry;
        if (entry > 0.0) != run.basis.upper[j] {
            room.candidates.push((j as u32, entry));
        }
    }
    let until = |&(j, entry): &(u32, f64)| {
        let reduced = run.reduced[j as usize];
        if entry > 0.0 { reduced.max(0.0) } else { (-reduced).max(0.0) }
    };
    let mut slope = off;
    while !room.candidates.is_empty() {
        let reach = room.candidates.iter().map(|c| (until(c) + SLACK) / c.1.abs()).fold(f64::MAX, f64::min);
        let within = |c: &(u32, f64)| until(c) <= reach * c.1.abs();
        let (mut lost, mut best) = (0.0, (0.0, usize::MAX));
        for c in room.candidates.iter().filter(|c| within(c)) {
            let (lower, upper) = run.bounds[c.0 as usize];
            lost += c.1.abs() * (upper - lower);
            if c.1.abs() > best.0 {
                best = (c.1.abs(), c.0 as usize);
            }
        }
        // What is left beyond the bound then is rounding.
        if slope <= lost + FEASIBLE {
            return Some(best.1);
        }
        slope -= lost;
        room.flips.extend(room.candidates.iter().filter(|c| within(c)).map(|c| c.0));
        room.candidates.retain(|c| !within(c));
    }
    None
}
