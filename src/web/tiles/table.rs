//! What do the features of a tile say of themselves? Every distinct value of a layer once, a row of numbers per feature: a
//! hundred thousand places share a few dozen counties and hosts. A file of its own because drawing reads it and nobody else.

use super::super::features::Features;
use rayon::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A value as tiles have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Whole(i64),
    Real(f64),
    Flag(bool),
}

/// Absent.
const NOTHING: u32 = u32::MAX;

/// Properties of all features of a layer.
#[derive(Debug)]
pub(super) struct Table {
    pub columns: Vec<String>,
    values: Vec<Cell>,
    /// As many per feature as there are columns.
    cells: Vec<u32>,
}

impl Table {
    /// Reads the properties of every feature.
    pub(super) fn of(features: &Features) -> Self {
        let columns: Vec<String> = features.columns.iter().map(|(name, _)| name.clone()).collect();
        let mut table =
            Self { values: Vec::new(), cells: Vec::with_capacity(features.all.len() * columns.len()), columns };
        let columns = table.columns.clone();
        let rows = features.all.par_iter().map(|feature| {
            let properties: HashMap<&str, &RawValue> =
                serde_json::from_str(&feature.properties).expect("properties are an object");
            columns.iter().map(|column| properties.get(column.as_str()).map(|raw| raw.get())).collect()
        });
        let rows: Vec<Vec<Option<&str>>> = rows.collect();
        let mut known: HashMap<&str, u32> = HashMap::new();
        for row in rows {
            for text in row {
                let cell = match text {
                    None | Some("null") => NOTHING,
                    Some(text) => *known.entry(text).or_insert_with(|| {
                        table.values.push(cell(text));
                        u32::try_from(table.values.len() - 1).unwrap_or(NOTHING)
                    }),
                };
                table.cells.push(cell);
            }
        }
        table
    }

    /// Which column has this name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// A feature's value in a column.
    pub(super) fn cell(&self, feature: u32, column: usize) -> Option<&Cell> {
        let at = self.cells[feature as usize * self.columns.len() + column];
        (at != NOTHING).then(|| &self.values[at as usize])
    }

    /// The same as a number.
    pub(super) fn number(&self, feature: u32, column: usize) -> Option<f64> {
        match self.cell(feature, column)? {
            Cell::Whole(n) => Some(*n as f64),
            Cell::Real(n) => Some(*n),
            Cell::Text(_) | Cell::Flag(_) => None,
        }
    }
}

fn cell(text: &str) -> Cell {
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => Cell::Text(text),
        Ok(Value::Bool(flag)) => Cell::Flag(flag),
        Ok(Value::Number(n)) => n.as_i64().map_or_else(|| Cell::Real(n.as_f64().unwrap_or(f64::NAN)), Cell::Whole),
        // Tiles have no lists: the JSON of one is text.
        _ => Cell::Text(text.to_owned()),
    }
}
