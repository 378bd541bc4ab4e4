//! What a command says when it is done. A file of its own because it is read by people and by nobody else.

use crate::job::Outcome;
use crate::measure::{Extent, Fewest, GapReason, PhaseOutcome, Share};
use crate::model::{Lang, Objective, PlanFolder, counted};
use crate::report::words;
use crate::siting::Proof;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The shares, the proposal and where the files are.
pub fn planned(outcome: &Outcome, lang: Lang, out: &Path, files: &[PathBuf]) -> String {
    let mut s = String::new();
    let (total, plan) = (&outcome.shares.total, &outcome.folder.plan);
    let new = outcome.proposals.len();
    line(&mut s, &plan.name);
    let counts = (outcome.existing(), new, outcome.existing() + new);
    line(
        &mut s,
        &lang.pick(
            format!("站点：现有 {} + 新增 {} = {}（目标 {}）", counts.0, counts.1, counts.2, plan.target),
            format!("Stations: {} existing + {} proposed = {} (target {})", counts.0, counts.1, counts.2, plan.target),
        ),
    );
    line(
        &mut s,
        &lang.pick(
            format!("居民覆盖：现状 {} → 方案 {}", share(total.today), share(total.proposed)),
            format!("Residents covered: today {} -> proposed {}", share(total.today), share(total.proposed)),
        ),
    );
    line(&mut s, "");
    table(&mut s, outcome, lang);
    line(&mut s, "");
    for phase in &outcome.phases {
        line(
            &mut s,
            &(lang.pick(
                format!("阶段 {}：{} 个站点，覆盖 {}", phase.name, phase.stations, share(phase.reach)),
                format!(
                    "Phase {}: {}, covering {}",
                    phase.name,
                    counted(phase.stations, "station", "stations"),
                    share(phase.reach)
                ),
            ) + &nesting(phase, lang)),
        );
    }
    line(&mut s, "");
    proposals(&mut s, outcome, lang);
    line(&mut s, &certificate(outcome, lang));
    if let Some(said) = words::worst_county(outcome.worst.as_ref(), lang) {
        line(&mut s, &said);
    }
    if !outcome.proposals.is_empty() {
        line(&mut s, &negotiation(outcome, lang));
    }
    buildable(outcome, lang).iter().for_each(|said| line(&mut s, said));
    line(&mut s, &gaps(outcome, lang));
    for remark in &outcome.remarks {
        line(&mut s, &remark.say(lang));
    }
    if let Some(notice) = &plan.notice {
        line(&mut s, notice.say(lang));
    }
    let names: Vec<String> =
        files.iter().filter_map(|f| f.file_name()).map(|f| f.to_string_lossy().into_owned()).collect();
    line(&mut s, &format!("{} {}: {}", lang.pick("文件在", "Files in"), out.display(), names.join(" ")));
    s
}

/// What it costs that a phase is part of the later ones; nothing said where it costs nothing.
fn nesting(phase: &PhaseOutcome, lang: Lang) -> String {
    let price = phase.best_alone_objective - phase.objective;
    if price <= 0.0 {
        return String::new();
    }
    let part = price / phase.best_alone_objective * 100.0;
    lang.pick(
        format!("；分期代价：加权 {price:.1}（{part:.2}%），单独规划本期可覆盖更多"),
        format!("; price of nesting: {price:.1} weighted ({part:.2}%), as many stations chosen alone would cover that much more"),
    )
}

fn table(s: &mut String, outcome: &Outcome, lang: Lang) {
    line(s, lang.pick("县区：现状 → 方案", "County: today -> proposed"));
    for (county, change) in &outcome.shares.by_county {
        let name = county.as_deref().unwrap_or(lang.pick("未注明", "not stated"));
        line(s, &format!("  {name}  {} → {}", percent(change.today), share(change.proposed)));
    }
}

fn proposals(s: &mut String, outcome: &Outcome, lang: Lang) {
    if outcome.proposals.is_empty() {
        return;
    }
    line(s, lang.pick("新增站点（按开设顺序）：", "Proposed stations, in order of opening:"));
    for p in &outcome.proposals {
        let c = &outcome.candidates[p.candidate];
        let county = c.county.as_deref().unwrap_or("-");
        let loss = refused(p.loss_if_refused.map(|l| l.0), lang);
        let phase = &outcome.folder.plan.phases[p.phase].name;
        line(
            s,
            &lang.pick(
                format!(
                    "  {:>3}  {}  {}  {county}  阶段 {phase}  新增覆盖 {:.0} 人，{loss}",
                    p.rank, c.id, c.name, p.gain.0
                ),
                format!(
                    "  {:>3}  {}  {}  {county}  phase {phase}  adds {:.0} {}, {loss}",
                    p.rank,
                    c.id,
                    c.name,
                    p.gain.0,
                    if p.gain.0.round() == 1.0 { "person" } else { "people" }
                ),
            ),
        );
    }
}

/// What refusing a station would change, in residents: nothing, fewer, more (it is required, or clusters and groups weigh
/// more), or no plan at all.
fn refused(loss: Option<f64>, lang: Lang) -> String {
    let Some(loss) = loss else {
        return lang.pick("不可缺：没有它就没有可行方案", "indispensable: no plan without it").to_owned();
    };
    let people = loss.abs().round();
    if people == 0.0 {
        lang.pick("不建也不少覆盖", "refusing it loses nobody").to_owned()
    } else if loss > 0.0 {
        lang.pick(format!("不建则少 {people} 人"), format!("refusing it loses {people}"))
    } else {
        lang.pick(format!("不建反而多 {people} 人"), format!("refusing it gains {people}"))
    }
}

/// How near derived sites are to given candidates.
fn buildable(outcome: &Outcome, lang: Lang) -> Option<String> {
    let far = outcome.buildable.iter().map(|b| b.distance.0).fold(0.0, f64::max);
    let mut all: Vec<f64> = outcome.buildable.iter().map(|b| b.distance.0).collect();
    all.sort_by(f64::total_cmp);
    let middle = *all.get(all.len() / 2)?;
    Some(lang.pick(
        format!("推算点到最近候选点的直线距离：中位 {middle:.0} 米，最远 {far:.0} 米（各点见 proposal.geojson）"),
        format!("From derived sites to the nearest candidate, in a straight line: {middle:.0} m in the middle, {far:.0} m at most (each in proposal.geojson)"),
    ))
}

fn certificate(outcome: &Outcome, lang: Lang) -> String {
    let c = &outcome.certificate;
    let gap = c.gap * 100.0;
    let objective = &outcome.folder.plan.objective;
    let plain = *objective
        == Objective {
            worst_county_first: objective.worst_county_first,
            each_county: objective.each_county,
            ..Objective::default()
        };
    let what = if plain { lang.pick("加权覆盖", "Weighted coverage") } else { words::counted(objective, lang) };
    match c.proof {
        Proof::Optimal => lang.pick(
            format!("证明：最优。{what} {:.1}，上界 {:.1}，没有更好的方案。", c.objective, c.bound),
            format!("Proof: optimal. {what} {:.1}, bound {:.1}: no better proposal exists.", c.objective, c.bound),
        ),
        Proof::Feasible => lang.pick(
            format!("证明：可行。{what} {:.1}，上界 {:.1}，任何方案至多再好 {gap:.2}%。", c.objective, c.bound),
            format!(
                "Proof: feasible. {what} {:.1}, bound {:.1}: no proposal is more than {gap:.2}% better.",
                c.objective, c.bound
            ),
        ),
    }
}

/// Near plans and the fewest stations, in one line.
fn negotiation(outcome: &Outcome, lang: Lang) -> String {
    let near = &outcome.near;
    let (plans, fixed, exchangeable) = (near.plans.len(), near.fixed.len(), near.exchangeable.len());
    let more = if near.extent == Extent::All { "" } else { "+" };
    let within = near.within * 100.0;
    let fewest: Vec<String> = outcome.curve.fewest.iter().filter_map(|f| fewest(f, lang)).collect();
    let fewest = if fewest.is_empty() {
        String::new()
    } else {
        lang.pick("；", "; ").to_owned() + &fewest.join(lang.pick("，", ", "))
    };
    lang.pick(
        format!(
            "可商量：相差 {within}% 以内的方案 {plans}{more} 个，固定点 {fixed} 个，可替换点 {exchangeable} 个{fewest}"
        ),
        format!(
            "To negotiate: {plans}{more} {} within {within}%, {}, {}{fewest}",
            if plans == 1 && more.is_empty() { "plan" } else { "plans" },
            counted(fixed, "fixed point", "fixed points"),
            counted(exchangeable, "exchangeable site", "exchangeable sites")
        ),
    )
}

fn fewest(f: &Fewest, lang: Lang) -> Option<String> {
    let enough = f.enough?;
    let share = f.share * 100.0;
    let stations = match f.needed {
        Some(needed) if needed < enough => format!("{needed}-{enough}"),
        _ => enough.to_string(),
    };
    Some(lang.pick(
        format!("覆盖 {share:.0}% 最少需 {stations} 站"),
        format!("{share:.0}% needs {stations} {}", if stations == "1" { "station" } else { "stations" }),
    ))
}

fn gaps(outcome: &Outcome, lang: Lang) -> String {
    let count = |is: fn(&GapReason) -> bool| outcome.gaps.iter().filter(|g| is(&g.reason)).count();
    let (target, limit, none) = (
        count(|r| *r == GapReason::CutByTarget),
        count(|r| matches!(r, GapReason::CutByLimit(_))),
        count(|r| matches!(r, GapReason::NoCandidate | GapReason::NoRoad)),
    );
    let all = outcome.gaps.len();
    lang.pick(
        format!("缺口：{all} 处（目标所限 {target}，条件所限 {limit}，范围内无候选点 {none}）"),
        format!(
            "Gaps: {} ({target} cut by the target, {limit} cut by a limit, {none} with no candidate within reach)",
            counted(all, "place", "places")
        ),
    )
}

/// What was read.
pub fn checked(folder: &PlanFolder, lang: Lang) -> String {
    let mut s = String::new();
    for input in &folder.inputs {
        line(&mut s, &format!("{}  {}  {}", input.file, input.features, lang.pick("项", "features")));
    }
    line(&mut s, lang.pick("未发现问题。", "No faults found."));
    s
}

/// How many gaps were listed.
pub fn listed(outcome: &Outcome, lang: Lang) -> String {
    let n = outcome.gaps.len();
    lang.pick(format!("缺口清单（{n} 处）"), format!("gap list ({})", counted(n, "place", "places")))
}

/// Where the page is.
pub fn serving(address: SocketAddr, lang: Lang) -> String {
    lang.pick(
        format!("网页：http://{address}/ （Ctrl-C 结束）\n"),
        format!("page: http://{address}/ (Ctrl-C ends it)\n"),
    )
}

/// The token that was made up, and how a browser gets it.
pub fn token(url: &str, token: &str, lang: Lang) -> String {
    lang.pick(
        format!("口令（修改和计算需要）：{token}\n登录：{url}login?token={token}\n"),
        format!("token (for whatever changes or computes): {token}\nlog in: {url}login?token={token}\n"),
    )
}

/// What was made and what comes next.
pub fn made(dir: &Path, files: &[PathBuf], lang: Lang) -> String {
    let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    let dir = dir.display();
    lang.pick(
        format!("已建立 {dir}：{}\n请用自己的数据替换示例，然后运行：doorstep plan {dir}\n", names.join(" ")),
        format!(
            "Made {dir}: {}\nReplace the examples with your data, then run: doorstep plan {dir}\n",
            names.join(" ")
        ),
    )
}

fn share(share: Share) -> String {
    format!("{} ({:.0} / {:.0})", percent(share), share.covered.0, share.people.0)
}

fn percent(share: Share) -> String {
    share.share().map_or_else(|| "-".to_owned(), |s| format!("{:.1}%", s * 100.0))
}

fn line(s: &mut String, text: &str) {
    // Control characters in names would otherwise reach the terminal.
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    writeln!(s, "{clean}").expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refusing_a_station_changes_is_said_in_words_and_never_as_a_negative_loss() {
        assert_eq!(refused(Some(604.3), Lang::En), "refusing it loses 604");
        assert_eq!(refused(Some(-6808.0), Lang::En), "refusing it gains 6808");
        assert_eq!(refused(Some(-0.2), Lang::En), "refusing it loses nobody");
        assert_eq!(refused(Some(-6808.0), Lang::Zh), "不建反而多 6808 人");
        assert!(refused(None, Lang::En).starts_with("indispensable"));
    }
}
