//! What does a GeoPackage say? One of the two files that know `rusqlite`; the other writes them.
//! A file of its own because it is a database that somebody else made: it is opened read-only, nothing in it is run, and
//! only tables are read, no views.

use super::guard::guarded;
use super::{Broken, Cell, FileDatum, Grid, GridRow, Opened, broken, unreadable, wkb};
use crate::read::datum::Datum;
use crate::read::fault_words::Kind;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

/// Bytes that one value may have.
const MOST_VALUE: i32 = 256 << 20;
/// Steps of SQLite's machine between two looks at how long it has gone on, and how many looks there may be.
const STEPS: i32 = 1_000_000;
const LOOKS: usize = 20_000;

/// Reads one table of features or attributes.
pub(super) fn read(opened: &Opened<'_>) -> Result<Grid, Broken> {
    if !opened.bytes.starts_with(b"SQLite format 3\0") {
        return Err(unreadable("not an SQLite database"));
    }
    // The library panics over names that are no text.
    guarded(|| layer(opened))
}

fn layer(opened: &Opened<'_>) -> Result<Grid, Broken> {
    let mut db = open(opened).map_err(unreadable)?;
    db.progress_handler(STEPS, Some(patience())).map_err(unreadable)?;
    let names = tables(&db).map_err(unreadable)?;
    let table = super::choose(&names, opened)?;
    let mut grid = Grid::default();
    let geometry: Option<(String, i64)> = db
        .query_row("SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?1", [table], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()
        .map_err(unreadable)?;
    if let Some((_, srs)) = &geometry {
        grid.spatial = true;
        grid.says = datum(&db, *srs).map_err(unreadable)?;
    }
    fill(&db, table, geometry.as_ref().map(|(column, _)| column.as_str()), &mut grid).map_err(unreadable)?;
    if grid.headings.is_empty() { Err(broken(Kind::EmptyTable)) } else { Ok(grid) }
}

/// Ends a query that goes on for ever.
fn patience() -> impl FnMut() -> bool + Send + 'static {
    let mut looks = 0;
    move || {
        looks += 1;
        looks > LOOKS
    }
}

fn open(opened: &Opened<'_>) -> rusqlite::Result<Connection> {
    let db =
        Connection::open_with_flags(&opened.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_VALUE)?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

/// Tables of features, else of attributes.
fn tables(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let of = |kind: &str| -> rusqlite::Result<Vec<String>> {
        let mut query = db.prepare(
            "SELECT c.table_name FROM gpkg_contents c JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table' \
             WHERE c.data_type = ?1 AND c.table_name <> 'layer_styles' ORDER BY c.table_name LIMIT 1000",
        )?;
        query.query_map([kind], |row| row.get(0))?.collect()
    };
    let features = of("features")?;
    if features.is_empty() { of("attributes") } else { Ok(features) }
}

fn datum(db: &Connection, srs: i64) -> rusqlite::Result<FileDatum> {
    if srs <= 0 {
        return Ok(FileDatum::Silent);
    }
    let found: Option<(String, i64, String)> = db
        .query_row(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
            [srs],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()?;
    Ok(match found {
        Some((organization, code, _)) if organization.eq_ignore_ascii_case("epsg") => {
            match u32::try_from(code).map_err(|_| Kind::OtherCrs).and_then(Datum::epsg) {
                Ok(datum) => FileDatum::Says(datum),
                Err(kind) => FileDatum::Refused(format!("EPSG:{code}"), kind),
            }
        }
        Some((_, _, definition)) => super::prj::datum(&definition),
        None => FileDatum::Refused(format!("srs_id {srs}"), Kind::OtherCrs),
    })
}

fn fill(db: &Connection, table: &str, geometry: Option<&str>, grid: &mut Grid) -> rusqlite::Result<()> {
    let quoted = format!("\"{}\"", table.replace('"', "\"\""));
    let mut query = db.prepare(&format!("SELECT * FROM {quoted} ORDER BY rowid"))?;
    // Asked as values: a name that is no text is then an error of this query.
    let columns: Vec<String> = db
        .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if columns.len() != query.column_count() {
        return Err(rusqlite::Error::InvalidColumnIndex(columns.len()));
    }
    let place = geometry.and_then(|g| columns.iter().position(|c| c.eq_ignore_ascii_case(g)));
    // The rows' own numbers are no property of what they describe.
    let key: Option<String> = db
        .query_row("SELECT name FROM pragma_table_info(?1) WHERE pk = 1 AND lower(type) = 'integer'", [table], |r| {
            r.get(0)
        })
        .optional()?;
    let taken = |i: usize| Some(i) != place && Some(&columns[i]) != key.as_ref();
    grid.headings = (0..columns.len()).filter(|i| taken(*i)).map(|i| columns[i].clone()).collect();
    let mut rows = query.query([])?;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        number += 1;
        let mut cells = Vec::with_capacity(grid.headings.len());
        for i in (0..columns.len()).filter(|i| taken(*i)) {
            cells.push(cell(row.get_ref(i)?));
        }
        let geometry = match place.map(|i| row.get_ref(i)).transpose()? {
            Some(ValueRef::Blob(blob)) => header(blob).and_then(wkb::read).transpose(),
            Some(ValueRef::Null) | None => None,
            Some(_) => Some(Err(Kind::BadWkb)),
        };
        grid.rows.push(GridRow { number, cells, geometry });
        if number > super::MOST_ROWS {
            break;
        }
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Empty,
        ValueRef::Integer(n) => Cell::Number(n as f64, n.to_string()),
        ValueRef::Real(n) => Cell::number(n),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map_or_else(|_| Cell::Error("text that is not UTF-8".into()), Cell::text)
        }
        ValueRef::Blob(_) => Cell::Error("binary data".into()),
    }
}

/// The well-known binary after a GeoPackage header.
fn header(blob: &[u8]) -> Result<&[u8], Kind> {
    let (&[b'G', b'P', _, flags], rest) = blob.split_first_chunk::<4>().ok_or(Kind::BadWkb)? else {
        return Err(Kind::BadWkb);
    };
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(Kind::BadWkb),
    };
    rest.get(4 + envelope..).ok_or(Kind::BadWkb)
}
