//! What may stand in a page? Markup is a type of its own, so that text from the data cannot reach the page but escaped.

pub(super) use crate::report::escape::escape;

use std::fmt;

/// HTML that is safe to put into a page: made from escaped text, numbers and this room's own tags only.
#[derive(Debug, Clone, Default)]
pub(super) struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Html {
    /// Text from anywhere, escaped.
    pub(super) fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// Markup written in this room; whatever it holds from the data has been through [`Html::text`].
    pub(super) fn markup(markup: String) -> Self {
        Self(markup)
    }

    /// Text with a quieter one after it.
    pub(super) fn with_aside(text: &str, aside: &str) -> Self {
        Self(format!("{}&ensp;<small>{}</small>", escape(text), escape(aside)))
    }
}

/// A column of a table: its heading, and whether it holds numbers, which stand to the right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column(pub &'static str, pub Kind);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, to the left, broken where needed.
    Text,
    /// A short word that is never broken.
    Word,
    /// A number, to the right.
    Number,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Word => " class=\"w\"",
            Self::Number => " class=\"n\"",
        }
    }
}

/// A table; `class` is this room's own word. The last row stands out when `total`.
pub(super) fn table(class: &str, columns: &[Column], rows: Vec<Vec<Html>>, total: bool) -> Html {
    let mut out = format!("<table class=\"{class}\"><thead><tr>");
    for Column(heading, kind) in columns {
        out.push_str(&format!("<th{}>{}</th>", kind.class(), escape(heading)));
    }
    out.push_str("</tr></thead><tbody>\n");
    let last = rows.len().saturating_sub(1);
    for (i, row) in rows.into_iter().enumerate() {
        out.push_str(if total && i == last { "<tr class=\"total\">" } else { "<tr>" });
        for (Column(_, kind), cell) in columns.iter().zip(row) {
            out.push_str(&format!("<td{}>{cell}</td>", kind.class()));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>");
    Html(out)
}
