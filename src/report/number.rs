//! How do numbers stand in files and on paper? A file of its own because every output must say the same number the same
//! way, or a run would not repeat byte for byte and two outputs would disagree.

use serde::{Serialize, Serializer};

/// Decimals of every number in a file that is not whole.
const DECIMALS: f64 = 1e6;
/// Decimals of a coordinate: 1e-7 of a degree is about a centimetre.
const COORDINATE_DECIMALS: f64 = 1e7;
/// Above this a double holds no decimals worth rounding, and below it every whole number is exact.
const EXACT: f64 = 9.0e15;

/// A number as files hold it: whole without `.0`, otherwise six decimals; null where it is not finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Num(pub f64);

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_finite() {
            return serializer.serialize_none();
        }
        let value = rounded(self.0);
        // Also turns -0.0 into 0.
        if value.abs() < EXACT && value.fract() == 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 9e15: exact")]
            return serializer.serialize_i64(value as i64);
        }
        serializer.serialize_f64(value)
    }
}

impl std::fmt::Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // `+ 0.0` turns -0.0 into 0.0.
        if self.0.is_finite() { write!(f, "{}", rounded(self.0) + 0.0) } else { Ok(()) }
    }
}

/// Rounded to six decimals.
pub(crate) fn rounded(value: f64) -> f64 {
    if value.abs() < EXACT / DECIMALS { (value * DECIMALS).round() / DECIMALS } else { value }
}

/// Rounded up to six decimals: for an upper bound, which rounding must not turn into a lower one.
pub(crate) fn rounded_up(value: f64) -> f64 {
    let near = rounded(value);
    if near >= value || value.abs() >= EXACT / DECIMALS { near } else { rounded(near + 1.0 / DECIMALS) }
}

/// A coordinate in degrees, to seven decimals.
pub(crate) fn degrees(value: f64) -> f64 {
    (value * COORDINATE_DECIMALS).round() / COORDINATE_DECIMALS + 0.0
}

/// Seconds of a search as files state them: at most 10, 60, 600, 3,600 or so many whole hours. Coarse, because a busy
/// machine takes twice as long for the same search and must write the same file.
pub(crate) fn seconds_at_most(seconds: f64) -> f64 {
    let hours = (seconds / 3_600.0).ceil() * 3_600.0;
    [10.0, 60.0, 600.0].into_iter().find(|most| seconds <= *most || !seconds.is_finite()).unwrap_or(hours)
}

/// People for reading: whole, with thousands separated, `1,234`.
pub(crate) fn people(value: f64) -> String {
    decimals(value, 0)
}

/// A number as it is shown with what it counts, in English, where one is not many.
pub(crate) fn shown(number: &str, one: &str, many: &str) -> String {
    format!("{number} {}", if number == "1" { one } else { many })
}

/// A number for reading with this many decimals, thousands separated; `–` where it is not finite.
pub(crate) fn decimals(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.*}", places, value.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    // "-0" says less than "0".
    let mut out = if value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        "−".to_owned()
    } else {
        String::new()
    };
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// A share for reading: `78.9%`, `–` where there is nobody. Never 100.0% unless all are covered, nor 0.0% unless none is.
pub(crate) fn percent(share: Option<f64>) -> String {
    let Some(share) = share.filter(|s| s.is_finite()) else { return "–".to_owned() };
    let shown = match share {
        s if s < 1.0 && s > 0.9994 => 99.9,
        s if s > 0.0 && s < 0.0006 => 0.1,
        s => s * 100.0,
    };
    format!("{shown:.1}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: f64) -> String {
        serde_json::to_string(&Num(value)).expect("numbers serialize")
    }

    #[test]
    fn whole_numbers_carry_no_point_and_others_six_decimals() {
        assert_eq!(json(1000.0), "1000");
        assert_eq!(json(-0.0), "0");
        assert_eq!(json(-0.000_000_1), "0");
        assert_eq!(json(1.0 / 3.0), "0.333333");
        assert_eq!(json(0.1 + 0.2), "0.3");
        assert_eq!(json(-12.25), "-12.25");
        assert_eq!(Num(-0.0).to_string(), "0");
        assert_eq!(Num(12.5).to_string(), "12.5");
    }

    #[test]
    fn what_is_not_finite_is_null() {
        assert_eq!(json(f64::NAN), "null");
        assert_eq!(json(f64::INFINITY), "null");
        assert_eq!(Num(f64::NAN).to_string(), "");
    }

    #[test]
    fn a_bound_is_rounded_upwards() {
        assert_eq!(rounded_up(1.000_000_1), 1.000_001);
        assert_eq!(rounded_up(2.0), 2.0);
        for i in 0..1000 {
            let v = f64::from(i) * 1_234.567_891_234;
            assert!(rounded_up(v) >= v && rounded_up(v) - v < 1.1e-6, "{v}");
        }
    }

    #[test]
    fn people_are_grouped_by_thousands() {
        assert_eq!(people(1_234_567.4), "1,234,567");
        assert_eq!(people(999.0), "999");
        assert_eq!(people(-1234.0), "−1,234");
        assert_eq!(people(-0.2), "0");
        assert_eq!(decimals(1234.56, 1), "1,234.6");
        assert_eq!(people(f64::NAN), "–");
    }

    #[test]
    fn a_share_is_called_whole_only_when_it_is() {
        assert_eq!(percent(Some(0.99999)), "99.9%");
        assert_eq!(percent(Some(1.0)), "100.0%");
        assert_eq!(percent(Some(0.00001)), "0.1%");
        assert_eq!(percent(Some(0.0)), "0.0%");
        assert_eq!(percent(Some(0.789_4)), "78.9%");
        assert_eq!(percent(None), "–");
    }
}
