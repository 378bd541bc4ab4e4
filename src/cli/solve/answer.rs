//! What was found, as JSON for programs and in words for people. A file of its own because both say the same.

use super::near::Named;
use crate::model::{Lang, counted};
use crate::read::Tables;
use crate::siting::Problem;
use serde_json::{Value, json};
use std::time::Instant;

/// A bound this near, relative to it, is met: contract's `optimal`.
const MET: f64 = 1e-9;

/// The answer to a bare problem.
pub(super) struct Answer {
    pub(super) model: &'static str,
    pub(super) status: Status,
    pub(super) size: Size,
    pub(super) taken: Taken,
}

/// Whether there is one.
pub(super) enum Status {
    /// A choice and a bound.
    Found {
        objective: f64,
        bound: f64,
        gap: f64,
        stations: Vec<String>,
        /// Weight within reach, of all weight.
        covered: (f64, f64),
        /// Plans nearly as good, where asked for.
        near: Option<Named>,
    },
    /// No choice meets the conditions, and why.
    Infeasible { zh: String, en: String },
}

/// How large the problem is, as read and as solved.
pub(super) struct Size {
    pub(super) demand: usize,
    pub(super) sites: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Size {
    /// Rows are demand merged by cover set; columns the sites that may be used and cover something.
    pub(super) fn of(tables: &Tables, problem: &Problem) -> Self {
        let useful = |s: &usize| !problem.forbidden[*s] && !problem.rows_of()[*s].is_empty();
        Self {
            demand: tables.demand.ids.len(),
            sites: tables.sites.ids.len(),
            rows: problem.rows().len(),
            columns: (0..problem.sites).filter(useful).count(),
        }
    }
}

/// Seconds per step.
pub(super) struct Taken {
    pub(super) start: Instant,
    pub(super) read: f64,
    pub(super) cover: f64,
    pub(super) solve: f64,
}

impl Default for Taken {
    fn default() -> Self {
        Self { start: Instant::now(), read: 0.0, cover: 0.0, solve: 0.0 }
    }
}

impl Taken {
    /// Seconds since the steps so far.
    pub(super) fn lap(&self) -> f64 {
        (self.total() - self.read - self.cover - self.solve).max(0.0)
    }

    fn total(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}

impl Answer {
    /// The contract's object; `why` is in the language asked for.
    pub(super) fn json(&self, lang: Lang) -> Value {
        let millis = |s: f64| (s * 1e6).round() / 1e6;
        let taken = &self.taken;
        let mut answer = json!({
            "model": self.model,
            "status": self.word(),
            "objective": null,
            "bound": null,
            "gap": null,
            "stations": [],
            "covered": { "weight": null, "share": null },
            "problem": {
                "demand": self.size.demand, "sites": self.size.sites,
                "rows": self.size.rows, "columns": self.size.columns,
            },
            "seconds": {
                "read": millis(taken.read), "cover": millis(taken.cover),
                "solve": millis(taken.solve), "total": millis(taken.total()),
            },
            "plans": [],
        });
        match &self.status {
            Status::Found { objective, bound, gap, stations, covered, near } => {
                answer["objective"] = number(*objective);
                answer["bound"] = number(*bound);
                answer["gap"] = json!(gap);
                answer["stations"] = json!(stations);
                answer["covered"] = json!({ "weight": number(covered.0), "share": share(*covered) });
                if let Some(near) = near {
                    (answer["plans"], answer["near"]) = near.json(number);
                }
            }
            Status::Infeasible { zh, en } => answer["why"] = json!(lang.pick(zh, en)),
        }
        answer
    }

    fn word(&self) -> &'static str {
        match self.status {
            Status::Found { gap, .. } if gap <= MET => "optimal",
            Status::Found { .. } => "feasible",
            Status::Infeasible { .. } => "infeasible",
        }
    }

    /// In words, a line each.
    pub(super) fn words(&self, lang: Lang) -> String {
        let mut lines = Vec::new();
        if let Status::Found { objective, bound, gap, stations, covered, near } = &self.status {
            let percent = share(*covered).map_or_else(|| "-".to_owned(), |s| format!("{:.2}%", s * 100.0));
            let (weight, total, n) = (covered.0, covered.1, stations.len());
            lines.push(lang.pick(
                format!("覆盖 {weight}，共 {total}（{percent}）"),
                format!("Covered {weight} of {total} ({percent})"),
            ));
            match self.model {
                "mclp" if *objective != weight => lines.push(lang.pick(
                    format!("目标值 {objective}（计入容量、后备或分级折减）"),
                    format!("Objective {objective} (room, second stations or fading counted)"),
                )),
                "p-median" => {
                    lines.push(lang.pick(format!("加权路程 {objective}"), format!("Weighted travel {objective}")))
                }
                "p-center" => {
                    lines.push(lang.pick(format!("最远路程 {objective}"), format!("Worst travel {objective}")))
                }
                _ => {}
            }
            let list = stations.join(" ");
            lines.push(lang.pick(format!("站点（{n}）：{list}"), format!("Stations ({n}): {list}")));
            lines.push(self.proof(*bound, *gap, lang));
            lines.extend(near.iter().flat_map(|near| negotiable(near, lang)));
        }
        let Size { demand, sites, rows, columns } = self.size;
        lines.push(lang.pick(
            format!("规模：需求点 {demand}，候选点 {sites}；合并后 {rows} 行 {columns} 列"),
            format!(
                "Size: {}, {}; merged {}, {}",
                counted(demand, "demand point", "demand points"),
                counted(sites, "site", "sites"),
                counted(rows, "row", "rows"),
                counted(columns, "column", "columns")
            ),
        ));
        let (t, total) = (&self.taken, self.taken.total());
        lines.push(lang.pick(
            format!("用时：读取 {:.2} 秒，覆盖 {:.2} 秒，求解 {:.2} 秒，共 {total:.2} 秒", t.read, t.cover, t.solve),
            format!("Time: read {:.2} s, cover {:.2} s, solve {:.2} s, total {total:.2} s", t.read, t.cover, t.solve),
        ));
        lines.join("\n") + "\n"
    }

    fn proof(&self, bound: f64, gap: f64, lang: Lang) -> String {
        let percent = gap * 100.0;
        match (self.model, gap <= MET) {
            ("mclp", true) => {
                lang.pick("证明：最优，没有更好的选址。", "Proof: optimal, no choice covers more.").to_owned()
            }
            ("mclp", false) => lang.pick(
                format!("证明：可行，任何选址至多覆盖 {bound}，至多再好 {percent:.4}%。"),
                format!("Proof: feasible, no choice covers more than {bound}, {percent:.4}% better."),
            ),
            ("p-median" | "p-center", true) => {
                lang.pick("证明：最优，没有更短的路程。", "Proof: optimal, no choice means less travel.").to_owned()
            }
            ("p-median" | "p-center", false) => lang.pick(
                format!("证明：可行，任何选址的路程不少于 {bound}。"),
                format!("Proof: feasible, no choice means less travel than {bound}."),
            ),
            (_, true) => {
                lang.pick("证明：最优，更少的站点做不到。", "Proof: optimal, no fewer stations do it.").to_owned()
            }
            (_, false) => lang.pick(
                format!("证明：可行，至少需要 {bound} 个站点。"),
                format!(
                    "Proof: feasible, at least {bound} {} needed.",
                    if bound == 1.0 { "station is" } else { "stations are" }
                ),
            ),
        }
    }
}

/// Near plans, a line each, after what is fixed and what is not.
fn negotiable(near: &Named, lang: Lang) -> Vec<String> {
    let (percent, n) = (near.within * 100.0, near.plans.len());
    let which = match near.extent {
        "all" => lang.pick("全部", "all"),
        "best" => lang.pick("其中最好的", "the best of them"),
        _ => lang.pick("已找到的", "those found"),
    };
    let [fixed, exchangeable, undecided] = near.standing.each_ref().map(|ids| ids.join(" "));
    let mut lines = vec![lang.pick(
        format!("相差 {percent}% 以内的方案（{which}，{n} 个）："),
        format!("Plans within {percent}% of the best ({which}, {n}):"),
    )];
    lines.extend(near.plans.iter().map(|(objective, stations)| format!("  {objective}  {}", stations.join(" "))));
    lines.push(lang.pick(
        format!("固定点：{fixed}；可替换点：{exchangeable}；未定：{undecided}"),
        format!("Fixed: {fixed}; exchangeable: {exchangeable}; undecided: {undecided}"),
    ));
    lines
}

/// Whole numbers without a decimal point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value < 9e15 { json!(value as u64) } else { json!(value) }
}

/// A share of a whole; none where the whole is nothing.
fn share((part, whole): (f64, f64)) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
