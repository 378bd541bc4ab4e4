//! From a PBF file to the raw material of a network: ways that somebody may use, the nodes along them, barriers, restrictions.
//! A file of its own because this is the streaming part, and `build.rs` only ever sees its result.
//!
//! 1. The blobs are found. Where the file is sorted, a bisection finds the first block with ways.
//! 2. Blocks with ways and relations are read in batches, each batch unpacked and filtered in parallel.
//! 3. The ids of the nodes along these ways are sorted once.
//! 4. Blocks with nodes are read in the same manner; of each only the position of nodes on ways is kept.
//!
//! At any time one batch of blocks is unpacked, so memory is what the roads need and not what the file holds.

use super::access;
use super::class::{Access, WayClass};
use super::lengths::Point;
use crate::travel::osm::{Blobs, Block, Malformed, MemberKind, OsmError, Relation};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// Blobs in memory at a time.
const BATCH: usize = 64;
/// Where a node is that the file does not hold.
pub(super) const NOWHERE: Point = [i32::MIN, i32::MIN];

/// A way, with its nodes in [`Ways::nodes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RawWay {
    pub(super) id: i64,
    pub(super) class: WayClass,
    /// Stated duration of a ferry, seconds.
    pub(super) duration: Option<u32>,
    /// Where its nodes end; they start where those of the way before end.
    pub(super) end: usize,
}

/// A restriction by ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawRestriction {
    pub(super) from: i64,
    pub(super) via: Via,
    pub(super) to: i64,
    pub(super) only: bool,
}

/// Over what a restriction turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Via {
    Node(i64),
    Ways(Vec<i64>),
}

/// Everything of a file that roads are made of.
#[derive(Debug, Default)]
pub(super) struct Ways {
    pub(super) ways: Vec<RawWay>,
    /// Nodes of all ways, as positions in `ids`.
    pub(super) nodes: Vec<u32>,
    /// Ids of all nodes on ways, ascending.
    pub(super) ids: Vec<i64>,
    /// Their positions.
    pub(super) points: Vec<Point>,
    /// Nodes that not everybody may pass.
    pub(super) barriers: Vec<(u32, Access)>,
    pub(super) restrictions: Vec<RawRestriction>,
    /// Restrictions that are not of the kind that can be applied.
    pub(super) restrictions_left_out: u64,
}

/// Reads the roads of a file.
pub(super) fn read(path: &Path) -> Result<Ways, OsmError> {
    let mut blobs = Blobs::open(path)?;
    let all = blobs.len();
    let first = if blobs.sorted() { first_with_ways(&mut blobs)? } else { 0 };
    let (mut ways, mut refs) = (Ways::default(), Vec::new());
    for_batches(&mut blobs, first..all, ways_of, |(found, nodes, restrictions, left_out)| {
        let shift = refs.len();
        ways.ways.extend(found.into_iter().map(|way: RawWay| RawWay { end: way.end + shift, ..way }));
        refs.extend_from_slice(&nodes);
        ways.restrictions.extend(restrictions);
        ways.restrictions_left_out += left_out;
    })?;
    let (ids, nodes) = numbered(&refs);
    drop(refs);
    (ways.ids, ways.nodes) = (ids, nodes);
    ways.points = vec![NOWHERE; ways.ids.len()];
    let lookup = Lookup::new(&ways.ids);
    // In a sorted file the block that holds the first way may hold the last nodes.
    let last = if blobs.sorted() { (first + 1).min(all) } else { all };
    let (points, barriers) = (&mut ways.points, &mut ways.barriers);
    for_batches(
        &mut blobs,
        0..last,
        |block| nodes_of(block, &lookup),
        |(found, passes)| {
            for (node, point) in found {
                points[node as usize] = point;
            }
            barriers.extend(passes);
        },
    )?;
    barriers.sort_unstable();
    barriers.dedup_by_key(|b| b.0);
    Ok(ways)
}

/// The first block with ways or relations, in a file that has all nodes before.
fn first_with_ways(blobs: &mut Blobs) -> Result<usize, OsmError> {
    let (mut low, mut high) = (0, blobs.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let packed = blobs.read(middle..middle + 1)?;
        let bytes = blobs.unpack(middle, &packed[0])?;
        let has = Block::new(&bytes).and_then(|b| b.has_ways_or_relations());
        if has.map_err(|_| OsmError::Damaged(blobs.offset(middle)))? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// Reads blobs in batches, works on each in parallel, and hands over the results in the order of the file.
fn for_batches<T: Send>(
    blobs: &mut Blobs,
    range: std::ops::Range<usize>,
    work: impl Fn(&Block<'_>) -> Result<T, Malformed> + Sync,
    mut take: impl FnMut(T),
) -> Result<(), OsmError> {
    let mut start = range.start;
    while start < range.end {
        let end = (start + BATCH).min(range.end);
        let packed = blobs.read(start..end)?;
        let of = |(i, packed): (usize, &Vec<u8>)| {
            let bytes = blobs.unpack(start + i, packed)?;
            Block::new(&bytes).and_then(|block| work(&block)).map_err(|_| OsmError::Damaged(blobs.offset(start + i)))
        };
        let done: Vec<Result<T, OsmError>> = packed.par_iter().enumerate().map(of).collect();
        for result in done {
            take(result?);
        }
        start = end;
    }
    Ok(())
}

/// Class of a way and duration of a ferry; `None` for a way that nobody travels on.
type Classified = Option<(WayClass, Option<u32>)>;

type FromBlock = (Vec<RawWay>, Vec<i64>, Vec<RawRestriction>, u64);

fn ways_of(block: &Block<'_>) -> Result<FromBlock, Malformed> {
    let (mut ways, mut nodes, mut restrictions, mut left_out) = (Vec::new(), Vec::new(), Vec::new(), 0);
    // Names aside, a block has few different ways: each is classified once.
    let decides = block.strings_that(access::decides);
    let (mut known, mut key): (HashMap<Vec<(u32, u32)>, Classified>, _) = (HashMap::new(), Vec::new());
    block.ways(&access::WAY_KEYS, |way| {
        if way.nodes.len() < 2 {
            return;
        }
        key.clear();
        key.extend(way.tags.numbers().iter().filter(|pair| decides[pair.0 as usize]));
        let class = known.get(&key).copied().unwrap_or_else(|| {
            let tags = way.tags.with(&key);
            let class = access::classify(&tags);
            let class = class.map(|class| (class, tags.value("duration").and_then(access::duration)));
            known.insert(key.clone(), class);
            class
        });
        if let Some((class, duration)) = class {
            nodes.extend_from_slice(way.nodes);
            ways.push(RawWay { id: way.id, class, duration, end: nodes.len() });
        }
    })?;
    block.relations(
        &["restriction", "restriction:motorcar", "restriction:motor_vehicle", "restriction:conditional"],
        |relation| match restriction(&relation) {
            Some(Ok(restriction)) => restrictions.push(restriction),
            Some(Err(())) => left_out += 1,
            None => {}
        },
    )?;
    Ok((ways, nodes, restrictions, left_out))
}

/// The restriction on driving that a relation states; an error when it states one that cannot be applied.
fn restriction(relation: &Relation<'_, '_>) -> Option<Result<RawRestriction, ()>> {
    let tag = |key: &str| relation.tags.value(key);
    let kind = tag("type")?;
    if kind != "restriction" && !kind.starts_with("restriction:") {
        return None;
    }
    if tag("except").is_some_and(|e| e.split(';').any(|w| matches!(w.trim(), "motorcar" | "motor_vehicle" | "vehicle")))
    {
        return None;
    }
    let Some(what) =
        tag("restriction:motorcar").or_else(|| tag("restriction:motor_vehicle")).or_else(|| tag("restriction"))
    else {
        return Some(Err(()));
    };
    let only = what.starts_with("only_");
    let for_hours = ["hour_on", "day_on", "date_on"].iter().any(|key| tag(key).is_some());
    if !(only || what.starts_with("no_")) || for_hours {
        return Some(Err(()));
    }
    let of = |role: &str, wanted: MemberKind| -> Vec<i64> {
        let is = |m: &&(MemberKind, i64, &[u8])| m.0 == wanted && m.2 == role.as_bytes();
        relation.members.iter().filter(is).map(|m| m.1).collect()
    };
    let (from, to) = (of("from", MemberKind::Way), of("to", MemberKind::Way));
    let (via_nodes, via_ways) = (of("via", MemberKind::Node), of("via", MemberKind::Way));
    let via = match (&via_nodes[..], via_ways.is_empty()) {
        (&[node], true) => Via::Node(node),
        ([], false) => Via::Ways(via_ways),
        _ => return Some(Err(())),
    };
    match (&from[..], &to[..]) {
        (&[from], &[to]) => Some(Ok(RawRestriction { from, via, to, only })),
        _ => Some(Err(())),
    }
}

type Nodes = (Vec<(u32, Point)>, Vec<(u32, Access)>);

fn nodes_of(block: &Block<'_>, lookup: &Lookup<'_>) -> Result<Nodes, Malformed> {
    let (mut points, mut barriers) = (Vec::new(), Vec::new());
    block.nodes(&access::NODE_KEYS, |node| {
        let Some(at) = lookup.find(node.id) else { return };
        points.push((at, [node.at.0, node.at.1]));
        if node.tags.iter().any(|(key, _)| access::NODE_KEYS.iter().any(|k| k.as_bytes() == key)) {
            let pass = access::barrier(&node.tags);
            if pass != Access::ALL {
                barriers.push((at, pass));
            }
        }
    })?;
    Ok((points, barriers))
}

/// The ids in order, and every reference as a position among them.
fn numbered(refs: &[i64]) -> (Vec<i64>, Vec<u32>) {
    let mut ids = refs.to_vec();
    ids.par_sort_unstable();
    ids.dedup();
    let lookup = Lookup::new(&ids);
    let nodes = refs.par_iter().map(|&id| lookup.find(id).expect("every reference is among the ids")).collect();
    (ids, nodes)
}

/// Finds an id among sorted ones: a table by leading bits leaves a few to look at.
struct Lookup<'a> {
    ids: &'a [i64],
    starts: Vec<u32>,
    least: i64,
    shift: u32,
}

impl<'a> Lookup<'a> {
    fn new(ids: &'a [i64]) -> Self {
        let (least, most) = (ids.first().copied().unwrap_or(0), ids.last().copied().unwrap_or(0));
        let span = most.wrapping_sub(least) as u64;
        let wanted = (2 * ids.len()).next_power_of_two().max(2) as u64;
        let shift = (64 - span.leading_zeros()).saturating_sub(wanted.trailing_zeros());
        let mut starts = vec![0u32; (span >> shift) as usize + 2];
        for id in ids {
            starts[(id.wrapping_sub(least) as u64 >> shift) as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { ids, starts, least, shift }
    }

    fn find(&self, id: i64) -> Option<u32> {
        let bucket = id.checked_sub(self.least).filter(|d| *d >= 0)? as u64 >> self.shift;
        let start = *self.starts.get(bucket as usize)?;
        let end = *self.starts.get(bucket as usize + 1)?;
        let found = self.ids[start as usize..end as usize].binary_search(&id).ok()?;
        Some(start + found as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_among_its_like_and_no_other() {
        let ids = [-7, 3, 4, 9, 1 << 20, (1 << 40) + 1, i64::MAX / 2];
        let lookup = Lookup::new(&ids);
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(lookup.find(*id), Some(i as u32));
            assert_eq!(lookup.find(id + 5), ids.binary_search(&(id + 5)).ok().map(|i| i as u32));
        }
        assert_eq!(Lookup::new(&[]).find(4), None);
        assert_eq!([lookup.find(i64::MIN), lookup.find(i64::MAX)], [None, None]);
    }
}
