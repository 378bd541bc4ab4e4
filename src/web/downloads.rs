//! Which files can be kept from the page? The ones `plan` and `report` write, under the same names. A file of its own because a
//! download is made by another function per format, and its type and name must match.

use super::prepared::Prepared;
use super::problem::Problem;
use super::sheets::Sheet;
use super::topics::Topic;
use crate::job::Outcome;
use crate::model::Lang;
use crate::report::{document, gap_table, machine, page};

/// What a browser calls an Excel workbook.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Download {
    /// The gap list for any program.
    GapsCsv,
    /// The gap list for Excel.
    GapsXlsx,
    /// The gap list for GIS.
    GapsGeojson,
    /// Proposed stations for GIS.
    ProposalGeojson,
    /// Every place for GIS.
    CoverageGeojson,
    /// Circles for GIS.
    CirclesGeojson,
    /// The numbers.
    SummaryJson,
    /// The report.
    ReportHtml,
    /// The report, to be edited in Word or WPS.
    ReportDocx,
    /// The report as a workbook.
    ReportXlsx,
    /// Every layer for QGIS, with styles.
    PlanGpkg,
}

impl Download {
    /// All of them.
    pub(super) const ALL: [Self; 11] = [
        Self::GapsCsv,
        Self::GapsXlsx,
        Self::GapsGeojson,
        Self::ProposalGeojson,
        Self::CoverageGeojson,
        Self::CirclesGeojson,
        Self::SummaryJson,
        Self::ReportHtml,
        Self::ReportDocx,
        Self::ReportXlsx,
        Self::PlanGpkg,
    ];

    /// The name it is saved under, as in `plan`'s output folder.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GapsCsv => "gaps.csv",
            Self::GapsXlsx => "gaps.xlsx",
            Self::GapsGeojson => "gaps.geojson",
            Self::ProposalGeojson => "proposal.geojson",
            Self::CoverageGeojson => "coverage.geojson",
            Self::CirclesGeojson => "circles.geojson",
            Self::SummaryJson => "summary.json",
            Self::ReportHtml => "report.html",
            Self::ReportDocx => "report.docx",
            Self::ReportXlsx => "report.xlsx",
            Self::PlanGpkg => "plan.gpkg",
        }
    }

    /// The file, to be saved.
    pub(super) fn prepare(self, outcome: &Outcome, lang: Lang) -> Result<Prepared, Problem> {
        let file = match self {
            Self::GapsCsv => {
                Prepared::new(gap_table::csv(outcome, lang, true).map_err(Problem::failed)?, "text/csv; charset=utf-8")
            }
            Self::GapsXlsx => Prepared::new(gap_table::xlsx(outcome, lang).map_err(Problem::failed)?, WORKBOOK),
            Self::GapsGeojson => Topic::Gaps.prepare(outcome, lang)?,
            Self::ProposalGeojson => Topic::Proposal.prepare(outcome, lang)?,
            Self::CoverageGeojson => Topic::Coverage.prepare(outcome, lang)?,
            Self::CirclesGeojson => Topic::Circles.prepare(outcome, lang)?,
            Self::SummaryJson => Topic::Summary.prepare(outcome, lang)?,
            Self::ReportHtml => report(outcome, lang)?,
            Self::ReportDocx => Prepared::new(
                document(outcome, lang)?.docx().map_err(Problem::failed)?,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            Self::ReportXlsx => Prepared::new(document(outcome, lang)?.xlsx().map_err(Problem::failed)?, WORKBOOK),
            Self::PlanGpkg => Prepared::new(
                machine::geopackage(outcome, lang).map_err(Problem::failed)?,
                "application/geopackage+sqlite3",
            ),
        };
        Ok(file.saved_as(self.name()))
    }
}

fn document(outcome: &Outcome, lang: Lang) -> Result<document::Document, Problem> {
    document::report(outcome, lang).map_err(Problem::failed)
}

/// The report, to be read in the browser.
pub(super) fn report(outcome: &Outcome, lang: Lang) -> Result<Prepared, Problem> {
    let map = Sheet::default().svg(outcome, lang)?;
    Ok(Prepared::new(page::html(outcome, lang, &map), "text/html; charset=utf-8").document())
}
