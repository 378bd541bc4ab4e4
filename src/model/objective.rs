//! What a plan asks to be best at: `[objective]` of `plan.toml`. A file of its own because most plans leave it out and then
//! ask for the most weighted people inside a circle.

/// `[objective]`. The default is the most weighted people inside a circle at the end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objective {
    /// The share of residents covered in the worst county comes first, weighted people only then.
    pub worst_county_first: bool,
    /// The share of residents, in [0, 1], that must be covered in every county before more people count.
    pub each_county: Option<f64>,
    /// What a second station within reach adds, as a share of the first; 0 when it adds nothing.
    pub second_station: f64,
    /// Whether stations have room for `capacity` people only: people are assigned, not only covered.
    pub capacity: bool,
    /// What coverage is worth beyond the standard: farther rings, the nearest first, each worth less.
    pub fade: Vec<Fade>,
    /// Weight of each phase in one sum over all phases; empty when the last phase comes first, then each earlier one.
    pub phases: Vec<f64>,
}

/// A ring beyond the standard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fade {
    /// How many times as far as the standard, above 1.
    pub times: f64,
    /// What a person within it counts, as a share of one inside the standard, in (0, 1).
    pub part: f64,
}

impl Objective {
    /// Whether counties decide before weighted people do.
    pub fn by_county(&self) -> bool {
        self.worst_county_first || self.each_county.is_some()
    }
}
