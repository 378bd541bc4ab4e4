//! How do overview and insets share the sheet? A file of its own: pure packing, tested without drawing.
//!
//! The room is cut into a grid of equal cells. The overview takes a block of them at the top left; an inset takes as
//! many of the others as its town needs, large towns first, each where there is room first. All grids are tried at all scales; the
//! best one shows all stations up close, the overview and the insets large, and leaves few cells empty.

use super::paper::{EM, Rect};
use super::windows::{Interest, Window, closest_stations, windows};

/// Space between cells.
pub(super) const BETWEEN: f64 = 0.9 * EM;
/// Height of the heading of the overview and of each inset.
pub(super) const HEADING: f64 = 1.75 * EM;
/// A circle of this radius can be read: where the smallest one reaches it in a single frame, no insets are needed.
const LEGIBLE: f64 = 1.9 * EM;
/// Two stations that stand closer to each other than this leave no room for their names.
const CROWDED: f64 = 5.0 * EM;
/// Where a single frame would do but is crowded, insets have to be this many times larger to be worth their room.
const WORTH_INSETS: f64 = 1.5;
/// Circles larger than this many times [`LEGIBLE`] read no better.
const MOST_LEGIBLE: f64 = 2.6;
/// Side of a cell on the ground, in radii of the smallest circle.
const SIDES: [f64; 8] = [2.6, 3.0, 3.5, 4.1, 5.0, 6.5, 9.0, 13.0];
/// What an inset shows around its outermost points, in radii: their circles.
const AROUND: f64 = 1.2;
/// Stations nearer than this to each other are one town, in radii.
const LINK: f64 = 3.5;
/// Most cells of an inset, in each direction.
const MOST_CELLS: u32 = 3;
/// Most insets: one letter each, and more are not looked at.
const MOST_INSETS: usize = 26;
/// An overview of less than this of the size it could have is too small to find one's way.
const LEAST_OVERVIEW: f64 = 0.5;
/// Least side of a cell's frame.
const LEAST_SIDE: f64 = 10.0 * EM;

/// Where the frames stand, headings excluded.
#[derive(Debug, Clone)]
pub(super) struct Arrangement {
    /// The overview, or the only frame.
    pub overview: Rect,
    /// An inset per window, in reading order.
    pub insets: Vec<(Rect, Window)>,
    /// Sheet units per metre of every inset.
    pub scale: f64,
}

/// What is to be arranged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub room: Rect,
    /// Width and height of the ground, metres.
    pub ground: (f64, f64),
    /// Radius of the smallest circle, metres.
    pub radius: f64,
    pub points: &'a [Interest],
    /// People for whom a town without a station is worth an inset.
    pub least: f64,
    /// Sheet units per millimetre of paper: scales are round where it is known.
    pub per_mm: Option<f64>,
}

/// A block of cells in a grid.
#[derive(Debug, Clone, Copy)]
struct Grid {
    columns: u32,
    rows: u32,
    block: (u32, u32),
}

/// The best arrangement.
pub(super) fn arrange(task: &Task<'_>) -> Arrangement {
    let whole = framed(&task.room);
    let single = Arrangement { overview: whole, insets: Vec::new(), scale: 0.0 };
    let alone = fit(&whole, task.ground);
    let legible = alone * task.radius >= LEGIBLE;
    if task.points.is_empty() || (legible && closest_stations(task.points) * alone >= CROWDED) {
        return single;
    }
    let around = 2.0 * AROUND * task.radius;
    let windows_of = |side| windows(task.points, LINK * task.radius, side, task.least);
    let choices: Vec<(f64, Vec<Window>)> = SIDES
        .iter()
        .map(|side| side * task.radius)
        .map(|side| (side, windows_of(f64::from(MOST_CELLS) * side - around)))
        .collect();
    let towns = windows_of(f64::INFINITY).len();
    let mut best: Option<(f64, Vec<Placed>, Grid, usize, f64)> = None;
    for grid in grids() {
        let cell = framed(&cells(&task.room, grid, (0, 0), (1, 1)));
        let shape = cell.width() / cell.height();
        if cell.width().min(cell.height()) < LEAST_SIDE || !(0.72..=1.5).contains(&shape) {
            continue;
        }
        for (choice, (side, windows)) in choices.iter().enumerate() {
            let scale = rounded_scale(cell.width().min(cell.height()) / side, task.per_mm);
            let placed = pack(task, grid, scale, windows);
            // A town in one piece reads better than in several.
            #[expect(clippy::cast_precision_loss, reason = "a few hundred windows")]
            let pieces = windows.len().max(1) as f64 / towns.max(1) as f64;
            let worth = worth(task, grid, scale, windows, &placed, &whole) - 1.2 * pieces.ln();
            if best.as_ref().is_none_or(|(w, ..)| worth > *w) {
                best = Some((worth, placed, grid, choice, scale));
            }
        }
    }
    let Some((_, mut placed, grid, choice, scale)) = best else { return single };
    if legible && scale < WORTH_INSETS * alone {
        return single;
    }
    grow(grid, &mut placed);
    // Letters run in reading order.
    placed.sort_by_key(|p| (p.at.1, p.at.0));
    let insets = placed
        .iter()
        .map(|p| (framed(&cells(&task.room, grid, p.at, p.span)), choices[choice].1[p.window].clone()))
        .collect();
    Arrangement { overview: framed(&cells(&task.room, grid, (0, 0), grid.block)), insets, scale }
}

/// A window in the grid.
#[derive(Debug, Clone, Copy)]
struct Placed {
    window: usize,
    at: (u32, u32),
    span: (u32, u32),
}

/// Gives the most important windows that could fit their cells, large ones first, row by row.
fn pack(task: &Task<'_>, grid: Grid, scale: f64, windows: &[Window]) -> Vec<Placed> {
    let cell = cells(&task.room, grid, (0, 0), (1, 1));
    let around = 2.0 * AROUND * task.radius;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let count = |ground: f64, cell: f64, heading: f64| {
        (((ground + around) * scale + heading + BETWEEN) / (cell + BETWEEN) - 1e-6).ceil().clamp(1.0, 9.0) as u32
    };
    let mut free = grid.columns * grid.rows - grid.block.0 * grid.block.1;
    let mut chosen: Vec<Placed> = Vec::new();
    for (window, w) in windows.iter().enumerate() {
        let span = (count(w.span.0, cell.width(), 0.0), count(w.span.1, cell.height(), HEADING));
        if span.0 * span.1 <= free && chosen.len() < MOST_INSETS {
            free -= span.0 * span.1;
            chosen.push(Placed { window, at: (0, 0), span });
        }
    }
    // Stable: equals stay in the order of importance.
    chosen.sort_by_key(|p| std::cmp::Reverse(p.span.0 * p.span.1));
    let mut taken = vec![false; (grid.columns * grid.rows) as usize];
    let index = |c: u32, r: u32| (r * grid.columns + c) as usize;
    for (c, r) in (0..grid.block.0).flat_map(|c| (0..grid.block.1).map(move |r| (c, r))) {
        taken[index(c, r)] = true;
    }
    chosen.retain_mut(|p| {
        let (w, h) = p.span;
        let block = |c: u32, r: u32| (c..c + w).flat_map(move |c| (r..r + h).map(move |r| (c, r)));
        let spot = (0..(grid.rows + 1).saturating_sub(h))
            .flat_map(|r| (0..(grid.columns + 1).saturating_sub(w)).map(move |c| (c, r)))
            .find(|&(c, r)| block(c, r).all(|(c, r)| !taken[index(c, r)]));
        if let Some((c, r)) = spot {
            p.at = (c, r);
            block(c, r).for_each(|(c, r)| taken[index(c, r)] = true);
        }
        spot.is_some()
    });
    chosen
}

/// Gives empty cells to the insets beside and above them: more ground at the same scale is better than a hole.
fn grow(grid: Grid, placed: &mut [Placed]) {
    let mut taken = vec![false; (grid.columns * grid.rows) as usize];
    let index = |c: u32, r: u32| (r * grid.columns + c) as usize;
    (0..grid.block.0).flat_map(|c| (0..grid.block.1).map(move |r| (c, r))).for_each(|(c, r)| taken[index(c, r)] = true);
    for p in placed.iter() {
        (p.at.0..p.at.0 + p.span.0)
            .flat_map(|c| (p.at.1..p.at.1 + p.span.1).map(move |r| (c, r)))
            .for_each(|(c, r)| taken[index(c, r)] = true);
    }
    for p in placed {
        let (c, r) = p.at;
        while r + p.span.1 < grid.rows && (c..c + p.span.0).all(|c| !taken[index(c, r + p.span.1)]) {
            (c..c + p.span.0).for_each(|c| taken[index(c, r + p.span.1)] = true);
            p.span.1 += 1;
        }
        while c + p.span.0 < grid.columns && (r..r + p.span.1).all(|r| !taken[index(c + p.span.0, r)]) {
            (r..r + p.span.1).for_each(|r| taken[index(c + p.span.0, r)] = true);
            p.span.0 += 1;
        }
    }
}

/// How good an arrangement is; logarithms, so that twice as large counts the same everywhere.
fn worth(task: &Task<'_>, grid: Grid, scale: f64, windows: &[Window], placed: &[Placed], whole: &Rect) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred stations")]
    let stations = |w: &Window| w.stations as f64;
    let people = |w: &Window| w.people;
    let missing = |of: &dyn Fn(&Window) -> f64| {
        let all: f64 = windows.iter().map(of).sum();
        let shown: f64 = placed.iter().map(|p| of(&windows[p.window])).sum();
        if all > 0.0 { 1.0 - shown / all } else { 0.0 }
    };
    let filled: u32 = placed.iter().map(|p| p.span.0 * p.span.1).sum::<u32>() + grid.block.0 * grid.block.1;
    let empty = 1.0 - f64::from(filled) / f64::from(grid.columns * grid.rows);
    let overview = fit(&framed(&cells(&task.room, grid, (0, 0), grid.block)), task.ground) / fit(whole, task.ground);
    let circle = (scale * task.radius / LEGIBLE).min(MOST_LEGIBLE);
    let around = 2.0 * AROUND * task.radius;
    let (mut needed, mut given) = (0.0, 0.0);
    for p in placed {
        let ((w, h), rect) = (windows[p.window].span, framed(&cells(&task.room, grid, p.at, p.span)));
        needed += (w + around) * (h + around) * scale * scale;
        given += rect.width() * rect.height();
    }
    let slack = if given > 0.0 { 1.0 - needed / given } else { 0.0 };
    let cramped = (LEAST_OVERVIEW / overview).ln().max(0.0);
    overview.ln() - 2.0 * cramped + circle.ln()
        - 5.0 * missing(&stations)
        - 2.0 * missing(&people)
        - 1.6 * empty
        - 0.9 * slack
}

fn grids() -> impl Iterator<Item = Grid> {
    (1..=10_u32).flat_map(|columns| {
        (1..=9_u32).flat_map(move |rows| {
            (1..=columns).flat_map(move |c| {
                (1..=rows).filter(move |&r| (c, r) != (columns, rows)).map(move |r| Grid {
                    columns,
                    rows,
                    block: (c, r),
                })
            })
        })
    })
}

/// A block of `span` cells from `at`, the space between them included.
fn cells(room: &Rect, grid: Grid, at: (u32, u32), span: (u32, u32)) -> Rect {
    let w = (room.width() + BETWEEN) / f64::from(grid.columns);
    let h = (room.height() + BETWEEN) / f64::from(grid.rows);
    let (left, top) = (room.left + f64::from(at.0) * w, room.top + f64::from(at.1) * h);
    Rect::new(left, top, left + f64::from(span.0) * w - BETWEEN, top + f64::from(span.1) * h - BETWEEN)
}

/// What is left of a cell below its heading.
fn framed(cell: &Rect) -> Rect {
    Rect::new(cell.left, cell.top + HEADING, cell.right, cell.bottom)
}

fn fit(frame: &Rect, ground: (f64, f64)) -> f64 {
    (frame.width() / ground.0.max(1.0)).min(frame.height() / ground.1.max(1.0))
}

/// The next smaller scale of the kind 1:75,000, where the sheet is paper.
fn rounded_scale(scale: f64, per_mm: Option<f64>) -> f64 {
    const STEPS: [f64; 12] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.5, 10.0];
    let Some(per_mm) = per_mm else { return scale };
    let denominator = 1000.0 * per_mm / scale;
    let decade = 10.0_f64.powf(denominator.log10().floor());
    let step = STEPS.iter().find(|s| *s * decade >= denominator * (1.0 - 1e-9)).unwrap_or(&10.0);
    1000.0 * per_mm / (step * decade)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Position;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]
        #[test]
        fn frames_are_inside_the_room_and_do_not_overlap(
            raw in prop::collection::vec((121.0..127.0_f64, 50.0..53.0_f64, 1.0..9000.0_f64, any::<bool>()), 1..30),
            width in 6000.0..14_000.0_f64, height in 5000.0..10_000.0_f64,
        ) {
            let points: Vec<Interest> = raw
                .iter()
                .map(|&(lon, lat, people, station)| Interest {
                    at: Position::new(lon, lat).expect("in range"), people, station,
                })
                .collect();
            let room = Rect::new(100.0, 200.0, 100.0 + width, 200.0 + height);
            let task = Task { room, ground: (400e3, 330e3), radius: 962.0, points: &points, least: 0.0, per_mm: Some(33.0) };
            let found = arrange(&task);
            prop_assert!(!found.insets.is_empty());
            let mut frames: Vec<Rect> = found.insets.iter().map(|(r, _)| *r).collect();
            frames.push(found.overview);
            for (i, a) in frames.iter().enumerate() {
                prop_assert!(room.inset(-1e-6).encloses(a));
                prop_assert!(!frames[..i].iter().any(|b| b.overlaps(a)));
            }
        }
    }

    #[test]
    fn a_small_city_is_one_frame() {
        let points = [Interest { at: Position::new(116.0, 40.0).expect("in range"), people: 9.0, station: true }];
        let room = Rect::new(0.0, 0.0, 9000.0, 7000.0);
        let task = Task { room, ground: (12e3, 9e3), radius: 962.0, points: &points, least: 0.0, per_mm: None };
        assert!(arrange(&task).insets.is_empty());
    }

    #[test]
    fn a_town_of_crowded_stations_gets_an_inset_though_its_circles_could_be_read() {
        let station =
            |lon, lat| Interest { at: Position::new(lon, lat).expect("in range"), people: 9.0, station: true };
        let close = [station(116.0, 40.0), station(116.008, 40.0), station(116.0, 40.006)];
        let apart = [station(116.0, 40.0), station(116.1, 40.0), station(116.0, 40.08)];
        let room = Rect::new(0.0, 0.0, 9000.0, 7000.0);
        let inset = |points: &[Interest]| {
            let task = Task { room, ground: (30e3, 24e3), radius: 962.0, points, least: 0.0, per_mm: None };
            arrange(&task).insets.len()
        };
        assert_eq!((inset(&close), inset(&apart)), (1, 0));
    }

    #[test]
    fn paper_scales_are_round() {
        for (scale, denominator) in [(33.0 / 71.3, 75_000.0), (0.33, 100_000.0), (0.331, 100_000.0)] {
            let got = 1000.0 * 33.0 / rounded_scale(scale, Some(33.0));
            assert!((got - denominator).abs() < 1e-6, "{got}");
        }
    }
}
