//! What does a report say, before it is a file? Blocks: headings, paragraphs, tables, the map. The same blocks become a Word
//! document, a workbook and a page, so that these cannot disagree.
//!
//! `plan.rs` fills them from an outcome (with `sites.rs`, `fairness.rs`, `sources.rs`), `progress.rs` from the stations' progress. To add a section: a function there from
//! the outcome to blocks, and its line.

mod docx;
mod fairness;
mod page;
mod period;
mod plan;
mod progress;
mod sheets;
mod sites;
mod sources;

pub use period::Period;
pub use progress::progress;
pub(super) use sites::visit;
pub(super) use sources::quality;

use super::error::ReportError;
use super::map;
use super::page::chart;
use super::workbook::Cell;
use crate::job::{Outcome, review};
use crate::model::Lang;

/// A document.
#[derive(Debug, Default)]
pub struct Document {
    title: String,
    subtitle: String,
    /// Below every page.
    footer: String,
    lang: Lang,
    date: Option<time::Date>,
    blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
    /// In smaller letters.
    Note(String),
    Table(Table),
    /// A picture: PNG bytes, width and height in its own pixels, and what it shows.
    Picture {
        png: Vec<u8>,
        width: u32,
        height: u32,
        caption: String,
    },
}

/// Rows of a table on paper, and of a list that goes on and on.
const ROWS_ON_PAPER: usize = 400;
const GAPS_ON_PAPER: usize = 60;

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Name of its sheet in a workbook.
    pub name: &'static str,
    pub columns: Vec<String>,
    /// Shares of the width, one per column.
    pub widths: Vec<u32>,
    pub rows: Vec<Vec<Cell>>,
    /// Whether the last row is a sum.
    pub total: bool,
    /// Rows on paper at most; a workbook has all of them.
    pub on_paper: usize,
}

impl Document {
    /// The bytes of a .docx file, which Word and WPS edit.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn docx(&self) -> Result<Vec<u8>, ReportError> {
        docx::bytes(self)
    }

    /// The bytes of an .xlsx file: a sheet of text, then one per table.
    ///
    /// # Errors
    /// Where Excel ends.
    pub fn xlsx(&self) -> Result<Vec<u8>, ReportError> {
        sheets::bytes(self)
    }

    /// A page that prints on A4 and asks for nothing.
    pub fn html(&self) -> String {
        page::html(self)
    }
}

/// The report on a plan, map included.
///
/// # Errors
/// When the map cannot be drawn.
pub fn report(outcome: &Outcome, lang: Lang) -> Result<Document, ReportError> {
    let size = map::SheetSize::A4;
    let svg = map::svg(outcome, &map::MapOptions { lang, size, county: None })?;
    let drawn = match chart::drawing(outcome, lang) {
        Some((curve, caption)) => Some((map::png(&curve)?, caption)),
        None => None,
    };
    Ok(plan::document(outcome, &review(outcome), lang, map::png(&svg)?, drawn))
}

/// Equity and sensitivity as sections of the page of a report, as HTML.
pub(super) fn review_sections(outcome: &Outcome, lang: Lang) -> String {
    format!("<section>{}</section>", page::blocks(&plan::more(outcome, &review(outcome), lang)))
}

/// Width and height in the header of a PNG.
fn size_of(png: &[u8]) -> (u32, u32) {
    let at = |from: usize| png.get(from..from + 4).and_then(|b| b.try_into().ok()).map_or(1, u32::from_be_bytes);
    (at(16), at(20))
}

/// A cell in words.
fn shown(cell: &Cell) -> String {
    use super::number::{decimals, people, percent};
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(n) | Cell::Sum(n) => people(*n),
        Cell::Measure(n) => {
            let text = decimals(*n, 2);
            text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
        }
        Cell::Exact(n) => n.to_string(),
        Cell::Share(share) | Cell::Ratio { value: share, .. } => percent(Some(*share)),
        Cell::Empty => String::new(),
    }
}

fn is_number(cell: &Cell) -> bool {
    !matches!(cell, Cell::Text(_) | Cell::Empty)
}
