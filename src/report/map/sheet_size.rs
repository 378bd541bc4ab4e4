//! How large is the sheet? What people type (`a3`, `a4`, `1600x1200`) and the canvas it becomes. A file of its own
//! because the command line, the page and the report all ask for a size.

use super::MapError;
use super::paper::EM;
use std::str::FromStr;

/// Least and most pixels of a side: below, the table does not fit; above, a picture does not fit into memory.
pub const PIXELS: std::ops::RangeInclusive<u32> = 480..=8000;

/// Size of the sheet a map is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SheetSize {
    /// 420 x 297 mm.
    A3,
    /// 297 x 210 mm, the default.
    #[default]
    A4,
    /// Width and height in pixels, each within [`PIXELS`].
    Pixels(u32, u32),
}

impl FromStr for SheetSize {
    type Err = MapError;

    /// Reads `a3`, `a4` or `1600x1200`.
    ///
    /// # Errors
    /// [`MapError::Size`] for anything else.
    fn from_str(text: &str) -> Result<Self, MapError> {
        let wrong = || MapError::Size { text: text.to_owned() };
        match text.to_ascii_lowercase().as_str() {
            "a3" => Ok(Self::A3),
            "a4" => Ok(Self::A4),
            pixels => {
                let (w, h) = pixels.split_once('x').ok_or_else(wrong)?;
                let side = |s: &str| s.parse().ok().filter(|n| PIXELS.contains(n)).ok_or_else(wrong);
                Ok(Self::Pixels(side(w)?, side(h)?))
            }
        }
    }
}

/// The sheet in its own units, and the size it claims in a document.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    pub width: f64,
    pub height: f64,
    pub shown_width: String,
    pub shown_height: String,
    /// Sheet units per millimetre of paper; `None` where the size is in pixels and has no true scale.
    pub per_mm: Option<f64>,
}

impl Canvas {
    pub fn new(size: SheetSize) -> Self {
        match size {
            SheetSize::A3 => Self::paper(420.0, 297.0, 3.0),
            SheetSize::A4 => Self::paper(297.0, 210.0, 2.4),
            SheetSize::Pixels(w, h) => {
                let (wide, high) = (f64::from(w), f64::from(h));
                // Small pictures keep letters that a screen can show.
                let em = ((wide * high).sqrt() * 0.0097).max(8.0);
                Self {
                    width: wide / em * EM,
                    height: high / em * EM,
                    shown_width: w.to_string(),
                    shown_height: h.to_string(),
                    per_mm: None,
                }
            }
        }
    }

    fn paper(width_mm: f64, height_mm: f64, em_mm: f64) -> Self {
        let per_mm = EM / em_mm;
        Self {
            width: width_mm * per_mm,
            height: height_mm * per_mm,
            shown_width: format!("{width_mm}mm"),
            shown_height: format!("{height_mm}mm"),
            per_mm: Some(per_mm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_type_them() {
        assert_eq!("A3".parse::<SheetSize>().ok(), Some(SheetSize::A3));
        assert_eq!("a4".parse::<SheetSize>().ok(), Some(SheetSize::A4));
        assert_eq!("1600x1200".parse::<SheetSize>().ok(), Some(SheetSize::Pixels(1600, 1200)));
    }

    #[test]
    fn sizes_that_cannot_be_drawn_are_refused_with_what_can() {
        for wrong in ["", "a5", "1600", "0x0", "-5x900", "1600x", "9000x9000", "1600x1200x3", "4294967297x700"] {
            let e = wrong.parse::<SheetSize>().expect_err(wrong);
            assert!(e.to_string().contains("1600x1200"), "{e}");
        }
    }
}
