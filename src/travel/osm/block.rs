//! What does one block say: which nodes, ways and relations? A file of its own because this is where OSM's messages are
//! known. Elements are handed to a closure and borrow from the block, so that what nobody wants is never built.

use super::wire::{Decoded, Malformed, Wire};

/// An inflated block.
#[derive(Debug)]
pub struct Block<'a> {
    strings: Vec<&'a [u8]>,
    groups: Vec<&'a [u8]>,
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

/// Tags of an element: keys and values as they stand in the file.
#[derive(Debug, Clone, Copy)]
pub struct Tags<'a, 'b> {
    strings: &'b [&'a [u8]],
    pairs: &'b [(u32, u32)],
}

impl<'a, 'b> Tags<'a, 'b> {
    /// Numbers of keys and values in the block's string table: equal numbers are equal tags.
    pub fn numbers(&self) -> &'b [(u32, u32)] {
        self.pairs
    }

    /// The same block's tags by their numbers.
    pub fn with(&self, pairs: &'b [(u32, u32)]) -> Self {
        Self { strings: self.strings, pairs }
    }
}

impl<'a> Tags<'a, '_> {
    /// Key and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + '_ {
        self.pairs.iter().map(|&(k, v)| (self.strings[k as usize], self.strings[v as usize]))
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&'a str> {
        let found = self.iter().find(|(k, _)| *k == key.as_bytes())?;
        std::str::from_utf8(found.1).ok().map(str::trim)
    }
}

/// A node.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a, 'b> {
    /// Id.
    pub id: i64,
    /// Longitude and latitude in units of 1e-7 degree.
    pub at: (i32, i32),
    /// Tags; read only when the block has a key that was asked for.
    pub tags: Tags<'a, 'b>,
}

/// A way.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a, 'b> {
    /// Id.
    pub id: i64,
    /// Tags.
    pub tags: Tags<'a, 'b>,
    /// Nodes along it.
    pub nodes: &'b [i64],
}

/// What a member of a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A node.
    Node,
    /// A way.
    Way,
    /// A relation.
    Relation,
}

/// A relation.
#[derive(Debug, Clone, Copy)]
pub struct Relation<'a, 'b> {
    /// Id.
    pub id: i64,
    /// Tags.
    pub tags: Tags<'a, 'b>,
    /// Kind, id and role of each member.
    pub members: &'b [(MemberKind, i64, &'a [u8])],
}

impl<'a> Block<'a> {
    /// Reads string table and scale; elements are read by the methods.
    ///
    /// # Errors
    /// When the block is malformed.
    pub fn new(bytes: &'a [u8]) -> Decoded<Self> {
        let mut block =
            Self { strings: Vec::new(), groups: Vec::new(), granularity: 100, lat_offset: 0, lon_offset: 0 };
        let mut wire = Wire(bytes);
        while let Some((field, value)) = wire.field()? {
            match field {
                1 => {
                    let mut table = Wire(value.bytes()?);
                    while let Some((field, value)) = table.field()? {
                        if field == 1 {
                            block.strings.push(value.bytes()?);
                        }
                    }
                }
                2 => block.groups.push(value.bytes()?),
                17 => block.granularity = value.number()? as i64,
                19 => block.lat_offset = value.number()? as i64,
                20 => block.lon_offset = value.number()? as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    /// Whether it has ways or relations: then a sorted file has no nodes needed after it.
    ///
    /// # Errors
    /// When the block is malformed.
    pub fn has_ways_or_relations(&self) -> Decoded<bool> {
        for group in &self.groups {
            if let Some((field, _)) = Wire(group).field()?
                && matches!(field, 3 | 4)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Per string of the block whether `holds`, to look at keys by their numbers.
    pub fn strings_that(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<bool> {
        self.strings.iter().map(|s| holds(s)).collect()
    }

    fn string_id(&self, text: &str) -> Option<u32> {
        self.strings.iter().position(|s| *s == text.as_bytes()).map(|i| i as u32)
    }

    /// Hands every node to `each`; tags only where the block knows one of `keys`.
    ///
    /// # Errors
    /// When the block is malformed.
    pub fn nodes(&self, keys: &[&str], mut each: impl FnMut(Node<'a, '_>)) -> Decoded<()> {
        let tagged = keys.iter().any(|key| self.string_id(key).is_some());
        let mut pairs = Vec::new();
        for group in &self.groups {
            let mut wire = Wire(group);
            while let Some((field, value)) = wire.field()? {
                match field {
                    1 => {
                        let mut element = Element::new(value.bytes()?)?;
                        pairs.clear();
                        if tagged {
                            element.tags(&self.strings, &mut pairs)?;
                        }
                        let at = self.position(element.latitude, element.longitude)?;
                        // Ids of plain nodes are zigzag, those of ways and relations are not.
                        let id = (element.id as u64 >> 1) as i64 ^ -(element.id & 1);
                        each(Node { id, at, tags: Tags { strings: &self.strings, pairs: &pairs } });
                    }
                    2 => self.dense(value.bytes()?, tagged, &mut pairs, &mut each)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn dense(
        &self,
        message: &[u8],
        tagged: bool,
        pairs: &mut Vec<(u32, u32)>,
        each: &mut impl FnMut(Node<'a, '_>),
    ) -> Decoded<()> {
        let (mut ids, mut lats, mut lons, mut tags) = (Wire(&[]), Wire(&[]), Wire(&[]), Wire(&[]));
        let mut wire = Wire(message);
        while let Some((field, value)) = wire.field()? {
            match field {
                1 => ids = Wire(value.bytes()?),
                8 => lats = Wire(value.bytes()?),
                9 => lons = Wire(value.bytes()?),
                10 => tags = Wire(value.bytes()?),
                _ => {}
            }
        }
        let (mut id, mut lat, mut lon) = (0i64, 0i64, 0i64);
        while !ids.is_empty() {
            id = id.wrapping_add(ids.signed()?);
            lat = lat.wrapping_add(lats.signed()?);
            lon = lon.wrapping_add(lons.signed()?);
            pairs.clear();
            if tagged {
                // Keys and values alternate; a zero ends the node's. The list may be left out where no node has tags.
                while !tags.is_empty() {
                    let key = tags.varint()?;
                    if key == 0 {
                        break;
                    }
                    pairs.push(pair(key, tags.varint()?, &self.strings)?);
                }
            }
            each(Node { id, at: self.position(lat, lon)?, tags: Tags { strings: &self.strings, pairs } });
        }
        Ok(())
    }

    /// Longitude and latitude in 1e-7 degrees, rounded; malformed where they are on no globe.
    fn position(&self, lat: i64, lon: i64) -> Decoded<(i32, i32)> {
        let scaled = |value: i64, offset: i64, most: i64| {
            let nano = value.checked_mul(self.granularity).and_then(|v| v.checked_add(offset)).ok_or(Malformed)?;
            let tenths = (nano + if nano < 0 { -50 } else { 50 }) / 100;
            if tenths.abs() > most { Err(Malformed) } else { Ok(tenths as i32) }
        };
        Ok((scaled(lon, self.lon_offset, 1_800_000_000)?, scaled(lat, self.lat_offset, 900_000_000)?))
    }

    /// Hands every way with one of these keys to `each`.
    ///
    /// # Errors
    /// When the block is malformed.
    pub fn ways(&self, keys: &[&str], mut each: impl FnMut(Way<'a, '_>)) -> Decoded<()> {
        let wanted: Vec<u32> = keys.iter().filter_map(|key| self.string_id(key)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let (mut pairs, mut nodes) = (Vec::new(), Vec::new());
        self.each_of(3, |bytes| {
            let mut element = Element::new(bytes)?;
            if !element.has_key(&wanted)? {
                return Ok(());
            }
            pairs.clear();
            element.tags(&self.strings, &mut pairs)?;
            nodes.clear();
            let mut node = 0i64;
            while !element.list.is_empty() {
                node = node.wrapping_add(element.list.signed()?);
                nodes.push(node);
            }
            each(Way { id: element.id, tags: Tags { strings: &self.strings, pairs: &pairs }, nodes: &nodes });
            Ok(())
        })
    }

    /// Hands every relation with one of these keys to `each`.
    ///
    /// # Errors
    /// When the block is malformed.
    pub fn relations(&self, keys: &[&str], mut each: impl FnMut(Relation<'a, '_>)) -> Decoded<()> {
        let wanted: Vec<u32> = keys.iter().filter_map(|key| self.string_id(key)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let (mut pairs, mut members) = (Vec::new(), Vec::new());
        self.each_of(4, |bytes| {
            let mut element = Element::new(bytes)?;
            if !element.has_key(&wanted)? {
                return Ok(());
            }
            pairs.clear();
            element.tags(&self.strings, &mut pairs)?;
            members.clear();
            let mut id = 0i64;
            while !element.members.is_empty() {
                id = id.wrapping_add(element.members.signed()?);
                let role = element.list.varint()?;
                let role = *self.strings.get(role as usize).ok_or(Malformed)?;
                let kind = match element.kinds.varint()? {
                    0 => MemberKind::Node,
                    1 => MemberKind::Way,
                    2 => MemberKind::Relation,
                    _ => return Err(Malformed),
                };
                members.push((kind, id, role));
            }
            each(Relation { id: element.id, tags: Tags { strings: &self.strings, pairs: &pairs }, members: &members });
            Ok(())
        })
    }

    fn each_of(&self, wanted: u64, mut each: impl FnMut(&'a [u8]) -> Decoded<()>) -> Decoded<()> {
        for group in &self.groups {
            let mut wire = Wire(group);
            while let Some((field, value)) = wire.field()? {
                if field == wanted {
                    each(value.bytes()?)?;
                } else if matches!(field, 1..=4) {
                    // A group holds one kind of element, so the rest of it is not wanted either.
                    break;
                }
            }
        }
        Ok(())
    }
}

fn pair(key: u64, value: u64, strings: &[&[u8]]) -> Decoded<(u32, u32)> {
    if key.max(value) < strings.len() as u64 { Ok((key as u32, value as u32)) } else { Err(Malformed) }
}

/// The lists of a node, way or relation, not yet read.
struct Element<'a> {
    id: i64,
    keys: Wire<'a>,
    values: Wire<'a>,
    /// Nodes of a way, roles of a relation.
    list: Wire<'a>,
    members: Wire<'a>,
    kinds: Wire<'a>,
    latitude: i64,
    longitude: i64,
}

impl<'a> Element<'a> {
    fn new(message: &'a [u8]) -> Decoded<Self> {
        let none = Wire(&[]);
        let mut element =
            Self { id: 0, keys: none, values: none, list: none, members: none, kinds: none, latitude: 0, longitude: 0 };
        let zigzag = |n: u64| (n >> 1) as i64 ^ -((n & 1) as i64);
        let mut wire = Wire(message);
        while let Some((field, value)) = wire.field()? {
            match (field, value) {
                (1, value) => element.id = value.number()? as i64,
                (2, value) => element.keys = Wire(value.bytes()?),
                (3, value) => element.values = Wire(value.bytes()?),
                // The same number means a list in a way or relation, and a coordinate in a plain node.
                (8, super::wire::Value::Number(n)) => element.latitude = zigzag(n),
                (9, super::wire::Value::Number(n)) => element.longitude = zigzag(n),
                (8, value) => element.list = Wire(value.bytes()?),
                (9, value) => element.members = Wire(value.bytes()?),
                (10, value) => element.kinds = Wire(value.bytes()?),
                _ => {}
            }
        }
        Ok(element)
    }

    fn has_key(&self, wanted: &[u32]) -> Decoded<bool> {
        let mut keys = self.keys;
        while !keys.is_empty() {
            let key = keys.varint()?;
            if wanted.iter().any(|w| u64::from(*w) == key) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn tags(&mut self, strings: &[&[u8]], pairs: &mut Vec<(u32, u32)>) -> Decoded<()> {
        while !self.keys.is_empty() {
            pairs.push(pair(self.keys.varint()?, self.values.varint()?, strings)?);
        }
        Ok(())
    }
}
