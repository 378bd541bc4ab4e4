//! What does a GeoParquet file say? A file of its own because it knows `parquet` and the "geo" metadata.
//! Rows come as records, so that numbers, dates, decimals and text of any writer are understood; a plain Parquet table without
//! geometry is a table as CSV is one.

use super::guard::guarded;
use super::{Broken, Cell, FileDatum, Grid, GridRow, Opened, broken, parquet_pages, unreadable, wkb};
use crate::read::datum::Datum;
use crate::read::fault_words::Kind;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

/// Bytes that a file's columns may have together once unpacked.
const MOST_UNPACKED: i64 = 8 << 30;

/// Reads the file.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    // The library asserts in places what a broken file does not hold.
    guarded(|| table(opened))
}

fn table(opened: &Opened<'_>) -> Result<Grid, Broken> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(&opened.bytes)).map_err(unreadable)?;
    let metadata = reader.metadata();
    let unpacked =
        metadata.row_groups().iter().map(|group| group.total_byte_size().max(0)).fold(0i64, i64::saturating_add);
    if unpacked > MOST_UNPACKED || metadata.file_metadata().num_rows() > super::MOST_ROWS as i64 {
        return Err(broken(Kind::Bomb));
    }
    if !parquet_pages::can_be(metadata, &opened.bytes) {
        return Err(unreadable("pages that are not there or unpack to more than such a file can hold"));
    }
    let geo = metadata
        .file_metadata()
        .key_value_metadata()
        .and_then(|all| all.iter().find(|kv| kv.key == "geo"))
        .and_then(|kv| kv.value.as_deref())
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut grid = Grid::default();
    let primary = geo.as_ref().and_then(|geo| geo["primary_column"].as_str()).map(str::to_owned);
    if let (Some(geo), Some(primary)) = (&geo, &primary) {
        let column = &geo["columns"][primary];
        if !column["encoding"].as_str().is_some_and(|e| e.eq_ignore_ascii_case("wkb")) {
            return Err(broken(Kind::BadWkb));
        }
        grid.spatial = true;
        grid.says = datum(column);
    }
    let fields = metadata.file_metadata().schema_descr().root_schema().get_fields().to_vec();
    let hidden = |name: &str| Some(name) == primary.as_deref() || name == "bbox" || name == "__index_level_0__";
    grid.headings = fields.iter().map(|f| f.name()).filter(|name| !hidden(name)).map(str::to_owned).collect();
    for (i, row) in reader.get_row_iter(None).map_err(unreadable)?.enumerate() {
        let row = row.map_err(unreadable)?;
        let (mut cells, mut geometry) = (Vec::with_capacity(grid.headings.len()), None);
        for (name, field) in row.get_column_iter() {
            if Some(name.as_str()) == primary.as_deref() {
                geometry = match field {
                    Field::Null => None,
                    Field::Bytes(bytes) => wkb::read(bytes.data()).transpose(),
                    _ => Some(Err(Kind::BadWkb)),
                };
            } else if !hidden(name) {
                cells.push(cell(field));
            }
        }
        grid.rows.push(GridRow { number: i + 1, cells, geometry });
    }
    Ok(grid)
}

fn cell(field: &Field) -> Cell {
    match field {
        Field::Null => Cell::Empty,
        Field::Bool(b) => Cell::Bool(*b),
        Field::Byte(n) => whole(i64::from(*n)),
        Field::Short(n) => whole(i64::from(*n)),
        Field::Int(n) => whole(i64::from(*n)),
        Field::Long(n) => whole(*n),
        Field::UByte(n) => whole(i64::from(*n)),
        Field::UShort(n) => whole(i64::from(*n)),
        Field::UInt(n) => whole(i64::from(*n)),
        Field::ULong(n) => Cell::Number(*n as f64, n.to_string()),
        Field::Float(n) => Cell::number(f64::from(*n)),
        Field::Double(n) => Cell::number(*n),
        Field::Str(text) => Cell::text(text),
        // Old writers leave the word "text" out.
        Field::Bytes(bytes) => {
            std::str::from_utf8(bytes.data()).map_or_else(|_| Cell::Error("binary data".into()), Cell::text)
        }
        other => {
            let text = other.to_string();
            let plain = text.trim_matches('"').split(' ').next().unwrap_or_default();
            Cell::text(if matches!(other, Field::Date(_)) { plain } else { text.trim_matches('"') })
        }
    }
}

fn whole(n: i64) -> Cell {
    Cell::Number(n as f64, n.to_string())
}

/// The datum of a geometry column: without `crs` it is WGS84, with null it is not known.
fn datum(column: &Value) -> FileDatum {
    let Some(crs) = column.get("crs") else { return FileDatum::Says(Datum::Wgs84) };
    if crs.is_null() {
        return FileDatum::Silent;
    }
    let name = crs["name"].as_str().unwrap_or("crs").to_owned();
    let (authority, code) = (crs["id"]["authority"].as_str().unwrap_or_default(), &crs["id"]["code"]);
    let code = code.as_u64().map(|n| n.to_string()).or(code.as_str().map(str::to_owned)).unwrap_or_default();
    match (authority.to_uppercase().as_str(), code.as_str()) {
        ("OGC", "CRS84" | "CRS84h") => FileDatum::Says(Datum::Wgs84),
        ("EPSG", code) => match code.parse().map_err(|_| Kind::OtherCrs).and_then(Datum::epsg) {
            Ok(datum) => FileDatum::Says(datum),
            Err(kind) => FileDatum::Refused(format!("EPSG:{code}"), kind),
        },
        _ => FileDatum::Refused(name, Kind::OtherCrs),
    }
}
