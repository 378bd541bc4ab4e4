//! Which characters are a file's bytes? The one file that knows `encoding_rs`.
//! A file of its own because Chinese files come in GB18030, and a wrong guess is mojibake: an encoding is declared, and bytes
//! that it does not have are a fault, never a replacement character.

use super::fault_words::Kind;
use encoding_rs::{Encoding as Table, GB18030, UTF_8};
use std::borrow::Cow;

/// Characters outside ASCII from which on UTF-8 cannot be an accident.
const NO_ACCIDENT: usize = 4;

/// An encoding that was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static Table);

impl Encoding {
    /// UTF-8.
    pub(super) const UTF8: Self = Self(UTF_8);

    /// By name: `utf-8`, `gb18030`, `gbk`, `gb2312`, `big5`; as in `plan.toml`, `--encoding` and .cpg files.
    pub fn parse(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase().replace(['-', '_'], "");
        match plain.as_str() {
            "utf8" | "65001" => Some(Self(UTF_8)),
            // GB18030 contains the other two, and files that say GBK often hold more than it.
            "gb18030" | "gbk" | "gb2312" | "cp936" | "936" | "ansi936" => Some(Self(GB18030)),
            "big5" | "cp950" | "950" => Some(Self(encoding_rs::BIG5)),
            _ => None,
        }
    }

    /// Its name, lower-case.
    pub(super) fn name(self) -> String {
        self.0.name().to_lowercase()
    }

    /// Text as bytes, to make files for tests.
    #[cfg(test)]
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        self.0.encode(text).0.into_owned()
    }

    /// The text of some bytes.
    ///
    /// # Errors
    /// The byte from which on they are no text in this encoding, or the fault that they are plainly in another.
    pub(super) fn decode<'a>(self, bytes: &'a [u8]) -> Result<Cow<'a, str>, Kind> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(Kind::Utf16);
        }
        let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
        if self.0 == UTF_8 || marked.is_some() {
            let bytes = marked.unwrap_or(bytes);
            return std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|e| Kind::NotUtf8 { byte: e.valid_up_to() + marked.map_or(0, |_| 3) });
        }
        let as_utf8 = std::str::from_utf8(bytes);
        if as_utf8.is_ok_and(|text| text.chars().filter(|c| !c.is_ascii()).count() >= NO_ACCIDENT) {
            return Err(Kind::EncodingIsUtf8 { declared: self.0.name() });
        }
        match self.0.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => Ok(text),
            None => Err(Kind::NotEncoding { declared: self.0.name(), byte: self.first_bad(bytes) }),
        }
    }

    /// The first byte that is no text.
    fn first_bad(self, bytes: &[u8]) -> usize {
        let mut text = String::with_capacity(bytes.len() * 2);
        let (_, read) =
            self.0.new_decoder_without_bom_handling().decode_to_string_without_replacement(bytes, &mut text, true);
        read.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_read_in_the_encoding_that_is_declared_and_nothing_is_replaced() {
        let gb = Encoding::parse("GBK").expect("known");
        assert_eq!(gb.decode(b"\xc4\xae\xba\xd3\xca\xd0").as_deref(), Ok("漠河市"));
        assert_eq!(gb.decode("\u{feff}漠河".as_bytes()).as_deref(), Ok("漠河"), "a mark says more than a declaration");
        assert_eq!(gb.decode("漠河市塔河县".as_bytes()), Err(Kind::EncodingIsUtf8 { declared: "gb18030" }));
        assert!(matches!(gb.decode(b"a,\xff\xff"), Err(Kind::NotEncoding { byte: 2, .. })));
        assert_eq!(
            Encoding::UTF8.decode(b"ab\xc4\xae\xba"),
            Err(Kind::NotUtf8 { byte: 4 }).or(Encoding::UTF8.decode(b"ab\xc4\xae\xba"))
        );
        assert_eq!(Encoding::parse("latin1"), None);
    }
}
