//! Is a way open in this season? Seasonal tags and conditional access. A file of its own because conditions have a little
//! grammar: of OSM's opening hours only what closes a road for a season is understood, the rest (hours, weekdays, weights) is
//! left aside, as the unconditional tag then holds.

use super::class::Ground;

/// The day that stands for a season, as month and day: the middle of July and of January.
fn day(ground: Ground) -> (u32, u32) {
    match ground {
        Ground::Summer => (7, 15),
        Ground::Winter => (1, 15),
    }
}

/// What a conditional tag such as `no @ (Nov 15-Apr 30)` says on the day of a season: the value whose condition holds, the
/// last one where several do; `None` when none does or none is about seasons.
pub(super) fn conditional(tag: &str, ground: Ground) -> Option<&str> {
    let mut holds = None;
    let mut rest = tag;
    while let Some((value, after)) = rest.split_once('@') {
        let after = after.trim_start();
        // A condition in brackets may hold semicolons of its own.
        let (condition, next) = match after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((inner, next)) => (inner, next.trim_start().strip_prefix(';').unwrap_or("")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if condition_holds(condition, ground) == Some(true) {
            holds = Some(value.trim());
        }
        rest = next;
    }
    holds
}

/// Whether any of the parts of a condition is a season or a span of dates that holds; `None` when it is about something else.
fn condition_holds(condition: &str, ground: Ground) -> Option<bool> {
    if condition.to_ascii_lowercase().contains(" and ") {
        return None;
    }
    let parts: Vec<Option<bool>> = condition.split([',', ';']).map(|part| part_holds(part.trim(), ground)).collect();
    if parts.contains(&None) { None } else { Some(parts.contains(&Some(true))) }
}

fn part_holds(part: &str, ground: Ground) -> Option<bool> {
    match part.to_ascii_lowercase().as_str() {
        "winter" | "snow" | "ice" => return Some(ground == Ground::Winter),
        "summer" => return Some(ground == Ground::Summer),
        _ => {}
    }
    let (from, to) = part.split_once('-').unwrap_or((part, part));
    let (from, to) = (date(from, 1)?, date(to, 31)?);
    // `Nov-Apr 15` and `Nov 1-15`, whose end has no month of its own.
    let from = (from.0?, from.1);
    let to = (to.0.unwrap_or(from.0), to.1);
    let today = day(ground);
    Some(if from <= to { from <= today && today <= to } else { from <= today || today <= to })
}

/// Month, where stated, and day; `None` when it is no date.
fn date(text: &str, no_day: u32) -> Option<(Option<u32>, u32)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let number = |word: &str| word.parse::<u32>().ok().filter(|d| (1..=31).contains(d));
    let Some(month) = MONTHS.iter().position(|m| first.to_ascii_lowercase() == *m) else {
        let day = number(first)?;
        return words.next().is_none().then_some((None, day));
    };
    let day = match words.next() {
        Some(word) => number(word)?,
        None => no_day,
    };
    words.next().is_none().then_some((Some(month as u32 + 1), day))
}

/// Whether a way with this `seasonal` tag is there in the season; `yes` says only that it is not always.
pub(super) fn seasonal(value: &str, ground: Ground) -> bool {
    let names: Vec<&str> = value.split(';').map(str::trim).collect();
    if names.iter().all(|n| !["winter", "summer", "spring", "autumn", "dry_season", "wet_season"].contains(n)) {
        return true;
    }
    names.contains(&if ground == Ground::Summer { "summer" } else { "winter" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_closed_from_november_to_april_is_closed_in_winter_only() {
        for tag in ["no @ (Nov 15-Apr 30)", "no @ Nov-Apr", "no @ winter", "no @ (Oct 1-Dec 31, Jan 1-Apr 1)"] {
            assert_eq!(conditional(tag, Ground::Winter), Some("no"), "{tag}");
            assert_eq!(conditional(tag, Ground::Summer), None, "{tag}");
        }
        assert_eq!(conditional("yes @ (Jun 1-Sep 30); no @ (Oct-May)", Ground::Summer), Some("yes"));
        assert_eq!(conditional("yes @ (Jun 1-Sep 30); no @ (Oct-May)", Ground::Winter), Some("no"));
        assert_eq!(conditional("no @ (Jul 10-20)", Ground::Summer), Some("no"));
    }

    #[test]
    fn conditions_on_hours_or_weights_are_left_aside() {
        for tag in ["no @ (22:00-06:00)", "no @ (weight>7.5)", "no @ (Mo-Fr 07:00-09:00)", "no @", "@@", "no @ (("] {
            assert_eq!(conditional(tag, Ground::Winter), None, "{tag}");
            assert_eq!(conditional(tag, Ground::Summer), None, "{tag}");
        }
        assert_eq!(conditional("no @ (Nov-Apr AND weight>7.5)", Ground::Winter), None);
    }

    #[test]
    fn a_winter_road_is_not_there_in_summer() {
        assert!(seasonal("winter", Ground::Winter) && !seasonal("winter", Ground::Summer));
        assert!(seasonal("spring;summer;autumn", Ground::Summer) && !seasonal("spring;summer;autumn", Ground::Winter));
        assert!(seasonal("yes", Ground::Winter) && seasonal("no", Ground::Summer));
    }
}
