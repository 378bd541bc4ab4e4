//! In which letters do we draw? The one embedded font, and how wide a text is in it.
//!
//! A file of its own because the map measures with the same bytes that paint the picture: no system font is asked, so a
//! map is the same on every machine. The README beside says where the font comes from.

use ab_glyph::{Font as _, FontRef};
use std::sync::LazyLock;

/// Noto Sans SC Regular, cut to GB2312.
pub const BYTES: &[u8] = include_bytes!("NotoSansSC-GB2312.ttf");
/// The font's own name.
pub const FAMILY: &str = "Noto Sans SC";
/// The font, then what a browser on an office PC or a Mac has in its place.
pub const FAMILIES: &str = "Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif";

static FONT: LazyLock<FontRef<'static>> =
    LazyLock::new(|| FontRef::try_from_slice(BYTES).expect("the embedded font is a font: a test reads it"));

/// Width of a text set on one line, in the unit of `size` (the height of an em).
pub fn width(text: &str, size: f64) -> f64 {
    let font = &*FONT;
    let per_em = f64::from(font.units_per_em().unwrap_or(1000.0));
    text.chars().map(|c| f64::from(font.h_advance_unscaled(font.glyph_id(c)))).sum::<f64>() / per_em * size
}

/// The text, or as much of it as fits into `room` with an ellipsis.
pub fn shortened(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// The text on as many lines as it needs: broken at spaces and between Chinese characters, never before closing
/// punctuation; a word longer than a line is cut.
pub fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for token in tokens(text) {
        if !line.is_empty() && width(&line, size) + width(token.trim_end(), size) > room {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        if width(&token, size) <= room {
            line.push_str(&token);
            continue;
        }
        for c in token.chars() {
            if !line.is_empty() && width(&line, size) + width(c.encode_utf8(&mut [0; 4]), size) > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line.trim_end().to_owned());
    lines.retain(|l| !l.is_empty());
    lines
}

/// Pieces that must stay on one line: words with the space behind them, and single Chinese characters with the closing
/// punctuation that follows or the opening one that precedes.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in text.chars() {
        let joins = match (is_wide(previous), is_wide(c)) {
            _ if is_closing(c) || is_opening(previous) => true,
            (false, false) => previous != ' ' || c == ' ',
            _ => c == ' ',
        };
        match out.last_mut() {
            Some(last) if joins => last.push(c),
            _ => out.push(c.to_string()),
        }
        previous = c;
    }
    out
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

fn is_closing(c: char) -> bool {
    "，。、；：！？）》」』】”’…,.;:!?)%".contains(c)
}

fn is_opening(c: char) -> bool {
    "（《「『【“‘(".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_has_chinese_and_calls_itself_what_we_call_it() {
        assert_eq!(width("漠河砬子", 10.0), 40.0);
        assert!(FONT.glyph_id('砬').0 != 0 && FONT.glyph_id('℃').0 != 0);
        assert!(FAMILIES.starts_with(FAMILY));
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "示例数据：村（社区）名称为实；地名坐标部分来自 GeoNames（CC BY 4.0）。 averyveryverylongwordthatdoesnotfit";
        for room in [30.0, 55.0, 80.0, 400.0] {
            let lines = wrapped(text, 10.0, room);
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
            for line in &lines {
                assert!(width(line, 10.0) <= room + 10.0, "{line:?} is wider than {room}");
                assert!(room < 50.0 || !line.starts_with(['，', '；', '）', '。']), "{line:?}");
            }
        }
    }

    #[test]
    fn a_shortened_text_fits() {
        assert_eq!(shortened("西林吉镇", 10.0, 40.0), "西林吉镇");
        let cut = shortened("漠河市西林吉镇家门口就业服务站", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0);
    }
}
