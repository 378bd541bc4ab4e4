//! What of a plan can be put on a map elsewhere? Every layer as RFC 7946 GeoJSON, WGS84, coordinates to seven decimals.
//!
//! A layer is a function that gives its features one by one, so a country of places streams to disk one feature per
//! line, and the same function fills a [`FeatureCollection`] for an answer over HTTP.
//! To add a layer: a variant of [`Layer`], a function in `places.rs`, `sites.rs` or `areas.rs`, its arm in `Layer::feed`.

mod areas;
mod circle;
mod geometry;
mod places;
mod sites;

use crate::job::Outcome;
use crate::model::Lang;
use geojson::{Feature, FeatureCollection, Geometry};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// A layer of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// A point per proposed station.
    Proposal,
    /// A feature per place.
    Coverage,
    /// A polygon per counted or proposed station and standard.
    Circles,
    /// A feature per place not wholly covered after the proposal.
    Gaps,
    /// A point per existing station, closed ones too.
    Stations,
    /// A point per candidate, derived ones too.
    Candidates,
    /// An outline per county, where the plan gives them.
    Counties,
}

/// Where features go, one by one.
trait Sink {
    fn feature<P: Serialize>(&mut self, geometry: Geometry, properties: &P) -> io::Result<()>;
}

impl Layer {
    fn feed(self, outcome: &Outcome, lang: Lang, sink: &mut impl Sink) -> io::Result<()> {
        match self {
            Self::Proposal => sites::proposal(outcome, sink),
            Self::Coverage => places::coverage(outcome, sink),
            Self::Circles => sites::circles(outcome, sink),
            Self::Gaps => places::gaps(outcome, lang, sink),
            Self::Stations => sites::stations(outcome, sink),
            Self::Candidates => sites::candidates(outcome, sink),
            Self::Counties => areas::counties(outcome, sink),
        }
    }

    /// Writes the layer as a GeoJSON file, one feature per line, properties in the contract's order.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write(self, outcome: &Outcome, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        let mut lines = Lines { out, any: false };
        self.feed(outcome, lang, &mut lines)?;
        let end: &[u8] = if lines.any { b"\n]}\n" } else { b"]}\n" };
        out.write_all(end)
    }

    /// The same bytes in memory.
    pub fn bytes(self, outcome: &Outcome, lang: Lang) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(outcome, lang, &mut bytes).unwrap_or_else(|_| unreachable!("a vector takes every byte"));
        bytes
    }

    /// The features as rows: geometry, and properties in the contract's order.
    pub(crate) fn rows(self, outcome: &Outcome, lang: Lang) -> Vec<(geojson::GeometryValue, Vec<(String, Value)>)> {
        let mut rows = Rows(Vec::new());
        self.feed(outcome, lang, &mut rows).unwrap_or_else(|_| unreachable!("plain data with text keys serializes"));
        rows.0
    }

    /// Hands over the features one by one, in the layer's order: geometry, and properties as JSON text in the contract's order.
    pub(crate) fn each(self, outcome: &Outcome, lang: Lang, take: impl FnMut(Geometry, String)) {
        let mut texts = Texts(take);
        self.feed(outcome, lang, &mut texts).unwrap_or_else(|_| unreachable!("plain data with text keys serializes"));
    }

    fn collection(self, outcome: &Outcome, lang: Lang) -> FeatureCollection {
        let mut collected = Collected(Vec::new());
        self.feed(outcome, lang, &mut collected)
            .unwrap_or_else(|_| unreachable!("plain data with text keys serializes"));
        FeatureCollection { bbox: None, features: collected.0, foreign_members: None }
    }
}

/// A place's shape, as every layer writes it.
pub(crate) fn shape_value(shape: &crate::model::Shape) -> geojson::GeometryValue {
    geometry::shape(shape).value
}

/// `proposal.geojson`: a point per proposed station, by rank. Properties `id name county phase rank covered gain
/// loss_if_refused alternatives`, then `gain_weighted loss_weighted host cost loss_proved`; `alternatives` are candidate ids.
pub fn proposal(outcome: &Outcome, lang: Lang) -> FeatureCollection {
    Layer::Proposal.collection(outcome, lang)
}

/// `coverage.geojson`: a feature per place, in the folder's order. Properties `id layer people covered_today covered
/// minutes station` (shares in \[0, 1\], travel time to and id of the nearest station after the proposal), then
/// `name county setting kind status`; `status` is `today`, `proposed`, `partial` or `gap`.
pub fn coverage(outcome: &Outcome, lang: Lang) -> FeatureCollection {
    Layer::Coverage.collection(outcome, lang)
}

/// `circles.geojson`: a polygon of 72 corners on the geodesic circle, per station and standard, cut at the antimeridian. Where
/// roads decide, the ground from which the station is reached instead; given times have no ground.
/// Properties `station name setting mode minutes radius_m status phase`.
pub fn circles(outcome: &Outcome, lang: Lang) -> FeatureCollection {
    Layer::Circles.collection(outcome, lang)
}

/// `gaps.geojson`: the gap list of the contract, as places on the map, most people first.
pub fn gaps(outcome: &Outcome, lang: Lang) -> FeatureCollection {
    Layer::Gaps.collection(outcome, lang)
}

/// Existing stations, closed ones too. Properties `id name county status kind opened capacity`.
pub fn stations(outcome: &Outcome, lang: Lang) -> FeatureCollection {
    Layer::Stations.collection(outcome, lang)
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    any: bool,
}

impl Sink for Lines<'_> {
    fn feature<P: Serialize>(&mut self, geometry: Geometry, properties: &P) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a, P> {
            r#type: &'static str,
            geometry: Geometry,
            properties: &'a P,
        }
        self.out.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        let line = Line { r#type: "Feature", geometry, properties };
        serde_json::to_writer(&mut *self.out, &line).map_err(io::Error::from)
    }
}

/// Passes text on, which takes a fraction of the room that values take.
struct Texts<F>(F);

impl<F: FnMut(Geometry, String)> Sink for Texts<F> {
    fn feature<P: Serialize>(&mut self, geometry: Geometry, properties: &P) -> io::Result<()> {
        (self.0)(geometry, serde_json::to_string(properties).map_err(io::Error::from)?);
        Ok(())
    }
}

/// Keeps the order of properties, which a map would not.
struct Rows(Vec<(geojson::GeometryValue, Vec<(String, Value)>)>);

impl Sink for Rows {
    fn feature<P: Serialize>(&mut self, geometry: Geometry, properties: &P) -> io::Result<()> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Vec<(String, Value)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(all)
            }
        }
        let text = serde_json::to_string(properties).map_err(io::Error::from)?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        let pairs = serde::Deserializer::deserialize_map(&mut reader, Pairs).map_err(io::Error::from)?;
        self.0.push((geometry.value, pairs));
        Ok(())
    }
}

struct Collected(Vec<Feature>);

impl Sink for Collected {
    fn feature<P: Serialize>(&mut self, geometry: Geometry, properties: &P) -> io::Result<()> {
        let properties = match serde_json::to_value(properties).map_err(io::Error::from)? {
            Value::Object(map) => Some(map),
            _ => None,
        };
        self.0.push(Feature { bbox: None, geometry: Some(geometry), id: None, properties, foreign_members: None });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
