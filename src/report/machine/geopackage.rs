//! How do layers become a GeoPackage? The other of the two files that know `rusqlite`. A file of its own because it is a data
//! base with tables about tables: OGC 12-128r19, and QGIS's `layer_styles`, which is what makes it show them styled.

use super::{Holds, Table, plain, styles};
use crate::read::write_wkb;
use crate::report::error::ReportError;
use geojson::{GeometryValue, Position};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, MAIN_DB, params, params_from_iter};
use serde_json::Value;

/// The tables about tables that every GeoPackage has.
pub(crate) const SCHEMA: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]', NULL);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
";

/// What QGIS keeps styles in.
const STYLES: &str = "
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME);
";

/// The bytes of a GeoPackage with these layers. `date` is when they last changed, so that bytes repeat.
pub(super) fn bytes(tables: &[Table], date: time::Date) -> Result<Vec<u8>, ReportError> {
    build(tables, date).map_err(|e| ReportError::Database(e.to_string()))
}

fn build(tables: &[Table], date: time::Date) -> rusqlite::Result<Vec<u8>> {
    let mut db = Connection::open_in_memory()?;
    db.execute_batch("PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;")?;
    let changed = format!("{date}T00:00:00.000Z");
    let work = db.transaction()?;
    work.execute_batch(SCHEMA)?;
    work.execute_batch(STYLES)?;
    let mut styled = false;
    for table in tables {
        fill(&work, table, &changed)?;
        // One layer may be points and areas: a style is for one of them.
        let area = !table.rows.is_empty() && !table.is_points();
        if let Some(qml) = styles::qml(table.name, area) {
            work.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) \
                 VALUES ('', '', ?1, 'geom', ?1, ?2, '', 1, 'doorstep', '', ?3)",
                params![table.name, qml, changed],
            )?;
            styled = true;
        }
    }
    if styled {
        work.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?1, NULL)",
            [&changed],
        )?;
    } else {
        work.execute_batch("DROP TABLE layer_styles")?;
    }
    work.commit()?;
    Ok(db.serialize(MAIN_DB)?.to_vec())
}

fn fill(db: &Connection, table: &Table, changed: &str) -> rusqlite::Result<()> {
    let kinds: Vec<Holds> = (0..table.columns.len()).map(|c| table.holds(c)).collect();
    let columns: Vec<String> = table
        .columns
        .iter()
        .zip(&kinds)
        .map(|(name, kind)| {
            let kind = match kind {
                Holds::Text => "TEXT",
                Holds::Real => "REAL",
                Holds::Flag => "BOOLEAN",
            };
            format!("\"{}\" {kind}", name.replace('"', "\"\""))
        })
        .collect();
    let shape = geometry_type(table);
    db.execute_batch(&format!(
        "CREATE TABLE \"{0}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {shape}, {1})",
        table.name,
        columns.join(", ")
    ))?;
    let mut corners = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let marks = vec!["?"; table.columns.len() + 1].join(", ");
    let mut insert = db.prepare(&format!("INSERT INTO \"{}\" VALUES (NULL, {marks})", table.name))?;
    for row in &table.rows {
        let around = envelope(&row.geometry);
        for i in 0..2 {
            corners[i] = corners[i].min(around[i]);
            corners[i + 2] = corners[i + 2].max(around[i + 2]);
        }
        let cells = row.cells.iter().zip(&kinds).map(|(value, kind)| match (value, kind) {
            (Value::Null, _) => Sql::Null,
            (Value::Number(n), Holds::Real) => n.as_f64().map_or(Sql::Null, Sql::Real),
            (Value::Bool(b), Holds::Flag) => Sql::Integer(i64::from(*b)),
            (value, _) => Sql::Text(plain(value)),
        });
        insert.execute(params_from_iter(std::iter::once(Sql::Blob(blob(&row.geometry, around))).chain(cells)))?;
    }
    let corner = |i: usize| corners[i].is_finite().then_some(corners[i]);
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, 4326)",
        params![table.name, changed, corner(0), corner(1), corner(2), corner(3)],
    )?;
    db.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)", params![table.name, shape])?;
    Ok(())
}

/// The one type of all rows, or that there are several.
fn geometry_type(table: &Table) -> &'static str {
    let name = |geometry: &GeometryValue| match geometry {
        GeometryValue::Point { .. } => "POINT",
        GeometryValue::Polygon { .. } => "POLYGON",
        GeometryValue::MultiPolygon { .. } => "MULTIPOLYGON",
        _ => "GEOMETRY",
    };
    let mut names = table.rows.iter().map(|row| name(&row.geometry));
    let first = names.next().unwrap_or("GEOMETRY");
    if names.all(|n| n == first) { first } else { "GEOMETRY" }
}

/// Least x, least y, most x, most y.
fn envelope(geometry: &GeometryValue) -> [f64; 4] {
    let mut around = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut see = |p: &Position| {
        let p = p.as_slice();
        around = [around[0].min(p[0]), around[1].min(p[1]), around[2].max(p[0]), around[3].max(p[1])];
    };
    match geometry {
        GeometryValue::Point { coordinates } => see(coordinates),
        GeometryValue::Polygon { coordinates } => coordinates.iter().flatten().for_each(see),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().flatten().for_each(see),
        _ => {}
    }
    around
}

/// A geometry as GeoPackages hold it.
pub(crate) fn geometry(geometry: &GeometryValue) -> Vec<u8> {
    blob(geometry, envelope(geometry))
}

/// The header of a geometry, then well-known binary.
fn blob(geometry: &GeometryValue, around: [f64; 4]) -> Vec<u8> {
    let point = matches!(geometry, GeometryValue::Point { .. });
    let mut blob = vec![b'G', b'P', 0, if point { 1 } else { 3 }];
    blob.extend(4326i32.to_le_bytes());
    if !point {
        // The envelope's order is least and most x, then least and most y.
        [around[0], around[2], around[1], around[3]].iter().for_each(|n| blob.extend(n.to_le_bytes()));
    }
    blob.extend(write_wkb(geometry));
    blob
}
