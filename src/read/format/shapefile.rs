//! What does a Shapefile say? A file of its own because it is four files: shapes, attributes (`dbf.rs`), datum (`prj.rs`) and
//! encoding (.cpg). Counts in the bytes are never believed.

use super::{Broken, FileDatum, Grid, GridRow, MOST_BYTES, Opened, broken, dbf, prj, unreadable};
use crate::read::fault_words::Kind;
use crate::read::source::Finding;
use geojson::{GeometryValue, Position};
use std::path::{Path, PathBuf};

/// The files that belong to a Shapefile, beside the shapes themselves.
pub(in crate::read) const BESIDE: [&str; 3] = ["dbf", "prj", "cpg"];

/// Reads shapes and their attributes.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    let attributes = match beside(&opened.path, "dbf") {
        Some(path) => bytes(&path)?,
        None => {
            return Err(Box::new(Finding {
                value: Some("dbf".into()),
                ..Finding::of(Kind::NoFileBeside { suffix: "dbf" })
            }));
        }
    };
    let words = |suffix| match beside(&opened.path, suffix) {
        Some(path) => bytes(&path).map(|b| Some(String::from_utf8_lossy(&b).into_owned())),
        None => Ok(None),
    };
    let (cpg, description) = (words("cpg")?, words("prj")?);
    let table = dbf::read(&attributes, cpg.as_deref(), opened)?;
    let shapes = shapes(&opened.bytes)?;
    if shapes.len() != table.rows.len() {
        return Err(unreadable(format!("{} shapes, but {} rows in the .dbf file", shapes.len(), table.rows.len())));
    }
    let rows = shapes.into_iter().zip(table.rows).enumerate().filter_map(|(i, (geometry, cells))| {
        Some(GridRow { number: i + 1, cells: cells?, geometry: geometry.transpose() })
    });
    let says = description.map_or(FileDatum::Silent, |text| prj::datum(&text));
    Ok(Grid { headings: table.headings, rows: rows.collect(), says, spatial: true, ..Grid::default() })
}

/// A file of the same name with another suffix, in small or capital letters.
pub(in crate::read) fn beside(shapes: &Path, suffix: &str) -> Option<PathBuf> {
    [suffix.to_owned(), suffix.to_uppercase()].into_iter().map(|s| shapes.with_extension(s)).find(|path| path.is_file())
}

fn bytes(path: &Path) -> Result<Vec<u8>, Broken> {
    let io = |e: std::io::Error| broken(Kind::Io { error: e.to_string() });
    if std::fs::metadata(path).map_err(io)?.len() > MOST_BYTES {
        return Err(broken(Kind::TooMuch { most: "2 GiB" }));
    }
    std::fs::read(path).map_err(io)
}

fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

type Shape = Result<Option<GeometryValue>, Kind>;

/// The geometry of every record.
fn shapes(bytes: &[u8]) -> Result<Vec<Shape>, Broken> {
    let cut = || unreadable("the .shp file is cut off");
    if bytes.get(..4) != Some(&[0, 0, 0x27, 0x0a]) || bytes.len() < 100 {
        return Err(unreadable("not a Shapefile"));
    }
    let mut left = &bytes[100..];
    let mut shapes = Vec::new();
    while !left.is_empty() {
        let head: [u8; 8] = left.get(..8).and_then(|h| h.try_into().ok()).ok_or_else(cut)?;
        let words = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let content = left.get(8..8 + words * 2).ok_or_else(cut)?;
        shapes.push(shape(content).unwrap_or(Err(Kind::BadShape)));
        left = &left[8 + words * 2..];
    }
    Ok(shapes)
}

/// One record; `None` where it is shorter than it says.
fn shape(content: &[u8]) -> Option<Shape> {
    let point = |at: usize| Some(Position::from([f64_at(content, at)?, f64_at(content, at + 8)?]));
    Some(Ok(Some(match i32_at(content, 0)? {
        0 => return Some(Ok(None)),
        1 | 11 | 21 => GeometryValue::Point { coordinates: point(4)? },
        8 | 18 | 28 => {
            let count = usize::try_from(i32_at(content, 36)?).ok()?;
            if count > content.len() / 16 {
                return None;
            }
            GeometryValue::MultiPoint { coordinates: (0..count).map(|i| point(40 + 16 * i)).collect::<Option<_>>()? }
        }
        5 | 15 | 25 => {
            let (parts, points) =
                (usize::try_from(i32_at(content, 36)?).ok()?, usize::try_from(i32_at(content, 40)?).ok()?);
            if parts > content.len() / 4 || points > content.len() / 16 {
                return None;
            }
            let starts: Vec<usize> = (0..parts)
                .map(|i| i32_at(content, 44 + 4 * i).and_then(|s| usize::try_from(s).ok()))
                .collect::<Option<_>>()?;
            let mut rings: Vec<Vec<Position>> = Vec::with_capacity(parts);
            for (i, start) in starts.iter().enumerate() {
                let end = starts.get(i + 1).copied().unwrap_or(points);
                if end < *start || end > points {
                    return None;
                }
                rings.push((*start..end).map(|p| point(44 + 4 * parts + 16 * p)).collect::<Option<_>>()?);
            }
            areas(rings)
        }
        3 | 13 | 23 => return Some(Err(Kind::WrongGeometry { wanted: "Point, Polygon" })),
        _ => return Some(Err(Kind::BadShape)),
    })))
}

/// Rings as areas: outlines run clockwise, and each hole belongs to the smallest outline around its first corner.
fn areas(rings: Vec<Vec<Position>>) -> GeometryValue {
    let turn = |ring: &[Position]| -> f64 {
        let at = |i: usize| (ring[i].as_slice()[0], ring[i].as_slice()[1]);
        // Taken from the first corner, so that large coordinates do not drown a small area.
        let (x0, y0) = ring.first().map_or((0.0, 0.0), |_| at(0));
        (1..ring.len()).map(|i| (at(i - 1).0 - x0) * (at(i).1 - y0) - (at(i).0 - x0) * (at(i - 1).1 - y0)).sum()
    };
    let (mut outlines, mut holes): (Vec<_>, Vec<_>) =
        rings.into_iter().map(|r| (turn(&r), r)).partition(|(t, _)| *t <= 0.0);
    if outlines.is_empty() {
        // Some writers turn everything the other way.
        std::mem::swap(&mut outlines, &mut holes);
    }
    let inside = |ring: &[Position], p: &Position| {
        let (x, y) = (p.as_slice()[0], p.as_slice()[1]);
        let mut odd = false;
        for pair in ring.windows(2) {
            let ((ax, ay), (bx, by)) =
                ((pair[0].as_slice()[0], pair[0].as_slice()[1]), (pair[1].as_slice()[0], pair[1].as_slice()[1]));
            odd ^= (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax;
        }
        odd
    };
    let mut areas: Vec<Vec<Vec<Position>>> = outlines.iter().map(|(_, ring)| vec![ring.clone()]).collect();
    for (_, hole) in holes {
        let around = |(_, (_, ring)): &(usize, &(f64, Vec<Position>))| hole.first().is_some_and(|p| inside(ring, p));
        let smallest = outlines
            .iter()
            .enumerate()
            .filter(around)
            .min_by(|a, b| a.1.0.abs().total_cmp(&b.1.0.abs()))
            .map(|(i, _)| i);
        // A hole in nothing is kept with the first outline: the check of rings says what is wrong with it.
        areas[smallest.unwrap_or(0)].push(hole);
    }
    match <[_; 1]>::try_from(areas) {
        Ok([coordinates]) => GeometryValue::Polygon { coordinates },
        Err(coordinates) => GeometryValue::MultiPolygon { coordinates },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, size: f64, clockwise: bool) -> Vec<Position> {
        let mut ring: Vec<Position> = [[x, 0.0], [x, size], [x + size, size], [x + size, 0.0], [x, 0.0]]
            .into_iter()
            .map(Position::from)
            .collect();
        if !clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn a_hole_belongs_to_the_smallest_outline_around_it() {
        let hole: Vec<Position> =
            [[5.2, 0.2], [5.4, 0.2], [5.4, 0.4], [5.2, 0.2]].into_iter().map(Position::from).collect();
        let made = areas(vec![square(0.0, 2.0, true), square(5.0, 2.0, true), hole.clone()]);
        let GeometryValue::MultiPolygon { coordinates } = made else { panic!("two parts") };
        assert_eq!((coordinates[0].len(), coordinates[1].len()), (1, 2));
        assert_eq!(coordinates[1][1], hole);
    }

    #[test]
    fn records_that_lie_about_their_counts_are_refused_without_memory() {
        let mut record = vec![0u8; 44];
        record[0] = 5;
        record[36..40].copy_from_slice(&i32::MAX.to_le_bytes());
        record[40..44].copy_from_slice(&i32::MAX.to_le_bytes());
        assert!(shape(&record).is_none());
        record[36..40].copy_from_slice(&(-1i32).to_le_bytes());
        assert!(shape(&record).is_none());
        assert!(shapes(&[0; 200]).is_err());
    }
}
