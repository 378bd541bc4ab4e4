//! What is asked of the OGC API? Parameters checked one by one: the standard wants an unknown one, or a wrong value, refused
//! with 400. A file of its own because the rules of `bbox` and `datetime` are the standard's, not ours.

use crate::web::features::{Features, Holds};
use crate::web::problem::Problem;
use axum::http::{HeaderMap, header};

/// Features of a page, unless asked otherwise, and at most.
pub(super) const USUAL_LIMIT: usize = 100;
pub(super) const MOST_LIMIT: usize = 10_000;

/// How an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Html,
}

/// Parameters that every path takes.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub lang: Option<String>,
    form: Option<Form>,
}

/// Properties that are described for every collection; where a layer has none of the name, no feature has the value.
pub(in crate::web) const COMMON_PROPERTIES: [&str; 3] = ["county", "name", "id"];

pub(super) type Pairs = Vec<(String, String)>;

/// The query, decoded; a parameter may stand once.
pub(super) fn pairs(query: Option<&str>) -> Result<Pairs, Problem> {
    let mut pairs = Pairs::new();
    for part in query.unwrap_or_default().split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(Problem::bad_query(format!("{name}: stands twice")));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn decoded(text: &str) -> Result<String, Problem> {
    let refused = || Problem::bad_query("the query is not UTF-8 in percent-encoding");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or_else(refused);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).map_err(|_| refused())?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| refused())
}

impl Common {
    /// From a query that may hold others too.
    pub(super) fn of(pairs: &Pairs) -> Result<Self, Problem> {
        let mut common = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "lang" => common.lang = Some(value.clone()),
                "f" => {
                    common.form = Some(match value.as_str() {
                        "json" | "geojson" => Form::Json,
                        "html" => Form::Html,
                        _ => return Err(Problem::bad_query("f is json or html")),
                    });
                }
                _ => {}
            }
        }
        Ok(common)
    }

    /// From a query that may hold nothing else.
    pub(super) fn only(query: Option<&str>) -> Result<Self, Problem> {
        let pairs = pairs(query)?;
        match pairs.iter().find(|(name, _)| !matches!(name.as_str(), "f" | "lang")) {
            Some((name, _)) => Err(Problem::bad_query(format!("{name}: no such parameter here; there are f, lang"))),
            None => Self::of(&pairs),
        }
    }

    /// JSON, unless a browser asks for a page.
    pub(super) fn form(&self, headers: &HeaderMap) -> Form {
        let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let first =
            |kind: &str| accept.split(',').position(|one| one.split(';').next().is_some_and(|t| t.trim() == kind));
        let json = ["application/geo+json", "application/json"].into_iter().filter_map(first).min();
        self.form.unwrap_or(match (first("text/html"), json) {
            (Some(html), json) if json.is_none_or(|json| html < json) => Form::Html,
            _ => Form::Json,
        })
    }
}

/// What features are wanted.
#[derive(Debug)]
pub(super) struct Items {
    pub limit: usize,
    pub offset: usize,
    /// West, south, east, north; two where the box crosses the antimeridian.
    pub boxes: Vec<[f64; 4]>,
    pub during: Option<Interval>,
    /// As it stands in a feature's properties: `"county":"漠河市"`.
    pub equal: Vec<String>,
    /// The query without `offset` and `lang`, for links.
    pub pairs: Pairs,
}

impl Items {
    /// From the query of a collection.
    pub(super) fn of(pairs: &Pairs, features: &Features) -> Result<Self, Problem> {
        let mut items = Self {
            limit: USUAL_LIMIT,
            offset: 0,
            boxes: Vec::new(),
            during: None,
            equal: Vec::new(),
            pairs: pairs.iter().filter(|(name, _)| !matches!(name.as_str(), "offset" | "lang")).cloned().collect(),
        };
        for (name, value) in pairs {
            match name.as_str() {
                "f" | "lang" => {}
                "limit" => {
                    let limit = value.parse::<u64>().ok().filter(|n| *n > 0);
                    let limit = limit.ok_or_else(|| Problem::bad_query("limit is a whole number from 1"))?;
                    items.limit = usize::try_from(limit).unwrap_or(MOST_LIMIT).min(MOST_LIMIT);
                }
                "offset" => {
                    let wrong = || Problem::bad_query("offset is a whole number from 0");
                    items.offset = value.parse().map_err(|_| wrong())?;
                }
                "bbox" => items.boxes = boxes(value)?,
                "datetime" => items.during = Some(Interval::parse(value)?),
                _ => items.equal.push(equal(name, value, features)?),
            }
        }
        Ok(items)
    }
}

fn equal(name: &str, value: &str, features: &Features) -> Result<String, Problem> {
    let holds = features.columns.iter().find(|(column, _)| column == name).map(|(_, holds)| *holds);
    let holds = holds.or_else(|| COMMON_PROPERTIES.contains(&name).then_some(Holds::Nothing));
    let wrong = |what: &str| Problem::bad_query(format!("{name} is {what}"));
    let json = match holds {
        Some(Holds::Text | Holds::Nothing) => serde_json::to_string(value).expect("text serializes"),
        Some(Holds::Number) => {
            let number = value.trim().parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| wrong("a number"))?;
            serde_json::to_string(&crate::report::NumberInFiles(number)).expect("a number serializes")
        }
        Some(Holds::Flag) => match value {
            "true" | "false" => value.to_owned(),
            _ => return Err(wrong("true or false")),
        },
        Some(Holds::List) | None => {
            let asked = |(_, holds): &&(String, Holds)| *holds != Holds::List;
            let columns: Vec<&str> = features.columns.iter().filter(asked).map(|(c, _)| c.as_str()).collect();
            let known = format!("f, lang, limit, offset, bbox, datetime and the properties {}", columns.join(", "));
            return Err(Problem::bad_query(format!("{name}: no such parameter here; there are {known}")));
        }
    };
    Ok(format!("\"{name}\":{json}"))
}

/// Four numbers, or six with heights, which no feature has.
fn boxes(text: &str) -> Result<Vec<[f64; 4]>, Problem> {
    let wrong = |what: &str| Problem::bad_query(format!("bbox is west,south,east,north in degrees: {what}"));
    let numbers: Vec<f64> = text
        .split(',')
        .map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| wrong("not a number"))?;
    let [west, south, east, north] = match numbers[..] {
        [west, south, east, north] => [west, south, east, north],
        [west, south, low, east, north, high] if low <= high => [west, south, east, north],
        [_, _, _, _, _, _] => return Err(wrong("the lowest height is above the highest")),
        _ => return Err(wrong("four numbers, or six with heights")),
    };
    if south > north {
        return Err(wrong("south is above north"));
    }
    if [west, east].iter().any(|lon| lon.abs() > 180.0) || [south, north].iter().any(|lat| lat.abs() > 90.0) {
        return Err(wrong("beyond 180 or 90"));
    }
    Ok(if west > east {
        vec![[west, south, 180.0, north], [-180.0, south, east, north]]
    } else {
        vec![[west, south, east, north]]
    })
}

/// A time or an interval, as days in text that sorts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    from: Option<String>,
    to: Option<String>,
}

impl Interval {
    /// `2026-01-01T00:00:00Z`, `A/B`, `../B`, `A/..`; days alone are taken too.
    fn parse(text: &str) -> Result<Self, Problem> {
        let wrong =
            || Problem::bad_query("datetime is a time such as 2026-01-31T08:00:00Z, or an interval A/B, ../B, A/..");
        let end = |text: &str| if matches!(text, "" | "..") { Ok(None) } else { day(text).map(Some).ok_or_else(wrong) };
        let interval = match text.split_once('/') {
            None => {
                let day = day(text).ok_or_else(wrong)?;
                Self { from: Some(day.clone()), to: Some(day) }
            }
            Some((from, to)) => Self { from: end(from)?, to: end(to)? },
        };
        match (&interval.from, &interval.to) {
            (None, None) => Err(wrong()),
            (Some(from), Some(to)) if from > to => {
                Err(Problem::bad_query("datetime: the interval ends before it begins"))
            }
            _ => Ok(interval),
        }
    }

    /// Whether a day lies in it.
    pub(super) fn holds(&self, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day) && self.to.as_deref().is_none_or(|to| day <= to)
    }
}

/// The day of an RFC 3339 time.
fn day(text: &str) -> Option<String> {
    use time::format_description::well_known::Rfc3339;
    let date = match text.len() {
        10 => time::Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok()?,
        _ => time::OffsetDateTime::parse(text, &Rfc3339).ok()?.to_offset(time::UtcOffset::UTC).date(),
    };
    Some(date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_four_or_six_numbers_and_may_cross_the_antimeridian() {
        assert_eq!(boxes("1,2,3,4").expect("fine"), [[1.0, 2.0, 3.0, 4.0]]);
        assert_eq!(boxes("1,2,-5,3,4,9").expect("fine"), [[1.0, 2.0, 3.0, 4.0]]);
        assert_eq!(boxes("170,-5,-170,5").expect("fine"), [[170.0, -5.0, 180.0, 5.0], [-180.0, -5.0, -170.0, 5.0]]);
        for wrong in
            ["", "1,2,3", "1,2,3,4,5", "a,2,3,4", "1,4,3,2", "NaN,1,2,3", "1,2,300,4", "1,2,9,3,4,5", "1,-91,2,3"]
        {
            assert_eq!(boxes(wrong).expect_err(wrong).status, 400, "{wrong}");
        }
    }

    #[test]
    fn a_time_is_a_moment_or_an_interval_that_may_be_open() {
        let holds = |text: &str, day: &str| Interval::parse(text).expect(text).holds(day);
        assert!(holds("2024-05-09T12:00:00Z", "2024-05-09"));
        assert!(!holds("2024-05-09T12:00:00Z", "2024-05-10"));
        assert!(holds("../2024-06-01", "2020-01-01") && !holds("../2024-06-01", "2024-06-02"));
        assert!(holds("2024-06-01T00:00:00+08:00/..", "2030-01-01"));
        assert!(holds("2024-01-01/2024-12-31", "2024-05-05"));
        for wrong in ["", "..", "../..", "yesterday", "2024-13-01", "2024-06-01/2024-01-01", "2024"] {
            assert_eq!(Interval::parse(wrong).expect_err(wrong).status, 400, "{wrong}");
        }
    }

    #[test]
    fn a_query_is_decoded_and_a_parameter_stands_once() {
        let pairs = pairs(Some("county=%E6%BC%A0%E6%B2%B3&a=b+c")).expect("fine");
        assert_eq!(pairs, [("county".to_owned(), "漠河".to_owned()), ("a".to_owned(), "b c".to_owned())]);
        assert!(super::pairs(Some("a=1&a=2")).is_err());
        assert!(super::pairs(Some("a=%ff")).is_err());
        assert!(super::pairs(Some("a=%f")).is_err());
    }
}
