//! Which names does a frame ask for, how are they written, and in which order may they choose their place? A file of its
//! own: `labels.rs` places boxes and knows nothing of what they say.

use super::contents::{Inset, Sign, Style};
use super::frame::Frame;
use super::labels::{self, Wish};
use super::mark::{Anchor, Marks};
use super::merge::Group;
use super::palette::{BLACK, GREY, Ink, PALE};
use super::paper::{EM, Pt, Rect};
use super::scene::Scene;
use super::symbols;
use crate::report::font;
use std::collections::BTreeMap;

/// Names that are tried in one frame.
const MOST_NAMES: usize = 160;
/// Longest name, in ems of its own size.
const LONGEST_NAME: f64 = 11.0;

/// What has a name in a frame.
pub(super) struct Names<'a, 'b> {
    pub frame: &'b Frame,
    pub groups: &'b [Group<'a>],
    pub style: Style,
    pub pins: &'b [Sign<'b>],
    pub boxes: &'b [(Rect, &'b Inset)],
    /// Half the width of a station's sign.
    pub size: f64,
    pub scene: &'b Scene<'a>,
}

/// How a name is written.
struct Lettering {
    letter: Option<String>,
    text: String,
    size: f64,
    ink: Ink,
}

impl Names<'_, '_> {
    /// In order of importance: insets, stations by people, gaps and then places by people, counties.
    pub fn draw(&self, marks: &mut Marks, symbols: &[Rect]) {
        let mut wishes = Vec::new();
        let mut letterings = Vec::new();
        for (rect, inset) in self.boxes {
            let town = font::shortened(&inset.town, 0.95 * EM, LONGEST_NAME * EM);
            let plate = symbols::letter_plate_width(&inset.letter);
            let full = plate + 0.3 * EM + font::width(&town, 0.95 * EM);
            let height = 1.3 * EM;
            wishes.push(Wish {
                at: rect.centre(),
                reach: rect.width().max(rect.height()) / 2.0,
                sizes: vec![(full, height), (plate, height)],
                must: true,
            });
            letterings.push(Lettering { letter: Some(inset.letter.clone()), text: town, size: 0.95 * EM, ink: BLACK });
        }
        let mut plain = |at: Pt, reach: f64, text: &str, size: f64, ink| {
            let text = font::shortened(text, size, LONGEST_NAME * size);
            wishes.push(Wish {
                at,
                reach,
                sizes: vec![(font::width(&text, size) + 0.1 * EM, 1.2 * size)],
                must: false,
            });
            letterings.push(Lettering { letter: None, text, size, ink });
        };
        let mut pins: Vec<&Sign<'_>> = self.pins.iter().filter(|p| p.pin.kind.serves()).collect();
        pins.sort_by(|a, b| b.pin.people.total_cmp(&a.pin.people));
        for sign in &pins {
            plain(sign.head, 1.15 * self.size, &sign.pin.name, 0.95 * EM, BLACK);
        }
        let mut groups: Vec<&Group<'_>> = self
            .groups
            .iter()
            // Named already, by their inset or by a station of the same name.
            .filter(|g| !self.boxes.iter().any(|(r, _)| r.contains(g.at)))
            .filter(|g| !pins.iter().any(|p| p.pin.name == g.name))
            .collect();
        groups.sort_by(|a, b| b.gap().total_cmp(&a.gap()).then(b.people.total_cmp(&a.people)));
        for g in groups.into_iter().take(MOST_NAMES) {
            plain(g.at, self.style.radius(g.people), g.name, 0.8 * EM, GREY.darker());
        }
        for closed in self.pins.iter().filter(|p| !p.pin.kind.serves()) {
            plain(closed.head, self.size, &closed.pin.name, 0.8 * EM, GREY);
        }
        if !self.boxes.is_empty() && self.scene.county.is_none() {
            for (county, at) in self.counties() {
                plain(at, 0.0, county, 1.3 * EM, PALE);
            }
        }
        for placed in labels::placed(&wishes, symbols, &self.frame.rect.inset(0.15 * EM)) {
            let Lettering { letter, text, size, ink } = &letterings[placed.wish];
            let (middle, mut left) = (placed.rect.centre().y, placed.rect.left);
            if let Some(letter) = letter {
                symbols::letter_plate(marks, left, middle, letter);
                left += symbols::letter_plate_width(letter) + 0.3 * EM;
            }
            if placed.size == 0 {
                marks.label(Pt::new(left, middle + 0.36 * size), text, *size, Anchor::Start, *ink);
            }
        }
    }

    /// Where the name of a county belongs: the middle of its places.
    fn counties(&self) -> BTreeMap<&str, Pt> {
        let mut sums: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
        for spot in &self.scene.spots {
            let Some(county) = spot.county else { continue };
            let at = self.frame.at(spot.at);
            let sum = sums.entry(county).or_default();
            *sum = (sum.0 + at.x, sum.1 + at.y, sum.2 + 1.0);
        }
        sums.into_iter().map(|(c, (x, y, n))| (c, Pt::new(x / n, y / n))).collect()
    }
}
