//! What of a shape is inside a frame? A file of its own because plotters has no clip paths, so shapes are cut as numbers.

use super::paper::{Pt, Rect};

/// The part of a polygon inside the rectangle; a polygon in several pieces comes back with edges along the border
/// (Sutherland and Hodgman 1974).
pub(super) fn polygon(ring: &[Pt], frame: &Rect) -> Vec<Pt> {
    let mut points = ring.to_vec();
    for side in 0..4 {
        let depth = |p: Pt| match side {
            0 => p.x - frame.left,
            1 => frame.right - p.x,
            2 => p.y - frame.top,
            _ => frame.bottom - p.y,
        };
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (i, &b) in points.iter().enumerate() {
            let a = points[(i + points.len() - 1) % points.len()];
            let (da, db) = (depth(a), depth(b));
            if (da < 0.0) != (db < 0.0) {
                kept.push(between(a, b, da / (da - db)));
            }
            if db >= 0.0 {
                kept.push(b);
            }
        }
        points = kept;
    }
    points
}

/// The parts of a line inside the rectangle (Liang and Barsky 1984, segment by segment).
pub(super) fn line(path: &[Pt], frame: &Rect) -> Vec<Vec<Pt>> {
    let mut parts: Vec<Vec<Pt>> = Vec::new();
    for pair in path.windows(2) {
        let Some((a, b)) = segment(pair[0], pair[1], frame) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&a) => part.push(b),
            _ => parts.push(vec![a, b]),
        }
    }
    parts
}

fn segment(a: Pt, b: Pt, frame: &Rect) -> Option<(Pt, Pt)> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in
        [(-dx, a.x - frame.left), (dx, frame.right - a.x), (-dy, a.y - frame.top), (dy, frame.bottom - a.y)]
    {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    (enter < leave).then(|| {
        (if enter > 0.0 { between(a, b, enter) } else { a }, if leave < 1.0 { between(a, b, leave) } else { b })
    })
}

fn between(a: Pt, b: Pt, t: f64) -> Pt {
    Pt::new(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(ring: &[Pt]) -> f64 {
        (0..ring.len())
            .map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                a.x * b.y - b.x * a.y
            })
            .sum::<f64>()
            .abs()
            / 2.0
    }

    #[test]
    fn a_square_across_the_border_keeps_its_inner_part() {
        let frame = Rect::new(0.0, 0.0, 10.0, 10.0);
        let square = Rect::new(-5.0, 4.0, 5.0, 14.0).corners();
        assert_eq!(area(&polygon(&square, &frame)), 30.0);
        assert_eq!(polygon(&Rect::new(20.0, 20.0, 30.0, 30.0).corners(), &frame), vec![]);
        assert_eq!(area(&polygon(&Rect::new(-9.0, -9.0, 90.0, 90.0).corners(), &frame)), 100.0);
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_lines() {
        let frame = Rect::new(0.0, 0.0, 10.0, 10.0);
        let path = [Pt::new(5.0, 5.0), Pt::new(15.0, 5.0), Pt::new(15.0, 7.0), Pt::new(5.0, 7.0)];
        let parts = line(&path, &frame);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], vec![Pt::new(5.0, 5.0), Pt::new(10.0, 5.0)]);
        assert!(line(&[Pt::new(-5.0, -1.0), Pt::new(15.0, -1.0)], &frame).is_empty());
    }
}
