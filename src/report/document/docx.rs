//! How do blocks become a Word document? A file of its own because it is the one that writes Office Open XML. Written here and not
//! by a library: it is five parts in a zip, and the libraries number paragraphs from a counter that never starts again, so that
//! the same document would not be the same bytes.

use super::{Block, Document, Table, is_number, shown};
use crate::model::Lang;
use crate::report::error::ReportError;
use crate::report::escape::escape;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Twentieths of a point: A4, and the width between its margins.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 1_134;
const TEXT_WIDTH: u32 = PAGE.0 - 2 * MARGIN;
/// English metric units of a twentieth of a point.
const EMU: u32 = 635;
const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;
const NAMES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture""#;

/// The bytes of a .docx file.
pub(super) fn bytes(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut pictures: Vec<&[u8]> = Vec::new();
    let mut body = paragraph("Title", &document.title) + &paragraph("Subtitle", &document.subtitle);
    for block in &document.blocks {
        match block {
            Block::Heading(text) => body += &paragraph("Heading1", text),
            Block::Paragraph(text) => body += &paragraph("Normal", text),
            Block::Note(text) => body += &paragraph("Note", text),
            Block::Table(table) => body += &self::table(table, document.lang),
            Block::Picture { png, width, height, caption } => {
                pictures.push(png);
                body += &picture(pictures.len(), *width, *height, caption);
                body += &paragraph("Caption", caption);
            }
        }
    }
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {NAMES}><w:body>{body}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"/><w:pgMar w:top=\"{MARGIN}\" w:right=\"{MARGIN}\" w:bottom=\"{MARGIN}\" w:left=\"{MARGIN}\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
        PAGE.0, PAGE.1
    );
    let mut relations = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>"#,
    );
    for n in 1..=pictures.len() {
        // Writing into a String cannot fail.
        let _ = write!(
            relations,
            "<Relationship Id=\"picture{n}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"media/picture{n}.png\"/>"
        );
    }
    relations += "</Relationships>";
    let footer = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Note\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{} · </w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>",
        escape(&document.footer)
    );
    let day = document.date.map_or("1980-01-01".to_owned(), |d| d.to_string());
    let core = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>doorstep</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:created></cp:coreProperties>",
        escape(&document.title)
    );
    let styles = styles(document.lang);
    let parts: [(&str, &[u8]); 7] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("word/document.xml", xml.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/footer1.xml", footer.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ];
    let named: Vec<(String, &[u8])> =
        pictures.iter().enumerate().map(|(i, png)| (format!("word/media/picture{}.png", i + 1), *png)).collect();
    let all = parts.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).chain(named);
    pack(all).map_err(|e| ReportError::Document(e.to_string()))
}

fn pack<'b>(parts: impl Iterator<Item = (String, &'b [u8])>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed time, so that bytes repeat.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in parts {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn paragraph(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text, false))
}

fn run(text: &str, bold: bool) -> String {
    let bold = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
    let lines: Vec<String> =
        text.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(line))).collect();
    format!("<w:r>{bold}{}</w:r>", lines.join("<w:br/>"))
}

fn table(table: &Table, lang: Lang) -> String {
    let all: u32 = table.widths.iter().sum::<u32>().max(1);
    let widths: Vec<u32> = table.widths.iter().map(|w| TEXT_WIDTH * w / all).collect();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>{}</w:tblGrid>",
        widths.iter().map(|w| format!("<w:gridCol w:w=\"{w}\"/>")).collect::<String>()
    );
    let cell = |width: u32, text: &str, right: bool, bold: bool, shaded: bool| {
        let shade = if shaded { "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8EEF4\"/>" } else { "" };
        let side = if right { "<w:jc w:val=\"right\"/>" } else { "" };
        format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{side}</w:pPr>{}</w:p></w:tc>",
            run(text, bold)
        )
    };
    let numbers: Vec<bool> =
        (0..widths.len()).map(|c| table.rows.iter().any(|r| r.get(c).is_some_and(is_number))).collect();
    out += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
    for ((heading, width), number) in table.columns.iter().zip(&widths).zip(&numbers) {
        out += &cell(*width, heading, *number, true, true);
    }
    out += "</w:tr>";
    let last = table.rows.len().saturating_sub(1);
    for (i, row) in table.rows.iter().enumerate().take(table.on_paper) {
        out += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
        for (value, width) in row.iter().zip(&widths) {
            out += &cell(*width, &shown(value), is_number(value), table.total && i == last, false);
        }
        out += "</w:tr>";
    }
    out += "</w:tbl>";
    let more = table.rows.len().saturating_sub(table.on_paper);
    if more > 0 {
        out += &paragraph(
            "Note",
            &lang.pick(format!("其余 {more} 行见 .xlsx。"), format!("{more} more rows are in the .xlsx.")),
        );
    }
    // Two tables without a paragraph between them would become one.
    out + "<w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>"
}

fn picture(n: usize, width: u32, height: u32, caption: &str) -> String {
    let wide = TEXT_WIDTH * EMU;
    let most = u64::from((PAGE.1 - 2 * MARGIN) * 8 / 10 * EMU);
    let high = u64::from(wide) * u64::from(height.max(1)) / u64::from(width.max(1));
    let (wide, high) = if high > most { (u64::from(wide) * most / high, most) } else { (u64::from(wide), high) };
    let alt = escape(caption);
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:keepNext/><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{wide}\" cy=\"{high}\"/><wp:docPr id=\"{n}\" name=\"picture{n}\" descr=\"{alt}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"{n}\" name=\"picture{n}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"picture{n}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
}

fn styles(lang: Lang) -> String {
    let east = "Microsoft YaHei";
    let base = format!(
        "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:eastAsia=\"{east}\" w:cs=\"Calibri\"/><w:sz w:val=\"21\"/><w:lang w:val=\"en-US\" w:eastAsia=\"{}\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"100\" w:line=\"290\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>",
        lang.pick("zh-CN", "zh-CN")
    );
    let style = |id: &str, name: &str, paragraph: &str, run: &str| {
        let default = if id == "Normal" { " w:default=\"1\"" } else { "" };
        let based = if id == "Normal" { "" } else { "<w:basedOn w:val=\"Normal\"/>" };
        format!(
            "<w:style w:type=\"paragraph\"{default} w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{based}<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )
    };
    let all = [
        style("Normal", "Normal", "", ""),
        style("Title", "Title", "<w:spacing w:after=\"60\"/>", "<w:b/><w:color w:val=\"1F3A5F\"/><w:sz w:val=\"40\"/>"),
        style(
            "Subtitle",
            "Subtitle",
            "<w:spacing w:after=\"200\"/>",
            "<w:color w:val=\"5A6B7B\"/><w:sz w:val=\"22\"/>",
        ),
        style(
            "Heading1",
            "heading 1",
            "<w:keepNext/><w:spacing w:before=\"260\" w:after=\"100\"/><w:outlineLvl w:val=\"0\"/>",
            "<w:b/><w:color w:val=\"1F3A5F\"/><w:sz w:val=\"26\"/>",
        ),
        style(
            "Caption",
            "caption",
            "<w:spacing w:after=\"160\"/><w:jc w:val=\"center\"/>",
            "<w:color w:val=\"5A6B7B\"/><w:sz w:val=\"18\"/>",
        ),
        style("Note", "Note", "<w:spacing w:after=\"80\"/>", "<w:color w:val=\"5A6B7B\"/><w:sz w:val=\"18\"/>"),
        style(
            "Cell",
            "Cell",
            "<w:spacing w:before=\"20\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/>",
            "<w:sz w:val=\"17\"/>",
        ),
    ];
    let side = |name: &str| format!("<w:{name} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"B8C4D0\"/>");
    let borders: String = ["top", "bottom", "insideH"].map(side).concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles {NAMES}>{base}{}<w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"Grid\"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>",
        all.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::workbook::Cell;
    use std::io::Read;

    fn document() -> Document {
        Document {
            title: "规划 <b>&\"\u{0}".into(),
            lang: Lang::Zh,
            blocks: vec![
                Block::Heading("一".into()),
                Block::Table(Table {
                    name: "表",
                    columns: vec!["县区".into(), "人数".into()],
                    widths: vec![2, 1],
                    rows: vec![vec![Cell::text("<script>alert(1)</script>"), Cell::Count(1234.0)]; 7],
                    total: true,
                    on_paper: 5,
                }),
            ],
            ..Document::default()
        }
    }

    #[test]
    fn text_cannot_leave_its_element_and_bytes_repeat() {
        let bytes = document().docx().expect("packed");
        assert_eq!(bytes, document().docx().expect("packed"));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut xml = String::new();
        zip.by_name("word/document.xml").expect("the text").read_to_string(&mut xml).expect("UTF-8");
        assert!(xml.contains("规划 &lt;b&gt;&amp;&quot;\u{fffd}") && !xml.contains("<script"));
        assert!(xml.contains("1,234") && xml.contains("其余 2 行见 .xlsx"));
        assert_eq!(xml.matches("<w:tr>").count(), 6);
    }
}
