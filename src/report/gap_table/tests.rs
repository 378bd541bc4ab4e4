//! The gap list read back from every format: nothing is a formula, nothing is lost.

use super::*;
use crate::report::fixture::{HOSTILE, outcome};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn book(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte-order mark");
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_csv_has_the_contracts_columns_in_either_language() {
    for lang in [Lang::Zh, Lang::En] {
        let rows = records(&csv(&outcome(), lang, true).expect("written"));
        assert_eq!(rows[0], COLUMNS);
        assert_eq!(rows.len(), 5);
        assert_eq!(
            rows[2],
            [
                "R2",
                "新区",
                "residences",
                "漠河市",
                "urban",
                "400.75",
                "15",
                "C1",
                "12",
                "cut by the target",
                "C4",
                lang.pick("2026之后：增设第1站", "after 2026: station +1"),
                "12",
                "",
            ]
        );
        assert_eq!(
            rows[4][..10],
            ["R5", "孤村", "residences", "", "", "0", "9.75", "", "", "no candidate within reach"]
        );
        assert_eq!(rows[4][10], "");
    }
}

#[test]
fn hostile_texts_in_the_csv_are_quoted_and_never_formulas() {
    let bytes = csv(&outcome(), Lang::Zh, true).expect("written");
    let rows = records(&bytes);
    assert_eq!(rows[1][1], format!("'{HOSTILE}"));
    assert_eq!(rows[3][0], "'=R6");
    assert_eq!(rows[3][1], "图强镇, \"南\"\n区", "comma, quote and line feed stay inside the field");
    for field in rows[1..].iter().flatten() {
        assert!(!field.starts_with(['=', '+', '@', '\t', '\r']), "{field}");
    }
}

#[test]
fn a_negative_number_stays_a_number() {
    let mut o = outcome();
    o.gaps[0].people = crate::model::People(-1.5);
    assert_eq!(records(&csv(&o, Lang::Zh, true).expect("written"))[1][5], "-1.5");
}

#[test]
fn the_workbook_reads_back_with_every_sheet_and_chinese_intact() {
    let mut zh = book(xlsx(&outcome(), Lang::Zh).expect("written"));
    assert_eq!(
        zh.sheet_names(),
        ["缺口清单", "各县区", "城乡与群体", "建议新建", "现有站点", "分期", "参数", "数据质量"]
    );
    let gaps = zh.worksheet_range("缺口清单").expect("the gap list");
    assert_eq!(gaps.get((0, 0)), Some(&Data::String("编号".into())));
    assert_eq!(gaps.get((1, 9)), Some(&Data::String("受条件限制".into())));
    assert_eq!(gaps.get((2, 1)), Some(&Data::String("新区".into())));
    assert_eq!(gaps.get((2, 5)), Some(&Data::Float(400.75)));
    assert_eq!(gaps.get((2, 15)), Some(&Data::String("河东社区".into())));
    let mut en = book(xlsx(&outcome(), Lang::En).expect("written"));
    assert_eq!(
        en.sheet_names(),
        ["gaps", "counties", "groups", "proposal", "stations", "phases", "parameters", "quality"]
    );
    let gaps = en.worksheet_range("gaps").expect("the gap list");
    for (column, name) in (0..).zip(COLUMNS) {
        assert_eq!(gaps.get((0, column)), Some(&Data::String(name.into())));
    }
    let counties = en.worksheet_range("counties").expect("the counties");
    assert_eq!(counties.get((2, 0)), Some(&Data::String("County not stated".into())));
    assert!(matches!(counties.get((2, 3)), None | Some(Data::Empty)), "no share where there is nobody");
    assert_eq!(counties.get((3, 1)), Some(&Data::Float(2821.5)));
}

#[test]
fn only_sums_are_formulas_never_text_from_the_data_and_ids_are_text() {
    let mut o = outcome();
    o.folder.places[2].id = "007".into();
    o.folder.places[2].name = "=1+1".into();
    o.folder.plan.name = "+SUM(A1)".into();
    let mut book = book(xlsx(&o, Lang::En).expect("written"));
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).expect("readable");
        let own = |f: &str| f.is_empty() || f.starts_with("SUM(") || f == "C4/B4" || f == "E4/B4";
        assert!(formulas.used_cells().all(|(_, _, f)| own(f)), "{sheet}: {formulas:?}");
        assert!(formulas.is_empty() || sheet == "counties", "{sheet}");
    }
    let gaps = book.worksheet_range("gaps").expect("the gap list");
    assert_eq!(gaps.get((1, 0)), Some(&Data::String("007".into())));
    assert_eq!(gaps.get((1, 1)), Some(&Data::String("=1+1".into())), "the text itself, without an apostrophe");
}

#[test]
fn hostile_texts_leave_the_workbook_readable() {
    let mut o = outcome();
    o.folder.places[2].name = "a\0b\u{1b}<c>&\"_x0041_\u{ffff}".into();
    let mut book = book(xlsx(&o, Lang::En).expect("written"));
    let gaps = book.worksheet_range("gaps").expect("the gap list");
    assert_eq!(gaps.get((1, 1)), Some(&Data::String("a\u{fffd}b\u{fffd}<c>&\"_x0041_\u{fffd}".into())));
}

#[test]
fn a_name_longer_than_a_cell_is_a_named_error() {
    let mut o = outcome();
    o.folder.places[2].name = "长".repeat(40_000);
    let error = xlsx(&o, Lang::Zh).expect_err("too long").to_string();
    assert!(error.contains("缺口清单") && error.contains("row 2") && error.contains("名称"), "{error}");
    assert!(csv(&o, Lang::Zh, true).is_ok());
}

#[test]
fn bytes_repeat_and_carry_the_outcomes_date() {
    let o = outcome();
    let bytes = xlsx(&o, Lang::Zh).expect("written");
    // Times inside a zip have a step of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(bytes, xlsx(&o, Lang::Zh).expect("written"));
    assert_eq!(csv(&o, Lang::Zh, true).expect("written"), csv(&o, Lang::Zh, true).expect("written"));
    assert_eq!(geojson(&o, Lang::Zh), geojson(&o, Lang::Zh));
    let mut later = outcome();
    later.date = time::macros::date!(2026 - 03 - 02);
    assert_ne!(bytes, xlsx(&later, Lang::Zh).expect("written"), "the date is the outcome's");
}
