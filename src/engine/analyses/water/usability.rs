//! Whether an engine can use the water at a place, by what means, and why not.
//!
//! The clause wants the lane within 2 m of the water, as a should (宜). Farther water is drawn through the suction hose that the
//! engine carries, or by a portable pump that is carried to the water and fills the engine: both are told, and a place that only a
//! pump makes usable is told apart, because it hangs on a pump being there.

use geo::{Coord, Distance, Euclidean, Point};

use super::needed_pool_m3;
use super::sources::{DRAWS_FROM_M, PointFinder, WATER_ROAD_M, is_natural};
use fireplan_model::codes;
use fireplan_model::layers::{WaterKind, WaterSource};
use fireplan_model::rows::Label;
use fireplan_model::rules::{Limit, WaterRules};

codes! {
    /// How the water gets into the engine.
    pub enum DrawMeans {
        /// 停在水边直接吸水 | Drawn by the engine beside the water
        Engine = "engine",
        /// 接吸水管 | Through the suction hose
        SuctionHose = "suction_hose",
        /// 手抬泵 | By a portable pump
        PortablePump = "portable_pump",
    }
}

/// Where an engine would stand to draw: the least and the greatest distance from the edge of its lane to the water, and how much
/// higher it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// `None`: no road is near.
    pub edge_m: Option<(f64, f64)>,
    /// `None`: not known, or of no matter.
    pub lift_m: Option<f64>,
    /// The only road near is a bridge, or leads onto one.
    pub at_bridge: bool,
}

/// The reasons for which a place cannot be used, the facts that are missing to say so, and how water is drawn if it can.
#[derive(Default)]
pub(super) struct Reasons {
    pub fails: Vec<Label>,
    pub unknown: Vec<Label>,
    pub fails_by_distance_only: bool,
    /// It holds too little for a village by itself, and nothing else stands against it.
    pub lacks_volume_only: bool,
    /// `None`: by nothing that is at hand.
    pub means: Option<DrawMeans>,
}

impl PointFinder<'_> {
    /// Holds a place against the limits on distance, lift, volume, bridges and water all year.
    pub(super) fn reasons(&self, source: &WaterSource, bank: Coord, standing: Standing) -> Reasons {
        let (mut reasons, limits) = (Reasons::default(), &self.run.rules_at(bank).water);
        self.judge_standing(limits, source, standing, &mut reasons);
        let far = !reasons.fails.is_empty() && !standing.at_bridge;
        if is_natural(source.kind) || source.kind == WaterKind::Intake {
            if standing.lift_m.is_none() && standing.edge_m.is_some() {
                reasons.unknown.push("无高程，吸水高度不明 | no elevation: lift not known".into());
            }
            match self.all_year(source, bank) {
                Some(true) => {}
                Some(false) => reasons.fails.push("季节性断流，不能常年取水 | runs dry at times".into()),
                None => reasons.unknown.push("是否常年有水不明 | not known whether there is water all year".into()),
            }
        }
        let others = reasons.fails.len();
        judge_kind(limits, source, &mut reasons);
        let limit = &limits.pool_m3;
        let is_pool = matches!(source.kind, WaterKind::Pool | WaterKind::Tank);
        let small = is_pool && source.volume_m3.is_some_and(|volume| !limit.op.holds(volume, limit.value));
        reasons.fails_by_distance_only = far && reasons.fails.len() == 1;
        reasons.lacks_volume_only = small && others == 0;
        reasons
    }

    /// Finds by what means water gets into an engine on the road, or adds why by none.
    fn judge_standing(&self, limits: &WaterRules, source: &WaterSource, standing: Standing, reasons: &mut Reasons) {
        let Some((least, most)) = standing.edge_m else {
            reasons.fails.push(Label::new(
                format!("{WATER_ROAD_M} 米内没有消防车能到的道路"),
                format!("no road for engines within {WATER_ROAD_M} m"),
            ));
            return;
        };
        if standing.at_bridge {
            let clear = limits.bridge_clear_m.bound();
            reasons.fails.push(Label::new(
                format!("只有桥梁、桥台处的道路靠近水边，消防车不能停在桥上或堵住桥头取水（离桥要求 {clear}）"),
                format!("the only road near is at a bridge, where no engine may stand to draw ({clear} from it)"),
            ));
            return;
        }
        let by = |distance_m: f64| means(limits, source.kind, distance_m, standing.lift_m);
        reasons.means = by(most);
        if reasons.means.is_some() {
            return;
        }
        let yard = !is_natural(source.kind) && most <= self.run.question.yard_m;
        match by(least) {
            Some(_) => reasons.unknown.push(
                "道路宽度不明，车道边缘到水边的距离待核 | width of the road not known: distance to the water undetermined".into(),
            ),
            None if yard => reasons.unknown.push(Label::new(
                format!("离车道 {most:.0} 米，取水场地未测绘"),
                format!("{most:.0} m from the lane, its yard is not in the data"),
            )),
            None => reasons.fails.push(out_of_reach(limits, least, standing.lift_m)),
        }
    }

    /// Whether there is water all year; of an intake, whether the water that it draws from has it. `None`: not known.
    fn all_year(&self, source: &WaterSource, bank: Coord) -> Option<bool> {
        if source.kind != WaterKind::Intake || source.perennial.is_some() {
            return source.perennial;
        }
        let natural = self.run.area.layers.water_sources.iter().filter(|other| is_natural(other.kind));
        let near = natural.map(|other| (Euclidean.distance(&Point(bank), &other.geometry), other));
        let (distance_m, drawn_from) = near.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (distance_m <= DRAWS_FROM_M).then_some(drawn_from.perennial).flatten()
    }
}

/// Adds what is missing or too little of a stream, a pump house, a pool or a tank.
fn judge_kind(limits: &WaterRules, source: &WaterSource, reasons: &mut Reasons) {
    match source.kind {
        WaterKind::Stream => reasons.unknown.push("溪沟水深不明 | depth of the stream not known".into()),
        // A pump house lifts the water itself and is there because the water is; only what says otherwise counts.
        WaterKind::PumpHouse if source.perennial == Some(false) => {
            reasons.fails.push("季节性断流，不能常年取水 | runs dry at times".into());
        }
        WaterKind::Unknown => reasons.unknown.push("水体类别不明 | kind of water not known".into()),
        WaterKind::Pool | WaterKind::Tank => match source.volume_m3 {
            Some(volume) if limits.pool_m3.op.holds(volume, limits.pool_m3.value) => {}
            Some(volume) => reasons.fails.push(run_dry_early(limits, volume)),
            None => reasons.unknown.push("容积不明 | volume not known".into()),
        },
        _ => {}
    }
}

/// Says that a pool is empty before a fire is out.
fn run_dry_early(limits: &WaterRules, volume_m3: f64) -> Label {
    let (flow, hours) = (limits.village_flow_l_s.value, limits.fire_duration_h.value);
    let (volume, need) = (limits.pool_m3.measured(volume_m3), needed_pool_m3(limits));
    Label::new(
        format!("容积 {volume}，单独不足一次火灾的用水（{flow} L/s、{hours} h，至少 {need} m³）"),
        format!("{volume}, which by itself is less than a fire takes ({flow} L/s for {hours} h, at least {need} m³)"),
    )
}

/// By what means water so far from the edge of the lane and so much below it gets into an engine. A lift that is not known is
/// taken to be none here; it is told as missing by itself.
fn means(limits: &WaterRules, kind: WaterKind, distance_m: f64, lift_m: Option<f64>) -> Option<DrawMeans> {
    let holds = |limit: &Limit, measured: f64| limit.op.holds(measured, limit.value);
    let lift_m = lift_m.unwrap_or(0.0);
    let lifts = holds(&limits.suction_m, lift_m);
    // A portable pump draws from open water and pools; a pump house gives its water under pressure.
    let pumped = kind != WaterKind::PumpHouse
        && holds(&limits.portable_pump_m, distance_m)
        && holds(&limits.portable_pump_lift_m, lift_m);
    match () {
        () if lifts && holds(&limits.bank_m, distance_m) => Some(DrawMeans::Engine),
        () if lifts && holds(&limits.suction_hose_m, distance_m.hypot(lift_m)) => Some(DrawMeans::SuctionHose),
        () if pumped => Some(DrawMeans::PortablePump),
        () => None,
    }
}

/// Says how far and how deep the water lies, and what each means reaches.
fn out_of_reach(limits: &WaterRules, distance_m: f64, lift_m: Option<f64>) -> Label {
    let (hose, pump, lift) =
        (limits.suction_hose_m.bound(), limits.portable_pump_m.bound(), limits.portable_pump_lift_m.bound());
    let deep = lift_m.filter(|lift_m| !limits.suction_m.op.holds(*lift_m, limits.suction_m.value)).map_or_else(
        Label::default,
        |lift_m| {
            let (measured, bound) = (limits.suction_m.measured(lift_m), limits.suction_m.bound());
            Label::new(
                format!("、吸水高度推算 {measured}（要求 {bound}）"),
                format!(", a lift of {measured} (required {bound})"),
            )
        },
    );
    let measured = limits.bank_m.measured(distance_m);
    Label::new(
        format!("离车道边缘 {measured}{}，吸水管（{hose}）和手抬泵（{pump}，高差 {lift}）都取不到", deep.zh),
        format!(
            "{measured} from the edge of the lane{}: beyond suction hose ({hose}) and portable pump ({pump}, {lift} up)",
            deep.en
        ),
    )
}
