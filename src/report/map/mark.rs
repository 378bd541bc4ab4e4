//! What can stand on the sheet: the display list. A file of its own because everything that lays out writes these
//! marks, and only `pen.rs` knows the library that draws them.

use super::palette::Ink;
use super::paper::{Pt, Rect};

/// Which point of a text stands at its position on the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing on the sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A filled polygon.
    Fill { ring: Vec<Pt>, ink: Ink },
    /// A line through points.
    Line { path: Vec<Pt>, ink: Ink, width: f64 },
    /// A filled circle.
    Disc { centre: Pt, radius: f64, ink: Ink },
    /// The outline of a circle.
    Ring { centre: Pt, radius: f64, ink: Ink, width: f64 },
    /// A text on one line; with a halo it stays legible on a map.
    Text { at: Pt, text: String, size: f64, anchor: Anchor, ink: Ink, halo: bool },
}

/// The marks of a sheet, in drawing order.
#[derive(Debug, Default)]
pub(super) struct Marks(pub Vec<Mark>);

impl Marks {
    pub fn fill(&mut self, ring: Vec<Pt>, ink: Ink) {
        if ring.len() > 2 {
            self.0.push(Mark::Fill { ring, ink });
        }
    }

    pub fn line(&mut self, path: Vec<Pt>, ink: Ink, width: f64) {
        if path.len() > 1 {
            self.0.push(Mark::Line { path, ink, width });
        }
    }

    pub fn closed_line(&mut self, mut ring: Vec<Pt>, ink: Ink, width: f64) {
        if let Some(&first) = ring.first() {
            ring.push(first);
            self.line(ring, ink, width);
        }
    }

    pub fn rect(&mut self, rect: &Rect, ink: Ink) {
        self.fill(rect.corners().to_vec(), ink);
    }

    pub fn outline(&mut self, rect: &Rect, ink: Ink, width: f64) {
        self.closed_line(rect.corners().to_vec(), ink, width);
    }

    pub fn disc(&mut self, centre: Pt, radius: f64, ink: Ink) {
        self.0.push(Mark::Disc { centre, radius, ink });
    }

    pub fn ring(&mut self, centre: Pt, radius: f64, ink: Ink, width: f64) {
        self.0.push(Mark::Ring { centre, radius, ink, width });
    }

    pub fn text(&mut self, at: Pt, text: impl Into<String>, size: f64, anchor: Anchor, ink: Ink) {
        self.0.push(Mark::Text { at, text: text.into(), size, anchor, ink, halo: false });
    }

    pub fn label(&mut self, at: Pt, text: impl Into<String>, size: f64, anchor: Anchor, ink: Ink) {
        self.0.push(Mark::Text { at, text: text.into(), size, anchor, ink, halo: true });
    }
}
