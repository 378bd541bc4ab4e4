//! What does a GeoJSON file say? From text to rows, in parallel, in file order.
//! A file of its own because it is one reader of several; what it may use of the layer is only the closure it is given.

use super::cut::{self, MASK};
use super::fault::shown;
use super::fault_words::Kind;
use super::row::{Findings, Item, Property, Row, Typed, Value};
use super::source::{Finding, Source};
use geojson::{GeometryValue, Position};
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Levels of nesting that a feature may have; serde_json refuses more as well.
const DEEPEST: usize = 100;
/// Features that are parsed in a row; their memory is handed back piece by piece, so that a layer is not held twice.
const PIECE: usize = 4096;
/// Names of WGS84 and CGCS2000 in a `crs` member, lower-case.
const DEGREES: [&str; 12] = [
    "urn:ogc:def:crs:ogc:1.3:crs84",
    "urn:ogc:def:crs:ogc::crs84",
    "urn:ogc:def:crs:ogc:crs84",
    "ogc:crs84",
    "ogc:1.3:crs84",
    "crs84",
    "http://www.opengis.net/def/crs/ogc/1.3/crs84",
    "https://www.opengis.net/def/crs/ogc/1.3/crs84",
    "epsg:4326",
    "epsg:4490",
    "urn:ogc:def:crs:epsg::4326",
    "urn:ogc:def:crs:epsg::4490",
];

/// Reads a GeoJSON file; `make` turns a row into whatever the layer holds.
///
/// Rows are parsed on all threads and kept in file order, so the answer does not depend on the number of threads.
pub(super) fn read<T: Send>(source: &Source, make: impl Fn(Row<'_>, &mut Findings) -> Option<T> + Sync) -> Typed<T> {
    let first = cut::cut(source.text());
    if !first.stops_at_nan(source, source.text()) {
        return rows(source, source.text(), &first, make);
    }
    let masked = cut::mask_nan(source.text());
    rows(source, &masked, &cut::cut(&masked), make)
}

fn rows<T: Send>(
    source: &Source,
    text: &str,
    cut: &cut::Cut<'_>,
    make: impl Fn(Row<'_>, &mut Findings) -> Option<T> + Sync,
) -> Typed<T> {
    let mut findings = cut.findings(source, text);
    if let Some(crs) = cut.crs {
        findings.extend(other_crs(crs).map(|f| Finding { byte: Some(byte_in(text, crs.get())), ..f }));
    }
    let piece = |(number, raws): (usize, &[&RawValue])| {
        let mut typed = Typed { items: Vec::new(), refused: Vec::new(), complete: true, findings: Vec::new() };
        for (i, raw) in raws.iter().enumerate() {
            let (index, byte) = (number * PIECE + i, Some(byte_in(text, raw.get())));
            let mut found = Findings::new(index, byte);
            match row(text, raw.get(), &mut found).and_then(|row| make(row, &mut found)) {
                Some(value) if found.list.is_empty() => typed.items.push(Item { index, byte, row: None, value }),
                // A row with a fault is never used, even where it could be typed.
                _ => {
                    let (feature, findings) = found.finish();
                    typed.refused.push(feature);
                    typed.findings.extend(findings);
                }
            }
        }
        typed
    };
    let pieces: Vec<Typed<T>> = cut.features.par_chunks(PIECE).enumerate().map(piece).collect();
    let mut typed = Typed { items: Vec::new(), refused: Vec::new(), complete: cut.is_whole(), findings };
    typed.items.reserve_exact(pieces.iter().map(|piece| piece.items.len()).sum());
    for piece in pieces {
        typed.items.extend(piece.items);
        typed.refused.extend(piece.refused);
        typed.findings.extend(piece.findings);
    }
    typed
}

/// The members of a feature, each kept as text so that a fault in one does not hide those of the others.
#[derive(Deserialize)]
struct FeatureMembers<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
}

/// The members of a geometry.
#[derive(Deserialize)]
struct GeometryMembers<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
}

fn row<'a>(text: &'a str, raw: &'a str, found: &mut Findings) -> Option<Row<'a>> {
    if too_deep(raw) {
        found.feature(Kind::TooDeep { most: DEEPEST });
    }
    if !raw.starts_with('{') {
        found.list.push(Finding {
            value: Some(shown(raw)),
            ..Finding::of(Kind::NotAFeature { found: cut::describe(raw).into() })
        });
        return None;
    }
    let members: FeatureMembers<'a> = match serde_json::from_str(raw) {
        Ok(members) => members,
        Err(error) => {
            refuse(raw, &error, "feature", text, found);
            return None;
        }
    };
    if members.kind.map(RawValue::get) != Some("\"Feature\"") {
        let kind = members.kind.map_or("null".into(), |raw| shown(raw.get()));
        found.feature(Kind::NotAFeature { found: kind });
    }
    if let Some(finding) = members.crs.and_then(other_crs) {
        found.field("crs", finding.value, members.crs.map(|crs| byte_in(text, crs.get())), finding.kind);
    }
    let properties = members.properties.map_or(Some(Vec::new()), |raw| properties(text, raw.get(), found));
    let geometry = geometry(text, members.geometry, found);
    // Without readable properties every one of them would be reported as missing.
    Some(Row { id: members.id.map(|raw| value(raw.get())), properties: properties?, geometry })
}

/// Headings and values; the values stay text until a layer asks for them.
fn properties<'a>(text: &'a str, raw: &'a str, found: &mut Findings) -> Option<Vec<Property<'a>>> {
    struct Members;
    impl<'a> Visitor<'a> for Members {
        type Value = Vec<(Cow<'a, str>, &'a RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            #[derive(Deserialize)]
            struct Name<'n>(#[serde(borrow)] Cow<'n, str>);
            let mut all = Vec::new();
            while let Some((Name(name), raw)) = map.next_entry()? {
                all.push((name, raw));
            }
            Ok(all)
        }
    }
    if !raw.starts_with('{') {
        found.field("properties", Some(shown(raw)), Some(byte_in(text, raw)), Kind::PropertiesNotAnObject);
        return None;
    }
    match serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(raw), Members) {
        Ok(all) => {
            let property = |(name, raw): (_, &'a RawValue)| Property {
                name,
                value: value(raw.get()),
                byte: Some(byte_in(text, raw.get())),
            };
            Some(all.into_iter().map(property).collect())
        }
        Err(error) => {
            refuse(raw, &error, "properties", text, found);
            None
        }
    }
}

/// A value from its text, which the cut has found to be well-formed.
fn value(raw: &str) -> Value<'_> {
    match raw.as_bytes().first() {
        Some(b'"') if is_masked(raw) => Value::NotFinite(cut::unmasked(raw)),
        Some(b'"') if raw.contains('\\') => {
            serde_json::from_str(raw).map_or(Value::Garbled(raw), |t| Value::Text(Cow::Owned(t)))
        }
        Some(b'"') => Value::Text(Cow::Borrowed(&raw[1..raw.len() - 1])),
        Some(b'{') => Value::Object(raw),
        Some(b'[') => Value::List(raw),
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') => Value::Null,
        // Every JSON number is a Rust number; one beyond the doubles becomes infinite.
        _ => raw.parse().map_or(Value::Garbled(raw), |number| Value::Number(number, raw)),
    }
}

/// Members of an object such as `groups`, in file order.
pub(super) fn members(raw: &str) -> Option<Vec<(String, Value<'_>)>> {
    let mut found = Findings::new(0, None);
    let all = properties(raw, raw, &mut found)?;
    Some(all.into_iter().map(|p| (p.name.into_owned(), p.value)).collect())
}

fn is_masked(raw: &str) -> bool {
    raw.len() > 2 && raw[1..raw.len() - 1].chars().all(|c| c == MASK)
}

fn geometry(text: &str, raw: Option<&RawValue>, found: &mut Findings) -> Option<GeometryValue> {
    let Some(raw) = raw.map(RawValue::get) else {
        found.field("geometry", None, None, Kind::NoGeometry);
        return None;
    };
    let byte = Some(byte_in(text, raw));
    if !raw.starts_with('{') {
        found.field("geometry", Some(shown(raw)), byte, Kind::NotAGeometry);
        return None;
    }
    let members: GeometryMembers<'_> = match serde_json::from_str(raw) {
        Ok(members) => members,
        Err(error) => {
            refuse(raw, &error, "geometry", text, found);
            return None;
        }
    };
    if let Some(finding) = members.crs.and_then(other_crs) {
        found.field("geometry.crs", finding.value, byte, finding.kind);
    }
    let kind = members.kind.map_or("null", RawValue::get);
    let Some(coordinates) = members.coordinates else {
        if kind == "\"GeometryCollection\"" {
            return Some(GeometryValue::GeometryCollection { geometries: Vec::new() });
        }
        found.field("geometry", Some(shown(kind)), byte, Kind::EmptyGeometry);
        return None;
    };
    let raw = coordinates.get();
    let made = match kind {
        "\"Point\"" => deep::<Position>(raw).map(|coordinates| GeometryValue::Point { coordinates }),
        "\"MultiPoint\"" => deep(raw).map(|coordinates| GeometryValue::MultiPoint { coordinates }),
        "\"LineString\"" => deep(raw).map(|coordinates| GeometryValue::LineString { coordinates }),
        "\"MultiLineString\"" => deep(raw).map(|coordinates| GeometryValue::MultiLineString { coordinates }),
        "\"Polygon\"" => deep(raw).map(|coordinates| GeometryValue::Polygon { coordinates }),
        "\"MultiPolygon\"" => deep(raw).map(|coordinates| GeometryValue::MultiPolygon { coordinates }),
        other => {
            let wanted = "Point, MultiPoint, Polygon, MultiPolygon";
            found.field("geometry.type", Some(shown(other)), byte, Kind::WrongGeometry { wanted });
            return None;
        }
    };
    made.map_err(|error| {
        let at = byte_in(text, raw) + offset(raw, &error);
        let kind = if raw.contains(&format!("\"{MASK}")) {
            Kind::NanToken
        } else if cut::message(&error).contains("out of range") {
            Kind::TooLarge { most: "180" }
        } else {
            Kind::BadCoordinates { wanted: depth_wanted(kind) }
        };
        found.field("coordinates", Some(shown(&cut::unmask(raw))), Some(at), kind);
    })
    .ok()
}

fn deep<T: DeserializeOwned>(raw: &str) -> serde_json::Result<T> {
    serde_json::from_str(raw)
}

/// What the coordinates of a geometry type look like.
fn depth_wanted(kind: &str) -> &'static str {
    match kind {
        "\"Point\"" => "[122.53, 52.97]",
        "\"MultiPoint\"" | "\"LineString\"" => "[[122.53, 52.97], …]",
        "\"Polygon\"" | "\"MultiLineString\"" => "[[[122.53, 52.97], …]]",
        _ => "[[[[122.53, 52.97], …]]]",
    }
}

/// A `crs` member that names something other than WGS84 or CGCS2000.
fn other_crs(raw: &RawValue) -> Option<Finding> {
    let name = serde_json::from_str::<serde_json::Value>(raw.get()).ok().and_then(|crs| {
        crs.pointer("/properties/name").or(crs.pointer("/name")).unwrap_or(&crs).as_str().map(str::to_owned)
    });
    let known = name.as_ref().is_some_and(|name| {
        let name = name.trim().to_lowercase();
        // A version number may stand between authority and code: urn:ogc:def:crs:EPSG:6.18.3:4326.
        let urn = name.strip_prefix("urn:ogc:def:crs:epsg:").and_then(|rest| rest.rsplit(':').next());
        DEGREES.contains(&name.as_str()) || urn.is_some_and(|code| code == "4326" || code == "4490")
    });
    let value = Some(name.map_or_else(|| shown(raw.get()), |name| super::fault::quoted(&name)));
    let field = Some("crs".to_owned());
    (!known && raw.get() != "null").then(|| Finding { field, value, ..Finding::of(Kind::OtherCrs) })
}

/// A member of a feature that serde refuses: a repeated one, or a text whose escapes mean nothing.
fn refuse(raw: &str, error: &serde_json::Error, within: &str, text: &str, found: &mut Findings) {
    let at = Some(byte_in(text, raw) + offset(raw, error));
    let said = cut::message(error);
    match said.strip_prefix("duplicate field `").and_then(|rest| rest.strip_suffix('`')) {
        Some(member) => found.field(member, None, at, Kind::Twice),
        None => found.field(within, None, at, Kind::Json { error: said }),
    }
}

/// Byte of an error in the text that was parsed.
fn offset(raw: &str, error: &serde_json::Error) -> usize {
    let start = raw.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    (start + error.column().saturating_sub(1)).min(raw.len())
}

/// Where a part of a text starts in it.
fn byte_in(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Whether brackets nest deeper than allowed. Iterative: deep nesting never meets the stack.
fn too_deep(raw: &str) -> bool {
    // Most features have fewer brackets than that altogether, and counting is much quicker than following them.
    if raw.bytes().filter(|b| matches!(b, b'[' | b'{')).count() <= DEEPEST {
        return false;
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
