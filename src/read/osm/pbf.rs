//! `.osm.pbf`: blobs are decoded side by side and put back together in the order of the file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, anyhow, bail};
use osmpbf::{Blob, BlobDecode, BlobReader, DenseNodeInfo, Element, PrimitiveBlock, RelMemberType};
use rayon::prelude::*;

use super::{Member, MemberKind, Raw, RawNode, Relation, TaggedNode, Tags, Way};

const WAY_OUT: &str =
    "文件已损坏或没有下载完，请重新下载 | the file is damaged or was not downloaded to its end; fetch it again";

/// How many nodes, and references to them, a byte of the packed file may hold.
const MOST_THINGS_PER_BYTE: usize = 4;

/// What any extract may hold, however small it is packed.
const ALWAYS_THINGS: usize = 20_000_000;

pub(super) fn read(bytes: &[u8]) -> Result<Raw> {
    let blobs = BlobReader::new(bytes).collect::<Result<Vec<Blob>, _>>().context(WAY_OUT)?;
    if blobs.is_empty() {
        return Err(anyhow!("其中没有 OSM 数据 | no OSM data in it").context(WAY_OUT));
    }
    // Real extracts have less than one thing a byte. Each block is bounded by the format, many of them are not.
    let most = bytes.len().saturating_mul(MOST_THINGS_PER_BYTE).max(ALWAYS_THINGS);
    let at_once = rayon::current_num_threads() * 4;
    let mut raw = Raw::default();
    for (turn, blobs) in blobs.chunks(at_once).enumerate() {
        let parts = blobs.par_iter().enumerate().map(|(at, blob)| read_blob(turn * at_once + at, blob));
        let parts: Vec<Raw> = parts.collect::<Result<_>>()?;
        parts.into_iter().for_each(|part| raw.append(part));
        if raw.size() > most {
            bail!(
                "解压后异常膨胀，疑为损坏或恶意文件，已停止读取 | it unpacks to far more than an extract would, and is not read further"
            );
        }
    }
    Ok(raw)
}

fn read_blob(at: usize, blob: &Blob) -> Result<Raw> {
    // The decoder trusts some lengths and enum values of the file.
    catch_unwind(AssertUnwindSafe(|| decode(blob)))
        .unwrap_or_else(|_| Err(anyhow!("内容不合 OSM 格式 | it says things that no OSM file says")))
        .with_context(|| format!("第 {0} 块 | block {0}", at + 1))
        .context(WAY_OUT)
}

fn decode(blob: &Blob) -> Result<Raw> {
    match blob.decode()? {
        BlobDecode::OsmHeader(header) => {
            let known = ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];
            match header.required_features().iter().find(|feature| !known.contains(&feature.as_str())) {
                Some(feature) => bail!(
                    "文件用到本程序不支持的特性“{feature}” | \
                     the file needs the feature '{feature}', which fireplan does not know"
                ),
                None => Ok(Raw::default()),
            }
        }
        BlobDecode::OsmData(block) => read_block(&block),
        BlobDecode::Unknown(_) => Ok(Raw::default()),
    }
}

fn read_block(block: &PrimitiveBlock) -> Result<Raw> {
    let mut raw = Raw::default();
    for element in block.elements() {
        match element {
            Element::DenseNode(node) if node.info().is_none_or(DenseNodeInfo::visible) => {
                raw.nodes.push(RawNode { id: node.id(), lon_e7: node.decimicro_lon(), lat_e7: node.decimicro_lat() });
                raw.add_point(node.id(), keep(node.tags()));
            }
            Element::Node(node) if node.info().visible() => {
                raw.nodes.push(RawNode { id: node.id(), lon_e7: node.decimicro_lon(), lat_e7: node.decimicro_lat() });
                raw.add_point(node.id(), keep(node.tags()));
            }
            Element::Way(way) if way.info().visible() => {
                raw.ways.push(Way { id: way.id(), tags: keep(way.tags()), nodes: way.refs().collect() });
            }
            Element::Relation(relation) if relation.info().visible() => {
                let members = relation.members().map(|member| {
                    let kind = match member.member_type {
                        RelMemberType::Node => MemberKind::Node,
                        RelMemberType::Way => MemberKind::Way,
                        RelMemberType::Relation => MemberKind::Relation,
                    };
                    Ok(Member { kind, id: member.member_id, role: member.role()?.into() })
                });
                let members = members.collect::<Result<_>>()?;
                raw.relations.push(Relation { id: relation.id(), tags: keep(relation.tags()), members });
            }
            _ => {}
        }
    }
    Ok(raw)
}

impl Raw {
    pub(super) fn add_point(&mut self, id: i64, tags: Tags) {
        if !tags.is_empty() {
            self.points.push(TaggedNode { id, tags });
        }
    }
}

fn keep<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Tags {
    let mut tags = Tags::default();
    pairs.for_each(|(key, value)| tags.add(key, value));
    tags
}
