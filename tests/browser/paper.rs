//! What comes onto paper? Maps, whose last frame is gone, so that each door draws them once more; rows that were not in view; figures, and no buttons. A
//! file of its own because it looks into the PDF that the browser writes.

use crate::visit::{DESK, Visit, api};
use flate2::read::ZlibDecoder;
use headless_chrome::protocol::cdp::Emulation;
use headless_chrome::types::PrintToPdfOptions;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Read;

fn position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

/// Pictures of the PDF that are as wide as a map: how many colours each has.
fn maps(pdf: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(at) = position(rest, b"/Subtype /Image") {
        rest = &rest[at..];
        let begin = position(rest, b"stream").unwrap();
        let head = String::from_utf8_lossy(&rest[..begin]).into_owned();
        let digits = |text: &str| text.trim().chars().take_while(char::is_ascii_digit).collect::<String>();
        let number = |key: &str| digits(head.split(key).nth(1).unwrap()).parse::<usize>().unwrap();
        let from = begin + position(&rest[begin..], b"\n").unwrap() + 1;
        if number("/Width") > 300 && head.contains("/FlateDecode") && head.contains("/ICCBased") {
            let mut pixels = Vec::new();
            ZlibDecoder::new(&rest[from..from + number("/Length")]).read_to_end(&mut pixels).unwrap();
            found.push(pixels.chunks_exact(3).collect::<BTreeSet<_>>().len());
        }
        rest = &rest[from..];
    }
    found
}

/// The PDF that the browser writes.
pub(crate) fn printed(visit: &Visit) -> Vec<u8> {
    let options =
        PrintToPdfOptions { prefer_css_page_size: Some(true), print_background: Some(true), ..Default::default() };
    visit.tab.print_to_pdf(Some(options)).unwrap()
}

/// Width and height of every sheet, in points.
pub(crate) fn sheets(pdf: &[u8]) -> Vec<[f64; 2]> {
    let text = String::from_utf8_lossy(pdf);
    let size = |(at, _): (usize, &str)| {
        let rest = &text[at..];
        let (from, to) = (rest.find('[').unwrap() + 1, rest.find(']').unwrap());
        let edges: Vec<f64> = rest[from..to].split_whitespace().map(|n| n.parse().unwrap()).collect();
        [edges[2], edges[3]]
    };
    text.match_indices("/MediaBox").map(size).collect()
}

/// As the printer lays it out on paper of so many pixels, where elements can be asked.
fn lay_out(visit: &Visit, width: u32) {
    let size = json!({"width": width, "height": 740, "deviceScaleFactor": 1.0, "mobile": false});
    visit.tab.call_method(serde_json::from_value::<Emulation::SetDeviceMetricsOverride>(size).unwrap()).unwrap();
    let media = json!({"media": "print"});
    visit.tab.call_method(serde_json::from_value::<Emulation::SetEmulatedMedia>(media).unwrap()).unwrap();
    visit.value("window.dispatchEvent(new Event('beforeprint'))");
}

#[test]
fn analyse_prints_every_row_and_column_across_its_sheets_and_no_button() {
    let Some(visit) = Visit::pay("analyse?lang=en", DESK) else { return };
    let sheets = sheets(&printed(&visit));
    assert!(sheets.len() > 3 && sheets.iter().all(|[width, height]| width > height), "{sheets:?}");
    let left = "document.querySelector('#paper') === null";
    assert_eq!(visit.value(left), true, "the table for paper is gone again");
    lay_out(&visit, 980);
    let gaps = api(&visit, "gaps");
    let rows = gaps["features"].as_array().unwrap();
    assert_eq!(visit.value("document.querySelectorAll('.paper tbody tr').length"), rows.len());
    let most = rows.iter().map(|row| row["properties"]["people"].as_f64().unwrap()).fold(0.0, f64::max);
    let first = visit.text(".paper tbody tr:first-child td:nth-child(3)");
    assert_eq!(first.replace(',', ""), format!("{most:.0}"), "most people first, as on the screen");
    let beyond = "[...document.querySelectorAll('.paper th, .paper td')].filter(c => c.getBoundingClientRect().right > innerWidth + 1 || c.scrollWidth > c.clientWidth + 1).length";
    assert_eq!(visit.value(beyond), 0, "nothing is cut off");
    let seen = "[...document.querySelectorAll('button, select, input, summary')].filter(e => e.getClientRects().length).length";
    assert_eq!(visit.value(seen), 0, "nothing to press on paper");
    visit.leave();
}

#[test]
fn the_figures_of_review_are_on_its_sheet() {
    let Some(visit) = Visit::pay("review?lang=zh", DESK) else { return };
    // As wide as the browser takes a sheet before it has read how large that is.
    lay_out(&visit, 739);
    for part in ["#headline .now strong", "#headline .then strong", "#key", ".phases"] {
        let inside = format!(
            "(b => b.width > 0 && b.height > 0 && b.right <= innerWidth)(document.querySelector('{part}').getBoundingClientRect())"
        );
        assert_eq!(visit.value(&inside), true, "{part}");
    }
    visit.leave();
}

#[test]
fn the_map_of_every_door_is_on_paper_and_not_blank() {
    for (door, count) in [("", 1), ("review", 2), ("analyse", 1)] {
        let Some(visit) = Visit::pay(&format!("{door}?lang=en"), DESK) else { return };
        // Long after the last frame.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let colours = maps(&printed(&visit));
        assert_eq!(colours.len(), count, "{door}: {colours:?}");
        assert!(colours.iter().all(|n| *n > 200), "{door}: a map has many colours: {colours:?}");
        visit.leave();
    }
}
