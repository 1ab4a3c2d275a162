//! OpenStreetMap extracts to layers.
//!
//! Reading order: this file (what is kept of an extract), [`pbf`] and [`xml`] (the formats), [`tags`] and [`quantities`]
//! and [`limits`] (what tags mean to us), [`assemble`] and [`shapes`] (ways and relations to lines and polygons), [`roads`],
//! [`drawn_again`], [`obstacles`], [`boundaries`], [`places`] (everything else). An extract is read in one pass; of the tags only [`known_tags::KEYS`] are
//! kept, and of the nodes only those that a kept thing needs.

mod assemble;
mod boundaries;
mod bounded;
mod drawn_again;
mod known_tags;
mod limits;
mod obstacles;
mod old_style;
mod pbf;
mod places;
mod plausible;
mod quantities;
mod roads;
mod shapes;
mod stray_nodes;
mod tags;
mod xml;

use std::path::Path;

use anyhow::{Result, bail};
use geo::{Coord, MultiPolygon};
use rayon::prelude::*;

use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::method::MethodConstant;
use fireplan_model::network::Topology;
use fireplan_model::notes::Notes;
use fireplan_model::plane::Plane;

use crate::footprints::Footprints;
use bounded::Bounded;
use known_tags::Tags;

/// The constants of the method by which an extract is read.
pub(crate) fn method() -> Vec<MethodConstant> {
    [boundaries::method(), limits::method()].concat()
}

/// A node as the formats give it: ten-millionths of a degree, as OSM stores them.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RawNode {
    id: i64,
    lon_e7: i32,
    lat_e7: i32,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaggedNode {
    id: i64,
    tags: Tags,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Way {
    id: i64,
    tags: Tags,
    nodes: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberKind {
    Node,
    Way,
    Relation,
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    kind: MemberKind,
    id: i64,
    role: Box<str>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relation {
    id: i64,
    tags: Tags,
    members: Vec<Member>,
}

/// What a format reader hands over, in the order of the file.
#[derive(Debug, Default)]
struct Raw {
    nodes: Vec<RawNode>,
    points: Vec<TaggedNode>,
    ways: Vec<Way>,
    relations: Vec<Relation>,
    /// Ways that are only known as members of relations, with their nodes.
    member_ways: Vec<Way>,
    /// What the program that wrote the file says of it, such as that it ran out of time.
    remarks: Vec<String>,
}

impl Raw {
    fn append(&mut self, mut other: Self) {
        self.nodes.append(&mut other.nodes);
        self.points.append(&mut other.points);
        self.ways.append(&mut other.ways);
        self.relations.append(&mut other.relations);
        self.member_ways.append(&mut other.member_ways);
        self.remarks.append(&mut other.remarks);
    }

    /// How much it holds: nodes, and references to them.
    fn size(&self) -> usize {
        let of_ways: usize = self.ways.iter().map(|way| way.nodes.len()).sum();
        let of_relations: usize = self.relations.iter().map(|relation| relation.members.len()).sum();
        self.nodes.len() + of_ways + of_relations
    }
}

/// What is kept of an extract: everything sorted by id, each thing once.
pub(crate) struct Extract {
    node_ids: Vec<i64>,
    lonlat: Vec<Coord>,
    points: Vec<TaggedNode>,
    ways: Vec<Way>,
    relations: Vec<Relation>,
    /// Nodes that cannot be where they are, left out: each with its number and place.
    strays: Vec<String>,
    /// What the program that wrote the file says of it.
    remarks: Vec<String>,
}

/// The layers of an extract, in local metres.
#[derive(Default)]
pub(crate) struct OsmLayers {
    pub layers: Layers,
    pub topology: Topology,
    pub boundary: Option<MultiPolygon>,
    /// Some administrative unit is cut by the edge of the extract, so its towns together are no whole county.
    pub has_cut_units: bool,
    /// What stations and villages given as areas were drawn as.
    pub footprints: Footprints,
    /// Per layer: things the extract has for it; what became of them is in the layer.
    pub read: Vec<(LayerId, usize)>,
}

/// Reads an extract; the format is told by its content.
pub(crate) fn read(bytes: &[u8], path: &Path) -> Result<Extract> {
    let raw = match bytes {
        [] => bail!("文件是空的 | the file is empty"),
        [0x1f, 0x8b, ..] => xml::read(Bounded::unpacked(flate2::read::MultiGzDecoder::new(bytes), bytes.len()))?,
        [b'B', b'Z', b'h', ..] => xml::read(Bounded::unpacked(bzip2::read::MultiBzDecoder::new(bytes), bytes.len()))?,
        _ if starts_like_xml(bytes) => xml::read(Bounded::plain(bytes))?,
        _ if path.to_string_lossy().to_ascii_lowercase().ends_with(".pbf") => pbf::read(bytes)?,
        _ => bail!(
            "既不是 OSM XML(.osm、.osm.gz、.osm.bz2)，也不是 .osm.pbf | \
             this is neither OSM XML (.osm, .osm.gz, .osm.bz2) nor a .osm.pbf"
        ),
    };
    let extract = Extract::new(raw);
    if extract.points.is_empty() && extract.ways.is_empty() {
        bail!(
            "数据中没有道路、建筑、聚落等可用的内容 | \
             the extract has no road, building, place or other thing that fireplan knows"
        );
    }
    Ok(extract)
}

fn starts_like_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

impl Extract {
    fn new(raw: Raw) -> Self {
        let Raw { mut nodes, mut points, mut ways, mut relations, member_ways, remarks } = raw;
        add_unknown(&mut ways, member_ways);
        // Merged extracts repeat things; of repeated ones the last counts.
        sort_unique(&mut nodes, |node| node.id);
        sort_unique(&mut points, |point| point.id);
        sort_unique(&mut relations, |relation| relation.id);
        relations.retain(|relation| !relation.tags.is_empty());
        sort_unique(&mut ways, |way| way.id);
        let mut parts: Vec<i64> =
            relations.iter().flat_map(|r| &r.members).filter(|m| m.kind == MemberKind::Way).map(|m| m.id).collect();
        parts.sort_unstable();
        ways.retain(|way| !way.tags.is_empty() || parts.binary_search(&way.id).is_ok());
        let mut wanted: Vec<i64> = ways.iter().flat_map(|way| &way.nodes).copied().collect();
        wanted.extend(points.iter().map(|point| point.id));
        wanted.par_sort_unstable();
        wanted.dedup();
        let (mut node_ids, mut lonlat) = pick(&nodes, &wanted);
        let strays = stray_nodes::leave_out(&mut node_ids, &mut lonlat, &mut points, &ways);
        Self { node_ids, lonlat, points, ways, relations, strays, remarks }
    }

    /// Nodes that were left out because they cannot be where they are.
    pub(crate) fn strays(&self) -> &[String] {
        &self.strays
    }

    /// What the file says of itself: Overpass writes there that it ran out of time or memory, and what it has by then.
    pub(crate) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Longitude and latitude of what was read: all nodes that matter.
    pub(crate) fn lonlat(&self) -> &[Coord] {
        &self.lonlat
    }

    /// The wanted layers, in the metres of the plane.
    pub(crate) fn layers(&self, plane: &Plane, wanted: &[LayerId], notes: &mut Notes) -> Result<OsmLayers> {
        let mut coords = self.lonlat.clone();
        coords.par_chunks_mut(16_384).try_for_each(|chunk| plane.to_local(chunk))?;
        let ground = LocalExtract { extract: self, coords };
        let mut osm = OsmLayers::default();
        if wanted.contains(&LayerId::Roads) {
            roads::read(&ground, &mut osm, notes);
        }
        if wanted.contains(&LayerId::Obstacles) {
            obstacles::read(&ground, &mut osm, notes);
        }
        places::read(&ground, wanted, &mut osm, notes);
        boundaries::read(&ground, wanted, &mut osm, notes);
        plausible::leave_out_implausible(&mut osm.layers, notes);
        Ok(osm)
    }
}

/// An extract laid out in local metres.
struct LocalExtract<'a> {
    extract: &'a Extract,
    /// Of each of the extract's nodes.
    coords: Vec<Coord>,
}

impl LocalExtract<'_> {
    /// Where the node is; `None`: the extract was cut and does not have it.
    fn node(&self, id: i64) -> Option<Coord> {
        self.extract.node_ids.binary_search(&id).ok().map(|at| self.coords[at])
    }

    fn way(&self, id: i64) -> Option<&Way> {
        self.extract.ways.binary_search_by_key(&id, |way| way.id).ok().map(|at| &self.extract.ways[at])
    }
}

/// Adds the ways that are not there themselves.
fn add_unknown(ways: &mut Vec<Way>, more: Vec<Way>) {
    let mut known: Vec<i64> = ways.iter().map(|way| way.id).collect();
    known.sort_unstable();
    ways.extend(more.into_iter().filter(|way| known.binary_search(&way.id).is_err()));
}

/// Sorts by id and keeps the last of each; does nothing to lists already in order.
fn sort_unique<T>(things: &mut Vec<T>, id: impl Fn(&T) -> i64) {
    if things.windows(2).all(|pair| id(&pair[0]) < id(&pair[1])) {
        return;
    }
    things.reverse();
    things.sort_by_key(&id);
    things.dedup_by_key(|thing| id(thing));
}

/// The nodes with the wanted ids; both lists are sorted.
fn pick(nodes: &[RawNode], wanted: &[i64]) -> (Vec<i64>, Vec<Coord>) {
    let mut ids = Vec::with_capacity(wanted.len());
    let mut lonlat = Vec::with_capacity(wanted.len());
    let mut next = 0;
    for node in nodes {
        while next < wanted.len() && wanted[next] < node.id {
            next += 1;
        }
        if wanted.get(next) == Some(&node.id) {
            ids.push(node.id);
            lonlat.push(Coord { x: f64::from(node.lon_e7) * 1e-7, y: f64::from(node.lat_e7) * 1e-7 });
        }
    }
    (ids, lonlat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_repeated_things_the_last_counts() {
        let mut nodes: Vec<RawNode> =
            [(2, 1), (1, 2), (2, 3)].map(|(id, lon_e7)| RawNode { id, lon_e7, lat_e7: 0 }).into();
        sort_unique(&mut nodes, |node| node.id);
        assert_eq!(nodes.iter().map(|node| (node.id, node.lon_e7)).collect::<Vec<_>>(), [(1, 2), (2, 3)]);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good =
            br#"<osm><node id="1" lat="1" lon="2"/><way id="3"><nd ref="1"/><tag k="highway" v="path"/></way></osm>"#;
        for end in 0..good.len() {
            let _ = read(&good[..end], Path::new("a.osm"));
        }
        for seed in 0..200_u32 {
            let bytes: Vec<u8> = (0..400_u32).map(|i| (i.wrapping_mul(seed * 2 + 1) >> (seed % 7)) as u8).collect();
            assert!(read(&bytes, Path::new("a.osm.pbf")).is_err());
        }
    }
}
