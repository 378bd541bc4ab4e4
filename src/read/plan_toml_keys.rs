//! How is a TOML table walked so that every fault in it is found?
//! A file of its own because it knows TOML and nothing of plans: it asks for keys, remembers which were asked for, and what is
//! left over at the end is unknown. (serde would stop at the first fault.)

use super::fault::{nearest, shown};
use super::fault_words::{Kind, Meant};
use super::source::Finding;
use crate::model::Wording;
use std::collections::HashMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Which numbers a key takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// As a fault says it.
    pub(super) text: &'static str,
    allows: fn(f64) -> bool,
}

/// Amounts and weights.
pub(super) const NOT_NEGATIVE: Bound = Bound { text: ">= 0, <= 1e12", allows: |n| (0.0..=1e12).contains(&n) };
/// A travel time within a day.
pub(super) const MINUTES: Bound = Bound { text: "> 0, <= 1440", allows: |n| n > 0.0 && n <= 1440.0 };
/// A reach within a region.
pub(super) const KILOMETRES: Bound = Bound { text: "> 0, <= 1000", allows: |n| n > 0.0 && n <= 1000.0 };
/// A distance that may be nothing.
pub(super) const SPACING: Bound = Bound { text: ">= 0, <= 1000", allows: |n| (0.0..=1000.0).contains(&n) };
/// A speed in km/h.
pub(super) const SPEED: Bound = Bound { text: "> 0, <= 300", allows: |n| n > 0.0 && n <= 300.0 };
/// Metres between a place and its road.
pub(super) const SNAP: Bound = Bound { text: ">= 0, <= 20000", allows: |n| (0.0..=20_000.0).contains(&n) };
/// Road length over straight line.
pub(super) const DETOUR: Bound = Bound { text: ">= 1, <= 10", allows: |n| (1.0..=10.0).contains(&n) };
/// A share.
pub(super) const SHARE: Bound = Bound { text: ">= 0, <= 1", allows: |n| (0.0..=1.0).contains(&n) };
/// A part of a whole.
pub(super) const PART: Bound = Bound { text: "> 0, < 1", allows: |n| n > 0.0 && n < 1.0 };
/// How many times as far.
pub(super) const TIMES: Bound = Bound { text: "> 1, <= 100", allows: |n| n > 1.0 && n <= 100.0 };
/// Stations.
pub(super) const SOME: Bound = Bound { text: ">= 1, <= 1000000", allows: |n| (1.0..=1e6).contains(&n) };
/// Stations, or none.
pub(super) const ANY: Bound = Bound { text: ">= 0, <= 1000000", allows: |n| (0.0..=1e6).contains(&n) };

/// What has been found so far, and where each key stands.
#[derive(Debug)]
pub(super) struct Walk<'t> {
    text: &'t str,
    pub(super) found: Vec<Finding>,
    /// Byte and spelling of the value of every key that was asked for, by path.
    pub(super) places: HashMap<String, (usize, String)>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new(), places: HashMap::new() }
    }

    /// Adds a finding about a key; with its value where it has one.
    pub(super) fn fault(&mut self, path: &str, kind: Kind) {
        self.found.push(finding(&self.places, path, kind));
    }

    fn note(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        let span = value.span();
        // A table's own text is long and says nothing about the fault.
        let spelled = match value.get_ref() {
            DeValue::Table(_) => String::new(),
            _ => self.text.get(span.clone()).map(shown).unwrap_or_default(),
        };
        self.places.insert(path.to_owned(), (span.start, spelled));
    }
}

/// A finding about a key of `plan.toml`.
pub(super) fn finding(places: &HashMap<String, (usize, String)>, path: &str, kind: Kind) -> Finding {
    let place = places.get(path);
    Finding {
        byte: place.map(|(byte, _)| *byte),
        feature: None,
        field: Some(path.to_owned()),
        value: place.map(|(_, spelled)| spelled.clone()).filter(|s| !s.is_empty()),
        kind,
    }
}

/// A table that is being walked.
#[derive(Debug)]
pub(super) struct Keys<'t> {
    /// Path of the table, empty for the file.
    path: String,
    table: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    pub(super) fn new(table: &'t DeTable<'t>) -> Self {
        Self { path: String::new(), table, asked: Vec::new() }
    }

    /// Path of a key in the file, as faults name it.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Path of the table itself.
    pub(super) fn own_path(&self) -> &str {
        &self.path
    }

    fn ask(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        walk.note(&self.path(key), value);
        Some(value)
    }

    /// A text with something in it.
    pub(super) fn text(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Option<String> {
        let value = self.ask(key, walk)?;
        text(value, &self.path(key), walk)
    }

    /// A text, or one in each language: `{ zh = "…", en = "…" }`.
    pub(super) fn wording(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Option<Wording> {
        if !matches!(self.table.get(key).map(Spanned::get_ref), Some(DeValue::Table(_))) {
            return self.text(key, walk).map(Wording::from);
        }
        let mut table = self.table(key, walk)?;
        if table.table.is_empty() {
            walk.fault(table.own_path(), Kind::Blank);
        }
        let wording = Wording::new(table.text("zh", walk), table.text("en", walk));
        table.finish(walk);
        wording
    }

    /// A number within its bound.
    pub(super) fn number(&mut self, key: &'static str, bound: Bound, walk: &mut Walk<'_>) -> Option<f64> {
        let value = self.ask(key, walk)?;
        number(value, &self.path(key), bound, walk)
    }

    /// A whole number within its bound.
    pub(super) fn whole(&mut self, key: &'static str, bound: Bound, walk: &mut Walk<'_>) -> Option<usize> {
        let value = self.ask(key, walk)?;
        whole(value, &self.path(key), bound, walk)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(T, &'static str)],
        walk: &mut Walk<'_>,
    ) -> Option<T> {
        let written = self.text(key, walk)?;
        let found = words.iter().find(|(_, word)| *word == written).map(|(value, _)| *value);
        if found.is_none() {
            let known = words.iter().map(|(_, word)| *word);
            let kind = Kind::UnknownWord {
                known: known.clone().collect::<Vec<_>>().join(", "),
                meant: Meant(nearest(&written, known)),
            };
            walk.fault(&self.path(key), kind);
        }
        found
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Option<bool> {
        let value = self.ask(key, walk)?;
        if let DeValue::Boolean(truth) = value.get_ref() {
            return Some(*truth);
        }
        walk.fault(&self.path(key), Kind::WrongType { wanted_zh: "true 或 false", wanted_en: "true or false" });
        None
    }

    /// A list of numbers within one bound.
    pub(super) fn numbers(&mut self, key: &'static str, bound: Bound, walk: &mut Walk<'_>) -> Vec<f64> {
        let Some(value) = self.ask(key, walk) else { return Vec::new() };
        let path = self.path(key);
        let DeValue::Array(list) = value.get_ref() else {
            walk.fault(&path, Kind::WrongType { wanted_zh: "数字的列表", wanted_en: "a list of numbers" });
            return Vec::new();
        };
        let one = |(i, entry): (usize, &Spanned<DeValue<'t>>)| {
            let path = format!("{path}[{i}]");
            walk.note(&path, entry);
            number(entry, &path, bound, walk)
        };
        list.iter().enumerate().filter_map(one).collect()
    }

    /// A table.
    pub(super) fn table(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Option<Self> {
        let value = self.ask(key, walk)?;
        table(value, self.path(key), walk)
    }

    /// A list of tables, `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Vec<Self> {
        let Some(value) = self.ask(key, walk) else { return Vec::new() };
        let path = self.path(key);
        let DeValue::Array(list) = value.get_ref() else {
            walk.fault(
                &path,
                Kind::WrongType { wanted_zh: "表的列表（[[…]]）", wanted_en: "a list of tables, [[...]]" },
            );
            return Vec::new();
        };
        let entries = list.iter().enumerate();
        entries
            .filter_map(|(i, entry)| {
                let path = format!("{path}[{i}]");
                walk.note(&path, entry);
                table(entry, path, walk)
            })
            .collect()
    }

    /// A list of texts, each with its path; one that stands twice is a fault.
    pub(super) fn texts(&mut self, key: &'static str, walk: &mut Walk<'_>) -> Vec<String> {
        let Some(value) = self.ask(key, walk) else { return Vec::new() };
        let path = self.path(key);
        let DeValue::Array(list) = value.get_ref() else {
            walk.fault(&path, Kind::WrongType { wanted_zh: "文字的列表", wanted_en: "a list of texts" });
            return Vec::new();
        };
        let mut texts: Vec<String> = Vec::new();
        for (i, entry) in list.iter().enumerate() {
            let path = format!("{path}[{i}]");
            walk.note(&path, entry);
            if let Some(text) = text(entry, &path, walk) {
                if texts.contains(&text) {
                    walk.fault(&path, Kind::Repeated);
                }
                texts.push(text);
            }
        }
        texts
    }

    /// Everything in a table whose keys are the plan's own, such as names of counties: key, path and value.
    pub(super) fn entries(&self, walk: &mut Walk<'_>) -> Vec<(&'t str, String, &'t Spanned<DeValue<'t>>)> {
        let entries = self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), self.path(key.get_ref()), value));
        entries.inspect(|(_, path, value)| walk.note(path, value)).collect()
    }

    /// Every key that nobody asked for is unknown.
    pub(super) fn finish(self, walk: &mut Walk<'_>) {
        for (key, _) in self.table {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                let path = self.path(key.get_ref());
                walk.places.insert(path.clone(), (key.span().start, String::new()));
                let meant = Meant(nearest(key.get_ref(), self.asked.iter().copied()));
                walk.fault(&path, Kind::UnknownKey { known: self.asked.join(", "), meant });
            }
        }
    }
}

fn text(value: &Spanned<DeValue<'_>>, path: &str, walk: &mut Walk<'_>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => walk.fault(path, Kind::Blank),
        DeValue::String(text) => return Some(text.trim().to_owned()),
        _ => walk.fault(path, Kind::WrongType { wanted_zh: "带引号的文字", wanted_en: "text in quotation marks" }),
    }
    None
}

/// A number within its bound.
pub(super) fn number(value: &Spanned<DeValue<'_>>, path: &str, bound: Bound, walk: &mut Walk<'_>) -> Option<f64> {
    let number = match value.get_ref() {
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).map_or(f64::INFINITY, |n| n as f64),
        DeValue::Float(f) => f.as_str().parse().unwrap_or(f64::NAN),
        _ => {
            walk.fault(path, Kind::NotANumber { bound: bound.text });
            return None;
        }
    };
    // NaN is within no bound, and no bound lets infinity through. -0 would print as such.
    if (bound.allows)(number) {
        return Some(number + 0.0);
    }
    walk.fault(path, Kind::OutOfBound { bound: bound.text });
    None
}

/// A whole number within its bound.
pub(super) fn whole(value: &Spanned<DeValue<'_>>, path: &str, bound: Bound, walk: &mut Walk<'_>) -> Option<usize> {
    if value.get_ref().is_integer() {
        return number(value, path, bound, walk).map(|n| n as usize);
    }
    walk.fault(path, Kind::NotAWholeNumber { bound: bound.text });
    None
}

/// A table.
pub(super) fn table<'t>(value: &'t Spanned<DeValue<'t>>, path: String, walk: &mut Walk<'_>) -> Option<Keys<'t>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(Keys { path, table, asked: Vec::new() }),
        _ => {
            walk.fault(&path, Kind::WrongType { wanted_zh: "一个表", wanted_en: "a table" });
            None
        }
    }
}
