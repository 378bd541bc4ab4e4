//! What does it rest on, and how sure is it? The proof in plain words, the standards, the inputs. A file of its own
//! because these need sentences, not only rows.

use super::markup::{Column, Html, Kind, escape, table};
use crate::job::Outcome;
use crate::model::{Lang, Metres, Mode, Model, Season};
use crate::report::number::{Num, decimals, people, seconds_at_most};
use crate::report::words;
use crate::siting::Proof;

/// Hex digits of a SHA-256 on paper; all of them are in summary.json.
const HASH_SHOWN: usize = 12;

pub(super) fn certificate(outcome: &Outcome, lang: Lang) -> Html {
    let c = &outcome.certificate;
    let (objective, bound) = (people(c.objective), people(c.bound));
    let more = people(c.bound - c.objective);
    // Upwards: a gap that is there is never shown as 0.
    let gap = decimals((c.gap * 1e4).ceil() / 100.0, 2);
    let what = words::counted(&outcome.folder.plan.objective, lang);
    let verdict = match (c.proof, lang) {
        (Proof::Optimal, Lang::Zh) => format!(
            "<strong>已证明最优。</strong>方案覆盖{what} {objective}；在同样的目标站数、候选点和限制条件下，没有任何方案能覆盖更多。"
        ),
        (Proof::Optimal, Lang::En) => format!(
            "<strong>Proved optimal.</strong> The proposal covers {objective} {what}; under the same target, \
             candidates and limits no proposal covers more."
        ),
        (Proof::Feasible, Lang::Zh) => format!(
            "<strong>可行，差距不超过 {gap}%。</strong>方案覆盖{what} {objective}；已证明在同样的目标站数、候选点和限制条件下，\
             任何方案都不会超过 {bound}，即至多再多 {more}。本方案也可能已是最优，只是尚未证明。"
        ),
        (Proof::Feasible, Lang::En) => format!(
            "<strong>Feasible, within {gap}% of the best possible.</strong> The proposal covers {objective} {what}; \
             it is proved that under the same target, candidates and limits none covers more than {bound}, so at most \
             {more} more. The proposal may be the best already; that is not proved."
        ),
    };
    let worst =
        words::worst_county(outcome.worst.as_ref(), lang).map(|said| format!(" {}", escape(&said))).unwrap_or_default();
    let weights = &outcome.folder.plan.weights;
    let mut parts = vec![
        format!("{} {}", lang.pick("居民", "a resident"), Num(weights.residences)),
        format!("{} {}", lang.pick("集聚区从业或到访人员", "a worker or visitor of a cluster"), Num(weights.clusters)),
    ];
    parts.extend(weights.groups.iter().map(|(group, w)| format!("{} +{}", words::group(group, lang), Num(*w))));
    parts.extend(weights.kinds.iter().map(|(kind, w)| format!("{} ×{}", words::place_kind(kind, lang), Num(*w))));
    let parts = escape(&parts.join(lang.pick("、", ", ")));
    let method = escape(words::method(&c.method, lang));
    let seconds = Num(seconds_at_most(c.seconds));
    let how = match lang {
        Lang::Zh => format!(
            "加权人数按规划中的权重计算：{parts}。方法：{method}；求解不超过 {seconds} 秒；随机种子 {}。",
            c.seed
        ),
        Lang::En => format!(
            "Weighted people count by the plan's weights: {parts}. Method: {method}; at most {seconds} s; seed {}.",
            c.seed
        ),
    };
    Html::markup(format!(
        "<section class=\"proof\"><h2>{}</h2><p>{verdict}{worst}</p><p class=\"note\">{how}</p></section>",
        lang.pick("方案的把握有多大", "How sure is it")
    ))
}

pub(super) fn standards(outcome: &Outcome, lang: Lang) -> Html {
    let travel = &outcome.folder.plan.travel;
    let columns = [
        Column(lang.pick("适用", "For"), Kind::Text),
        Column(lang.pick("出行方式", "Travel"), Kind::Text),
        Column(lang.pick("标准", "Standard"), Kind::Number),
        Column(lang.pick("速度", "Speed"), Kind::Number),
        Column(lang.pick("绕行系数", "Detour"), Kind::Number),
        Column(lang.pick("直线半径", "Straight-line radius"), Kind::Number),
    ];
    let by_circle = travel.model == Model::Circle;
    let row = |s: &crate::travel::Standard| {
        let minutes = lang.pick(format!("{} 分钟", Num(s.minutes.0)), format!("{} min", Num(s.minutes.0)));
        let stated = if s.by_length { format!("{} km", Num(s.radius.0 / 1000.0)) } else { minutes };
        // The speed on the road in the season that decides, from the standard itself.
        let speed = 60.0 / s.time(Metres(1000.0)).0 * travel.detour;
        vec![
            Html::text(s.setting.map_or(lang.pick("其余全部", "all others"), |x| words::setting(Some(x), lang))),
            Html::text(words::mode(s.mode, lang)),
            Html::text(&stated),
            // Over roads a car has the speed of each road, and nothing has a detour or a radius.
            Html::text(&match (travel.model, s.mode) {
                (Model::Circle, _) | (Model::Roads, Mode::Walk) => format!("{} km/h", decimals(speed, 1)),
                (Model::Roads, _) => lang.pick("按道路等级", "by class of road").to_owned(),
                (Model::Times, _) => lang.pick("按给定时间", "as given").to_owned(),
            }),
            Html::text(&if by_circle { Num(travel.detour).to_string() } else { "-".to_owned() }),
            Html::text(&if by_circle { format!("{} m", decimals(s.radius.0, 0)) } else { "-".to_owned() }),
        ]
    };
    let season = match travel.season {
        Season::Summer => lang.pick("按夏季速度。", "Summer speeds."),
        Season::Winter => lang.pick("按冬季速度：雪地步行和行车更慢。", "Winter speeds: slower on snow."),
        Season::Both => lang.pick(
            "夏季和冬季都须达标，以较慢的冬季为准。",
            "Within reach in summer and winter: the slower winter decides.",
        ),
    };
    let rule = lang.pick(
        "每处按第一条适用的标准判断；到站时间不超过标准即为覆盖。长度为 WGS84 椭球面上的测地线。",
        "The first standard that fits a place is its own; a travel time of at most the standard is covered. Lengths are WGS84 geodesics.",
    );
    let rows = outcome.standards.iter().map(row).collect();
    Html::markup(format!(
        "<section><h2>{}</h2>{}<p class=\"note\">{season} {rule}</p></section>",
        lang.pick("采用的服务圈标准", "Standards used"),
        table("standards", &columns, rows, false)
    ))
}

pub(super) fn inputs(outcome: &Outcome, lang: Lang) -> Html {
    let columns = [
        Column(lang.pick("图层", "Layer"), Kind::Word),
        Column(lang.pick("文件", "File"), Kind::Text),
        Column(lang.pick("要素数", "Features"), Kind::Number),
        Column(lang.pick("坐标基准", "Datum"), Kind::Word),
        Column("SHA-256", Kind::Word),
    ];
    let row = |input: &crate::model::Input| {
        let hash: String = input.sha256.chars().take(HASH_SHOWN).collect();
        vec![
            Html::text(words::input_layer(&input.layer, lang)),
            Html::text(&input.file),
            Html::text(&input.features.to_string()),
            Html::text(input.datum.as_deref().unwrap_or("–")),
            Html::markup(format!("<code>{}</code>", escape(&hash))),
        ]
    };
    let note = outcome.folder.plan.notice.as_ref().map_or(String::new(), |n| {
        format!("<p class=\"note\">{}{}</p>", lang.pick("数据说明：", "About the data: "), escape(n.say(lang)))
    });
    let rows = outcome.folder.inputs.iter().map(row).collect();
    Html::markup(format!(
        "<section><h2>{}</h2>{}{note}</section>",
        lang.pick("输入数据", "Inputs"),
        table("inputs", &columns, rows, false)
    ))
}
