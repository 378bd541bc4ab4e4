//! What do the signs mean? A file of its own: it draws the same symbols as the map, and only those the map holds.

use super::contents::Style;
use super::mark::{Anchor, Marks};
use super::palette::{ADDED, BLACK, GREY, PALE, TODAY};
use super::paper::{EM, Pt, Rect};
use super::scene::{PinKind, Scene};
use super::symbols::{self, Outline};
use crate::job::Outcome;
use crate::model::{Lang, Model, PlaceLayer, Setting, Status};
use crate::report::{font, number, words};
use std::f64::consts::TAU;

const LINE: f64 = 1.35 * EM;
const BETWEEN: f64 = 0.35 * EM;
/// Room for the sample before its text.
const SAMPLE: f64 = 3.6 * EM;

/// What the sheet holds beyond the scene.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub style: Style,
    /// The style of the overview.
    pub far: Style,
    /// Whether a symbol stands for several places somewhere.
    pub merged: bool,
    pub insets: bool,
}

/// Draws the legend from the top of `at`; returns where it ends.
pub(super) fn draw(marks: &mut Marks, outcome: &Outcome, scene: &Scene<'_>, shown: Shown, at: Rect, lang: Lang) -> f64 {
    let mut pen = Column { marks, at, y: at.top };
    pen.heading(lang.pick("图例", "Legend"));
    places(&mut pen, scene, shown, lang);
    circles(&mut pen, outcome, scene, lang);
    stations(&mut pen, outcome, scene, lang);
    if shown.insets {
        pen.row(
            lang.pick("方框：同字母插图的范围", "Frame: ground of the inset of that letter"),
            |marks, at| {
                marks.outline(&Rect::around(at.shifted(-0.95 * EM, 0.0), 0.5 * EM, 0.5 * EM), BLACK, 0.1 * EM);
                symbols::letter_plate(marks, at.x - 0.2 * EM, at.y, "A");
            },
        );
        pen.note(lang.pick(
            "插图标题右侧：图内居民数，现状→方案后覆盖率",
            "Above an inset: its residents, share covered today→after",
        ));
    }
    pen.y
}

fn places(pen: &mut Column<'_>, scene: &Scene<'_>, shown: Shown, lang: Lang) {
    let clusters = scene.spots.iter().any(|s| s.layer == PlaceLayer::Clusters);
    let what = if clusters {
        lang.pick("圆：居民点；菱形：产业与人流集聚区", "Circle: residences; diamond: business clusters")
    } else {
        lang.pick("圆：居民点", "Circle: residences")
    };
    pen.note(what);
    for (split, text) in [
        ([1.0, 0.0, 0.0], lang.pick("现状已覆盖", "Covered today")),
        ([0.0, 1.0, 0.0], lang.pick("方案后覆盖", "Covered by the proposal")),
        ([0.0, 0.0, 1.0], lang.pick("未覆盖（缺口）", "Not covered (gap)")),
    ] {
        pen.row(text, |marks, at| {
            let frame = Rect::around(at, 9.0 * EM, 9.0 * EM);
            if clusters {
                symbols::spot(marks, at.shifted(-0.8 * EM, 0.0), 0.5 * EM, split, Outline::Circle, &frame);
                symbols::spot(marks, at.shifted(0.7 * EM, 0.0), 0.46 * EM, split, Outline::Diamond, &frame);
            } else {
                symbols::spot(marks, at, 0.5 * EM, split, Outline::Circle, &frame);
            }
        });
    }
    let parts = scene.spots.iter().any(|s| s.split.iter().filter(|&&x| x > 0.0).count() > 1);
    let text = match (shown.merged, parts) {
        (true, true) => Some(lang.pick(
            "扇形：各类人数占比（相邻数处合用一个符号，或片区部分覆盖）",
            "Sectors: shares of people (several places in one symbol, or a quarter covered in part)",
        )),
        (true, false) => Some(lang.pick(
            "扇形：各类人数占比（相邻数处合用一个符号）",
            "Sectors: shares of people (several places in one symbol)",
        )),
        (false, true) => Some(lang.pick("扇形：片区部分覆盖的占比", "Sectors: shares of a quarter covered in part")),
        (false, false) => None,
    };
    if let Some(text) = text {
        pen.row(text, |marks, at| {
            let frame = Rect::around(at, 9.0 * EM, 9.0 * EM);
            symbols::spot(marks, at, 0.6 * EM, [0.45, 0.3, 0.25], Outline::Circle, &frame);
        });
    }
    sizes(pen, shown.style, lang);
    if shown.far.people > 1.001 * shown.style.people {
        let times = number::decimals(shown.far.people / shown.style.people, 1);
        pen.note(&match lang {
            Lang::Zh => format!("总览中同样大小的符号代表 {times} 倍人数"),
            Lang::En => format!("In the overview a symbol of the same size stands for {times} times as many"),
        });
    }
}

/// Three circles with the people they stand for.
fn sizes(pen: &mut Column<'_>, style: Style, lang: Lang) {
    let people = [style.people / 20.0, style.people / 5.0, style.people];
    let centre = pen.y + style.radius(style.people) + 0.15 * EM;
    let mut x = pen.at.left + 0.55 * EM;
    for n in people {
        let r = style.radius(n);
        x += r;
        pen.marks.ring(Pt::new(x, centre), r, GREY, 7.0);
        x += r + 0.3 * EM;
        let text = number::people(n);
        pen.marks.text(Pt::new(x, centre + 0.33 * EM), text.clone(), 0.9 * EM, Anchor::Start, BLACK);
        x += font::width(&text, 0.9 * EM) + 0.9 * EM;
    }
    pen.marks.text(Pt::new(x, centre + 0.33 * EM), lang.pick("人", "people"), 0.9 * EM, Anchor::Start, BLACK);
    pen.y = centre + style.radius(style.people) + 0.4 * EM;
}

fn circles(pen: &mut Column<'_>, outcome: &Outcome, scene: &Scene<'_>, lang: Lang) {
    for (i, radius) in scene.radii.iter().enumerate() {
        let standards = outcome.standards.iter().filter(|s| s.radius == *radius);
        let names: Vec<String> = standards
            .map(|s| {
                let setting = match s.setting {
                    Some(Setting::Urban) => lang.pick("城镇", "urban, "),
                    Some(Setting::Rural) => lang.pick("农村", "rural, "),
                    None => "",
                };
                if s.by_length {
                    return setting.trim_end_matches(", ").to_owned();
                }
                let minutes = number::decimals(s.minutes.0, usize::from(s.minutes.0.fract() != 0.0));
                let mode = words::mode(s.mode, lang);
                match lang {
                    Lang::Zh => format!("{setting}{mode}{minutes}分钟"),
                    Lang::En => format!("{setting}{minutes} min {mode}"),
                }
            })
            .collect();
        if scene.model != Model::Circle {
            // Given times have no ground that could be drawn.
            if scene.model == Model::Roads {
                let text = match lang {
                    Lang::Zh => format!("{}路网可达范围", names.join("、")),
                    Lang::En => format!("Reach over roads, {}", names.join("; ")),
                };
                pen.row(&text, |marks, at| {
                    // A patch of ground per state of a station, as the map draws the narrowest standard; wider ones are lines.
                    let patch = |x: f64| Rect::around(at.shifted(x * EM, 0.0), 0.6 * EM, 0.42 * EM);
                    for (x, ink, edge) in [(-0.75, TODAY, TODAY), (0.75, ADDED, ADDED.darker())] {
                        if i == 0 {
                            marks.rect(&patch(x), ink.alpha(0.14));
                        }
                        marks.outline(&patch(x), if i == 0 { edge } else { PALE }, 0.09 * EM);
                    }
                });
            }
            continue;
        }
        let length = if radius.0 < 2000.0 {
            format!("{} {}", number::decimals(radius.0, 0), lang.pick("米", "m"))
        } else {
            format!("{} {}", number::decimals(radius.0 / 1000.0, 1), lang.pick("公里", "km"))
        };
        let text = match lang {
            Lang::Zh => format!("{}服务圈，直线半径 {length}", names.join("、")),
            Lang::En => format!("Circle, {}: radius {length}", names.join("; ")),
        };
        let smallest = i == 0;
        pen.row(&text, |marks, at| {
            let (r, ink, width) = if smallest { (0.62 * EM, TODAY, 0.09 * EM) } else { (0.62 * EM, PALE, 0.07 * EM) };
            let (open, coming) = (at.shifted(-0.85 * EM, 0.0), at.shifted(0.75 * EM, 0.0));
            if smallest {
                marks.disc(open, r, TODAY.alpha(0.14));
                marks.disc(coming, r, ADDED.alpha(0.16));
            }
            marks.ring(open, r, ink, width);
            for dash in 0..6 {
                let arc = (0..4)
                    .map(|k| (f64::from(dash) * 4.0 + f64::from(k) * 0.9) / 24.0 * TAU)
                    .map(|a| coming.shifted(r * a.cos(), r * a.sin()))
                    .collect();
                marks.line(arc, ink, width);
            }
        });
    }
    if scene.pins.iter().any(|p| p.kind.serves()) {
        pen.note(match scene.model {
            Model::Circle => {
                lang.pick("实线：已运营站点；虚线：在建、计划与建议站点", "Solid: open stations; dashed: those to come")
            }
            _ => lang.pick("深色：已运营站点；浅色：在建、计划与建议站点", "Dark: open stations; light: those to come"),
        });
    }
}

fn stations(pen: &mut Column<'_>, outcome: &Outcome, scene: &Scene<'_>, lang: Lang) {
    let count = |kind: &dyn Fn(PinKind) -> bool| scene.pins.iter().filter(|p| kind(p.kind)).count();
    let counted = |n: usize| match lang {
        Lang::Zh => format!("（{n} 个）"),
        Lang::En => format!(" ({n})"),
    };
    for status in [Status::Open, Status::Building, Status::Planned, Status::Closed] {
        let n = count(&|kind| kind == PinKind::Existing(status));
        if n > 0 {
            let text = match lang {
                Lang::Zh => format!("站点：{}{}", words::status(status, lang), counted(n)),
                Lang::En => format!("Station: {}{}", words::status(status, lang), counted(n)),
            };
            pen.row(&text, |marks, at| symbols::pin(marks, at, PinKind::Existing(status), 0.62 * EM));
        }
    }
    let mut any = false;
    for (i, phase) in outcome.folder.plan.phases.iter().enumerate() {
        let ranks: Vec<usize> = scene
            .pins
            .iter()
            .filter_map(|p| match p.kind {
                PinKind::Proposed { phase, rank } if phase == i => Some(rank),
                _ => None,
            })
            .collect();
        let Some(&first) = ranks.first() else { continue };
        any = true;
        let text = match lang {
            Lang::Zh => format!("建议站点：{} 期{}", phase.name, counted(ranks.len())),
            Lang::En => format!("Proposed, phase {}{}", phase.name, counted(ranks.len())),
        };
        pen.row(&text, |marks, at| {
            symbols::pin(marks, at, PinKind::Proposed { phase: i, rank: first }, 0.62 * EM);
        });
    }
    if any {
        pen.note(lang.pick("数字：建议的建设次序", "Number: proposed order of opening"));
    }
}

/// Rows below each other.
struct Column<'a> {
    marks: &'a mut Marks,
    at: Rect,
    y: f64,
}

impl Column<'_> {
    fn heading(&mut self, text: &str) {
        self.marks.text(Pt::new(self.at.left, self.y + 0.9 * EM), text, EM, Anchor::Start, GREY);
        self.y += 1.25 * EM;
        self.marks.line(vec![Pt::new(self.at.left, self.y), Pt::new(self.at.right, self.y)], BLACK, 7.0);
        self.y += 0.4 * EM;
    }

    fn note(&mut self, text: &str) {
        for line in font::wrapped(text, 0.85 * EM, self.at.width()) {
            self.marks.text(Pt::new(self.at.left, self.y + 0.95 * EM), line, 0.85 * EM, Anchor::Start, GREY);
            self.y += 1.15 * EM;
        }
        self.y += BETWEEN;
    }

    /// A sample in front of its text; `sample` draws around the point it is given.
    fn row(&mut self, text: &str, sample: impl FnOnce(&mut Marks, Pt)) {
        let lines = font::wrapped(text, 0.95 * EM, self.at.width() - SAMPLE);
        sample(self.marks, Pt::new(self.at.left + 0.45 * SAMPLE, self.y + LINE / 2.0));
        for line in lines {
            self.marks.text(
                Pt::new(self.at.left + SAMPLE, self.y + LINE / 2.0 + 0.34 * EM),
                line,
                0.95 * EM,
                Anchor::Start,
                BLACK,
            );
            self.y += LINE;
        }
        self.y += BETWEEN;
    }
}
