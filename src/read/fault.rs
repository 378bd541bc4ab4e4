//! What is wrong with a plan folder: a fault says where (file, line, feature, field), what (value, problem) and what to do.
//! A file of its own because every reader raises faults and none of them decides how they are listed;
//! the wording is in `fault_words.rs`.

use super::fault_words::Kind;
use crate::model::Lang;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// Characters of a value that a fault shows.
const SHOWN_CHARS: usize = 60;

/// A feature, or a row of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct FeatureRef {
    /// Position in the file, counted from 0.
    pub index: usize,
    /// Its id, where it has a readable one.
    pub id: Option<String>,
    /// Number of its row as people find it in a table, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// File, relative to the plan folder.
    pub file: String,
    /// Line, counted from 1.
    pub line: Option<usize>,
    /// Column in characters, counted from 1.
    pub column: Option<usize>,
    /// The feature; `None` where the fault is in the file or the layer as a whole.
    pub feature: Option<FeatureRef>,
    /// The field, as the file spells it (`plan.toml`: the path of the key).
    pub field: Option<String>,
    /// The value as the file spells it, shortened, control characters escaped.
    pub value: Option<String>,
    /// What is wrong, in words through [`Kind::problem`] and [`Kind::remedy`].
    pub kind: Kind,
}

impl Fault {
    /// The fault as one line.
    pub fn say(&self, lang: Lang) -> String {
        let mut at: Vec<String> = Vec::new();
        match (&self.feature, self.line) {
            (Some(feature), line) => at.push(say_feature(feature, line, lang)),
            (None, Some(line)) => {
                at.push(lang.pick(format!("第 {line} 行"), format!("line {line}")));
                if let Some(column) = self.column {
                    at.push(lang.pick(format!("第 {column} 列"), format!("column {column}")));
                }
            }
            (None, None) => {}
        }
        if let Some(field) = &self.field {
            let field = shown(field);
            let value = self.value.as_ref().map(|v| format!(" = {v}")).unwrap_or_default();
            at.push(lang.pick(format!("字段 {field}{value}"), format!("field {field}{value}")));
        } else if let Some(value) = &self.value {
            at.push(value.clone());
        }
        let (problem, remedy) = (self.kind.problem(lang), self.kind.remedy(lang));
        let file = shown(&self.file);
        match (at.is_empty(), lang) {
            (true, Lang::Zh) => format!("{file}：{problem}。{remedy}"),
            (true, Lang::En) => format!("{file}: {problem}. {remedy}"),
            (false, Lang::Zh) => format!("{file}：{}：{problem}。{remedy}", at.join("，")),
            (false, Lang::En) => format!("{file}: {}: {problem}. {remedy}", at.join(", ")),
        }
    }
}

fn say_feature(feature: &FeatureRef, line: Option<usize>, lang: Lang) -> String {
    let mut more: Vec<String> = Vec::new();
    more.extend(feature.id.as_ref().map(|id| lang.pick(format!("编号 {}", shown(id)), format!("id {}", shown(id)))));
    more.extend(line.map(|line| lang.pick(format!("第 {line} 行"), format!("line {line}"))));
    if let Some(row) = feature.row {
        let id =
            feature.id.as_ref().map(|id| lang.pick(format!("（编号 {}）", shown(id)), format!(" (id {})", shown(id))));
        return lang.pick(format!("第 {row} 行"), format!("row {row}")) + &id.unwrap_or_default();
    }
    let index = feature.index;
    match (more.is_empty(), lang) {
        (true, Lang::Zh) => format!("要素 {index}"),
        (true, Lang::En) => format!("feature {index}"),
        (false, Lang::Zh) => format!("要素 {index}（{}）", more.join("，")),
        (false, Lang::En) => format!("feature {index} ({})", more.join(", ")),
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Words {
            zh: String,
            en: String,
        }
        let words = |f: fn(&Kind, Lang) -> String| Words { zh: f(&self.kind, Lang::Zh), en: f(&self.kind, Lang::En) };
        let mut s = serializer.serialize_struct("Fault", 9)?;
        s.serialize_field("file", &self.file)?;
        s.serialize_field("line", &self.line)?;
        s.serialize_field("column", &self.column)?;
        s.serialize_field("feature", &self.feature)?;
        s.serialize_field("field", &self.field)?;
        s.serialize_field("value", &self.value)?;
        s.serialize_field("kind", self.kind.code())?;
        s.serialize_field("problem", &words(Kind::problem))?;
        s.serialize_field("remedy", &words(Kind::remedy))?;
        s.end()
    }
}

/// Every fault of a plan folder, in the order plan, residences, clusters, stations, candidates, boundaries; within a file
/// those of the file as a whole first, then by feature and field. Serialises as a list.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// `None` when there is none. The faults come file by file, in reading order.
    pub(super) fn of(files: Vec<Vec<Fault>>) -> Option<Self> {
        let mut all = Vec::new();
        for mut file in files {
            // The sort is stable, so faults of one field stay in the order in which they were found.
            file.sort_by(|a, b| {
                let index = |f: &Fault| f.feature.as_ref().map(|r| r.index);
                (index(a), if index(a).is_none() { a.line } else { None }, &a.field).cmp(&(
                    index(b),
                    if index(b).is_none() { b.line } else { None },
                    &b.field,
                ))
            });
            all.append(&mut file);
        }
        (!all.is_empty()).then_some(Self(all))
    }

    /// A single fault.
    pub(super) fn one(fault: Fault) -> Self {
        Self(vec![fault])
    }

    /// Every fault, sorted.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Every fault, a line each.
    pub fn say(&self, lang: Lang) -> String {
        self.0.iter().map(|fault| fault.say(lang)).collect::<Vec<_>>().join("\n")
    }
}

/// The English wording; where a language was chosen use [`Faults::say`].
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Faults {}

/// A text from a file, fit for a line of a terminal: shortened, and without characters that would move the cursor,
/// break the line or turn the reading direction.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == SHOWN_CHARS {
            out.push('…');
            break;
        }
        let turns =
            matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if c.is_control() || turns {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The text in quotation marks, as a fault shows a text value.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// The known word nearest to what was written, when it is near enough to be meant.
pub(super) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|word| {
            let lower = word.to_lowercase();
            // Short Chinese names differ by a suffix (漠河, 漠河市), which a character distance rates as far.
            let long = written.chars().count().min(lower.chars().count()) > 1;
            let inside = long && (lower.contains(&written) || written.contains(&lower));
            (if inside { 0.9 } else { strsim::jaro_winkler(&written, &lower) }, word)
        })
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, word)| shown(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        Fault {
            file: "residences.geojson".into(),
            line: None,
            column: None,
            feature: Some(FeatureRef { index: 12, id: Some("R013".into()), row: None }),
            field: Some("population".into()),
            value: Some(quoted("many")),
            kind: Kind::NotANumber { bound: ">= 0" },
        }
    }

    #[test]
    fn a_fault_says_file_feature_id_field_value_problem_and_remedy() {
        assert_eq!(
            fault().say(Lang::En),
            "residences.geojson: feature 12 (id R013), field population = \"many\": not a number. Write a number >= 0."
        );
        assert!(
            fault().say(Lang::Zh).starts_with("residences.geojson：要素 12（编号 R013），字段 population = \"many\"：")
        );
    }

    #[test]
    fn faults_serialise_as_a_list_with_a_code_and_both_wordings() {
        let json = serde_json::to_value(Faults(vec![fault()])).expect("faults are plain data");
        assert_eq!(json[0]["kind"], "not_a_number");
        assert_eq!(json[0]["feature"]["index"], 12);
        assert_eq!(json[0]["problem"]["en"], "not a number");
        assert!(json[0]["remedy"]["zh"].is_string());
    }

    #[test]
    fn values_cannot_move_the_cursor_or_turn_the_reading_direction() {
        assert_eq!(shown("a\u{1b}[31m\n\u{202e}b"), "a\\u{1b}[31m\\n\\u{202e}b");
        assert_eq!(shown(&"长".repeat(100)).chars().count(), SHOWN_CHARS + 1);
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_word_and_nonsense_finds_none() {
        assert_eq!(nearest("opne", ["open", "planned"]), Some("open".into()));
        assert_eq!(nearest("漠河", ["呼玛县", "漠河市"]), Some("漠河市".into()));
        assert_eq!(nearest("xyz", ["open", "planned"]), None);
    }
}
