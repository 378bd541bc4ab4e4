//! What does a change gain and lose? The answer as it goes over the wire. A file of its own because pages, scenarios and exports
//! read these words and compute nothing.

use super::changes::Changes;
use crate::report::number::Num;
use serde::Serialize;

/// What changes come to.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// In the one order.
    pub changes: Changes,
    /// Stations that stand.
    pub stations: usize,
    /// Stations asked for.
    pub target: usize,
    /// All residents.
    pub total: Row,
    /// Residents by county.
    pub counties: Vec<CountyRow>,
    /// Residents by setting.
    pub settings: Vec<SettingRow>,
    /// Counted persons by group.
    pub groups: Vec<GroupRow>,
    /// Workers and visitors.
    pub clusters: Row,
    /// Places better covered than before.
    pub gained: Moved,
    /// Places worse covered than before.
    pub lost: Moved,
    /// Places not wholly covered.
    pub gaps: Gaps,
}

/// People before and after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    people: Num,
    before: Num,
    after: Num,
    share_before: Option<Num>,
    share_after: Option<Num>,
}

impl Row {
    pub(super) fn new(people: f64, before: f64, after: f64) -> Self {
        let share = |covered: f64| (people > 0.0).then(|| Num(covered / people));
        Self {
            people: Num(people),
            before: Num(before),
            after: Num(after),
            share_before: share(before),
            share_after: share(after),
        }
    }

    /// Everybody, those covered before, and those covered after.
    pub fn people(&self) -> [f64; 3] {
        [self.people.0, self.before.0, self.after.0]
    }
}

/// A county's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountyRow {
    /// Null where none is stated.
    pub county: Option<String>,
    /// Its people.
    #[serde(flatten)]
    pub row: Row,
}

/// A setting's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingRow {
    /// Null where none is stated.
    pub setting: Option<&'static str>,
    /// Its people.
    #[serde(flatten)]
    pub row: Row,
}

/// A group's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRow {
    /// Its name.
    pub group: String,
    /// Its people.
    #[serde(flatten)]
    pub row: Row,
}

/// Places that change, ascending, and residents of theirs.
#[derive(Debug, Clone, Serialize)]
pub struct Moved {
    people: Num,
    /// Index of the place, its share before and after.
    places: Vec<(u32, Num, Num)>,
    /// Where on a map that shows no single places: longitude, latitude, and people whose share changes.
    signs: Vec<(Num, Num, Num)>,
}

impl Moved {
    pub(super) fn new(people: f64, places: Vec<(u32, f64, f64)>, signs: Vec<[f64; 3]>) -> Self {
        let places = places.into_iter().map(|(i, a, b)| (i, Num(a), Num(b))).collect();
        let signs = signs.into_iter().map(|[lon, lat, people]| (Num(lon), Num(lat), Num(people))).collect();
        Self { people: Num(people), places, signs }
    }

    /// Longitude, latitude and people of each sign.
    pub fn signs(&self) -> impl Iterator<Item = [f64; 3]> {
        self.signs.iter().map(|(lon, lat, people)| [lon.0, lat.0, people.0])
    }

    /// Residents.
    pub fn people(&self) -> f64 {
        self.people.0
    }

    /// Index of each place, its share before and after.
    pub fn places(&self) -> impl Iterator<Item = (u32, f64, f64)> {
        self.places.iter().map(|(i, a, b)| (*i, a.0, b.0))
    }
}

/// Places not wholly covered.
#[derive(Debug, Clone, Serialize)]
pub struct Gaps {
    /// How many places.
    pub count: usize,
    people: Num,
    /// Those with most people.
    pub top: Vec<Gap>,
}

impl Gaps {
    pub(super) fn new(count: usize, people: f64, top: Vec<Gap>) -> Self {
        Self { count, people: Num(people), top }
    }

    /// Residents who are not covered.
    pub fn people(&self) -> f64 {
        self.people.0
    }
}

/// A place not wholly covered.
#[derive(Debug, Clone, Serialize)]
pub struct Gap {
    /// Index of the place.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: Option<String>,
    pub(super) people: Num,
    pub(super) minutes: Num,
    /// Why, as in the gap list.
    pub reason: &'static str,
    pub(super) lon: Num,
    pub(super) lat: Num,
}
