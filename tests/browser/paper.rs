//! Does the map come onto paper? A frame that was shown is gone, so each door draws its maps once more before it is printed. A file of its own because
//! it looks into the PDF that the browser writes.

use crate::visit::{DESK, Visit};
use flate2::read::ZlibDecoder;
use headless_chrome::types::PrintToPdfOptions;
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

#[test]
fn the_map_of_every_door_is_on_paper_and_not_blank() {
    for (door, count) in [("", 1), ("review", 2), ("analyse", 1)] {
        let Some(visit) = Visit::pay(&format!("{door}?lang=en"), DESK) else { return };
        // Long after the last frame.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let options =
            PrintToPdfOptions { prefer_css_page_size: Some(true), print_background: Some(true), ..Default::default() };
        let colours = maps(&visit.tab.print_to_pdf(Some(options)).unwrap());
        assert_eq!(colours.len(), count, "{door}: {colours:?}");
        assert!(colours.iter().all(|n| *n > 200), "{door}: a map has many colours: {colours:?}");
        visit.leave();
    }
}
