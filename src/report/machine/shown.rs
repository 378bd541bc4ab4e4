//! How does what a page shows become a file? Some rows of the gap list, in an order and with columns of somebody's choosing. A file
//! of its own because every other file holds everything.

use super::{Format, LAYERS, Row, Table};
use crate::job::Outcome;
use crate::model::Lang;
use crate::report::error::ReportError;
use std::collections::HashMap;
use thiserror::Error;

/// Which rows and columns; everything where nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// Columns of the gap list, in order.
    pub columns: Option<&'a [String]>,
    /// Ids in order, with their layer where two layers have the same.
    pub ids: Option<&'a [(Option<String>, String)]>,
}

/// Why what is shown is no file.
#[derive(Debug, Error)]
pub enum ShownError {
    /// A column or row that the gap list does not have.
    #[error("{0}")]
    Unknown(String),
    /// The format refuses it.
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// The gap list as it is shown.
///
/// # Errors
/// [`ShownError`].
pub fn shown_gaps(outcome: &Outcome, lang: Lang, format: Format, shown: &Shown<'_>) -> Result<Vec<u8>, ShownError> {
    let (name, layer, columns) = LAYERS[2];
    let mut table = Table::of(name, columns, outcome, layer, lang);
    if let Some(ids) = shown.ids {
        let cell = |row: &Row, i: usize| row.cells[i].as_str().unwrap_or_default().to_owned();
        let mut alone: HashMap<String, usize> = HashMap::new();
        let mut in_layer: HashMap<(String, String), usize> = HashMap::new();
        for (i, row) in table.rows.iter().enumerate() {
            // Columns of the contract: the id first, the layer third.
            in_layer.insert((cell(row, 2), cell(row, 0)), i);
            alone.entry(cell(row, 0)).or_insert(i);
        }
        let find = |(layer, id): &(Option<String>, String)| {
            let found = match layer {
                Some(layer) => in_layer.get(&(layer.clone(), id.clone())),
                None => alone.get(id),
            };
            found.copied().ok_or_else(|| ShownError::Unknown(format!("ids: {id:?} is no row of the gap list")))
        };
        let order = ids.iter().map(find).collect::<Result<Vec<usize>, _>>()?;
        let mut rows: Vec<Option<Row>> = table.rows.into_iter().map(Some).collect();
        // A row that is named twice is written once.
        table.rows = order.into_iter().filter_map(|i| rows[i].take()).collect();
    }
    if let Some(wanted) = shown.columns {
        let find = |column: &String| {
            let at = table.columns.iter().position(|c| c == column);
            at.ok_or_else(|| ShownError::Unknown(format!("columns: {column:?} is none of {}", columns.join(", "))))
        };
        let order = wanted.iter().map(find).collect::<Result<Vec<usize>, _>>()?;
        if order.is_empty() {
            return Err(ShownError::Unknown("columns: at least one".to_owned()));
        }
        // No table of any format has two columns of one name.
        if let Some(twice) = (1..wanted.len()).find(|&i| wanted[..i].contains(&wanted[i])) {
            return Err(ShownError::Unknown(format!("columns: {:?} stands twice", wanted[twice])));
        }
        table.columns = wanted.to_vec();
        for row in &mut table.rows {
            row.cells = order.iter().map(|&i| row.cells[i].clone()).collect();
        }
    }
    Ok(format.bytes(&table, outcome.date)?)
}
