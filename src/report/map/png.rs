//! How does the SVG become a picture? By resvg with the embedded font alone, so that the bytes are the same on every
//! machine. A file of its own because it is the only one that knows resvg.

use super::MapError;
use crate::report::font;
use resvg::{tiny_skia, usvg};
use std::sync::{Arc, LazyLock};

/// Dots per inch of a sheet in millimetres: 3307 x 2339 pixels for A3.
const DPI: f32 = 200.0;
/// Most pixels of a picture, 300 MB of memory.
const MAX_PIXELS: u64 = 75_000_000;

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(font::BYTES.to_vec());
    fonts.set_sans_serif_family(font::FAMILY);
    Arc::new(fonts)
});

/// The map as PNG: one pixel per pixel of its size, or 200 dpi where that is in millimetres.
///
/// # Errors
/// [`MapError::Png`] when the text is not SVG or the picture does not fit into memory.
pub fn png(svg: &str) -> Result<Vec<u8>, MapError> {
    let options = usvg::Options {
        dpi: DPI,
        font_family: font::FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| MapError::Png(e.to_string()))?;
    let size = tree.size().to_int_size();
    let (w, h) = (size.width(), size.height());
    if u64::from(w) * u64::from(h) > MAX_PIXELS {
        return Err(MapError::Png(format!("{w} x {h} pixels are too many")));
    }
    let mut picture = tiny_skia::Pixmap::new(w, h).ok_or_else(|| MapError::Png(format!("{w} x {h} is no picture")))?;
    picture.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut picture.as_mut());
    picture.encode_png().map_err(|e| MapError::Png(e.to_string()))
}
