//! Nodes that cannot be where they are: see [`crate::strays`]. What is drawn through one is cut there, as at the edge of
//! the extract.

use std::collections::BTreeSet;

use geo::{Coord, Line};

use super::{TaggedNode, Way};
use crate::strays::Fence;

/// Takes stray nodes from the nodes, which are in order of their numbers; tells which and where.
pub(super) fn leave_out(
    ids: &mut Vec<i64>,
    lonlat: &mut Vec<Coord>,
    points: &mut Vec<TaggedNode>,
    ways: &[Way],
) -> Vec<String> {
    let Some(fence) = Fence::around(lonlat, None) else { return Vec::new() };
    let place = |id: i64| ids.binary_search(&id).ok().map(|at| lonlat[at]);
    let mut strays: BTreeSet<i64> = BTreeSet::new();
    // An extract holds whole ways that lead far out of it; only one that jumps there has a stray node.
    for way in ways {
        for pair in way.nodes.windows(2) {
            let (Some(start), Some(end)) = (place(pair[0]), place(pair[1])) else { continue };
            if let Some(stray) = fence.jump(Line::new(start, end)) {
                strays.insert(if stray == start { pair[0] } else { pair[1] });
            }
        }
    }
    let astray = points.iter().filter(|point| place(point.id).is_some_and(|at| fence.is_outside(at)));
    let mut astray: BTreeSet<i64> = astray.map(|point| point.id).collect();
    if !astray.is_empty() {
        // A barrier or crossing far along a way is where the way is.
        ways.iter().flat_map(|way| &way.nodes).for_each(|node| {
            astray.remove(node);
        });
    }
    strays.append(&mut astray);
    let told = strays.iter().filter_map(|id| place(*id).map(|at| format!("node/{id}：{}, {}", at.x, at.y))).collect();
    if !strays.is_empty() {
        points.retain(|point| !strays.contains(&point.id));
        let kept: Vec<bool> = ids.iter().map(|id| !strays.contains(id)).collect();
        let mut keep = kept.iter();
        ids.retain(|_| keep.next().copied().unwrap_or(true));
        let mut keep = kept.iter();
        lonlat.retain(|_| keep.next().copied().unwrap_or(true));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::bounded::Bounded;
    use super::super::{Extract, xml};

    #[test]
    fn a_node_far_away_is_left_out_and_named() {
        let text = "<osm><node id='1' lat='35' lon='114'/><node id='2' lat='35' lon='114.01'/><node id='3' lat='35' lon='11.4'/>
            <node id='4' lat='0' lon='0'><tag k='place' v='village'/></node>
            <node id='5' lat='35.001' lon='114'><tag k='place' v='village'/></node>
            <way id='7'><nd ref='1'/><nd ref='2'/><nd ref='3'/><tag k='highway' v='residential'/></way></osm>";
        let extract = Extract::new(xml::read(Bounded::plain(text.as_bytes())).unwrap());
        assert_eq!(extract.node_ids, [1, 2, 5]);
        assert_eq!(extract.points.len(), 1);
        assert!(extract.strays()[0].starts_with("node/3：11.4") && extract.strays()[1].starts_with("node/4"));
    }
}
