//! How do tables become an Excel workbook? The one file that knows `rust_xlsxwriter`: tables go in as plain cells, so
//! nothing from the data can become a formula, and the same tables give the same bytes.

use super::error::ReportError;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;

/// Rows of an Excel sheet, the heading included.
const ROWS: u32 = 1_048_576;
/// UTF-16 units an Excel cell takes.
const CELL_LENGTH: usize = 32_767;
/// Narrowest and widest column, in characters; wider text goes on in a next line.
const WIDTHS: std::ops::RangeInclusive<usize> = 9..=46;
/// Widest column of a sheet that has no other: a line of a landscape sheet.
const ALONE: usize = 110;
/// Height of a line, in points; LibreOffice does not find it out by itself.
const LINE: f64 = 16.0;
/// Highest row that Excel has, in points.
const HIGHEST: f64 = 409.0;
/// Characters across a landscape A4 or A3 sheet in print that can still be read: wider tables go on a second sheet.
const ON_A4: usize = 216;
const ON_A3: usize = 310;
/// Rows that decide a column's width; a scan of a million would only say the same.
const MEASURED_ROWS: usize = 500;

/// Deflate level: at the usual 6 a gap list of 95,000 rows takes three times as long to pack, for a sixth less.
const COMPRESSION: u8 = 3;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Text, never a formula nor a number: ids keep their zeros.
    Text(String),
    /// People or counts, shown whole.
    Count(f64),
    /// A measure, shown with two decimals.
    Measure(f64),
    /// A number with every digit, shown as it is.
    Exact(f64),
    /// A share in \[0, 1\], shown as a percentage.
    Share(f64),
    /// The sum of the numbers above it in its column, by formula.
    Sum(f64),
    /// The quotient of two cells of its row, by formula: columns from 0.
    Ratio {
        /// Its value.
        value: f64,
        /// Column of the numerator.
        over: u16,
        /// Column of the denominator.
        under: u16,
    },
    /// Nothing.
    Empty,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Nothing where there is nothing.
    pub(crate) fn or_empty<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}

/// A sheet: a heading row that stays in sight, then rows of as many cells.
pub(crate) struct Sheet<'a> {
    pub name: &'a str,
    pub columns: Vec<&'a str>,
    pub rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

/// What the workbook says about itself.
pub(crate) struct About<'a> {
    pub title: &'a str,
    /// Its creation date: the outcome's, not the clock's.
    pub date: time::Date,
    /// Font that has the language's characters; `None` for Excel's own.
    pub font: Option<&'a str>,
}

/// The bytes of an .xlsx file.
///
/// # Errors
/// [`ReportError::TooManyRows`], [`ReportError::TextTooLong`], or what the format refuses.
pub(crate) fn xlsx(about: &About<'_>, sheets: Vec<Sheet<'_>>) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    let date = about.date;
    let created = u16::try_from(date.year())
        .ok()
        .and_then(|year| ExcelDateTime::from_ymd(year, date.month().into(), date.day()).ok());
    let mut properties = DocProperties::new().set_title(clean(about.title)).set_author("doorstep");
    if let Some(created) = created {
        properties = properties.set_creation_datetime(&created);
    }
    book.set_properties(&properties).set_zip_compression_level(COMPRESSION);
    let formats = Formats::new(about.font);
    for sheet in sheets {
        fill(book.add_worksheet(), sheet, &formats)?;
    }
    book.save_to_buffer().map_err(refused)
}

struct Formats {
    heading: Format,
    /// Over numbers, which stand at the right.
    heading_right: Format,
    text: Format,
    /// Text that is wider than its column.
    long: Format,
    count: Format,
    measure: Format,
    share: Format,
    exact: Format,
}

impl Formats {
    fn new(font: Option<&str>) -> Self {
        let base = font.map_or_else(Format::new, |name| Format::new().set_font_name(name));
        let text = base.clone().set_align(FormatAlign::Top);
        let heading = base
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color("E8EEF4")
            .set_border_bottom(FormatBorder::Thin);
        Self {
            heading_right: heading.clone().set_align(FormatAlign::Right),
            heading,
            count: text.clone().set_num_format("#,##0"),
            measure: text.clone().set_num_format("#,##0.00"),
            exact: text.clone(),
            share: text.clone().set_num_format("0.0%"),
            // `@` keeps an id text even after someone edits the cell.
            long: text.clone().set_num_format("@").set_text_wrap(),
            text: text.set_num_format("@"),
        }
    }
}

fn fill(out: &mut Worksheet, sheet: Sheet<'_>, formats: &Formats) -> Result<(), ReportError> {
    out.set_name(sheet.name).map_err(refused)?;
    let mut widths: Vec<usize> = sheet.columns.iter().map(|heading| heading_width(heading)).collect();
    let widest_column = if sheet.columns.len() == 1 { ALONE } else { *WIDTHS.end() };
    let mut numbers = vec![false; sheet.columns.len()];
    let mut row = 0;
    for (i, cells) in sheet.rows.enumerate() {
        row += 1;
        if row >= ROWS {
            return Err(ReportError::TooManyRows { sheet: sheet.name.to_owned(), limit: ROWS });
        }
        let mut lines = 1;
        for ((column, cell), widest) in (0..).zip(&cells).zip(&mut widths) {
            let shown = match cell {
                Cell::Text(text) => {
                    let length = text.encode_utf16().count();
                    if length > CELL_LENGTH {
                        return Err(ReportError::TextTooLong {
                            sheet: sheet.name.to_owned(),
                            row: row + 1,
                            column: sheet.columns[usize::from(column)].to_owned(),
                            length,
                            limit: CELL_LENGTH,
                        });
                    }
                    let wide = width(text);
                    let format = if wide > widest_column { &formats.long } else { &formats.text };
                    if wide > widest_column {
                        // Lines break between words and so a little early.
                        lines = lines.max(wide.div_ceil(widest_column * 9 / 10));
                    }
                    out.write_string_with_format(row, column, clean(text), format).map_err(refused)?;
                    wide
                }
                Cell::Count(number) => write_number(out, row, column, *number, &formats.count)?,
                Cell::Measure(number) => write_number(out, row, column, *number, &formats.measure)?,
                Cell::Exact(number) if number.is_finite() => {
                    out.write_number_with_format(row, column, *number, &formats.exact).map_err(refused)?;
                    number.to_string().len()
                }
                Cell::Exact(_) => 0,
                Cell::Share(number) => write_number(out, row, column, *number, &formats.share)?,
                Cell::Sum(number) => {
                    let letters = column_name(column);
                    // The heading is row 1, so the rows above are 2 to `row`.
                    let formula = format!("SUM({letters}2:{letters}{row})");
                    write_formula(out, row, column, &formula, *number, &formats.count)?
                }
                Cell::Ratio { value, over, under } => {
                    let (over, under) = (column_name(*over), column_name(*under));
                    let formula = format!("{over}{0}/{under}{0}", row + 1);
                    write_formula(out, row, column, &formula, *value, &formats.share)?
                }
                Cell::Empty => 0,
            };
            if let Some(number) = numbers.get_mut(usize::from(column)) {
                *number |= !matches!(cell, Cell::Text(_) | Cell::Empty);
            }
            if i < MEASURED_ROWS {
                *widest = (*widest).max(shown + 2);
            }
        }
        if lines > 1 {
            out.set_row_height(row, (lines as f64 * LINE).min(HIGHEST)).map_err(refused)?;
        }
    }
    let across: usize = widths.iter().map(|w| (*w).clamp(*WIDTHS.start(), widest_column)).sum();
    for ((column, heading), number) in (0..).zip(&sheet.columns).zip(numbers) {
        let format = if number { &formats.heading_right } else { &formats.heading };
        out.write_string_with_format(0, column, *heading, format).map_err(refused)?;
    }
    let last = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    for (column, widest) in (0..).zip(widths) {
        let characters = u32::try_from(widest.clamp(*WIDTHS.start(), widest_column)).unwrap_or(u32::MAX);
        out.set_column_width(column, characters).map_err(refused)?;
    }
    out.set_row_height(0, 32).map_err(refused)?;
    out.set_freeze_panes(1, 0).map_err(refused)?;
    out.autofilter(0, 0, row, last).map_err(refused)?;
    let (paper, sheets) = if across <= ON_A4 { (9, 1) } else { (8, across.div_ceil(ON_A3)) };
    out.set_landscape().set_paper_size(paper).set_print_fit_to_pages(u16::try_from(sheets).unwrap_or(u16::MAX), 0);
    out.set_repeat_rows(0, 0).map_err(refused)?;
    if sheets > 1 {
        // Whose row it is: id and name.
        out.set_repeat_columns(0, 1).map_err(refused)?;
    }
    Ok(())
}

/// Writes a number; one that is not finite has no cell in Excel. Returns about how wide it is shown.
fn write_number(
    out: &mut Worksheet,
    row: u32,
    column: u16,
    number: f64,
    format: &Format,
) -> Result<usize, ReportError> {
    if !number.is_finite() {
        return Ok(0);
    }
    let number = super::number::rounded(number) + 0.0;
    out.write_number_with_format(row, column, number, format).map_err(refused)?;
    Ok(super::number::people(number).len())
}

/// Writes a formula of our own with its value, for programs that do not compute.
fn write_formula(
    out: &mut Worksheet,
    row: u32,
    column: u16,
    formula: &str,
    value: f64,
    format: &Format,
) -> Result<usize, ReportError> {
    if !value.is_finite() {
        return Ok(0);
    }
    let value = super::number::rounded(value) + 0.0;
    let formula = Formula::new(formula).set_result(value.to_string());
    out.write_formula_with_format(row, column, formula, format).map_err(refused)?;
    Ok(super::number::people(value).len())
}

/// Letters of a column, from 0.
fn column_name(column: u16) -> String {
    let (mut left, mut name) = (u32::from(column) + 1, String::new());
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        name.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    name
}

/// Text as XML can hold it: a control character becomes a visible U+FFFD.
fn clean(text: &str) -> Cow<'_, str> {
    let refused = |c: char| matches!(c, '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(refused) { Cow::Owned(text.replace(refused, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// How wide a column its heading asks for: two lines, and no word broken. Bold letters and the filter's arrow take some more.
fn heading_width(heading: &str) -> usize {
    let word =
        heading.split([' ', '/', '-']).map(|word| if word.is_ascii() { width(word) } else { 0 }).max().unwrap_or(0);
    (width(heading).div_ceil(2) + 4).max(word + word.div_ceil(8) + 3)
}

/// How wide a text is shown, in Latin characters: a Chinese one takes two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(error: XlsxError) -> ReportError {
    ReportError::Workbook(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About<'static> {
        About { title: "规划", date: time::macros::date!(2026 - 03 - 01), font: None }
    }

    fn sheet(cells: Vec<Cell>) -> Sheet<'static> {
        Sheet { name: "s", columns: vec!["a"; cells.len()], rows: Box::new(std::iter::once(cells)) }
    }

    #[test]
    fn a_text_longer_than_a_cell_is_an_error_that_names_the_cell() {
        let fits = sheet(vec![Cell::Text("x".repeat(CELL_LENGTH))]);
        assert!(xlsx(&about(), vec![fits]).is_ok());
        let error = xlsx(&about(), vec![sheet(vec![Cell::Text("站".repeat(CELL_LENGTH + 1))])]);
        let error = error.expect_err("too long").to_string();
        assert!(error.starts_with("sheet s, row 2, column a: 32768 characters"), "{error}");
    }

    #[test]
    fn more_rows_than_a_sheet_has_are_an_error_that_names_the_way_out() {
        let rows = Box::new(std::iter::repeat_with(Vec::new).take(ROWS as usize));
        let error = xlsx(&about(), vec![Sheet { name: "gaps", columns: vec!["a"], rows }]);
        assert!(matches!(error, Err(ReportError::TooManyRows { limit: ROWS, .. })));
    }

    #[test]
    fn a_heading_has_room_for_its_longest_word() {
        for heading in ["nearest_station", "phase_or_outreach", "Nearest station", "id", "最近站点"] {
            let words = heading.split(' ').filter(|word| word.is_ascii()).map(str::len);
            assert!(heading_width(heading) > words.max().unwrap_or(0) + 2, "{heading}: {}", heading_width(heading));
        }
        // A long line of short words is broken between them.
        assert!(heading_width("Residents inside today, of all of them") < 30);
    }

    #[test]
    fn a_control_character_becomes_visible() {
        assert_eq!(clean("a\0b\u{b}c\td\u{ffff}"), "a\u{fffd}b\u{fffd}c\td\u{fffd}");
    }

    #[test]
    fn a_number_that_is_not_finite_leaves_its_cell_empty() {
        assert!(xlsx(&about(), vec![sheet(vec![Cell::Measure(f64::NAN), Cell::Share(f64::INFINITY)])]).is_ok());
    }
}
