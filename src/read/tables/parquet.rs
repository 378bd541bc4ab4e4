//! What do the rows of a Parquet file say? A file of its own because it is one of the formats of tables and the only user
//! of the `parquet` crate. Columns are read side by side, a batch at a time; only flat numbers and text are understood.

use super::sheet::{At, Cell, MOST_COLUMNS, Sheet};
use crate::read::fault_words::Kind;
use crate::read::format::pages_can_be;
use ::parquet::basic::{ConvertedType, LogicalType};
use ::parquet::column::reader::ColumnReader;
use ::parquet::data_type::{ByteArray, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io::Read;

/// Rows read at a time.
const BATCH: usize = 8192;
/// Files up to this size are looked through for pages that claim to be larger than such a file can hold; a larger one may well hold them.
const SMALL: u64 = 64 << 20;

/// Values of one column of a batch, nulls left out.
#[derive(Debug)]
enum Values {
    Numbers(Vec<f64>),
    Texts(Vec<ByteArray>),
}

/// One column of a row group on its way through the batches.
struct Reading {
    column: ColumnReader,
    nullable: bool,
    levels: Vec<i16>,
    values: Values,
    /// The next of `values`.
    next: usize,
}

/// Hands every row to `row`, cells in the order of the columns asked for. Faults are noted in the sheet.
pub(super) fn each(file: File, sheet: &mut Sheet, mut row: impl FnMut(&mut Sheet, At, &[Cell<'_>])) {
    let bad = |e: ParquetError| Kind::BadTable { error: e.to_string() };
    let mut bytes = Vec::new();
    if file.metadata().is_ok_and(|m| m.len() <= SMALL)
        && let Err(e) = (&file).take(SMALL).read_to_end(&mut bytes)
    {
        return sheet.whole(None, Kind::Io { error: e.to_string() });
    }
    // The reader seeks, so it does not matter how far the file was read.
    let reader = match SerializedFileReader::new(file) {
        Ok(reader) => reader,
        Err(e) => return sheet.whole(None, bad(e)),
    };
    if !bytes.is_empty() && !pages_can_be(reader.metadata(), &bytes) {
        let error = "pages that are not there or unpack to more than such a file can hold".to_owned();
        return sheet.whole(None, Kind::BadTable { error });
    }
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let headings: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
    let Some(places) = sheet.places(&headings) else { return };
    for place in places.iter().flatten() {
        if let Err(found) = understood(&schema.column(*place)) {
            sheet.whole(Some(&headings[*place]), Kind::ColumnType { found });
        }
    }
    if !sheet.faults.is_empty() {
        return;
    }
    let mut first = 0;
    for group in 0..reader.num_row_groups() {
        let read = reader.get_row_group(group).and_then(|group| {
            let rows = group.metadata().num_rows().max(0) as usize;
            each_of_group(group.as_ref(), rows, &places, |index, cells| row(sheet, At::Row(first + index), cells))?;
            first += rows;
            Ok(())
        });
        if let Err(e) = read {
            return sheet.whole(None, bad(e));
        }
    }
}

/// Flat, and a plain number or text: a decimal or a date is stored as a number that means something else.
fn understood(column: &ColumnDescriptor) -> Result<(), String> {
    use ::parquet::basic::Type;
    let flat = column.max_rep_level() == 0 && column.max_def_level() <= 1;
    let plain = matches!(
        column.logical_type_ref(),
        None | Some(LogicalType::String | LogicalType::Integer { .. } | LogicalType::Enum)
    ) && !matches!(
        column.converted_type(),
        ConvertedType::DECIMAL
            | ConvertedType::DATE
            | ConvertedType::TIMESTAMP_MILLIS
            | ConvertedType::TIMESTAMP_MICROS
    );
    let known =
        matches!(column.physical_type(), Type::INT32 | Type::INT64 | Type::FLOAT | Type::DOUBLE | Type::BYTE_ARRAY);
    if flat && plain && known {
        return Ok(());
    }
    let kind = column.logical_type_ref().map_or_else(String::new, |l| format!(" ({l:?})"));
    Err(format!("{}{}{kind}", if flat { "" } else { "nested " }, column.physical_type()))
}

fn each_of_group(
    group: &dyn RowGroupReader,
    rows: usize,
    places: &[Option<usize>],
    mut row: impl FnMut(usize, &[Cell<'_>]),
) -> Result<(), ParquetError> {
    let mut readings = Vec::new();
    for place in places {
        readings.push(match place {
            None => None,
            Some(place) => {
                let column = group.get_column_reader(*place)?;
                let text = matches!(column, ColumnReader::ByteArrayColumnReader(_));
                let nullable = group.metadata().column(*place).column_descr().max_def_level() > 0;
                let values = if text { Values::Texts(Vec::new()) } else { Values::Numbers(Vec::new()) };
                Some(Reading { column, nullable, levels: Vec::new(), values, next: 0 })
            }
        });
    }
    for start in (0..rows).step_by(BATCH) {
        let count = BATCH.min(rows - start);
        for reading in readings.iter_mut().flatten() {
            reading.fill(count)?;
        }
        for index in 0..count {
            let mut cells = [Cell::Absent; MOST_COLUMNS];
            for (cell, reading) in cells.iter_mut().zip(&mut readings) {
                if let Some(reading) = reading {
                    *cell = reading.cell(index);
                }
            }
            row(start + index, &cells);
        }
    }
    Ok(())
}

impl Reading {
    /// Reads the next `count` rows of the column.
    fn fill(&mut self, count: usize) -> Result<(), ParquetError> {
        self.levels.clear();
        self.next = 0;
        let levels = self.nullable.then_some(&mut self.levels);
        self.values = match &mut self.column {
            ColumnReader::Int32ColumnReader(r) => numbers(r, count, levels, f64::from)?,
            ColumnReader::Int64ColumnReader(r) => numbers(r, count, levels, |v| v as f64)?,
            ColumnReader::FloatColumnReader(r) => numbers(r, count, levels, f64::from)?,
            ColumnReader::DoubleColumnReader(r) => numbers(r, count, levels, |v| v)?,
            ColumnReader::ByteArrayColumnReader(r) => {
                let mut texts = Vec::with_capacity(count);
                complete(r.read_records(count, levels, None, &mut texts)?.0, count)?;
                Values::Texts(texts)
            }
            _ => return Err(ParquetError::General("unknown column type".to_owned())),
        };
        Ok(())
    }

    fn cell(&mut self, index: usize) -> Cell<'_> {
        if self.nullable && self.levels.get(index) != Some(&1) {
            return Cell::Absent;
        }
        self.next += 1;
        let at = self.next - 1;
        match &self.values {
            Values::Numbers(numbers) => numbers.get(at).map_or(Cell::Absent, |n| Cell::Number(*n)),
            Values::Texts(texts) => texts.get(at).map_or(Cell::Absent, |t| Cell::Text(t.data())),
        }
    }
}

fn numbers<T: DataType>(
    reader: &mut ::parquet::column::reader::ColumnReaderImpl<T>,
    count: usize,
    levels: Option<&mut Vec<i16>>,
    number: impl Fn(T::T) -> f64,
) -> Result<Values, ParquetError> {
    let mut values = Vec::with_capacity(count);
    complete(reader.read_records(count, levels, None, &mut values)?.0, count)?;
    Ok(Values::Numbers(values.into_iter().map(number).collect()))
}

/// A column that ends before its group does.
fn complete(read: usize, wanted: usize) -> Result<(), ParquetError> {
    if read == wanted { Ok(()) } else { Err(ParquetError::EOF(format!("{read} of {wanted} rows"))) }
}
