//! What a proposal can prove about itself. A file of its own because every method must fill it and every report quotes it.

/// How much is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The bound meets the objective: no better proposal exists.
    Optimal,
    /// The objective is reached; the bound says how much better any other proposal could be at most.
    Feasible,
}

impl Proof {
    /// Whether a bound meets an objective. Weights are rounded to a millionth of a person: less than a billionth of the
    /// whole is that rounding.
    pub fn of(objective: u64, bound: u64) -> Self {
        if (bound - objective) as f64 <= 1e-9 * bound as f64 { Self::Optimal } else { Self::Feasible }
    }

    /// `optimal` or `feasible`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
        }
    }
}

/// The proof that comes with every answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// What is proved.
    pub proof: Proof,
    /// Weight covered, existing stations included, in weighted people.
    pub objective: f64,
    /// No answer under the same conditions covers more, in weighted people.
    pub bound: f64,
    /// `(bound - objective) / bound`, 0 when optimal or when there is nothing to cover.
    pub gap: f64,
    /// How it was found and bounded.
    pub method: String,
    /// Time of the search, seconds.
    pub seconds: f64,
    /// Seed of every random choice (0: none is made).
    pub seed: u64,
}
