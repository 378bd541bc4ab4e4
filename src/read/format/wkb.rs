//! Which geometry do the bytes of well-known binary hold, and the other way round? A file of its own because GeoPackage and
//! GeoParquet share it. Counts in the bytes are never believed: nothing is allocated that the bytes do not hold.

use crate::read::fault_words::Kind;
use geojson::{GeometryValue, Position};

/// Bytes still to be read.
struct Bytes<'a> {
    left: &'a [u8],
    little: bool,
}

/// The geometry in ISO or extended WKB; `None` where it is empty.
pub(super) fn read(bytes: &[u8]) -> Result<Option<GeometryValue>, Kind> {
    let mut bytes = Bytes { left: bytes, little: true };
    let geometry = geometry(&mut bytes, 0)?;
    Ok(geometry)
}

const BAD: Kind = Kind::BadWkb;

impl Bytes<'_> {
    fn take(&mut self, n: usize) -> Result<&[u8], Kind> {
        let (taken, left) = self.left.split_at_checked(n).ok_or(BAD)?;
        self.left = left;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, Kind> {
        let little = self.little;
        let raw: [u8; 4] = self.take(4)?.try_into().map_err(|_| BAD)?;
        Ok(if little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    fn f64(&mut self) -> Result<f64, Kind> {
        let little = self.little;
        let raw: [u8; 8] = self.take(8)?.try_into().map_err(|_| BAD)?;
        Ok(if little { f64::from_le_bytes(raw) } else { f64::from_be_bytes(raw) })
    }

    /// A count of things of at least `least` bytes each.
    fn count(&mut self, least: usize) -> Result<usize, Kind> {
        let count = self.u32()? as usize;
        if count.checked_mul(least).is_none_or(|bytes| bytes > self.left.len()) { Err(BAD) } else { Ok(count) }
    }

    fn position(&mut self, numbers: usize) -> Result<Position, Kind> {
        let (x, y) = (self.f64()?, self.f64()?);
        for _ in 2..numbers {
            self.f64()?;
        }
        Ok(Position::from([x, y]))
    }

    fn line(&mut self, numbers: usize) -> Result<Vec<Position>, Kind> {
        let count = self.count(8 * numbers)?;
        (0..count).map(|_| self.position(numbers)).collect()
    }

    fn lines(&mut self, numbers: usize) -> Result<Vec<Vec<Position>>, Kind> {
        let count = self.count(4)?;
        (0..count).map(|_| self.line(numbers)).collect()
    }
}

fn geometry(bytes: &mut Bytes<'_>, depth: usize) -> Result<Option<GeometryValue>, Kind> {
    bytes.little = match bytes.take(1)? {
        [0] => false,
        [1] => true,
        _ => return Err(BAD),
    };
    let code = bytes.u32()?;
    if code & 0x2000_0000 != 0 {
        bytes.u32()?;
    }
    let base = code & 0x0fff_ffff;
    let mut numbers = 2 + usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
    numbers += [0, 1, 1, 2].get(base as usize / 1000).copied().ok_or(BAD)?;
    let made = match base % 1000 {
        1 => {
            let coordinates = bytes.position(numbers)?;
            // An empty point is a pair of NaN.
            if coordinates.as_slice().iter().all(|n| n.is_nan()) {
                return Ok(None);
            }
            GeometryValue::Point { coordinates }
        }
        2 => GeometryValue::LineString { coordinates: bytes.line(numbers)? },
        3 => GeometryValue::Polygon { coordinates: bytes.lines(numbers)? },
        kind @ 4..=6 if depth == 0 => parts(bytes, kind)?,
        7 => GeometryValue::GeometryCollection { geometries: Vec::new() },
        _ => return Err(BAD),
    };
    Ok(Some(made))
}

/// The parts of a multi-geometry, each with a header of its own.
fn parts(bytes: &mut Bytes<'_>, kind: u32) -> Result<GeometryValue, Kind> {
    let count = bytes.count(9)?;
    let (mut points, mut lines, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let little = bytes.little;
        match (kind, geometry(bytes, 1)?) {
            (4, Some(GeometryValue::Point { coordinates })) => points.push(coordinates),
            (5, Some(GeometryValue::LineString { coordinates })) => lines.push(coordinates),
            (6, Some(GeometryValue::Polygon { coordinates })) => areas.push(coordinates),
            (_, None) => {}
            _ => return Err(BAD),
        }
        bytes.little = little;
    }
    Ok(match kind {
        4 => GeometryValue::MultiPoint { coordinates: points },
        5 => GeometryValue::MultiLineString { coordinates: lines },
        _ => GeometryValue::MultiPolygon { coordinates: areas },
    })
}

/// A geometry as ISO WKB, little-endian. Lines and collections are not among what is written.
pub(crate) fn write(geometry: &GeometryValue) -> Vec<u8> {
    let mut out = Vec::new();
    put(geometry, &mut out);
    out
}

#[expect(clippy::cast_possible_truncation, reason = "no layer has 2^32 positions")]
fn put(geometry: &GeometryValue, out: &mut Vec<u8>) {
    let head = |out: &mut Vec<u8>, kind: u32| {
        out.push(1);
        out.extend(kind.to_le_bytes());
    };
    let position =
        |out: &mut Vec<u8>, p: &Position| p.as_slice().iter().take(2).for_each(|n| out.extend(n.to_le_bytes()));
    let rings = |out: &mut Vec<u8>, rings: &[Vec<Position>]| {
        out.extend((rings.len() as u32).to_le_bytes());
        for ring in rings {
            out.extend((ring.len() as u32).to_le_bytes());
            ring.iter().for_each(|p| position(out, p));
        }
    };
    match geometry {
        GeometryValue::Point { coordinates } => {
            head(out, 1);
            position(out, coordinates);
        }
        GeometryValue::Polygon { coordinates } => {
            head(out, 3);
            rings(out, coordinates);
        }
        GeometryValue::MultiPoint { coordinates } => {
            head(out, 4);
            out.extend((coordinates.len() as u32).to_le_bytes());
            for p in coordinates {
                head(out, 1);
                position(out, p);
            }
        }
        GeometryValue::MultiPolygon { coordinates } => {
            head(out, 6);
            out.extend((coordinates.len() as u32).to_le_bytes());
            for part in coordinates {
                head(out, 3);
                rings(out, part);
            }
        }
        _ => {
            head(out, 7);
            out.extend(0u32.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(x: f64) -> Vec<Position> {
        [[x, 1.0], [x + 1.0, 1.0], [x + 1.0, 2.5], [x, 1.0]].into_iter().map(Position::from).collect()
    }

    #[test]
    fn geometries_come_back_as_they_went() {
        for geometry in [
            GeometryValue::Point { coordinates: Position::from([122.5, 52.9]) },
            GeometryValue::MultiPoint { coordinates: vec![Position::from([1.0, 2.0])] },
            GeometryValue::Polygon { coordinates: vec![ring(0.0), ring(0.1)] },
            GeometryValue::MultiPolygon { coordinates: vec![vec![ring(0.0)], vec![ring(5.0)]] },
        ] {
            assert_eq!(read(&write(&geometry)), Ok(Some(geometry)));
        }
    }

    #[test]
    fn heights_big_endian_and_extended_codes_are_understood() {
        let mut big = vec![0, 0xa0, 0, 0, 1, 0, 0, 0x10, 0xe6];
        [122.5f64, 52.9, 300.0].iter().for_each(|n| big.extend(n.to_be_bytes()));
        assert_eq!(read(&big), Ok(Some(GeometryValue::Point { coordinates: Position::from([122.5, 52.9]) })));
    }

    #[test]
    fn a_count_that_the_bytes_do_not_hold_is_a_fault_and_no_memory() {
        let mut huge = vec![1, 3, 0, 0, 0];
        huge.extend(u32::MAX.to_le_bytes());
        assert_eq!(read(&huge), Err(Kind::BadWkb));
        for end in 0..huge.len() {
            assert!(read(&huge[..end]).is_err());
        }
    }
}
