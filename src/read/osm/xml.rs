//! OSM XML, as the API, Overpass, JOSM and osmium write it; things may come in any order.

use std::io::BufRead;

use anyhow::{Context, Result, anyhow, bail};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::bounded::Bounded;
use super::{Member, MemberKind, Raw, RawNode, Relation, Tags, Way};

/// The thing whose inner elements are being read.
#[derive(Default)]
struct Open {
    id: i64,
    /// Of a deleted thing nothing is kept.
    deleted: bool,
    tags: Tags,
    nodes: Vec<i64>,
    members: Vec<Member>,
    /// Nodes that came inside a member, with the id of that way.
    member_nodes: Vec<(i64, i64)>,
}

/// The id of a node that is only known by its place, the same for the same place; real ids are positive.
fn id_of_place(lon_e7: i32, lat_e7: i32) -> i64 {
    const HALF_TURN_E7: i64 = 1_800_000_000;
    -1 - ((i64::from(lon_e7) + HALF_TURN_E7) * (HALF_TURN_E7 + 1) + i64::from(lat_e7) + HALF_TURN_E7 / 2)
}

pub(super) fn read<R: BufRead>(source: Bounded<R>) -> Result<Raw> {
    let mut reader = Reader::from_reader(source);
    let mut buffer = Vec::new();
    let (mut raw, mut open) = (Raw::default(), Open::default());
    let (mut root, mut in_remark) = (false, false);
    loop {
        let at = reader.buffer_position();
        reader.get_mut().begin_event();
        let event = reader.read_event_into(&mut buffer);
        let event = event.with_context(|| {
            format!("第 {at} 字节处：XML 损坏；请重新获取文件 | at byte {at}: the XML is damaged; fetch the file again")
        })?;
        match event {
            Event::Start(element) | Event::Empty(element) if !root => match element.name().as_ref() {
                b"osm" => root = true,
                b"osmChange" => bail!(
                    "这是变更文件(.osc)，不是数据本身，请给出数据文件 | \
                     this is a file of changes (.osc), not of things: give the extract itself"
                ),
                other => {
                    let tag = String::from_utf8_lossy(other);
                    bail!("不是 OSM XML：开头是 <{tag}> | this is not OSM XML: it begins with <{tag}>")
                }
            },
            Event::Start(element) if element.name().as_ref() == b"remark" => in_remark = true,
            Event::Text(text) if in_remark => raw.remarks.push(String::from_utf8_lossy(&text).trim().to_owned()),
            Event::End(element) if element.name().as_ref() == b"remark" => in_remark = false,
            Event::Start(element) => start(&element, &mut open, &mut raw, at)?,
            Event::Empty(element) => {
                start(&element, &mut open, &mut raw, at)?;
                end(element.name().as_ref(), &mut open, &mut raw);
            }
            Event::End(element) if element.name().as_ref() == b"osm" => break,
            Event::End(element) => end(element.name().as_ref(), &mut open, &mut raw),
            Event::Eof => bail!("XML 中途结束，请重新下载 | the XML ends in the middle: fetch the file again"),
            _ => {}
        }
        buffer.clear();
    }
    Ok(raw)
}

fn start(element: &BytesStart, open: &mut Open, raw: &mut Raw, at: u64) -> Result<()> {
    let attribute = |name: &str| attribute(element, name).with_context(|| format!("第 {at} 字节 | at byte {at}"));
    let number = |name: &str| -> Result<i64> {
        let text = attribute(name)?
            .with_context(|| format!("第 {at} 字节：缺少 {name} | at byte {at}: '{name}' is missing"))?;
        text.parse().map_err(|_| {
            anyhow!("第 {at} 字节：{name}=\"{text}\" 不是数 | at byte {at}: {name}=\"{text}\" is no number")
        })
    };
    match element.name().as_ref() {
        kind @ (b"node" | b"way" | b"relation") => {
            *open = Open { id: number("id")?, ..Open::default() };
            open.deleted =
                attribute("visible")?.as_deref() == Some("false") || attribute("action")?.as_deref() == Some("delete");
            if kind == b"node" && !open.deleted {
                let lon_e7 = degrees_e7(attribute("lon")?.as_deref(), at)?;
                let lat_e7 = degrees_e7(attribute("lat")?.as_deref(), at)?;
                raw.nodes.push(RawNode { id: open.id, lon_e7, lat_e7 });
            }
        }
        b"tag" => {
            if let (Some(key), Some(value)) = (attribute("k")?, attribute("v")?) {
                open.tags.add(&key, &value);
            }
        }
        b"nd" => {
            // Overpass writes the coordinates beside the reference (`out geom`), of members of relations without one.
            let place = attribute("lon")?.zip(attribute("lat")?);
            let place = place.map(|(lon, lat)| anyhow::Ok((degrees_e7(Some(&lon), at)?, degrees_e7(Some(&lat), at)?)));
            let place = place.transpose()?;
            let id = match (attribute("ref")?, place) {
                (None, Some((lon_e7, lat_e7))) => id_of_place(lon_e7, lat_e7),
                _ => number("ref")?,
            };
            if let Some((lon_e7, lat_e7)) = place.filter(|_| !open.deleted) {
                raw.nodes.push(RawNode { id, lon_e7, lat_e7 });
            }
            match open.members.last() {
                Some(member) => open.member_nodes.push((member.id, id)),
                None => open.nodes.push(id),
            }
        }
        b"member" => {
            let kind = match attribute("type")?.as_deref() {
                Some("node") => MemberKind::Node,
                Some("way") => MemberKind::Way,
                Some("relation") => MemberKind::Relation,
                other => bail!("第 {at} 字节：成员类型 {other:?} 不认识 | at byte {at}: a member of type {other:?}"),
            };
            open.members.push(Member { kind, id: number("ref")?, role: attribute("role")?.unwrap_or_default().into() });
        }
        _ => {}
    }
    Ok(())
}

fn end(name: &[u8], open: &mut Open, raw: &mut Raw) {
    if !matches!(name, b"node" | b"way" | b"relation") {
        return;
    }
    let Open { id, deleted, tags, nodes, members, member_nodes } = std::mem::take(open);
    match name {
        _ if deleted => {}
        b"node" => raw.add_point(id, tags),
        b"way" => raw.ways.push(Way { id, tags, nodes }),
        _ => {
            let ways = member_nodes.chunk_by(|a, b| a.0 == b.0);
            raw.member_ways.extend(ways.map(|nodes| Way {
                id: nodes[0].0,
                tags: Tags::default(),
                nodes: nodes.iter().map(|(_, node)| *node).collect(),
            }));
            raw.relations.push(Relation { id, tags, members });
        }
    }
}

fn attribute(element: &BytesStart, name: &str) -> Result<Option<String>> {
    let Some(found) = element.try_get_attribute(name)? else { return Ok(None) };
    // OSM files are UTF-8.
    Ok(Some(unescape(std::str::from_utf8(&found.value)?)?.into_owned()))
}

fn degrees_e7(text: Option<&str>, at: u64) -> Result<i32> {
    let degrees = text.and_then(|text| text.parse::<f64>().ok()).filter(|degrees| degrees.abs() <= 180.0);
    let degrees = degrees.with_context(|| {
        format!("第 {at} 字节：节点的 lat、lon 无效 | at byte {at}: a node has no proper lat and lon")
    })?;
    Ok((degrees * 1e7).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overpass_order_and_deleted_things() {
        let text = r#"<?xml version="1.0"?><osm version="0.6"><note>x</note>
            <remark> runtime error: Query timed out </remark>
            <way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="A &amp; B"/></way>
            <relation id="9"><member type="way" ref="7" role="from"/><tag k="type" v="restriction"/></relation>
            <node id="1" lat="28.5" lon="117.25"/><node id="2" lat="28.6" lon="117.3"><tag k="place" v="村"/></node>
            <node id="3" visible="false"/></osm>"#;
        let raw = read(Bounded::plain(text.as_bytes())).unwrap();
        assert_eq!((raw.nodes.len(), raw.points.len(), raw.ways.len()), (2, 1, 1));
        assert_eq!(raw.ways[0].tags.get("name"), Some("A & B"));
        assert_eq!(raw.ways[0].nodes, [1, 2]);
        assert_eq!(raw.nodes[0].lon_e7, 1_172_500_000);
        assert_eq!(&*raw.relations[0].members[0].role, "from");
        assert_eq!(raw.remarks, ["runtime error: Query timed out"]);
    }

    #[test]
    fn overpass_writes_coordinates_inside_ways_and_members() {
        let text = r#"<osm>
            <way id="1"><nd ref="1" lat="35" lon="114"/><nd ref="2" lat="35" lon="114.1"/><tag k="highway" v="road"/></way>
            <relation id="9">
              <member type="way" ref="7" role="outer"><nd lat="35" lon="114"/><nd lat="35.1" lon="114"/></member>
              <member type="way" ref="8" role="outer"><nd lat="35.1" lon="114"/><nd lat="35" lon="114"/></member>
              <tag k="boundary" v="administrative"/></relation></osm>"#;
        let raw = read(Bounded::plain(text.as_bytes())).unwrap();
        assert_eq!(raw.ways[0].nodes, [1, 2]);
        assert_eq!(raw.member_ways.iter().map(|way| way.id).collect::<Vec<_>>(), [7, 8]);
        assert_eq!(raw.member_ways[0].nodes[1], raw.member_ways[1].nodes[0]);
        assert_eq!(raw.nodes.len(), 6);
        assert_ne!(id_of_place(0, 1), id_of_place(1, 0));
        assert!(id_of_place(1_800_000_000, 900_000_000) < 0 && id_of_place(-1_800_000_000, -900_000_000) < 0);
    }

    #[test]
    fn damage_is_told_with_its_place() {
        for (text, word) in [
            ("<osm><node id='1' lat='1' lon='2'>", "ends in the middle"),
            ("<osm><node id='x' lat='1' lon='2'/></osm>", "byte 5"),
            ("<osm><node id='1' lat='100000' lon='2'/></osm>", "lat and lon"),
            ("<html></html>", "html"),
            ("<osmChange/>", ".osc"),
        ] {
            let error = format!("{:#}", read(Bounded::plain(text.as_bytes())).unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }
}
