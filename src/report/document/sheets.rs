//! How do blocks become a workbook? A sheet of the text, then one per table: every row, sums by formula.

use super::{Block, Document};
use crate::report::error::ReportError;
use crate::report::workbook::{self, About, Cell, Sheet};

/// The bytes of an .xlsx file.
pub(super) fn bytes(document: &Document) -> Result<Vec<u8>, ReportError> {
    let lang = document.lang;
    let about = About {
        title: &document.title,
        date: document.date.unwrap_or(time::macros::date!(1980 - 01 - 01)),
        font: lang.pick(Some("Microsoft YaHei"), None),
    };
    let text =
        [&document.title, &document.subtitle].into_iter().chain(document.blocks.iter().filter_map(
            |block| match block {
                Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => Some(text),
                Block::Picture { caption, .. } => Some(caption),
                Block::Table(_) => None,
            },
        ));
    let rows = text.map(|line| vec![Cell::text(line.as_str())]);
    let summary =
        Sheet {
            name: lang.pick("摘要", "summary"), columns: vec![lang.pick("内容", "text")], rows: Box::new(rows)
        };
    let tables = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(Sheet {
            name: table.name,
            columns: table.columns.iter().map(String::as_str).collect(),
            rows: Box::new(table.rows.iter().cloned()),
        }),
        _ => None,
    });
    workbook::xlsx(&about, std::iter::once(summary).chain(tables).collect())
}
