//! Why there is no answer: which conditions conflict. A file of its own because the words matter to whoever must give way.

use super::problem::{Choice, Problem};
use crate::model::{Lang, counted};
use crate::travel::SiteIndex;

/// Conditions that no choice of sites can meet together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Infeasible {
    /// More stations are wanted than sites may be used.
    TooFewSites {
        /// New stations wanted.
        wanted: usize,
        /// Sites that may be used once forbidden ones and county maxima are taken off.
        usable: usize,
    },
    /// A county must have more stations than it has usable sites.
    CountyShort {
        /// County.
        county: String,
        /// New stations its minimum asks for.
        wanted: usize,
        /// Usable sites in it.
        usable: usize,
    },
    /// A county has, or must take, more stations than its maximum.
    CountyOver {
        /// County.
        county: String,
        /// Stations it has or must take.
        has: usize,
        /// Its maximum.
        max: usize,
    },
    /// County minima and required sites together ask for more than the target leaves.
    MinimaOverTarget {
        /// New stations they ask for.
        wanted: usize,
        /// New stations the target leaves.
        left: usize,
    },
    /// A required site is ruled out by another limit.
    RequiredRuledOut {
        /// Index of the site.
        site: SiteIndex,
    },
    /// Even the cheapest choice costs more than the budget.
    Budget {
        /// Cost of the cheapest choice, in the smallest unit of money.
        cheapest: u64,
        /// The budget in the same unit.
        budget: u64,
    },
    /// More weight is to be covered than the sites that may be used cover together.
    LeastOverCoverable {
        /// Weight to cover.
        least: u64,
        /// Weight that they cover.
        coverable: u64,
    },
    /// A demand point reaches no site that may be used.
    Unreached {
        /// Its position among the demand points.
        demand: usize,
    },
    /// More sites are needed to reach all demand than may be chosen.
    NotAllReached {
        /// Sites that may be chosen.
        choose: usize,
        /// No fewer sites, required ones included, reach all demand.
        fewest: usize,
    },
    /// No choice covers enough within the county limits, the spacing and the budget. Proved by search.
    NotTogether,
    /// No choice that keeps the other conditions reaches every least amount. Proved by search.
    AmountsNotReached {
        /// Whose amounts they are, such as counties.
        names: Vec<String>,
    },
    /// Weights and costs are so large that their sum cannot be counted exactly.
    TooLarge,
    /// No choice was found that meets every condition, such as spacing and budget. Not a proof: the search for one was cut off.
    NoneFound,
}

impl Infeasible {
    /// The conflict in words; `site` names a site.
    pub fn say(&self, lang: Lang, site: impl Fn(SiteIndex) -> String) -> String {
        match self {
            Self::TooFewSites { wanted, usable } => lang.pick(
                format!("还需新建 {wanted} 个站点，但可用的候选点只有 {usable} 个；请增加候选点，或放宽 limits，或降低 target。"),
                format!("{} but only {} may be used; add candidates, relax [limits] or lower the target.", counted(*wanted, "new station is wanted", "new stations are wanted"), counted(*usable, "candidate", "candidates")),
            ),
            Self::CountyShort { county, wanted, usable } => lang.pick(
                format!("{county} 按下限还需 {wanted} 个站点，但可用的候选点只有 {usable} 个；请增加候选点或降低 min。"),
                format!("{county} needs {} for its minimum but has only {}; add candidates or lower its min.", counted(*wanted, "more station", "more stations"), counted(*usable, "usable candidate", "usable candidates")),
            ),
            Self::CountyOver { county, has, max } => lang.pick(
                format!("{county} 已有或必须有 {has} 个站点，超过上限 {max}；请提高 max。"),
                format!("{county} has or must take {}, more than its maximum of {max}; raise its max.", counted(*has, "station", "stations")),
            ),
            Self::MinimaOverTarget { wanted, left } => lang.pick(
                format!("各县区下限与必选点合计要求新建 {wanted} 个，而目标只余 {left} 个；请提高 target 或降低下限。"),
                format!("county minima and required sites ask for {} but the target leaves {left}; raise the target or lower the minima.", counted(*wanted, "new station", "new stations")),
            ),
            Self::RequiredRuledOut { site: s } => lang.pick(
                format!("必选点 {} 被其他限制（间距、上限、预算或 forbidden）排除；请放宽其一。", site(*s)),
                format!("required site {} is ruled out by another limit (spacing, maximum, budget or forbidden); relax one of them.", site(*s)),
            ),
            Self::Budget { cheapest, budget } => {
                let (cheapest, budget) = (*cheapest as f64 / 100.0, *budget as f64 / 100.0);
                lang.pick(
                    format!("最便宜的方案也需 {cheapest:.2}，超过预算 {budget:.2}；请提高预算或降低 target。"),
                    format!("even the cheapest choice costs {cheapest:.2}, more than the budget of {budget:.2}; raise the budget or lower the target."),
                )
            }
            Self::LeastOverCoverable { least, coverable } => lang.pick(
                format!("要求覆盖 {least}，但可用的候选点合计只能覆盖 {coverable}；请降低要求或增加候选点。"),
                format!("{least} is to be covered but the sites that may be used cover only {coverable} together; ask for less or add sites."),
            ),
            Self::Unreached { demand } => lang.pick(
                format!("第 {} 个需求点到不了任何可用的候选点；请增加候选点或放宽可达范围。", demand + 1),
                format!("demand point number {} reaches no site that may be used; add sites or extend the reach.", demand + 1),
            ),
            Self::NotAllReached { choose, fewest } => lang.pick(
                format!("{choose} 个站点无法让所有需求点都可达，至少需要 {fewest} 个；请增加站点数或放宽可达范围。"),
                format!("{} cannot be reached by all demand, at least {fewest} are needed; allow more stations or extend the reach.", counted(*choose, "station", "stations")),
            ),
            Self::NotTogether => lang.pick(
                "没有任何方案能在县区上下限、间距与预算之内覆盖这么多（已穷尽证明）；请放宽其一或降低要求。".to_owned(),
                "no choice covers that much within the county limits, the spacing and the budget (proved); relax one of them or ask for less.".to_owned(),
            ),
            Self::AmountsNotReached { names } => lang.pick(
                format!("没有任何方案能使以下各处都达到要求的份额（已穷尽证明）：{}；请降低份额、提高 target 或增加候选点。", names.join("、")),
                format!("no choice reaches the share that is asked for in each of these (proved): {}; ask for a smaller share, raise the target or add candidates.", names.join(", ")),
            ),
            Self::TooLarge => lang.pick(
                "权重与费用过大，无法精确求和；请改用更大的费用或权重单位。".to_owned(),
                "weights and costs are too large to be summed exactly; use a larger unit for costs or weights.".to_owned(),
            ),
            Self::NoneFound => lang.pick(
                "未找到满足全部条件（如间距与预算）的方案（未穷尽搜索）；请放宽 spacing_km 或 budget，或延长搜索。".to_owned(),
                "no choice was found that meets every condition, such as spacing and budget (the search was not exhaustive); relax spacing_km or budget, or search longer.".to_owned(),
            ),
        }
    }
}

/// Checks what can be decided by counting: exact for required, forbidden and county conditions.
pub fn check(problem: &Problem) -> Result<(), Infeasible> {
    let usable = |s: &usize| !problem.forbidden[*s];
    for (c, rule) in problem.counties.iter().enumerate() {
        let sites = (0..problem.sites).filter(usable).filter(|&s| problem.county_of[s] == Some(c)).count();
        if rule.min > rule.max {
            return Err(Infeasible::CountyOver { county: rule.county.clone(), has: rule.min, max: rule.max });
        }
        if rule.min > sites {
            return Err(Infeasible::CountyShort { county: rule.county.clone(), wanted: rule.min, usable: sites });
        }
    }
    let mut choice = Choice::new(problem);
    for &s in &problem.required {
        if !choice.admits(s) {
            return Err(Infeasible::RequiredRuledOut { site: s });
        }
        choice.add(s);
    }
    let wanted = problem.required.len() + choice.owed();
    if wanted > problem.choose {
        return Err(Infeasible::MinimaOverTarget { wanted, left: problem.choose });
    }
    let usable = most_sites(problem);
    if usable < problem.choose {
        return Err(Infeasible::TooFewSites { wanted: problem.choose, usable });
    }
    if let Some((cost, budget)) = &problem.budget {
        let mut cheapest: Vec<u64> = (0..problem.sites).filter(usable_at(problem)).map(|s| cost[s]).collect();
        cheapest.sort_unstable();
        let cheapest = cheapest.iter().take(problem.choose).sum();
        if cheapest > *budget {
            return Err(Infeasible::Budget { cheapest, budget: *budget });
        }
    }
    Ok(())
}

fn usable_at(problem: &Problem) -> impl Fn(&usize) -> bool + '_ {
    |s| !problem.forbidden[*s]
}

/// Most sites that forbidden ones and county maxima leave.
fn most_sites(problem: &Problem) -> usize {
    let mut per_county = vec![0; problem.counties.len()];
    let mut free = 0;
    for s in (0..problem.sites).filter(usable_at(problem)) {
        match problem.county_of[s] {
            Some(c) => per_county[c] += 1,
            None => free += 1,
        }
    }
    free + per_county.iter().zip(&problem.counties).map(|(n, c)| c.max.min(*n)).sum::<usize>()
}
