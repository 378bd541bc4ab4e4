//! By which plan was the gap list made? The workbook's last sheet: every setting, the proof and the inputs' hashes. A file
//! of its own because it reads the plan, where the other sheets read the measures.

use crate::job::Outcome;
use crate::model::{Lang, Limit, Season};
use crate::report::number::{Num, seconds_at_most};
use crate::report::words;
use crate::report::workbook::{Cell, Sheet};

pub(super) fn parameters(outcome: &Outcome, lang: Lang) -> Sheet<'_> {
    let plan = &outcome.folder.plan;
    let (travel, weights, limits) = (&plan.travel, &plan.weights, &plan.limits);
    let certificate = &outcome.certificate;
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut say = |key: &str, value: String| rows.push([key.to_owned(), value]);
    say(lang.pick("规划", "plan"), plan.name.clone());
    say(lang.pick("日期", "date"), outcome.date.to_string());
    say(lang.pick("程序", "program"), format!("doorstep {}", env!("CARGO_PKG_VERSION")));
    say(lang.pick("目标站数", "target"), plan.target.to_string());
    for (circle, standard) in plan.circles.iter().zip(&outcome.standards) {
        let stated = match circle.limit {
            Limit::Minutes(m) => format!("{} min", Num(m.0)),
            Limit::Radius(r) => format!("{} km", Num(r.0 / 1000.0)),
        };
        let places = standard.setting.map_or(lang.pick("全部", "all"), |s| words::setting(Some(s), lang));
        let value = format!("{stated}, {}, r = {} m", words::mode(standard.mode, lang), Num(standard.radius.0.round()));
        say(&format!("{} {places}", lang.pick("服务圈标准", "standard")), value);
    }
    say(lang.pick("绕行系数", "detour"), Num(travel.detour).to_string());
    say(
        lang.pick("季节", "season"),
        match travel.season {
            Season::Summer => lang.pick("夏季", "summer"),
            Season::Winter => lang.pick("冬季", "winter"),
            Season::Both => lang.pick("夏季和冬季均须达标", "both"),
        }
        .to_owned(),
    );
    let speeds = [travel.walk_kmh, travel.bike_kmh, travel.drive_kmh].map(|v| Num(v).to_string()).join(" / ");
    say(lang.pick("步行/骑行/驾车速度（公里/小时，夏季）", "walking/cycling/driving speed, km/h, summer"), speeds);
    say(lang.pick("居民权重", "weight of residences"), Num(weights.residences).to_string());
    say(lang.pick("集聚区权重", "weight of clusters"), Num(weights.clusters).to_string());
    for (group, weight) in &weights.groups {
        say(&format!("{} {}", lang.pick("群体权重", "weight of"), words::group(group, lang)), Num(*weight).to_string());
    }
    for (kind, factor) in &weights.kinds {
        say(&format!("{} {kind}", lang.pick("类型系数", "factor of")), Num(*factor).to_string());
    }
    for (county, limit) in &limits.counties {
        let most = limit.max.map_or("-".to_owned(), |max| max.to_string());
        say(
            &format!("{} {county}", lang.pick("县区站数下限–上限", "least–most stations")),
            format!("{} – {most}", limit.min),
        );
    }
    if let Some(spacing) = limits.spacing {
        say(lang.pick("最小间距（公里）", "spacing, km"), Num(spacing.0 / 1000.0).to_string());
    }
    if !limits.required.is_empty() {
        say(lang.pick("必选候选点", "required"), limits.required.join(", "));
    }
    if !limits.forbidden.is_empty() {
        say(lang.pick("不可用候选点", "forbidden"), limits.forbidden.join(", "));
    }
    if let Some(budget) = limits.budget {
        say(lang.pick("预算", "budget"), Num(budget).to_string());
    }
    say(lang.pick("证明", "certificate"), certificate.proof.name().to_owned());
    say(lang.pick("加权覆盖人数", "objective"), Num(certificate.objective).to_string());
    say(lang.pick("上界", "bound"), Num(certificate.bound).to_string());
    say(lang.pick("方法", "method"), certificate.method.clone());
    say(lang.pick("求解时间不超过（秒）", "seconds at most"), Num(seconds_at_most(certificate.seconds)).to_string());
    say(lang.pick("随机种子", "seed"), certificate.seed.to_string());
    for input in &outcome.folder.inputs {
        let key = format!("{} {}", words::input_layer(&input.layer, lang), input.file);
        say(&key, format!("{} · {} · sha256 {}", input.features, input.datum.as_deref().unwrap_or("–"), input.sha256));
    }
    for remark in &outcome.remarks {
        say(lang.pick("备注", "remark"), remark.say(lang));
    }
    if let Some(notice) = &plan.notice {
        say(lang.pick("说明", "notice"), notice.say(lang).to_owned());
    }
    Sheet {
        name: lang.pick("参数", "parameters"),
        columns: lang.pick(vec!["参数", "取值"], vec!["parameter", "value"]),
        rows: Box::new(rows.into_iter().map(|[key, value]| vec![Cell::Text(key), Cell::Text(value)])),
    }
}
