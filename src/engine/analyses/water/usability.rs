//! Whether an engine can use the water at a place, and why not.

use geo::{Coord, Distance, Euclidean, Point};

use super::sources::{DRAWS_FROM_M, PointFinder, WATER_ROAD_M, is_natural};
use fireplan_model::layers::{WaterKind, WaterSource};
use fireplan_model::rows::Label;

/// The reasons for which a place cannot be used, and the facts that are missing to say so.
#[derive(Default)]
pub(super) struct Reasons {
    pub fails: Vec<Label>,
    pub unknown: Vec<Label>,
    pub fails_by_distance_only: bool,
}

impl PointFinder<'_> {
    /// Holds a place against the limits on distance, lift, volume and water all year.
    pub(super) fn reasons(
        &self,
        source: &WaterSource,
        bank: Coord,
        edge: Option<(f64, f64)>,
        lift_m: Option<f64>,
    ) -> Reasons {
        let limits = &self.run.rules.water;
        let mut reasons = Reasons::default();
        self.judge_distance(source, edge, &mut reasons);
        let far = !reasons.fails.is_empty();
        if is_natural(source.kind) || source.kind == WaterKind::Intake {
            match lift_m {
                Some(lift) if limits.suction_m.op.holds(lift, limits.suction_m.value) => {}
                Some(lift) => reasons.fails.push(Label::new(
                    format!("吸水高度推算 {}，要求 {}", limits.suction_m.measured(lift), limits.suction_m.bound()),
                    format!("a lift of {}, required {}", limits.suction_m.measured(lift), limits.suction_m.bound()),
                )),
                None => reasons.unknown.push("无高程，吸水高度不明 | no elevation: lift not known".into()),
            }
            match self.all_year(source, bank) {
                Some(true) => {}
                Some(false) => reasons.fails.push("季节性断流，不能常年取水 | runs dry at times".into()),
                None => reasons.unknown.push("是否常年有水不明 | not known whether there is water all year".into()),
            }
        }
        match source.kind {
            WaterKind::Stream => reasons.unknown.push("溪沟水深不明 | depth of the stream not known".into()),
            // A pump house lifts the water itself and is there because the water is; only what says otherwise counts.
            WaterKind::PumpHouse if source.perennial == Some(false) => {
                reasons.fails.push("季节性断流，不能常年取水 | runs dry at times".into());
            }
            WaterKind::Unknown => reasons.unknown.push("水体类别不明 | kind of water not known".into()),
            WaterKind::Pool | WaterKind::Tank => match source.volume_m3 {
                Some(volume) if limits.pool_m3.op.holds(volume, limits.pool_m3.value) => {}
                Some(volume) => reasons.fails.push(Label::new(
                    format!("容积 {}，要求 {}", limits.pool_m3.measured(volume), limits.pool_m3.bound()),
                    format!("{}, required {}", limits.pool_m3.measured(volume), limits.pool_m3.bound()),
                )),
                None => reasons.unknown.push("容积不明 | volume not known".into()),
            },
            _ => {}
        }
        reasons.fails_by_distance_only = far && reasons.fails.len() == 1;
        reasons
    }

    /// Adds whether the water is near enough to the edge of a lane.
    fn judge_distance(&self, source: &WaterSource, edge: Option<(f64, f64)>, reasons: &mut Reasons) {
        let bank = &self.run.rules.water.bank_m;
        let Some((least, most)) = edge else {
            reasons.fails.push(Label::new(
                format!("{WATER_ROAD_M} 米内没有消防车能到的道路"),
                format!("no road for engines within {WATER_ROAD_M} m"),
            ));
            return;
        };
        if bank.op.holds(most, bank.value) {
            return;
        }
        if bank.op.holds(least, bank.value) {
            reasons.unknown.push("道路宽度不明，车道边缘到水边的距离待核 | width of the road not known: distance to the water undetermined".into());
        } else if !is_natural(source.kind) && most <= self.run.question.yard_m {
            reasons.unknown.push(Label::new(
                format!("离车道 {most:.0} 米，取水场地未测绘"),
                format!("{most:.0} m from the lane, its yard is not in the data"),
            ));
        } else {
            reasons.fails.push(Label::new(
                format!("离车道边缘 {}，要求 {}", bank.measured(least), bank.bound()),
                format!("{} from the edge of the lane, required {}", bank.measured(least), bank.bound()),
            ));
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
