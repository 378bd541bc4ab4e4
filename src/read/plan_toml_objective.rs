//! What does `[objective]` of `plan.toml` say, and what of it cannot be asked together? A file of its own because most plans
//! leave it out.

use super::fault_words::Kind;
use super::plan_toml_keys::{self as keys, Keys, Walk};
use crate::model::{Fade, Objective, Phase};

/// What comes first.
const FIRST: [(bool, &str); 2] = [(false, "people"), (true, "worst_county")];

/// Reads `[objective]`.
pub(super) fn objective(top: &mut Keys<'_>, phases: &[Phase], walk: &mut Walk<'_>) -> Objective {
    let mut objective = Objective::default();
    let Some(mut table) = top.table("objective", walk) else { return objective };
    objective.worst_county_first = table.word("first", &FIRST, walk).unwrap_or(false);
    objective.each_county = table.number("each_county", keys::SHARE, walk);
    objective.second_station = table.number("second_station", keys::SHARE, walk).unwrap_or(0.0);
    objective.capacity = table.truth("capacity", walk).unwrap_or(false);
    for mut ring in table.tables("fade", walk) {
        let (times, part) = (ring.number("times", keys::TIMES, walk), ring.number("part", keys::PART, walk));
        for (key, there) in [("times", times.is_some()), ("part", part.is_some())] {
            if !there && !walk.places.contains_key(&ring.path(key)) {
                walk.fault(&ring.path(key), Kind::NoKey { example: "fade = [{ times = 2.0, part = 0.5 }]" });
            }
        }
        if let (Some(times), Some(part)) = (times, part) {
            if objective.fade.last().is_some_and(|f: &Fade| times <= f.times || part >= f.part) {
                walk.fault(ring.own_path(), Kind::FadeNotFading);
            }
            objective.fade.push(Fade { times, part });
        }
        ring.finish(walk);
    }
    let before = walk.found.len();
    objective.phases = table.numbers("phases", keys::NOT_NEGATIVE, walk);
    let wrong = !objective.phases.is_empty() && objective.phases.len() != phases.len();
    if walk.found.len() == before && (wrong || objective.phases.last() == Some(&0.0)) {
        walk.fault(&table.path("phases"), Kind::PhaseWeights { phases: phases.len() });
    }
    together(&objective, &table, walk);
    table.finish(walk);
    objective
}

/// Refuses what no method here answers together.
fn together(objective: &Objective, table: &Keys<'_>, walk: &mut Walk<'_>) {
    let asked = [
        ("capacity", objective.capacity),
        ("phases", !objective.phases.is_empty()),
        ("second_station", objective.second_station > 0.0),
        ("fade", !objective.fade.is_empty()),
        ("each_county", objective.each_county.is_some()),
        ("first", objective.worst_county_first),
    ];
    // Room is assigned to people once; phases are one sum of plain coverage; the rest may fade or count twice, not both.
    let apart = |a: &str, b: &str| {
        a == "capacity"
            || (a == "phases" && b != "fade")
            || (a, b) == ("second_station", "fade")
            || (a, b) == ("each_county", "first")
    };
    for (i, (a, here)) in asked.iter().enumerate() {
        for (b, there) in &asked[i + 1..] {
            if *here && *there && apart(a, b) {
                walk.fault(&table.path(b), Kind::NotTogether { other: a });
            }
        }
    }
}
