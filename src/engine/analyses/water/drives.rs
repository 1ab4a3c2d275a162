//! Drives from places to draw water to villages, by each class of vehicle.

use anyhow::Result;

use super::WaterRun;
use super::sources::{SitedPoint, WaterPointId};
use crate::response::dispatch::Dispatch;
use crate::response::driving::{Drive, DrivingReading};
use crate::response::places::PlaceAccess;
use crate::response::reach::{ArrivalField, Ready, Start, segments_in_reach};
use crate::response::times::MS_PER_MIN;
use fireplan_model::layers::{VehicleClass, Village};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::notes::Notes;
use fireplan_model::scenario::is_planned;

method_constants! {
    /// 运水单程行车时间上限，更远的水源不考虑 | Longest drive to water, one way
    const SHUTTLE_HORIZON_MIN: f64 = 60.0,
        because "单程一小时以上，一辆 5 吨水罐车折合不足 1 升每秒，不能控火 | Beyond an hour a tank of 5 m³ comes to less than a litre a second, which holds no fire";
}

/// Ways by each class of vehicle from a set of places to draw water.
pub(super) struct WaterDrives<'a> {
    /// In the order of [`VehicleClass::ALL`].
    by_class: Vec<(ArrivalField<'a, WaterPointId>, PlaceAccess<'a>)>,
}

/// A way from water: to which point, and how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct DriveToWater {
    pub point: WaterPointId,
    pub min: f64,
}

impl<'a> WaterDrives<'a> {
    pub(super) fn new(run: &'a WaterRun, points: &[SitedPoint], wanted: impl Fn(&SitedPoint) -> bool) -> Result<Self> {
        // No water is carried by an engine that no station has, nor from where none gets to from its station; where there are
        // no stations, by any. What is to be noted of stations is told by the coverage.
        let dispatch = Dispatch::default();
        let owned = dispatch.vehicles(run.area);
        let crews = dispatch.starts(run.area, run.rules, &mut Notes::default()).unwrap_or_default();
        let by_class = VehicleClass::ALL.iter().map(|class| {
            let drive = Drive::new(run.area, run.rules, *class, DrivingReading::Base)?;
            let of_class = crews.iter().filter(|crew| crew.vehicle == *class);
            let in_reach = segments_in_reach(run.area, &drive, of_class, |_| true);
            let may_start = |at: &Position| crews.is_empty() || in_reach[at.segment.index()];
            let starts: Vec<Start<WaterPointId>> = WaterPointId::first(points.len())
                .zip(points)
                .filter(|(_, point)| owned.contains(class) && wanted(point))
                .filter_map(|(id, point)| {
                    let position = point.position.filter(may_start)?;
                    let is_planned = is_planned(&run.area.layers.water_sources[point.source.index()].source_id);
                    Some(Start { origin: id, vehicle: *class, position, ready: Ready::exactly(0), is_planned })
                })
                .collect();
            let horizon_ms = (SHUTTLE_HORIZON_MIN * MS_PER_MIN) as u32;
            let field = ArrivalField::new(run.area, run.rules, &starts, DrivingReading::Base, horizon_ms)?;
            let access = PlaceAccess::new(run.area, run.rules, &field)?;
            Ok((field, access))
        });
        Ok(Self { by_class: by_class.collect::<Result<_>>()? })
    }

    /// The shortest way to a village by each class of vehicle; `None`: that class does not get there from any, or no station has
    /// one.
    pub(super) fn to(&self, village: &Village) -> Vec<Option<DriveToWater>> {
        let way = |(field, access): &(ArrivalField<WaterPointId>, PlaceAccess)| {
            let placement = access.place(village.geometry.0);
            let by = |position: &Position| field.at(position.segment, position.offset_m)[0];
            let first = placement.positions().filter_map(by).min_by(|a, b| a.ms.total_cmp(&b.ms))?;
            Some(DriveToWater { point: first.origin, min: first.ms / MS_PER_MIN })
        };
        debug_assert_eq!(self.by_class.len(), VehicleClass::ALL.len());
        self.by_class.iter().map(way).collect()
    }

    /// The same for the vehicle that matters: the largest that gets there.
    pub(super) fn best(&self, village: &Village) -> Option<(VehicleClass, DriveToWater)> {
        let ways = self.to(village);
        VehicleClass::ALL.iter().zip(ways).find_map(|(class, way)| Some((*class, way?)))
    }
}
