//! Which map sheet is asked for? What a query may ask (county, size), checked, and its picture in either format.
//! A file of its own because maps are the costly answers: their keys and sizes are bounded, so nobody can ask for
//! endless or enormous ones.

use super::prepared::Prepared;
use super::problem::Problem;
use crate::job::Outcome;
use crate::model::Lang;
use crate::report::map::{MapError, MapOptions, SheetSize, png, svg};

/// Most pixels along a side of a sheet asked for over HTTP; larger ones are for `doorstep map`.
const LONGEST_SIDE: u32 = 4000;

/// PNG or SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Format {
    /// Pixels.
    Png,
    /// Vectors.
    Svg,
}

/// A sheet: the whole area or one county, at a size.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    county: Option<String>,
    size: SheetSize,
}

/// What a finished picture is kept under: format (none is the report, which holds one), language, county, size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SheetKey(Option<Format>, Lang, Option<String>, String);

impl SheetKey {
    /// A picture.
    pub(super) fn new(format: Format, lang: Lang, sheet: &Sheet) -> Self {
        Self(Some(format), lang, sheet.county.clone(), format!("{:?}", sheet.size))
    }

    /// The report.
    pub(super) fn report(lang: Lang) -> Self {
        Self(None, lang, None, String::new())
    }
}

impl Sheet {
    /// From a query; 400 for a size that is none, 404 for a county the plan does not have.
    pub(super) fn asked_for(outcome: &Outcome, county: Option<&str>, size: Option<&str>) -> Result<Self, Problem> {
        let size = size.map_or(Ok(SheetSize::default()), str::parse).map_err(problem)?;
        if let SheetSize::Pixels(w, h) = size
            && w.max(h) > LONGEST_SIDE
        {
            return Err(Problem::bad_query(format!(
                "size: at most {LONGEST_SIDE} pixels along a side here; doorstep map draws more"
            )));
        }
        // The plan's own counties only: this is what bounds the number of sheets.
        let known = |name: &str| {
            let of_shares = outcome.shares.by_county.iter().filter_map(|(c, _)| c.as_deref());
            of_shares.chain(outcome.folder.stations.iter().filter_map(|s| s.county.as_deref())).any(|c| c == name)
        };
        if let Some(name) = county.filter(|name| !known(name)) {
            return Err(Problem::absent(format!("county {name:?}: the plan has no such county")));
        }
        Ok(Self { county: county.map(str::to_owned), size })
    }

    /// The picture.
    pub(super) fn prepare(&self, format: Format, outcome: &Outcome, lang: Lang) -> Result<Prepared, Problem> {
        let drawing = self.svg(outcome, lang)?;
        Ok(match format {
            Format::Svg => Prepared::new(drawing, "image/svg+xml").document(),
            Format::Png => Prepared::new(png(&drawing).map_err(problem)?, "image/png"),
        })
    }

    /// The drawing, for the report too.
    pub(super) fn svg(&self, outcome: &Outcome, lang: Lang) -> Result<String, Problem> {
        let options = MapOptions { lang, size: self.size, county: self.county.clone() };
        svg(outcome, &options).map_err(problem)
    }
}

fn problem(fault: MapError) -> Problem {
    match fault {
        MapError::UnknownCounty { .. } => Problem::absent(fault.to_string()),
        MapError::Size { .. } => Problem::bad_query(fault.to_string()),
        MapError::Draw(_) | MapError::Png(_) => Problem::failed(fault),
    }
}
