//! What do a row's values say, once it is known which property each heading means?
//! A file of its own because every layer asks the same questions of a value: text, number, word, date, counts.

use super::codes::{self, Book};
use super::fault::{nearest, shown};
use super::fault_words::{Kind, Meant};
use super::geojson;
use super::headings::{self, Field, Headings, Words};
use super::row::{Findings, Property, Row, Value};
use std::borrow::Cow;

/// Most people, money or capacity that a number may state: sums stay exact to a whole person.
const MOST: f64 = 1e12;
const MOST_TEXT: &str = "1e12";
/// What counts, costs and capacities are.
const NOT_NEGATIVE: &str = ">= 0";

/// A row's values by property.
#[derive(Debug)]
pub(super) struct Values<'a> {
    values: [Option<Property<'a>>; Field::COUNT],
    own_id: Option<Value<'a>>,
}

impl<'a> Values<'a> {
    /// Sorts a row's values by property and finds the row's id, which later findings quote.
    pub(super) fn of(row: Row<'a>, headings: &Headings, found: &mut Findings) -> Self {
        let mut values: [Option<Property<'a>>; Field::COUNT] = std::array::from_fn(|_| None);
        let mut conflicts = Vec::new();
        for property in row.properties {
            let Some(field) = headings.field(&property.name) else { continue };
            match &values[field as usize] {
                // An empty cell beside a filled one is no conflict.
                Some(first) if property.value == Value::Null || first.value == property.value => {}
                Some(first) if first.value != Value::Null => {
                    conflicts.push((property, shown(&first.name)));
                }
                _ => values[field as usize] = Some(property),
            }
        }
        let values = Self { values, own_id: row.id };
        found.feature.id = values.id_text().ok().flatten().map(Cow::into_owned);
        for (property, other) in conflicts {
            found.field(&property.name, Some(property.value.shown()), property.byte, Kind::Conflict { other });
        }
        values
    }

    /// The property, or the feature's own id where there is no such property.
    fn id_text(&self) -> Result<Option<Cow<'_, str>>, &Value<'a>> {
        let stated = self.values[Field::Id as usize].as_ref().map(|p| &p.value).filter(|v| **v != Value::Null);
        match stated.or(self.own_id.as_ref()) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::Text(text)) => Ok(Some(Cow::Borrowed(text.trim()))),
            Some(Value::Cell(text)) => Ok(Some(text.trim()).filter(|t| !t.is_empty()).map(Cow::Borrowed)),
            // Long codes are numbers that no double holds, so their digits are taken as they stand.
            Some(Value::Number(_, raw)) if raw.bytes().all(|b| b.is_ascii_digit()) => Ok(Some(Cow::Borrowed(*raw))),
            // 7, 7.0 and 7e0 are one number and must be one id.
            Some(Value::Number(n, _)) if n.fract() == 0.0 && n.abs() < 9e15 => Ok(Some(Cow::Owned(format!("{n:.0}")))),
            Some(other) => Err(other),
        }
    }

    /// The id, in words.
    pub(super) fn id(&self, found: &mut Findings) -> Option<String> {
        let (name, byte) = self.heading(Field::Id);
        match self.id_text() {
            Ok(Some(id)) => Some(id.into_owned()),
            Ok(None) => {
                let value = self.values[Field::Id as usize].as_ref().map(|p| p.value.shown());
                found.field(&name, value, byte, missing("唯一的文字，例如 \"R001\"", "unique text such as \"R001\""));
                None
            }
            Err(value) => {
                found.field(&name, Some(value.shown()), byte, Kind::BadId);
                None
            }
        }
    }

    /// The heading as the file spells it, else the property's own name.
    fn heading(&self, field: Field) -> (String, Option<usize>) {
        match &self.values[field as usize] {
            Some(property) => (property.name.clone().into_owned(), property.byte),
            None => (field.name().to_owned(), None),
        }
    }

    /// The value, where one is stated: not absent and not null.
    fn stated(&self, field: Field) -> Option<&Property<'a>> {
        self.values[field as usize].as_ref().filter(|p| p.value != Value::Null)
    }

    /// Adds a finding about a field's value.
    pub(super) fn fault(&self, field: Field, kind: Kind, found: &mut Findings) {
        let (name, byte) = self.heading(field);
        let value = self.values[field as usize].as_ref().map(|p| p.value.shown());
        found.field(&name, value, byte, kind);
    }

    /// Text, trimmed; empty counts as not stated, and a whole number as its digits (codes lose their quotation marks easily).
    pub(super) fn text(&self, field: Field, found: &mut Findings) -> Option<Cow<'_, str>> {
        match &self.stated(field)?.value {
            Value::Text(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(Cow::Borrowed),
            Value::Cell(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(Cow::Borrowed),
            Value::CellError(error) => {
                self.fault(field, Kind::CellError { error: (*error).to_owned() }, found);
                None
            }
            Value::Number(n, raw) if n.fract() == 0.0 => Some(Cow::Borrowed(*raw)),
            _ => {
                self.fault(field, Kind::NotText, found);
                None
            }
        }
    }

    /// The county: its name, else its code, which the plan's layers together turn into a name; both must agree.
    pub(super) fn county(&self, book: &Book, found: &mut Findings) -> Option<Cow<'_, str>> {
        let code = self.text(Field::CountyCode, found);
        let name = self.text(Field::County, found);
        let (Some(name), Some(code)) = (&name, &code) else { return name.or(code) };
        let Some(part) = codes::county_part(code) else {
            self.fault(Field::CountyCode, Kind::UnknownCode, found);
            return None;
        };
        let meant = book.aliases.get(&**name).map_or(&**name, String::as_str);
        let known = codes::names(part, None);
        let aliased = book.aliases.get(part).is_some_and(|a| a == meant);
        // A code that no table has may be newer than the tables: the name decides.
        if !known.is_empty() && !aliased && !known.contains(meant) && !known.contains(&**name) {
            let candidates = known.into_iter().collect::<Vec<_>>().join(", ");
            self.fault(Field::CountyCode, Kind::CodeNameDisagree { name: shown(name), candidates }, found);
            return None;
        }
        Some(name.clone())
    }

    /// A number >= 0, where stated.
    pub(super) fn amount(&self, field: Field, found: &mut Findings) -> Option<f64> {
        let property = self.stated(field)?;
        match amount(&property.value) {
            Ok(number) => Some(number),
            Err(kind) => {
                self.fault(field, kind, found);
                None
            }
        }
    }

    /// A number >= 0 that must be stated.
    pub(super) fn required_amount(&self, field: Field, found: &mut Findings) -> Option<f64> {
        if self.stated(field).is_none() {
            self.fault(field, missing("不小于 0 的数", "a number >= 0"), found);
        }
        self.amount(field, found)
    }

    /// One of a closed set of words, where stated. The outer `None` is a fault.
    pub(super) fn word<T: Copy>(&self, field: Field, words: Words<T>, found: &mut Findings) -> Option<Option<T>> {
        let faults = found.list.len();
        let Some(text) = self.text(field, found) else { return (found.list.len() == faults).then_some(None) };
        let value = headings::word(words, &text);
        if value.is_none() {
            let meant = Meant(nearest(&text, headings::spellings(words)));
            self.fault(field, Kind::UnknownWord { known: headings::offer(words), meant }, found);
        }
        value.map(Some)
    }

    /// One of a closed set of words that must be stated.
    pub(super) fn required_word<T: Copy>(&self, field: Field, words: Words<T>, found: &mut Findings) -> Option<T> {
        let value = self.word(field, words, found)?;
        if value.is_none() {
            let offer = headings::offer(words);
            self.fault(field, missing(&offer, &format!("one of {offer}")), found);
        }
        value
    }

    /// A date: year, month, day with any separators, such as 2024-05-09, 2024/5/9 or 2024年5月9日.
    pub(super) fn date(&self, field: Field, found: &mut Findings) -> Option<time::Date> {
        let property = self.stated(field)?;
        let date = match &property.value {
            Value::Text(text) if text.trim().is_empty() => return None,
            Value::Text(text) => date(text.trim()),
            Value::Cell(text) => date(text.trim()),
            _ => None,
        };
        if date.is_none() {
            self.fault(field, Kind::BadDate, found);
        }
        date
    }

    /// Counts by group; a null count is not counted.
    pub(super) fn counts(&self, field: Field, found: &mut Findings) -> Vec<(String, f64)> {
        let Some(property) = self.stated(field) else { return Vec::new() };
        if let Value::Counts(counts) = &property.value {
            let stated = counts.iter().map(|(heading, group, value)| ((*heading).to_owned(), *group, value));
            return tally(stated, None, found);
        }
        let object = match &property.value {
            Value::Object(raw) => geojson::members(raw),
            // A cell may hold the object as text.
            Value::Cell(raw) if raw.trim_start().starts_with('{') => geojson::members(raw),
            _ => None,
        };
        let Some(object) = object else {
            self.fault(field, Kind::GroupsNotAnObject, found);
            return Vec::new();
        };
        let stated = object
            .iter()
            .map(|(written, value)| (format!("{}.{written}", property.name), headings::group(written), value));
        tally(stated, property.byte, found)
    }
}

/// Counts by group: the field as a fault names it, the group, the value.
fn tally<'v>(
    stated: impl Iterator<Item = (String, &'v str, &'v Value<'v>)>,
    byte: Option<usize>,
    found: &mut Findings,
) -> Vec<(String, f64)> {
    let mut counts: Vec<(String, f64)> = Vec::new();
    for (field, group, value) in stated {
        let kind = match amount(value) {
            _ if *value == Value::Null => continue,
            _ if group.is_empty() => Kind::Blank,
            Ok(_) if counts.iter().any(|(seen, _)| seen == group) => Kind::Repeated,
            Ok(count) => {
                counts.push((group.to_owned(), count));
                continue;
            }
            Err(kind) => kind,
        };
        found.field(&field, Some(value.shown()), byte, kind);
    }
    counts
}

/// A property that is not there.
pub(super) fn missing(wanted_zh: &str, wanted_en: &str) -> Kind {
    Kind::Missing { wanted_zh: wanted_zh.into(), wanted_en: wanted_en.into() }
}

/// A number of people, money or places: finite, not negative, not absurd.
fn amount(value: &Value<'_>) -> Result<f64, Kind> {
    match value {
        Value::Number(n, _) if *n < 0.0 => Err(Kind::OutOfBound { bound: NOT_NEGATIVE }),
        Value::Number(n, _) if *n > MOST => Err(Kind::TooLarge { most: MOST_TEXT }),
        // -0 is not negative, but would print as such.
        Value::Number(n, _) => Ok(n + 0.0),
        Value::NotFinite(_) => Err(Kind::NanToken),
        Value::CellError(error) => Err(Kind::CellError { error: (*error).to_owned() }),
        Value::Cell(text) => match number(text) {
            Some(n) => amount(&Value::Number(n, text)),
            None => Err(Kind::NotANumber { bound: NOT_NEGATIVE }),
        },
        Value::Text(text) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            Err(Kind::NumberAsText { bound: NOT_NEGATIVE })
        }
        _ => Err(Kind::NotANumber { bound: NOT_NEGATIVE }),
    }
}

/// The number that a cell's text stands for: as people type it, with commas between thousands or without.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let mut groups = text.split('.').next()?.split(',');
    let head = groups.next()?.trim_start_matches(['-', '+']);
    let grouped = text.contains(',')
        && (1..=3).contains(&head.len())
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
    let plain = if grouped { Cow::Owned(text.replace(',', "")) } else { Cow::Borrowed(text) };
    // Rust reads "nan" and "inf" as numbers; people do not.
    plain.parse::<f64>().ok().filter(|_| plain.bytes().any(|b| b.is_ascii_digit()))
}

fn date(text: &str) -> Option<time::Date> {
    let text = text.strip_suffix(['日', '号']).unwrap_or(text);
    // A time of day may follow: 2024-05-09T00:00:00Z, 2024/5/9 0:00.
    let day = text.split(['T', ' ']).next()?;
    let mut parts = day.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them_and_half_dates_are_not() {
        let day = time::macros::date!(2024 - 05 - 09);
        for text in ["2024-05-09", "2024/5/9", "2024.5.9", "2024年5月9日", "2024-05-09T08:00:00Z"] {
            assert_eq!(date(text), Some(day), "{text}");
        }
        for text in ["2024-05", "9.5.2024", "2024-13-01", "2024-02-30", "soon", "", "2024-5-9-1"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_are_finite_numbers_from_zero_up() {
        assert_eq!(amount(&Value::Number(-0.0, "-0.0")).map(f64::is_sign_positive), Ok(true));
        assert_eq!(amount(&Value::Number(f64::INFINITY, "1e999")), Err(Kind::TooLarge { most: "1e12" }));
        assert_eq!(amount(&Value::Number(-1.0, "-1")), Err(Kind::OutOfBound { bound: ">= 0" }));
        assert_eq!(amount(&Value::Text("120".into())), Err(Kind::NumberAsText { bound: ">= 0" }));
        assert_eq!(amount(&Value::Bool(true)), Err(Kind::NotANumber { bound: ">= 0" }));
    }
}
