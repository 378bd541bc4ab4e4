//! What does each thing look like? A file of its own so that the map and its legend draw the same symbols.
//!
//! Places are round, clusters are diamonds, stations have corners. Covered today is solid, covered by the proposal is
//! light with an outline, a gap is hollow with a thick outline: told apart by colour, by lightness and by shape.

use super::clip;
use super::mark::{Anchor, Marks};
use super::palette::{ADDED, BLACK, GAP, GREY, Ink, PHASES, TODAY, WHITE};
use super::paper::{EM, Pt, Rect};
use super::scene::PinKind;
use crate::model::Status;
use std::f64::consts::{FRAC_PI_2, TAU};

/// Half the width of a station's symbol.
pub(super) const PIN: f64 = 0.72 * EM;

/// Shares below this are not drawn: a polygon's cells add up to 1 only nearly.
const LEAST_SHARE: f64 = 0.005;

/// Outline of a symbol: a circle, or a diamond of the same reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    Circle,
    Diamond,
}

/// A residence or a cluster, filled by how much of it is covered today, added, uncovered; cut at the frame.
pub(super) fn spot(marks: &mut Marks, at: Pt, radius: f64, split: [f64; 3], outline: Outline, frame: &Rect) {
    let total: f64 = split.iter().sum();
    let shares = split.map(|s| if total > 0.0 && s / total > LEAST_SHARE { s / total } else { 0.0 });
    let hollow = shares[2] > 0.0;
    let rim = if hollow { (0.3 * radius).clamp(0.07 * EM, 0.16 * EM) } else { (0.18 * radius).min(0.08 * EM) };
    let rim_ink = if hollow && shares[2] >= shares[0] + shares[1] { GAP } else { TODAY };
    // The outline is drawn inside the radius, so that areas compare.
    let inner = radius - rim / 2.0;
    let whole = frame.encloses(&Rect::around(at, radius, radius));
    let mut from = -FRAC_PI_2;
    for (share, ink) in shares.iter().zip([TODAY, ADDED, WHITE]) {
        if *share == 0.0 {
            continue;
        }
        let to = from + share * TAU;
        if *share > 1.0 - LEAST_SHARE && outline == Outline::Circle && whole {
            marks.disc(at, inner, ink);
        } else {
            marks.fill(clip::polygon(&wedge(at, inner, from, to, outline), frame), ink);
        }
        from = to;
    }
    if outline == Outline::Circle && whole {
        marks.ring(at, inner, rim_ink, rim);
    } else {
        let mut ring = wedge(at, inner, 0.0, TAU, outline);
        ring.push(ring[0]);
        for part in clip::line(&ring, frame) {
            marks.line(part, rim_ink, rim);
        }
    }
}

/// A sector of a circle or a diamond; all of it without the centre when the angles span a full turn.
fn wedge(at: Pt, radius: f64, from: f64, to: f64, outline: Outline) -> Vec<Pt> {
    const STEP: f64 = TAU / 36.0;
    let full = to - from > TAU - 1e-6;
    let mut ring = if full { Vec::new() } else { vec![at] };
    let on_edge = |angle: f64| {
        let reach = match outline {
            Outline::Circle => radius,
            Outline::Diamond => radius * 1.25 / (angle.cos().abs() + angle.sin().abs()),
        };
        at.shifted(reach * angle.cos(), reach * angle.sin())
    };
    ring.push(on_edge(from));
    // The grid of steps holds the corners of the diamond.
    let mut k = (from / STEP).floor() + 1.0;
    while k * STEP < to - 1e-9 {
        let corner = k.rem_euclid(9.0) == 0.0;
        if outline == Outline::Circle || corner {
            ring.push(on_edge(k * STEP));
        }
        k += 1.0;
    }
    if !full {
        ring.push(on_edge(to));
    }
    ring
}

/// A station; proposals carry their rank.
pub(super) fn pin(marks: &mut Marks, at: Pt, kind: PinKind, size: f64) {
    match kind {
        PinKind::Existing(Status::Open) => {
            plate(marks, &house(at, size), BLACK);
            door(marks, at, size, WHITE);
        }
        PinKind::Existing(Status::Building) => {
            plate(marks, &house(at, size), WHITE);
            let half: Vec<Pt> =
                clip::polygon(&house(at, size), &Rect::new(at.x - size, at.y, at.x + size, at.y + size));
            marks.fill(half, BLACK);
        }
        PinKind::Existing(Status::Planned) => {
            plate(marks, &house(at, size), WHITE);
            door(marks, at, size, BLACK);
        }
        PinKind::Existing(Status::Closed) => {
            let r = 0.6 * size;
            for (dx, dy) in [(r, r), (r, -r)] {
                let path = vec![at.shifted(-dx, -dy), at.shifted(dx, dy)];
                marks.line(path.clone(), WHITE, 0.34 * size);
                marks.line(path, GREY, 0.2 * size);
            }
        }
        PinKind::Proposed { phase, rank } => {
            plate(marks, &badge(at, size, phase), PHASES[phase % PHASES.len()]);
            let text = rank.to_string();
            let letter = if text.len() < 3 { size * 1.12 } else { size * 0.85 };
            marks.text(at.shifted(0.0, 0.36 * letter), text, letter, Anchor::Middle, BLACK);
        }
    }
}

/// A filled symbol with a dark outline and a white rim that lifts it off the map.
fn plate(marks: &mut Marks, ring: &[Pt], fill: Ink) {
    marks.closed_line(ring.to_vec(), WHITE, 0.26 * EM);
    marks.fill(ring.to_vec(), fill);
    marks.closed_line(ring.to_vec(), BLACK, 0.11 * EM);
}

fn house(at: Pt, size: f64) -> Vec<Pt> {
    [(-0.85, 1.0), (-0.85, -0.15), (0.0, -1.0), (0.85, -0.15), (0.85, 1.0)]
        .map(|(x, y)| at.shifted(x * size, y * size))
        .to_vec()
}

fn door(marks: &mut Marks, at: Pt, size: f64, ink: Ink) {
    marks.rect(&Rect::new(at.x - 0.26 * size, at.y + 0.1 * size, at.x + 0.26 * size, at.y + 0.98 * size), ink);
}

/// Square, hexagon, octagon, shield: by phase, then again.
fn badge(at: Pt, size: f64, phase: usize) -> Vec<Pt> {
    let regular = |n: u32, turn: f64, reach: f64| -> Vec<Pt> {
        (0..n)
            .map(|i| {
                let angle = turn + TAU * f64::from(i) / f64::from(n);
                at.shifted(reach * size * angle.cos(), reach * size * angle.sin())
            })
            .collect()
    };
    match phase % 4 {
        0 => Rect::around(at, 0.9 * size, 0.9 * size).corners().to_vec(),
        1 => regular(6, 0.0, 1.12),
        2 => [(-0.95, -0.9), (0.95, -0.9), (0.95, 0.35), (0.0, 1.15), (-0.95, 0.35)]
            .map(|(x, y)| at.shifted(x * size, y * size))
            .to_vec(),
        _ => regular(8, TAU / 16.0, 1.05),
    }
}

/// A black plate with a white letter: the name of an inset, in the overview and on the inset.
pub(super) fn letter_plate(marks: &mut Marks, left: f64, middle: f64, letter: &str) {
    let width = letter_plate_width(letter);
    let rect = Rect::new(left, middle - 0.62 * EM, left + width, middle + 0.62 * EM);
    marks.rect(&rect, BLACK);
    marks.text(Pt::new(rect.centre().x, middle + 0.35 * EM), letter, EM, Anchor::Middle, WHITE);
}

/// Width of [`letter_plate`].
pub(super) fn letter_plate_width(letter: &str) -> f64 {
    (crate::report::font::width(letter, EM) + 0.5 * EM).max(1.25 * EM)
}
