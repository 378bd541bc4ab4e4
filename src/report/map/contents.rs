//! What stands inside a frame: outlines, circles, places, stations and their names, in this order. A file of its own
//! because the overview, the insets and a single frame show the same things at different scales.

use super::clip;
use super::frame::Frame;
use super::mark::Marks;
use super::merge::{Group, merged};
use super::names::Names;
use super::palette::{ADDED, BLACK, GAP, GREY, GROUND, PALE, TODAY};
use super::paper::{EM, Pt, Rect};
use super::projection::Projection;
use super::scene::{Pin, Scene};
use super::symbols::{self, Outline, PIN};
use crate::model::{Model, PlaceLayer, Position};

/// Radius of a place with as many people as [`Style::people`].
const SPOT: f64 = 0.95 * EM;
/// Least and greatest radius of a place.
const SPOT_RANGE: (f64, f64) = (0.24 * EM, 2.5 * EM);
/// Least and most symbols of places in one frame; between them it is one per square em.
const SYMBOLS: (f64, f64) = (60.0, 900.0);
/// Share of a frame that its symbols may cover before they are drawn smaller.
const COVERED: f64 = 0.25;
/// Circles smaller than this are a blot, and left out.
const LEAST_CIRCLE: f64 = 0.4 * EM;

/// How large people are drawn, on the whole sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// People of a place of radius [`SPOT`].
    pub people: f64,
}

impl Style {
    /// The same style, or a smaller one where these symbols would be larger than any may be or would cover the frame.
    pub fn within(self, groups: &[Group<'_>], frame: &Frame) -> Self {
        let all: f64 = groups.iter().map(|g| g.people).sum();
        let largest = groups.iter().map(|g| g.people).fold(0.0, f64::max);
        let room = COVERED * frame.rect.width() * frame.rect.height();
        let people = self
            .people
            .max(largest * (SPOT / SPOT_RANGE.1).powi(2))
            .max(std::f64::consts::PI * SPOT * SPOT * all / room);
        Self { people }
    }

    /// Radius of a place: its area goes with its people.
    pub fn radius(&self, people: f64) -> f64 {
        (SPOT * (people / self.people).sqrt()).clamp(SPOT_RANGE.0, SPOT_RANGE.1)
    }
}

/// An inset, as the overview refers to it.
#[derive(Debug, Clone)]
pub(super) struct Inset {
    pub letter: String,
    /// Name of the town.
    pub town: String,
    pub frame: Frame,
    /// What it was chosen for.
    pub points: Vec<Position>,
}

/// The symbols of a frame that shows places one by one, as far as there is room.
pub(super) fn detail_groups<'a>(scene: &Scene<'a>, frame: &Frame) -> Vec<Group<'a>> {
    let spots = spots_in(scene, frame);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let most = (frame.rect.width() * frame.rect.height() / (EM * EM)).clamp(SYMBOLS.0, SYMBOLS.1) as usize;
    let mut distance = 0.0;
    loop {
        let groups = merged(&spots, distance);
        if groups.len() <= most {
            return groups;
        }
        distance = if distance == 0.0 { 0.3 * EM } else { distance * 1.35 };
    }
}

/// The symbols of an overview: towns, not places; clusters only where no inset shows them.
pub(super) fn overview_groups<'a>(scene: &Scene<'a>, frame: &Frame, insets: &[Inset]) -> Vec<Group<'a>> {
    let mut spots = spots_in(scene, frame);
    spots.retain(|(_, s)| s.layer == PlaceLayer::Residences || !insets.iter().any(|i| i.frame.holds(s.at, 0.0)));
    merged(&spots, 1.5 * EM)
}

fn spots_in<'a, 's>(scene: &'s Scene<'a>, frame: &Frame) -> Vec<(Pt, &'s super::scene::Spot<'a>)> {
    scene.spots.iter().map(|s| (frame.at(s.at), s)).filter(|(at, _)| frame.rect.contains(*at)).collect()
}

/// Whether an inset shows a station with its whole symbol.
pub(super) fn shown_in(insets: &[Inset], pin: &Pin<'_>) -> bool {
    insets.iter().any(|i| head(&i.frame, pin, PIN).is_some())
}

/// Whether the overview, or the only frame, has room for a station's symbol.
#[cfg(test)]
pub(super) fn shown_in_overview(frame: &Frame, pin: &Pin<'_>) -> bool {
    head(frame, pin, PIN).is_some()
}

/// Draws a frame; with insets it is the overview: their stations are theirs, and it shows where they are.
pub(super) fn draw(
    marks: &mut Marks,
    scene: &Scene<'_>,
    frame: &Frame,
    groups: &[Group<'_>],
    insets: &[Inset],
    style: Style,
) {
    marks.rect(&frame.rect, GROUND);
    outlines(marks, scene, frame);
    circles(marks, scene, frame);
    areas(marks, scene, frame);

    // Large symbols first, so that small ones stay visible; groups come in order of size.
    let mut by_size: Vec<&Group<'_>> = groups.iter().collect();
    by_size.sort_by(|a, b| b.people.total_cmp(&a.people));
    for g in &by_size {
        let outline = if g.layer == PlaceLayer::Clusters { Outline::Diamond } else { Outline::Circle };
        symbols::spot(marks, g.at, style.radius(g.people), g.split, outline, &frame.rect);
    }

    let overview = !insets.is_empty();
    let size = if overview { 0.75 * PIN } else { PIN };
    let boxes: Vec<(Rect, &Inset)> = insets.iter().map(|i| (box_of(frame, i), i)).collect();
    for (rect, _) in &boxes {
        marks.outline(rect, BLACK, 0.1 * EM);
    }
    let mut pins: Vec<Sign<'_>> = scene
        .pins
        .iter()
        .filter(|p| !(overview && shown_in(insets, p)))
        .filter_map(|pin| head(frame, pin, size).map(|head| Sign { pin, foot: frame.at(pin.at), head }))
        .collect();
    // From north to south, so that a sign never hides the foot of one behind it; closed ones lowest.
    pins.sort_by(|a, b| a.pin.kind.serves().cmp(&b.pin.kind.serves()).then(a.foot.y.total_cmp(&b.foot.y)));
    for sign in &pins {
        if sign.head != sign.foot {
            marks.line(vec![sign.foot, sign.head], BLACK, 0.12 * EM);
            marks.disc(sign.foot, 0.13 * EM, BLACK);
        }
        symbols::pin(marks, sign.head, sign.pin.kind, size);
    }

    let mut symbols: Vec<Rect> = groups
        .iter()
        .map(|g| Rect::around(g.at, style.radius(g.people), style.radius(g.people)))
        .chain(pins.iter().map(|p| Rect::around(p.head, 1.15 * size, 1.15 * size)))
        .collect();
    symbols.extend(pins.iter().map(|p| Rect::new(p.foot.x - 15.0, p.head.y, p.foot.x + 15.0, p.foot.y + 15.0)));
    symbols.extend(boxes.iter().map(|(rect, _)| *rect));
    let names = Names { frame, groups, style, pins: &pins, boxes: &boxes, size, scene };
    names.draw(marks, &symbols);
    marks.outline(&frame.rect, GREY, 0.09 * EM);
}

/// A station in a frame: where it stands and where its sign is.
pub(super) struct Sign<'a> {
    pub pin: &'a Pin<'a>,
    pub foot: Pt,
    pub head: Pt,
}

/// The sign stands above its place, so that the place stays visible; at the upper border it stands on it. `None` when
/// the frame does not hold all of it.
fn head(frame: &Frame, pin: &Pin<'_>, size: f64) -> Option<Pt> {
    let foot = frame.at(pin.at);
    let above = foot.shifted(0.0, -1.75 * size);
    let whole = |at: &Pt| frame.rect.encloses(&Rect::around(*at, 1.3 * size, 1.3 * size));
    [above, foot].into_iter().filter(|_| frame.rect.contains(foot)).skip(usize::from(!pin.kind.serves())).find(whole)
}

/// Where the overview shows an inset: its true ground, but never too small to see.
fn box_of(frame: &Frame, inset: &Inset) -> Rect {
    let points: Vec<Pt> = inset.points.iter().map(|&p| frame.at(p)).collect();
    let low = points.iter().fold(Pt::new(f64::INFINITY, f64::INFINITY), |a, p| Pt::new(a.x.min(p.x), a.y.min(p.y)));
    let high =
        points.iter().fold(Pt::new(f64::NEG_INFINITY, f64::NEG_INFINITY), |a, p| Pt::new(a.x.max(p.x), a.y.max(p.y)));
    let centre = Pt::new((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
    let shrink = frame.scale / inset.frame.scale / 2.0;
    let (dx, dy) = (inset.frame.rect.width() * shrink, inset.frame.rect.height() * shrink);
    Rect::around(centre, dx.max(0.5 * EM), dy.max(0.5 * EM))
}

fn outlines(marks: &mut Marks, scene: &Scene<'_>, frame: &Frame) {
    for boundary in &scene.boundaries {
        for ring in boundary.outline.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            rings(marks, frame, ring, PALE, 0.12 * EM);
        }
    }
}

fn areas(marks: &mut Marks, scene: &Scene<'_>, frame: &Frame) {
    for spot in &scene.spots {
        let Some(area) = spot.area else { continue };
        let most = (0..3).max_by(|&a, &b| spot.split[a].total_cmp(&spot.split[b])).unwrap_or(2);
        for polygon in area.iter() {
            let ring: Vec<Pt> = polygon.exterior().0.iter().map(|c| frame.at_degrees(c.x, c.y)).collect();
            // A quarter that is smaller than its own symbol would only blur it.
            if ring.iter().all(|p| (p.x - ring[0].x).abs() + (p.y - ring[0].y).abs() < EM) {
                continue;
            }
            let ink = [TODAY, ADDED, GAP][most];
            marks.fill(clip::polygon(&ring, &frame.rect), ink.alpha(0.12));
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                rings(marks, frame, ring, ink, 0.08 * EM);
            }
        }
    }
}

fn rings(marks: &mut Marks, frame: &Frame, ring: &geo::LineString<f64>, ink: super::palette::Ink, width: f64) {
    let path: Vec<Pt> = ring.0.iter().map(|c| frame.at_degrees(c.x, c.y)).collect();
    for part in clip::line(&path, &frame.rect) {
        marks.line(part, ink, width);
    }
}

/// The ground that roads lead to every station from: that of the narrowest standard filled, its holes left open, all of it outlined.
fn grounds(marks: &mut Marks, scene: &Scene<'_>, frame: &Frame) {
    for area in scene.areas.iter().filter(|a| a.narrowest) {
        let ink = if area.open { TODAY } else { ADDED };
        for polygon in &area.ground.0 {
            marks.fill(clip::polygon(&with_holes(polygon, frame), &frame.rect), ink.alpha(0.14));
        }
    }
    for area in &scene.areas {
        let ink = match (area.narrowest, area.open) {
            (true, true) => TODAY,
            (true, false) => ADDED.darker(),
            _ => PALE,
        };
        let width = if area.narrowest { 0.09 * EM } else { 0.07 * EM };
        for polygon in &area.ground.0 {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                rings(marks, frame, ring, ink, width);
            }
        }
    }
}

/// A polygon as one ring: out to each hole, around it against the direction of the exterior, and back. The way out and the way back
/// cancel, so the ring winds around everything but the holes.
fn with_holes(polygon: &geo::Polygon<f64>, frame: &Frame) -> Vec<Pt> {
    use geo::winding_order::{Winding, WindingOrder};
    let at = |ring: &geo::LineString<f64>, order: WindingOrder| -> Vec<Pt> {
        ring.clone_to_winding_order(order).0.iter().map(|c| frame.at_degrees(c.x, c.y)).collect()
    };
    let mut ring = at(polygon.exterior(), WindingOrder::CounterClockwise);
    let Some(&start) = ring.first() else { return ring };
    for hole in polygon.interiors() {
        ring.extend(at(hole, WindingOrder::Clockwise));
        ring.push(start);
    }
    ring
}

/// Every standard's circle around every station, true on the ground: the smallest filled, larger ones outlined; solid
/// where the station is open, dashed where it is to come.
fn circles(marks: &mut Marks, scene: &Scene<'_>, frame: &Frame) {
    if scene.model != Model::Circle {
        return grounds(marks, scene, frame);
    }
    for (i, radius) in scene.radii.iter().enumerate().rev() {
        let reach = radius.0 * frame.scale;
        if reach < LEAST_CIRCLE {
            continue;
        }
        // Whole dashes of four steps.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped just here")]
        let points = 4 * (reach * std::f64::consts::TAU / (1.1 * EM)).round().clamp(9.0, 40.0) as usize;
        for pin in scene.pins.iter().filter(|p| p.kind.serves()) {
            let at = frame.at(pin.at);
            if !frame.rect.overlaps(&Rect::around(at, 1.1 * reach, 1.1 * reach)) {
                continue;
            }
            let mut ring: Vec<Pt> = Projection::circle(pin.at, radius.0, points)
                .into_iter()
                .map(|(lon, lat)| frame.at_degrees(lon, lat))
                .collect();
            let open = pin.kind.is_open();
            let smallest = i == 0;
            if smallest {
                let ink = if open { TODAY } else { ADDED };
                marks.fill(clip::polygon(&ring, &frame.rect), ink.alpha(0.11));
            }
            ring.push(ring[0]);
            let ink = if smallest { TODAY } else { PALE };
            let width = if smallest { 0.09 * EM } else { 0.07 * EM };
            let strokes: Vec<&[Pt]> = if open { vec![&ring] } else { ring.windows(4).step_by(4).collect() };
            for stroke in strokes {
                for part in clip::line(stroke, &frame.rect) {
                    marks.line(part, ink, width);
                }
            }
        }
    }
}
