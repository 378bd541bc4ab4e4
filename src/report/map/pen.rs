//! How do marks become SVG? By plotters, and only here.
//!
//! plotters draws in whole units and knows neither halos nor rounded joints. So the sheet is drawn in hundredths of an
//! em, and every run of marks of one kind is a drawing of its own whose body goes into a `<g>` that carries the rest.

use super::MapError;
use super::mark::{Anchor, Mark};
use super::palette::Ink;
use super::paper::Pt;
use super::sheet_size::Canvas;
use crate::report::escape::escape;
use crate::report::font;
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};

/// plotters writes a font size of `size / 1.24`.
const PLOTTERS_FONT_SCALE: f64 = 1.24;
/// plotters writes `dy="0.76em"` for a text anchored at its top.
const PLOTTERS_TOP: f64 = 0.76;
/// Width of the white rim around labels, in ems of the label.
const HALO: f64 = 22.0;

/// What the marks of one group have in common.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Shapes,
    Texts,
    Halos,
}

fn group(mark: &Mark) -> Group {
    match mark {
        Mark::Text { halo: true, .. } => Group::Halos,
        Mark::Text { .. } => Group::Texts,
        _ => Group::Shapes,
    }
}

/// The sheet as an SVG document that needs nothing else.
pub(super) fn svg(canvas: &Canvas, title: &str, marks: &[Mark]) -> Result<String, MapError> {
    let (w, h) = (units(canvas.width), units(canvas.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {w} {h}\" role=\"img\">\n<title>{}</title>\n",
        canvas.shown_width,
        canvas.shown_height,
        escape(&printable(title))
    );
    for run in marks.chunk_by(|a, b| group(a) == group(b)) {
        svg.push_str(&match group(&run[0]) {
            Group::Shapes => "<g stroke-linejoin=\"round\">\n".to_owned(),
            Group::Texts => "<g>\n".to_owned(),
            Group::Halos => format!(
                "<g stroke=\"#FFFFFF\" stroke-opacity=\"0.9\" stroke-width=\"{HALO}\" stroke-linejoin=\"round\" paint-order=\"stroke\">\n"
            ),
        });
        svg.push_str(&body(run, (w, h))?);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// Draws one run and cuts the document element off.
fn body(run: &[Mark], size: (u32, u32)) -> Result<String, MapError> {
    let mut whole = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut whole, size);
        for mark in run {
            draw(&mut backend, mark).map_err(|e| MapError::Draw(e.to_string()))?;
        }
        backend.present().map_err(|e| MapError::Draw(e.to_string()))?;
    }
    let start = whole.find(">\n").map_or(0, |i| i + 2);
    let end = whole.rfind("</svg>").unwrap_or(whole.len());
    Ok(whole[start..end].to_owned())
}

fn draw<'a>(backend: &mut SVGBackend<'a>, mark: &Mark) -> Result<(), impl std::error::Error + use<'a>> {
    match mark {
        Mark::Fill { ring, ink } => backend.fill_polygon(ring.iter().map(at), &style(*ink, 0.0)),
        Mark::Line { path, ink, width } => backend.draw_path(path.iter().map(at), &style(*ink, *width)),
        Mark::Disc { centre, radius, ink } => {
            backend.draw_circle(at(centre), units(*radius), &style(*ink, 0.0).filled(), true)
        }
        Mark::Ring { centre, radius, ink, width } => {
            backend.draw_circle(at(centre), units(*radius), &style(*ink, *width), false)
        }
        Mark::Text { at: base, text, size, anchor, ink, .. } => {
            let font = plotters::style::FontDesc::new(
                FontFamily::Name(font::FAMILIES),
                size * PLOTTERS_FONT_SCALE,
                FontStyle::Normal,
            );
            let h_pos = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let ink = color(*ink);
            let style = TextStyle::from(font).color(&ink).pos(Pos::new(h_pos, VPos::Top));
            backend.draw_text(&printable(text), &style, at(&base.shifted(0.0, -PLOTTERS_TOP * size)))
        }
    }
}

fn color(ink: Ink) -> RGBAColor {
    let (r, g, b) = ink.rgb;
    RGBAColor(r, g, b, ink.alpha)
}

fn style(ink: Ink, width: f64) -> ShapeStyle {
    ShapeStyle { color: color(ink), filled: false, stroke_width: units(width) }
}

#[expect(clippy::cast_possible_truncation, reason = "a sheet is a few thousand units wide, and clipped to it")]
fn at(p: &Pt) -> (i32, i32) {
    (p.x.round() as i32, p.y.round() as i32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes on a sheet are small and positive")]
fn units(length: f64) -> u32 {
    length.round().max(1.0) as u32
}

/// Without characters that XML 1.0 forbids or that turn the direction of what follows.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            c if c.is_control() => '\u{fffd}',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c => c,
        })
        .collect()
}
