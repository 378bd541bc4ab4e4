//! How does coverage look on one sheet? The coverage map, as SVG by plotters and from that as PNG by resvg.
//!
//! The outcome becomes a *scene* (spots, pins, circles), the *sheet* is laid out in *frames* (an overview and insets at
//! one common scale, or one frame where everything can be read), each frame fills with *marks*, and the *pen* draws
//! them. Layout is pure and tested without drawing; every text is measured with the font that draws it. The same outcome gives the same bytes.
//!
//! To add a symbol: `symbols.rs`, its row in `legend.rs`, a mark in `contents.rs`.

mod arrange;
mod clip;
mod contents;
mod frame;
mod labels;
mod legend;
mod mark;
mod merge;
mod names;
mod palette;
mod paper;
mod pen;
mod png;
mod projection;
mod scale_bar;
mod scene;
mod sheet;
mod sheet_size;
mod symbols;
mod table;
mod windows;

#[cfg(test)]
mod tests;

pub use png::png;
pub use sheet_size::{PIXELS, SheetSize};

use crate::job::Outcome;
use crate::model::Lang;

/// What the map should be like.
#[derive(Debug, Clone, Default)]
pub struct MapOptions {
    /// Language of everything but names.
    pub lang: Lang,
    /// Size of the sheet.
    pub size: SheetSize,
    /// Draw this county only, large.
    pub county: Option<String>,
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// A county that the plan does not have.
    #[error("county {name:?}: the plan has no such county; it has {}", known.join(", "))]
    UnknownCounty {
        /// As asked for.
        name: String,
        /// The counties of the plan, sorted.
        known: Vec<String>,
    },
    /// A size that is none.
    #[error("size {text:?}: use a3, a4 or pixels such as 1600x1200, each side {} to {}", PIXELS.start(), PIXELS.end())]
    Size {
        /// As typed.
        text: String,
    },
    /// The drawing failed.
    #[error("the map cannot be drawn: {0}")]
    Draw(String),
    /// The picture failed.
    #[error("the map cannot be painted as PNG: {0}")]
    Png(String),
}

impl MapError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::UnknownCounty { name, known }) => {
                format!("县区 {name:?}：计划中没有；现有 {}", known.join("、"))
            }
            (Lang::Zh, Self::Size { text }) => {
                format!("尺寸 {text:?}：请用 a3、a4 或像素，如 1600x1200，每边 {} 至 {}", PIXELS.start(), PIXELS.end())
            }
            (Lang::Zh, Self::Draw(why)) => format!("无法绘制地图：{why}"),
            (Lang::Zh, Self::Png(why)) => format!("无法生成 PNG：{why}"),
        }
    }

    /// Whether the command line asked for something that is not there, rather than a run failing.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::UnknownCounty { .. } | Self::Size { .. })
    }
}

/// The coverage map as one SVG document that asks for nothing else; text in it is escaped.
///
/// # Errors
/// [`MapError::UnknownCounty`] lists the counties there are.
pub fn svg(outcome: &Outcome, options: &MapOptions) -> Result<String, MapError> {
    let scene = scene::scene(outcome, options.county.as_deref())?;
    let canvas = sheet_size::Canvas::new(options.size);
    let marks = sheet::sheet(outcome, &scene, &canvas, options.lang);
    pen::svg(&canvas, &outcome.folder.plan.name, &marks.0)
}
