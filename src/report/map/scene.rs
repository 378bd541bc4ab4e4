//! What is there to draw? The outcome as spots, pins and circles, already cut to one county where that is asked.
//! A file of its own because it is the only one that reads the outcome's tables; the rest lays out what it finds here.

use super::MapError;
use crate::job::Outcome;
use crate::measure::SiteRef;
use crate::model::{Boundary, Metres, Model, Place, PlaceLayer, Position, Shape, Status};
use crate::travel::destination;
use geo::{Area as _, BoundingRect as _, Centroid as _, MapCoords as _};
use std::collections::{BTreeMap, BTreeSet};

/// A residence or a cluster.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    pub at: Position,
    pub layer: PlaceLayer,
    pub name: &'a str,
    pub county: Option<&'a str>,
    pub people: f64,
    /// Shares covered today, added by the proposal, left uncovered; they sum to 1.
    pub split: [f64; 3],
    /// Outline of a polygon.
    pub area: Option<&'a geo::MultiPolygon<f64>>,
}

/// What a station is, as far as the map tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PinKind {
    Existing(Status),
    Proposed { phase: usize, rank: usize },
}

impl PinKind {
    /// Whether it serves people, today or later.
    pub fn serves(self) -> bool {
        self != Self::Existing(Status::Closed)
    }

    /// Whether it serves people today.
    pub fn is_open(self) -> bool {
        self == Self::Existing(Status::Open)
    }
}

/// A station, or a site that is to become one.
#[derive(Debug, Clone)]
pub(super) struct Pin<'a> {
    pub at: Position,
    /// Short name: without the county and the ending that most names of its layer share.
    pub name: String,
    pub county: Option<&'a str>,
    pub kind: PinKind,
    /// People who have it nearest and are covered, for the order of importance.
    pub people: f64,
}

/// Everything a map shows.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    /// Most people first, then by layer and id.
    pub spots: Vec<Spot<'a>>,
    /// Existing ones by id, then proposals by rank.
    pub pins: Vec<Pin<'a>>,
    /// Radii of the standards that a place here is measured by, ascending, each once.
    pub radii: Vec<Metres>,
    /// What decides: circles are drawn for circles only.
    pub model: Model,
    /// Where roads decide, the ground around each station that counts.
    pub areas: Vec<Ground<'a>>,
    pub boundaries: Vec<&'a Boundary>,
    /// The one county that is drawn.
    pub county: Option<&'a str>,
}

impl Scene<'_> {
    /// What a frame has to hold so that nothing is cut at its border: places, the corners of quarters and of the counties
    /// that people live in, stations, and their smallest circles.
    pub fn extremes(&self) -> Vec<Position> {
        let mut out: Vec<Position> = self.spots.iter().map(|s| s.at).chain(self.pins.iter().map(|p| p.at)).collect();
        let lived_in: BTreeSet<&str> = self.spots.iter().filter_map(|s| s.county).collect();
        let counties = self.boundaries.iter().filter(|b| lived_in.contains(&*b.county)).map(|b| &b.outline);
        // Part by part: one that is cut at the antimeridian lies at both ends of the degrees.
        for part in self.spots.iter().filter_map(|s| s.area).chain(counties).flatten() {
            let corners = part.bounding_rect().map(|r| {
                let ((left, low), (right, high)) = (r.min().x_y(), r.max().x_y());
                [(left, low), (left, high), (right, low), (right, high)]
            });
            out.extend(corners.into_iter().flatten().filter_map(|(lon, lat)| Position::new(lon, lat)));
        }
        if let Some(&radius) = self.radii.first() {
            for pin in self.pins.iter().filter(|p| p.kind.serves()) {
                out.extend([0.0, 90.0, 180.0, 270.0].map(|azimuth| destination(pin.at, azimuth, radius)));
            }
        }
        out
    }
}

/// The ground from which a station is reached.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub ground: &'a geo::MultiPolygon<f64>,
    pub open: bool,
    /// Whether it is of the narrowest standard, which is filled.
    pub narrowest: bool,
}

fn areas<'a>(outcome: &'a Outcome, county: Option<&str>) -> Vec<Ground<'a>> {
    let radius = |standard: usize| outcome.standards[standard].radius.0;
    let least = outcome.areas.iter().map(|a| radius(a.standard)).fold(f64::INFINITY, f64::min);
    let of = |area: &'a crate::job::Area| {
        let (own, open) = match area.site {
            SiteRef::Station(i) => {
                (&outcome.folder.stations[i].county, outcome.folder.stations[i].status == Status::Open)
            }
            SiteRef::Candidate(i) => (&outcome.candidates[i].county, false),
        };
        let wanted = county.is_none() || own.as_deref() == county;
        let narrowest = radius(area.standard) <= least;
        wanted.then_some(Ground { ground: &area.ground, open, narrowest })
    };
    outcome.areas.iter().filter_map(of).collect()
}

/// Reads the scene out of an outcome.
pub(super) fn scene<'a>(outcome: &'a Outcome, county: Option<&str>) -> Result<Scene<'a>, MapError> {
    let county = county.map(|name| known_county(outcome, name)).transpose()?;
    let wanted = |of: &Option<std::sync::Arc<str>>| county.is_none() || of.as_deref() == county;
    let folder = &outcome.folder;

    let mut standards = BTreeSet::new();
    let mut spots = Vec::with_capacity(folder.places.len());
    for (place, cover) in folder.places.iter().zip(&outcome.cover).filter(|(p, _)| wanted(&p.county)) {
        standards.insert(cover.standard);
        let today = cover.today.clamp(0.0, 1.0);
        let after = cover.proposed.clamp(today, 1.0);
        spots.push(Spot {
            at: position(place),
            layer: place.layer,
            name: &place.name,
            county: place.county.as_deref(),
            people: place.people.0,
            split: [today, after - today, 1.0 - after],
            area: match &place.shape {
                Shape::Area(area) => Some(area),
                Shape::Point(_) => None,
            },
        });
    }
    // Stable: equals stay in the folder's order, residences first, then by id.
    spots.sort_by(|a, b| b.people.total_cmp(&a.people));

    let mut radii: Vec<Metres> = standards.iter().filter_map(|&s| outcome.standards.get(s)).map(|s| s.radius).collect();
    if radii.is_empty() {
        radii = outcome.standards.iter().map(|s| s.radius).collect();
    }
    radii.sort_by(|a, b| a.0.total_cmp(&b.0));
    radii.dedup();

    Ok(Scene {
        spots,
        pins: pins(outcome, county),
        radii,
        model: folder.plan.travel.model,
        areas: areas(outcome, county),
        boundaries: folder.boundaries.iter().filter(|b| county.is_none_or(|c| *b.county == *c)).collect(),
        county,
    })
}

fn pins<'a>(outcome: &'a Outcome, county: Option<&str>) -> Vec<Pin<'a>> {
    let mut served: BTreeMap<SiteRef, f64> = BTreeMap::new();
    for (place, cover) in outcome.folder.places.iter().zip(&outcome.cover) {
        if let Some(nearest) = cover.nearest.filter(|_| place.layer == PlaceLayer::Residences) {
            *served.entry(nearest.site).or_default() += place.people.0 * cover.proposed;
        }
    }
    let people = |site| served.get(&site).copied().unwrap_or(0.0);

    let stations = &outcome.folder.stations;
    let ending = common_ending(stations.iter().map(|s| s.name.as_str()));
    let existing = stations.iter().enumerate().map(|(i, s)| Pin {
        at: s.position,
        name: short_name(&s.name, s.county.as_deref(), &ending),
        county: s.county.as_deref(),
        kind: PinKind::Existing(s.status),
        people: people(SiteRef::Station(i)),
    });
    let ending = common_ending(outcome.candidates.iter().map(|c| c.name.as_str()));
    let proposed = outcome.proposals.iter().map(|p| {
        let c = &outcome.candidates[p.candidate];
        Pin {
            at: c.position,
            name: short_name(&c.name, c.county.as_deref(), &ending),
            county: c.county.as_deref(),
            kind: PinKind::Proposed { phase: p.phase, rank: p.rank },
            people: people(SiteRef::Candidate(p.candidate)),
        }
    });
    existing.chain(proposed).filter(|p| county.is_none() || p.county == county).collect()
}

/// The county as the outcome spells it.
fn known_county<'a>(outcome: &'a Outcome, name: &str) -> Result<&'a str, MapError> {
    let folder = &outcome.folder;
    let known: BTreeSet<&str> = folder
        .places
        .iter()
        .filter_map(|p| p.county.as_deref())
        .chain(folder.stations.iter().filter_map(|s| s.county.as_deref()))
        .collect();
    known.get(name).copied().ok_or_else(|| MapError::UnknownCounty {
        name: name.to_owned(),
        known: known.iter().map(|c| (*c).to_owned()).collect(),
    })
}

/// Where a place is drawn: the centroid of a polygon, however it lies to the antimeridian.
fn position(place: &Place) -> Position {
    let area = match &place.shape {
        Shape::Point(p) => return *p,
        Shape::Area(area) => area,
    };
    let first = area.0.first().and_then(|p| p.exterior().0.first()).copied().unwrap_or_default();
    let turned = |lon: f64| lon - 360.0 * ((lon - first.x) / 360.0).round();
    let near = area.map_coords(|c| geo::Coord { x: turned(c.x), y: c.y });
    let centre = near.centroid().filter(|_| near.unsigned_area() > 0.0).map_or(first, |c| c.0);
    let lon = centre.x - 360.0 * (centre.x / 360.0).round();
    Position::new(lon, centre.y)
        .or_else(|| Position::new(first.x, first.y))
        .expect("the reader refuses coordinates out of range")
}

/// The ending of at least three characters that many names share, such as `就业服务站`, up to where they part: what
/// comes before it tells them apart. Empty when there is none.
fn common_ending<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const LEAST: usize = 3;
    const MANY: f64 = 0.2;
    let mut with: Vec<Vec<char>> = names.map(|n| n.chars().rev().collect()).collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of names")]
    let many = |n: usize, all: usize| n > 1 && n as f64 >= MANY * all as f64;
    let all = with.len();
    let mut ending: Vec<char> = Vec::new();
    loop {
        let mut next: BTreeMap<char, usize> = BTreeMap::new();
        for name in &with {
            if let Some(&c) = name.get(ending.len()) {
                *next.entry(c).or_default() += 1;
            }
        }
        match next.into_iter().max_by_key(|&(_, n)| n) {
            Some((c, n)) if many(n, all) && (ending.len() < LEAST || n == with.len()) => ending.push(c),
            _ => break,
        }
        with.retain(|n| n.starts_with(&ending));
    }
    if ending.len() < LEAST { String::new() } else { ending.into_iter().rev().collect() }
}

/// The name without its county in front and the common ending behind, as long as two characters stay.
fn short_name(name: &str, county: Option<&str>, ending: &str) -> String {
    let keeps = |rest: &&str| rest.trim().chars().count() >= 2;
    let name = name.strip_suffix(ending).filter(keeps).unwrap_or(name);
    county.and_then(|c| name.strip_prefix(c)).filter(keeps).unwrap_or(name).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_they_all_share() {
        let names = ["漠河市西林吉镇就业服务站", "呼玛县呼玛镇就业服务站", "石油社区驿站", "红旗街道就业服务站"];
        let ending = common_ending(names.into_iter());
        assert_eq!(ending, "就业服务站");
        assert_eq!(short_name(names[0], Some("漠河市"), &ending), "西林吉镇");
        assert_eq!(short_name(names[2], Some("漠河市"), &ending), "石油社区驿站");
        assert_eq!(short_name("就业服务站", None, "就业服务站"), "就业服务站");
        assert_eq!(common_ending(["甲站", "乙站"].into_iter()), "");
    }
}
