//! The two languages the program writes. A file of its own because every room that speaks needs it.

use serde::Serialize;

/// Language of everything a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese (simplified), the default of the field.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Picks one of the two wordings.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// `zh` or `en`, as in `plan.toml` and the HTML `lang` attribute.
    pub fn code(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// Reads `zh` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A text of the plan in both languages; what it says in one alone is said in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    zh: String,
    en: String,
}

impl Wording {
    /// `None` where neither is given.
    pub fn new(zh: Option<String>, en: Option<String>) -> Option<Self> {
        let one = zh.clone().or_else(|| en.clone())?;
        Some(Self { zh: zh.unwrap_or_else(|| one.clone()), en: en.unwrap_or(one) })
    }

    /// In one language.
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl<T: Into<String>> From<T> for Wording {
    fn from(text: T) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }
}

/// A number of things in English, where one is not many.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
