//! How does a layer become GeoParquet? A file of its own because columns are written one after the other, and the "geo"
//! metadata says which of them is where (GeoParquet 1.1).

use super::{Holds, Table, plain};
use crate::read::write_wkb;
use crate::report::error::ReportError;
use geojson::GeometryValue;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The bytes of a GeoParquet file.
pub(super) fn bytes(table: &Table) -> Result<Vec<u8>, ReportError> {
    build(table).map_err(|e| ReportError::Columns(e.to_string()))
}

fn build(table: &Table) -> Result<Vec<u8>, ParquetError> {
    use parquet::basic::{LogicalType, Repetition, Type as Physical};
    let kinds: Vec<Holds> = (0..table.columns.len()).map(|c| table.holds(c)).collect();
    let mut fields = Vec::new();
    for (name, kind) in table.columns.iter().zip(&kinds) {
        let (physical, logical) = match kind {
            Holds::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Holds::Real => (Physical::DOUBLE, None),
            Holds::Flag => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        fields.push(Arc::new(field.with_logical_type(logical).build()?));
    }
    let geometry = Type::primitive_type_builder("geometry", Physical::BYTE_ARRAY).with_repetition(Repetition::OPTIONAL);
    fields.push(Arc::new(geometry.build()?));
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("doorstep".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), geo(table))]));
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties.build()))?;
    let mut group = writer.next_row_group()?;
    let mut column = 0;
    while let Some(mut open) = group.next_column()? {
        let values = || table.rows.iter().map(|row| row.cells.get(column).unwrap_or(&Value::Null));
        let levels: Vec<i16> = if column < kinds.len() {
            values().map(|v| i16::from(!v.is_null())).collect()
        } else {
            vec![1; table.rows.len()]
        };
        match open.untyped() {
            ColumnWriter::DoubleColumnWriter(w) => {
                let numbers: Vec<f64> = values().filter_map(Value::as_f64).collect();
                w.write_batch(&numbers, Some(&levels), None)?;
            }
            ColumnWriter::BoolColumnWriter(w) => {
                let flags: Vec<bool> = values().filter_map(Value::as_bool).collect();
                w.write_batch(&flags, Some(&levels), None)?;
            }
            ColumnWriter::ByteArrayColumnWriter(w) => {
                let texts: Vec<ByteArray> = if column < kinds.len() {
                    values().filter(|v| !v.is_null()).map(|v| ByteArray::from(plain(v).into_bytes())).collect()
                } else {
                    table.rows.iter().map(|row| ByteArray::from(write_wkb(&row.geometry))).collect()
                };
                w.write_batch(&texts, Some(&levels), None)?;
            }
            _ => return Err(ParquetError::General("unknown column type".to_owned())),
        }
        open.close()?;
        column += 1;
    }
    group.close()?;
    writer.close()?;
    Ok(out)
}

/// The metadata: without `crs` the coordinates are WGS84, longitude first.
fn geo(table: &Table) -> String {
    let types: BTreeSet<&str> = table
        .rows
        .iter()
        .map(|row| match row.geometry {
            GeometryValue::Point { .. } => "Point",
            GeometryValue::Polygon { .. } => "Polygon",
            _ => "MultiPolygon",
        })
        .collect();
    json!({
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": { "geometry": { "encoding": "WKB", "geometry_types": types } },
    })
    .to_string()
}
