//! How are the leaves of a proof written down? A file of its own because certificates of plans and of bare problems share it.

use crate::siting::{Cut, Leaves, Multipliers, Node, Prices};
use crate::travel::SiteIndex;
use serde_json::{Value, json};

/// The multipliers that nodes refer to.
pub(super) fn multipliers(leaves: &Leaves) -> Vec<Value> {
    let branch = |more: bool| if more { "more" } else { "fewer" };
    let entry = |Multipliers { of, parts, prices_of, amounts, cuts, demands }: &Multipliers| {
        let mut entry = json!({ "of": of, "parts": parts });
        if !amounts.is_empty() {
            entry["amounts_of"] = json!(prices_of);
            entry["amounts"] = json!(amounts);
        }
        // Parts of a unit decide how multipliers are rounded, whatever else is priced.
        if !(cuts.is_empty() && demands.is_empty()) || amounts.is_empty() && *prices_of != 1 {
            entry["prices_of"] = json!(prices_of);
            entry["cuts"] = json!(cuts);
            entry["demands"] = demands.iter().map(|d| json!([d.node, branch(d.more), d.price])).collect();
        }
        entry
    };
    leaves.multipliers.iter().map(entry).collect()
}

/// The cuts that multipliers price.
pub(super) fn cuts<'a>(leaves: &Leaves, id: &dyn Fn(SiteIndex) -> &'a str) -> Vec<Value> {
    let site = |&(s, coefficient): &(SiteIndex, i32)| json!([id(s), coefficient]);
    let cut = |cut: &Cut| {
        let sites: Vec<Value> = cut.sites.iter().map(site).collect();
        json!({ "rows": cut.rows, "sites": sites, "need": cut.need })
    };
    leaves.cuts.iter().map(cut).collect()
}

/// The groups whose numbers nodes speak of.
pub(super) fn groups<'a>(leaves: &Leaves, id: &dyn Fn(SiteIndex) -> &'a str) -> Vec<Value> {
    leaves.groups.iter().map(|group| json!(group.iter().map(|&s| id(s)).collect::<Vec<_>>())).collect()
}

/// The prices that nodes refer to.
pub(super) fn prices(prices: &[Prices]) -> Vec<Value> {
    prices.iter().map(|Prices { by, of, parts }| json!({ "by": by, "of": of, "parts": parts })).collect()
}

/// The tree, sites by their ids.
pub(super) fn nodes<'a>(nodes: &[Node], id: &dyn Fn(SiteIndex) -> &'a str) -> Vec<Value> {
    let ids = |sites: &[SiteIndex]| sites.iter().map(|&s| id(s)).collect::<Vec<_>>();
    let node = |node: &Node| match node {
        Node::Bound { multipliers } => json!({ "close": "bound", "by": multipliers }),
        Node::Count => json!({ "close": "count" }),
        Node::Choice => json!({ "close": "choice" }),
        Node::Fix { multipliers, taken, left, then } => {
            json!({ "fix": multipliers, "taken": ids(taken), "left": ids(left), "then": then })
        }
        Node::Number { group_of, most, fewer, more } => {
            json!({ "group_of": id(*group_of), "most": most, "fewer": fewer, "more": more })
        }
        Node::Among { sites, most, fewer, more } => {
            json!({ "among": ids(sites), "most": most, "fewer": fewer, "more": more })
        }
        Node::Split { site, taken, left } => json!({ "split": id(*site), "taken": taken, "left": left }),
    };
    nodes.iter().map(node).collect()
}
