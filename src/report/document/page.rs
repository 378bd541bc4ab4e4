//! How do blocks become a page? The same style as the report on a plan; nothing is loaded and nothing runs.

use super::{Block, Document, is_number, shown};
use crate::report::escape::escape;
use crate::report::page::{POLICY, STYLE};
use std::fmt::Write as _;

/// A whole document; pictures are left out, since the report on a plan has its own page.
pub(super) fn html(document: &Document) -> String {
    let mut body = format!(
        "<header><h1>{}</h1><p class=\"kind\"><span>{}</span></p></header>\n",
        escape(&document.title),
        escape(&document.subtitle)
    );
    body += &blocks(&document.blocks);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}<footer>{}</footer>\n</main>\n</body>\n</html>\n",
        document.lang.pick("zh-CN", "en"),
        escape(&document.title),
        escape(&document.footer),
    )
}

/// Blocks as sections.
pub(super) fn blocks(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        // Writing into a String cannot fail.
        let _ = match block {
            Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escape(text)),
            Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escape(text)),
            Block::Note(text) => writeln!(out, "<p class=\"note\">{}</p>", escape(text)),
            Block::Picture { .. } => Ok(()),
            Block::Table(table) => {
                let numbers: Vec<bool> = (0..table.columns.len())
                    .map(|c| table.rows.iter().any(|r| r.get(c).is_some_and(is_number)))
                    .collect();
                let class = |c: usize| if numbers.get(c) == Some(&true) { " class=\"n\"" } else { "" };
                out += "<table><thead><tr>";
                for (c, heading) in table.columns.iter().enumerate() {
                    let _ = write!(out, "<th{}>{}</th>", class(c), escape(heading));
                }
                out += "</tr></thead><tbody>\n";
                let last = table.rows.len().saturating_sub(1);
                for (i, row) in table.rows.iter().enumerate() {
                    out += if table.total && i == last { "<tr class=\"total\">" } else { "<tr>" };
                    for (c, cell) in row.iter().enumerate() {
                        let _ = write!(out, "<td{}>{}</td>", class(c), escape(&shown(cell)));
                    }
                    out += "</tr>\n";
                }
                writeln!(out, "</tbody></table>")
            }
        };
    }
    out
}
