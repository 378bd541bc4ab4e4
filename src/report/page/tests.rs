//! The page holds everything, asks for nothing, and shows hostile names as text.

use super::*;
use crate::report::fixture::{HOSTILE, outcome};
use crate::siting::Proof;

const SVG: &str =
    "<?xml version=\"1.0\"?>\n<svg width=\"10\" height=\"10\" viewBox=\"0 0 10 10\"><circle r=\"1\"/></svg>";

fn both(outcome: &Outcome) -> [String; 2] {
    [Lang::Zh, Lang::En].map(|lang| html(outcome, lang, SVG))
}

#[test]
fn the_page_says_what_a_director_asks_in_both_languages() {
    let [zh, en] = both(&outcome());
    let zh_has = [
        "lang=\"zh-CN\"",
        "2026年3月1日",
        "42.5%",
        "63.8%",
        "2 + 2 = 4",
        "提高 21.3 个百分点",
        "内部工作用图",
        "漠河市",
        "未注明县区",
        "不可缺",
        "可行，差距不超过 2.38%",
        "1,998",
        "流动服务",
        "962 m",
        "5,000 m",
        "abababababab",
        "振兴社区",
        "2026之后：增设第1站",
    ];
    for text in zh_has {
        assert!(zh.contains(text), "{text}");
    }
    let en_has = [
        "lang=\"en\"",
        "1 March 2026",
        "Internal working map",
        "indispensable",
        "Feasible, within 2.38%",
        "outreach",
        "County not stated",
        "after 2026: station +1",
    ];
    for text in en_has {
        assert!(en.contains(text), "{text}");
    }
}

#[test]
fn the_page_says_what_can_be_negotiated_and_how_sure_that_is() {
    let mut o = outcome();
    o.proposals[0].loss_proved = false;
    let [zh, en] = both(&o);
    for text in [
        "<svg class=\"curve\"",
        "本方案：4 站，65.6%",
        "全部候选点合计 84.1%",
        "5 站（已证明）",
        "达不到（已证明）",
        "固定点 · 1",
        "可替换点 · 1",
        "多于 2 个，这里取最好的 2 个（已证明）",
        "~150",
    ] {
        assert!(zh.contains(text), "{text}");
    }
    for text in
        ["the proposal: 4 stations, 65.6%", "5 (proved)", "Fixed points · 1", "There are more than 2 such plans"]
    {
        assert!(en.contains(text), "{text}");
    }
    // The proposal is not a change of itself: the header and one row.
    let rows = zh.split("<table class=\"near\">").nth(1).expect("a table").split("</table>").next().expect("its end");
    assert_eq!(rows.matches("<tr>").count(), 2);
    (o.near.extent, o.curve.fewest[0].needed) = (crate::measure::Extent::Found, Some(4));
    assert!(both(&o)[0].contains("搜索未穷尽") && both(&o)[0].contains("4 至 5 站"));
}

#[test]
fn the_method_is_named_in_the_readers_language() {
    let mut o = outcome();
    o.certificate.method = crate::siting::Method::name(&crate::siting::BranchAndBound::default()).to_owned();
    let [zh, en] = both(&o);
    assert!(zh.contains("分支定界") && !zh.contains("greedy"));
    assert!(en.contains(&o.certificate.method));
}

#[test]
fn the_page_is_self_contained() {
    for page in both(&outcome()) {
        let lower = page.to_lowercase();
        for loads in ["<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "javascript:"] {
            let harmless = page.matches("&lt;script").count();
            assert!(!lower.contains(loads), "{loads} ({harmless} escaped)");
        }
        assert!(page.contains("<figure class=\"map\"><svg width"), "the map is inline, without its XML declaration");
    }
}

#[test]
fn hostile_names_are_text() {
    let mut o = outcome();
    o.folder.plan.name = HOSTILE.into();
    o.folder.plan.notice = Some(HOSTILE.into());
    o.folder.plan.review_number = Some(HOSTILE.into());
    o.folder.plan.phases[0].name = HOSTILE.into();
    o.phases[0].name = HOSTILE.into();
    o.phases[1].name = HOSTILE.into();
    o.certificate.method = HOSTILE.into();
    o.shares.by_county[0].0 = Some(HOSTILE.into());
    o.shares.by_group[0].0 = HOSTILE.into();
    o.folder.plan.weights.groups.insert(HOSTILE.into(), 1.0);
    o.folder.plan.weights.kinds.insert(HOSTILE.into(), 1.0);
    o.folder.inputs[0].file = HOSTILE.into();
    o.folder.inputs[0].layer = HOSTILE.into();
    o.folder.inputs[0].sha256 = HOSTILE.into();
    for place in &mut o.folder.places {
        (place.id, place.name, place.county) = (HOSTILE.into(), HOSTILE.into(), Some(HOSTILE.into()));
    }
    for station in &mut o.folder.stations {
        station.name = HOSTILE.into();
    }
    for site in &mut o.candidates {
        (site.id, site.name, site.county) = (HOSTILE.into(), HOSTILE.into(), Some(HOSTILE.into()));
    }
    for page in both(&o) {
        assert!(!page.contains("<script") && !page.contains("alert(\""));
        assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;"));
        assert_eq!(page.matches("<tr").count(), page.matches("</tr>").count());
    }
}

#[test]
fn a_proved_optimum_says_so() {
    let mut o = outcome();
    o.certificate.proof = Proof::Optimal;
    (o.certificate.bound, o.certificate.gap) = (o.certificate.objective, 0.0);
    let [zh, en] = both(&o);
    assert!(zh.contains("已证明最优") && en.contains("Proved optimal"));
}

#[test]
fn a_gap_however_small_is_not_shown_as_none() {
    let mut o = outcome();
    o.certificate.gap = 1e-7;
    assert!(both(&o)[0].contains("差距不超过 0.01%"));
}

#[test]
fn a_long_gap_list_is_cut_at_sixty_and_says_where_the_rest_is() {
    let mut o = outcome();
    let gap = o.gaps[2].clone();
    o.gaps.resize(75, gap);
    let [zh, en] = both(&o);
    assert!(zh.contains("其余 15 处见 gaps.csv") && en.contains("15 more are in gaps.csv"));
}

#[test]
fn a_review_number_takes_the_place_of_the_internal_line() {
    let mut o = outcome();
    o.folder.plan.review_number = Some("黑S(2026)001号".into());
    let [zh, en] = both(&o);
    assert!(zh.contains("审图号：黑S(2026)001号") && !zh.contains("内部工作用图"));
    assert!(en.contains("Map review number 黑S(2026)001号") && !en.contains("Internal working map"));
}

#[test]
fn an_empty_outcome_has_a_page_without_a_number_that_is_none() {
    let mut o = outcome();
    (o.gaps, o.proposals, o.phases) = Default::default();
    o.shares = Default::default();
    for page in both(&o) {
        assert!(!page.contains("NaN") && !page.contains("inf%") && page.contains('–'));
    }
    assert!(html(&o, Lang::Zh, "").contains("没有居民数据"));
}

#[test]
fn one_outcome_is_one_page_to_the_byte() {
    assert_eq!(both(&outcome()), both(&outcome()));
}
