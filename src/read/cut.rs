//! Where does each feature of a FeatureCollection start and end?
//! A file of its own because cutting is the only step that has to walk the file in order: the pieces are then parsed in
//! parallel, and what stands before a break in the file is still checked.

use super::fault::shown;
use super::fault_words::Kind;
use super::source::{Finding, Source};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The byte that stands for each character of a masked NaN or Infinity: a control character that no editor writes.
pub(super) const MASK: char = '\u{7f}';
/// Numbers that JSON does not have but some programs write.
const NOT_JSON: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// A FeatureCollection, cut up.
#[derive(Debug, Default)]
pub(super) struct Cut<'a> {
    /// The features' texts, up to the end or to the first break.
    pub(super) features: Vec<&'a RawValue>,
    /// `type`, unparsed.
    kind: Option<&'a RawValue>,
    /// `crs`, unparsed.
    pub(super) crs: Option<&'a RawValue>,
    /// How often `features` was seen.
    lists: usize,
    /// The first place where the text is not JSON.
    broken: Option<serde_json::Error>,
    /// Whether it is an object at all.
    object: bool,
}

/// Cuts a text. Cost: one pass without allocation per feature, about 0.5 GB/s.
pub(super) fn cut(text: &str) -> Cut<'_> {
    let mut cut = Cut::default();
    let mut de = serde_json::Deserializer::from_str(text);
    let done = Collection(&mut cut).deserialize(&mut de).and_then(|()| de.end());
    cut.broken = done.err();
    cut
}

impl<'a> Cut<'a> {
    /// What is wrong with the collection as such.
    pub(super) fn findings(&self, source: &Source, text: &'a str) -> Vec<Finding> {
        let mut found = Vec::new();
        if text.trim().is_empty() {
            return vec![Finding::of(Kind::EmptyFile)];
        }
        if let Some(error) = &self.broken {
            let byte = source.byte_at(error.line(), error.column());
            found.push(match (error.is_data(), self.object) {
                (false, _) => broken(text, byte, error),
                (true, false) => Finding::of(Kind::NotACollection { found: describe(text).into() }),
                (true, true) => Finding { field: Some("features".into()), ..Finding::at(byte, Kind::NoFeatureList) },
            });
        }
        let kind = self.kind.map(|raw| (raw, serde_json::from_str::<String>(raw.get()).unwrap_or_default()));
        match kind {
            Some((_, kind)) if kind == "FeatureCollection" && self.lists == 0 && self.broken.is_none() => {
                found.push(Finding::of(Kind::NoFeatureList));
            }
            Some((_, kind)) if kind == "FeatureCollection" => {}
            Some((raw, _)) => {
                let byte = raw.get().as_ptr() as usize - text.as_ptr() as usize;
                found.push(Finding::at(byte, Kind::NotACollection { found: shown(raw.get()) }));
            }
            None if self.broken.is_none() => found.push(Finding::of(Kind::NoType)),
            None => {}
        }
        if self.lists > 1 {
            found.push(Finding { field: Some("features".into()), ..Finding::of(Kind::Twice) });
        }
        found
    }

    /// Whether a list of features was read to the end of the file.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_none() && self.lists == 1
    }

    /// Whether the text stops being JSON at a NaN or Infinity.
    pub(super) fn stops_at_nan(&self, source: &Source, text: &str) -> bool {
        self.broken
            .as_ref()
            .is_some_and(|error| !error.is_data() && nan_near(text, source.byte_at(error.line(), error.column())))
    }
}

/// What kind of JSON a text starts with.
pub(super) fn describe(text: &str) -> &'static str {
    match text.trim_start().as_bytes().first() {
        Some(b'{') => "{ … }",
        Some(b'[') => "[ … ]",
        Some(b'"') => "\"…\"",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true/false",
        _ => "number",
    }
}

fn broken(text: &str, byte: usize, error: &serde_json::Error) -> Finding {
    let said = message(error);
    let kind = if error.is_eof() {
        Kind::Truncated { error: said }
    } else if nan_near(text, byte) {
        Kind::NanToken
    } else {
        Kind::Json { error: said }
    };
    Finding::at(byte, kind)
}

/// The parser's message without its own line and column, which count from elsewhere.
pub(super) fn message(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.clone(), |(said, _)| said.to_owned())
}

/// Whether a NaN or Infinity stands where the parser gave up, which is at its first or second character.
fn nan_near(text: &str, byte: usize) -> bool {
    (0..=2).any(|back| {
        byte.checked_sub(back)
            .and_then(|from| text.get(from..))
            .is_some_and(|rest| NOT_JSON.iter().any(|token| rest.starts_with(token)))
    })
}

/// The text with every NaN and Infinity outside of quotation marks turned into a masked string of the same length, so that
/// the file can be cut and each of them is reported where it stands.
pub(super) fn mask_nan(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(i) = rest.find(['"', '\\', 'N', 'I', '-']) {
        out.push_str(&rest[..i]);
        rest = &rest[i..];
        let token = if quoted { None } else { NOT_JSON.iter().find(|token| rest.starts_with(**token)) };
        let step = match (token, rest.as_bytes()[0]) {
            (Some(token), _) => {
                out.push_str(&mask(token));
                rest = &rest[token.len()..];
                continue;
            }
            // An escape takes its next character with it, so that \" does not end the string.
            (None, b'\\') if quoted => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            (None, b'"') => {
                quoted = !quoted;
                1
            }
            (None, _) => 1,
        };
        out.push_str(&rest[..step]);
        rest = &rest[step..];
    }
    out.push_str(rest);
    out
}

/// What a masked string was, by its length.
pub(super) fn unmasked(raw: &str) -> &'static str {
    NOT_JSON.into_iter().find(|token| token.len() == raw.len()).unwrap_or("NaN")
}

/// A part of a masked text as the file had it.
pub(super) fn unmask(part: &str) -> String {
    NOT_JSON.iter().fold(part.to_owned(), |text, token| text.replace(&mask(token), token))
}

/// The string that stands for a token.
fn mask(token: &str) -> String {
    format!("\"{}\"", String::from(MASK).repeat(token.len() - 2))
}

/// Reads the collection's members into a [`Cut`].
struct Collection<'c, 'a>(&'c mut Cut<'a>);

impl<'a> DeserializeSeed<'a> for Collection<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, de: D) -> Result<(), D::Error> {
        de.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Collection<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        #[derive(serde::Deserialize)]
        struct Name<'n>(#[serde(borrow)] Cow<'n, str>);
        let cut = self.0;
        cut.object = true;
        while let Some(Name(name)) = map.next_key()? {
            match name.as_ref() {
                "type" => cut.kind = Some(map.next_value()?),
                "crs" => cut.crs = Some(map.next_value()?),
                "features" => {
                    cut.lists += 1;
                    map.next_value_seed(List(cut))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the list of features into a [`Cut`].
struct List<'c, 'a>(&'c mut Cut<'a>);

impl<'a> DeserializeSeed<'a> for List<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, de: D) -> Result<(), D::Error> {
        de.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for List<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(feature) = list.next_element()? {
            self.0.features.push(feature);
        }
        Ok(())
    }
}
