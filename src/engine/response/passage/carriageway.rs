//! The clear width of a segment across its road area, the least of it and where that is.

use geo::Coord;

use fireplan_algorithms::clear_width::{self, AreaEdges};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::RoadAreaKind;
use fireplan_model::method_constants;
use fireplan_model::network::Network;

method_constants! {
    /// 沿路每隔此距离量一次路面宽度 | Distance between the places along a road at which its carriageway is measured across
    const SECTION_STEP_M: f64 = 2.0,
        because "比一辆车的长度短，路边一根电杆、一处台阶造成的收窄不会漏掉 | Shorter than a vehicle, so that no narrowing by a pole or a step is missed";
    /// 自路中线向两侧量路面的最远距离 | Farthest that the carriageway is followed to either side of the centre line
    const SECTION_REACH_M: f64 = 30.0,
        because "县域道路单侧不会宽于此，更宽的是广场、停车场，其宽度不说明道路 | No road of a county is wider to one side; what is wider is a square and says nothing of the road";
    /// 路中线可偏出道路面的距离 | How far a centre line may lie beside its road area
    const CENTRE_LINE_OFF_M: f64 = 1.5,
        because "路网与道路面常出自不同测绘，1:2000 图平面误差约 1 米，取其一倍半 | Roads and road areas come from different surveys; a 1:2000 map errs by some 1 m, and half as much again is allowed";
    /// 相距不超过此值的两块路面算作相连 | Pieces of carriageway up to this far apart are one
    const CARRIAGEWAY_TOUCH_M: f64 = clear_width::TOUCH_M,
        because "道路面常分块绘制，接边处的缝隙是坐标取整，不是路肩 | Road areas are drawn in pieces; what parts them where they join is rounding of coordinates";
    /// 路段两端不量宽度的长度 | Length at either end of a segment at which no width is measured
    const JUNCTION_END_M: f64 = 1.0,
        because "路口处量到的是相交道路的宽度，而不是本路段的；1 米为假定值，供审查 | At a junction the width of the other road would be measured; 1 m is an assumption, for review";
    /// 量得宽度的断面不少于此比例，才以最窄处作为全路段宽度 | Least share of the sections with a width for the narrowest to stand for the whole segment
    const WHOLE_SHARE: f64 = 0.9,
        because "道路面难免有缺口，缺一成很少漏掉最窄处；假定值，供审查 | Road areas have holes, and a tenth missing rarely hides the narrowest place; an assumption, for review";
}

/// The narrowest place of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Narrowest {
    pub width_m: f64,
    /// Distance from the start of the segment, in metres.
    pub offset_m: f64,
    /// The area goes with the segment all along: nowhere is it narrower. Otherwise it may be, where there is no area.
    pub whole: bool,
}

/// The road areas of an area.
pub(crate) struct Carriageways {
    areas: AreaEdges,
}

impl Carriageways {
    pub(crate) fn new(area: &StudyArea) -> Self {
        let driven = area.layers.road_areas.iter().filter(|area| area.kind == RoadAreaKind::Carriageway);
        Self { areas: AreaEdges::new(driven.map(|area| &area.geometry)) }
    }

    /// `None`: the segment runs through no road area.
    pub(crate) fn narrowest(&self, network: &Network, segment: SegmentId) -> Option<Narrowest> {
        if self.areas.is_empty() {
            return None;
        }
        let length_m = network[segment].length_m;
        let end_m = JUNCTION_END_M.min(length_m / 4.0);
        let (mut found, mut looks, mut least) = (0, 0, None::<Narrowest>);
        for (offset_m, at, across) in sections(network, segment, SECTION_STEP_M) {
            if offset_m < end_m || offset_m > length_m - end_m {
                continue;
            }
            looks += 1;
            let Some(width_m) = self.areas.width_m(at, across, SECTION_REACH_M, CENTRE_LINE_OFF_M) else { continue };
            found += 1;
            if least.is_none_or(|least| width_m < least.width_m) {
                least = Some(Narrowest { width_m, offset_m, whole: false });
            }
        }
        let whole = f64::from(found) >= WHOLE_SHARE * f64::from(looks);
        least.map(|least| Narrowest { whole, ..least })
    }
}

/// Places along a segment, evenly and about so far apart: how far along, where, and the direction square to it to the left.
pub(crate) fn sections(
    network: &Network,
    segment: SegmentId,
    every_m: f64,
) -> impl Iterator<Item = (f64, Coord, Coord)> + '_ {
    let length_m = network[segment].length_m;
    let count = (length_m / every_m).floor().max(1.0);
    (0..count as usize).map(move |step| {
        let offset_m = length_m * (step as f64 + 0.5) / count;
        let ahead = network.point_at(segment, (offset_m + 1.0).min(length_m))
            - network.point_at(segment, (offset_m - 1.0).max(0.0));
        let across = Coord { x: -ahead.y, y: ahead.x } / ahead.x.hypot(ahead.y).max(f64::MIN_POSITIVE);
        (offset_m, network.point_at(segment, offset_m), across)
    })
}
