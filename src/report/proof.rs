//! How are the leaves of a proof written down? A file of its own because certificates of plans and of bare problems share it.

use crate::siting::{Leaves, Multipliers, Node, Prices};
use crate::travel::SiteIndex;
use serde_json::{Value, json};

/// The multipliers that nodes refer to.
pub(super) fn multipliers(leaves: &Leaves) -> Vec<Value> {
    let entry = |Multipliers { of, parts, amounts_of, amounts }: &Multipliers| match amounts.is_empty() {
        true => json!({ "of": of, "parts": parts }),
        false => json!({ "of": of, "parts": parts, "amounts_of": amounts_of, "amounts": amounts }),
    };
    leaves.multipliers.iter().map(entry).collect()
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
        Node::Split { site, taken, left } => json!({ "split": id(*site), "taken": taken, "left": left }),
    };
    nodes.iter().map(node).collect()
}
