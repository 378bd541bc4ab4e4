//! Small OSM extracts for tests, written as PBF by an encoder that shares nothing with the reader.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::Write;
use std::path::Path;

/// An extract that grows line by line.
#[derive(Debug, Clone, Default)]
pub struct Extract {
    nodes: Vec<(i64, f64, f64, OwnTags)>,
    ways: Vec<(i64, Vec<i64>, OwnTags)>,
    relations: Vec<(i64, Vec<Member>, OwnTags)>,
}

type OwnTags = Vec<(String, String)>;
type Member = (&'static str, i64, &'static str);

/// `key=value` tags separated by blanks; an underscore in a value stands for a blank where it is doubled.
fn tags(text: &str) -> OwnTags {
    let pair = |word: &str| {
        let (key, value) = word.split_once('=').expect("key=value");
        (key.to_owned(), value.replace("__", " "))
    };
    text.split_whitespace().map(pair).collect()
}

impl Extract {
    /// A node.
    pub fn node(mut self, id: i64, lon: f64, lat: f64, text: &str) -> Self {
        self.nodes.push((id, lon, lat, tags(text)));
        self
    }

    /// A way; its id is 100 times its first node plus the number of ways before it.
    pub fn way(mut self, id: i64, nodes: &[i64], text: &str) -> Self {
        self.ways.push((id, nodes.to_vec(), tags(text)));
        self
    }

    /// A relation.
    pub fn relation(mut self, id: i64, members: &[Member], text: &str) -> Self {
        self.relations.push((id, members.to_vec(), tags(text)));
        self
    }

    /// The bytes of a file: dense nodes, then ways, then relations, each in a block of its own.
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut header = Vec::new();
        for feature in ["OsmSchema-V0.6", "DenseNodes"] {
            text_field(&mut header, 4, feature);
        }
        text_field(&mut header, 5, "Sort.Type_then_ID");
        blob(&mut file, "OSMHeader", &header, true);
        blob(&mut file, "OSMData", &self.nodes_block(), true);
        blob(&mut file, "OSMData", &self.ways_block(), false);
        if !self.relations.is_empty() {
            blob(&mut file, "OSMData", &self.relations_block(), true);
        }
        file
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) {
        std::fs::write(path, self.bytes()).expect("the file can be written");
    }

    fn nodes_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let (mut ids, mut lats, mut lons, mut pairs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut last = (0i64, 0i64, 0i64);
        for (id, lon, lat, tags) in &self.nodes {
            let here = (*id, (lat * 1e7).round() as i64, (lon * 1e7).round() as i64);
            zigzag(&mut ids, here.0 - last.0);
            zigzag(&mut lats, here.1 - last.1);
            zigzag(&mut lons, here.2 - last.2);
            last = here;
            for (key, value) in tags {
                varint(&mut pairs, strings.number(key));
                varint(&mut pairs, strings.number(value));
            }
            pairs.push(0);
        }
        let mut dense = Vec::new();
        for (field, bytes) in [(1, &ids), (8, &lats), (9, &lons), (10, &pairs)] {
            bytes_field(&mut dense, field, bytes);
        }
        let mut group = Vec::new();
        bytes_field(&mut group, 2, &dense);
        strings.block(&[group])
    }

    fn ways_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        for (id, nodes, tags) in &self.ways {
            let mut way = Vec::new();
            number_field(&mut way, 1, *id as u64);
            strings.tags(&mut way, tags);
            let (mut refs, mut last) = (Vec::new(), 0);
            for node in nodes {
                zigzag(&mut refs, node - last);
                last = *node;
            }
            bytes_field(&mut way, 8, &refs);
            bytes_field(&mut group, 3, &way);
        }
        strings.block(&[group])
    }

    fn relations_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        for (id, members, tags) in &self.relations {
            let mut relation = Vec::new();
            number_field(&mut relation, 1, *id as u64);
            strings.tags(&mut relation, tags);
            let (mut roles, mut ids, mut kinds, mut last) = (Vec::new(), Vec::new(), Vec::new(), 0);
            for (kind, member, role) in members {
                varint(&mut roles, strings.number(role));
                zigzag(&mut ids, member - last);
                last = *member;
                varint(&mut kinds, ["node", "way", "relation"].iter().position(|k| k == kind).expect("a kind") as u64);
            }
            for (field, bytes) in [(8, &roles), (9, &ids), (10, &kinds)] {
                bytes_field(&mut relation, field, bytes);
            }
            bytes_field(&mut group, 4, &relation);
        }
        strings.block(&[group])
    }
}

#[derive(Debug, Default)]
struct Strings(Vec<String>);

impl Strings {
    fn number(&mut self, text: &str) -> u64 {
        if self.0.is_empty() {
            self.0.push(String::new());
        }
        let known = self.0.iter().position(|s| s == text);
        known.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        }) as u64
    }

    fn tags(&mut self, message: &mut Vec<u8>, tags: &[(String, String)]) {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for (key, value) in tags {
            varint(&mut keys, self.number(key));
            varint(&mut values, self.number(value));
        }
        bytes_field(message, 2, &keys);
        bytes_field(message, 3, &values);
    }

    fn block(&self, groups: &[Vec<u8>]) -> Vec<u8> {
        let mut table = Vec::new();
        self.0.iter().for_each(|s| text_field(&mut table, 1, s));
        let mut block = Vec::new();
        bytes_field(&mut block, 1, &table);
        groups.iter().for_each(|g| bytes_field(&mut block, 2, g));
        block
    }
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn zigzag(out: &mut Vec<u8>, n: i64) {
    varint(out, (n << 1 ^ n >> 63) as u64);
}

fn number_field(out: &mut Vec<u8>, field: u64, n: u64) {
    varint(out, field << 3);
    varint(out, n);
}

fn bytes_field(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn text_field(out: &mut Vec<u8>, field: u64, text: &str) {
    bytes_field(out, field, text.as_bytes());
}

fn blob(file: &mut Vec<u8>, kind: &str, content: &[u8], packed: bool) {
    let mut blob = Vec::new();
    if packed {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(content).expect("memory takes it");
        number_field(&mut blob, 2, content.len() as u64);
        bytes_field(&mut blob, 3, &zlib.finish().expect("memory takes it"));
    } else {
        bytes_field(&mut blob, 1, content);
    }
    let mut header = Vec::new();
    text_field(&mut header, 1, kind);
    number_field(&mut header, 3, blob.len() as u64);
    file.extend_from_slice(&(header.len() as u32).to_be_bytes());
    file.extend_from_slice(&header);
    file.extend_from_slice(&blob);
}
