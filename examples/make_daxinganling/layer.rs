//! Layers as RFC 7946 text, one feature per line so that a change reads well in a diff.
//! A file of its own because the order of members and lines is decided here and nowhere else.

use super::clusters::Cluster;
use super::ground::Spot;
use super::plan::NOTICE;
use super::residences::{Groups, Residence};
use super::sites::{Candidate, Station};
use serde::Serialize;

#[derive(Serialize)]
struct Feature<P> {
    r#type: &'static str,
    properties: P,
    geometry: Geometry,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point([f64; 2]),
    Polygon([Vec<[f64; 2]>; 1]),
}

impl From<Spot> for Geometry {
    fn from(spot: Spot) -> Self {
        Self::Point([spot.lon, spot.lat])
    }
}

fn layer<P: Serialize>(features: impl Iterator<Item = (P, Geometry)>) -> serde_json::Result<String> {
    let lines: Result<Vec<String>, _> = features
        .map(|(properties, geometry)| serde_json::to_string(&Feature { r#type: "Feature", properties, geometry }))
        .collect();
    let notice = serde_json::to_string(NOTICE)?;
    Ok(format!(
        "{{\"type\": \"FeatureCollection\", \"notice\": {notice}, \"features\": [\n{}\n]}}\n",
        lines?.join(",\n")
    ))
}

fn setting(urban: bool) -> &'static str {
    if urban { "urban" } else { "rural" }
}

/// `prefix` and three digits, from 001: the place of a feature in its layer.
pub fn id(prefix: char, index: usize) -> String {
    format!("{prefix}{:03}", index + 1)
}

/// `residences.geojson`.
pub fn residences(all: &[Residence]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Properties<'a> {
        id: String,
        name: &'a str,
        county: &'a str,
        township: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        setting: &'a str,
        population: u32,
        kind: &'a str,
        groups: Groups,
    }
    layer(all.iter().enumerate().map(|(i, r)| {
        let properties = Properties {
            id: id('R', i),
            name: &r.name,
            county: &r.county,
            township: &r.township,
            code: r.code.as_deref(),
            setting: setting(r.urban),
            population: r.people,
            kind: r.kind,
            groups: r.groups,
        };
        let geometry = match r.quarter.as_slice() {
            [] => r.spot.into(),
            ring => Geometry::Polygon([ring.iter().map(|s| [s.lon, s.lat]).collect()]),
        };
        (properties, geometry)
    }))
}

/// `clusters.geojson`.
pub fn clusters(all: &[Cluster]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Properties<'a> {
        id: String,
        name: &'a str,
        county: &'a str,
        township: &'a str,
        setting: &'a str,
        kind: &'a str,
        people: u32,
    }
    layer(all.iter().enumerate().map(|(i, c)| {
        let properties = Properties {
            id: id('K', i),
            name: &c.name,
            county: &c.county,
            township: &c.township,
            setting: setting(c.urban),
            kind: c.kind,
            people: c.people,
        };
        (properties, c.spot.into())
    }))
}

/// `stations.geojson`.
pub fn stations(all: &[Station]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Properties<'a> {
        id: String,
        name: &'a str,
        county: &'a str,
        township: &'a str,
        status: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        opened: Option<&'a str>,
        kind: &'a str,
    }
    layer(all.iter().enumerate().map(|(i, s)| {
        let properties = Properties {
            id: id('S', i),
            name: &s.name,
            county: &s.county,
            township: &s.township,
            status: s.status,
            opened: s.opened,
            kind: s.kind,
        };
        (properties, s.spot.into())
    }))
}

/// `candidates.geojson`.
pub fn candidates(all: &[Candidate]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Properties<'a> {
        id: String,
        name: &'a str,
        county: &'a str,
        township: &'a str,
        host: &'a str,
        cost: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        capacity: Option<u32>,
    }
    layer(all.iter().enumerate().map(|(i, c)| {
        let properties = Properties {
            id: id('C', i),
            name: &c.name,
            county: &c.county,
            township: &c.township,
            host: c.host,
            cost: c.cost,
            capacity: c.capacity,
        };
        (properties, c.spot.into())
    }))
}
