//! What stays as it is however stations move, as long as roads and water do not change: kept from one search to the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;

use crate::response::driving::{self, Drive, DrivingReading};
use crate::response::places::{UsableSegments, Water};
use crate::response::reach::{Reach, Start, vehicles};
use crate::response::times::{HORIZON_MIN, MS_PER_MIN};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::VehicleClass;
use fireplan_model::rules::Rules;

/// Driving times, water and usable segments of one area, kept from one scenario to the next: what a scenario leaves as it was
/// is not computed again.
pub struct NetworkCache {
    /// Open water, which nobody walks across from the road.
    pub water: Arc<Water>,
    /// Under each reading, in the order of [`DrivingReading::ALL`].
    drives: BTreeMap<VehicleClass, [Arc<Drive>; 4]>,
    /// Which segments may serve places; every set in use, once.
    usable: Vec<Arc<UsableSegments>>,
}

/// How soon crews are everywhere on the network.
pub struct NetworkTimes {
    /// The crews that were searched from.
    pub starts: Vec<Start>,
    /// Under each reading, in the order of [`DrivingReading::ALL`], by class of vehicle.
    pub reaches: [Vec<Arc<Reach>>; 4],
    /// By class of vehicle, which segments may serve places.
    pub usable: Vec<Arc<UsableSegments>>,
}

impl NetworkCache {
    /// An empty cache for this area: only its water is indexed.
    pub fn new(area: &StudyArea) -> Self {
        Self { water: Arc::new(Water::new(area)), drives: BTreeMap::new(), usable: Vec::new() }
    }

    /// One search for each class of vehicle under each speed table.
    pub fn search(&mut self, area: &StudyArea, rules: &Rules, starts: Vec<Start>) -> Result<NetworkTimes> {
        let mut vehicles = vehicles(&starts);
        if vehicles.is_empty() {
            // Where nobody sets out, places lie on the roads that a standard truck could serve, and nobody gets there.
            vehicles.push(VehicleClass::Standard);
        }
        for vehicle in &vehicles {
            if !self.drives.contains_key(vehicle) {
                self.drives.insert(*vehicle, drives(area, rules, *vehicle)?);
            }
        }
        let horizon_ms = (HORIZON_MIN * MS_PER_MIN) as u32;
        let under = |reading: DrivingReading| {
            let drives = vehicles.par_iter().map(|vehicle| &self.drives[vehicle][reading as usize]);
            drives.map(|drive| Arc::new(Reach::new(area, drive.clone(), &starts, horizon_ms))).collect::<Vec<_>>()
        };
        let (low, (base, high)) = rayon::join(
            || under(DrivingReading::Low),
            || rayon::join(|| under(DrivingReading::Base), || under(DrivingReading::High)),
        );
        // Where nothing binds that need not, the favourable reading is the base one, and is not searched again.
        let favourable = vehicles.par_iter().zip(&base).map(|(vehicle, base)| {
            let drive = &self.drives[vehicle][DrivingReading::Favourable as usize];
            let same = Arc::ptr_eq(drive, &base.drive);
            if same { base.clone() } else { Arc::new(Reach::new(area, drive.clone(), &starts, horizon_ms)) }
        });
        let favourable: Vec<Arc<Reach>> = favourable.collect();
        let usable = |(base, favourable): (&Arc<Reach>, &Arc<Reach>)| {
            self.usable(UsableSegments::new(area, [&base.drive, &favourable.drive], &starts))
        };
        let usable = base.iter().zip(&favourable).map(usable).collect();
        Ok(NetworkTimes { starts, reaches: [low, base, favourable, high], usable })
    }

    /// Drops the sets of segments that are none of these.
    pub fn retain(&mut self, in_use: &[Arc<UsableSegments>]) {
        self.usable.retain(|known| in_use.iter().any(|usable| Arc::ptr_eq(usable, known)));
    }

    fn usable(&mut self, segments: UsableSegments) -> Arc<UsableSegments> {
        if let Some(known) = self.usable.iter().find(|known| ***known == segments) {
            return known.clone();
        }
        self.usable.push(Arc::new(segments));
        self.usable[self.usable.len() - 1].clone()
    }
}

/// The network as this class of vehicle drives it, under each reading.
fn drives(area: &StudyArea, rules: &Rules, vehicle: VehicleClass) -> Result<[Arc<Drive>; 4]> {
    let drives = DrivingReading::ALL.par_iter().map(|reading| Drive::new(area, rules, vehicle, *reading).map(Arc::new));
    let drives: Vec<Arc<Drive>> = drives.collect::<Result<_>>()?;
    let mut drives: [Arc<Drive>; 4] = drives.try_into().unwrap_or_else(|_| unreachable!("there are four readings"));
    let [base, favourable] = [DrivingReading::Base, DrivingReading::Favourable].map(|reading| reading as usize);
    let without_bans = area.network.forbidden.is_empty() || driving::bans_bind(rules, DrivingReading::Favourable);
    if without_bans && drives[base].arc_ms == drives[favourable].arc_ms {
        drives[favourable] = drives[base].clone();
    }
    Ok(drives)
}

impl NetworkTimes {
    /// The segments on which first arrivals may differ from another search; `None`: other vehicles, or served from elsewhere.
    pub fn changed(&self, other: &Self) -> Option<Vec<bool>> {
        let vehicles = |searched: &Self| searched.reaches[1].iter().map(|reach| reach.vehicle()).collect::<Vec<_>>();
        let as_usable = |(a, b): (&Arc<UsableSegments>, &Arc<UsableSegments>)| Arc::ptr_eq(a, b);
        if vehicles(self) != vehicles(other) || !self.usable.iter().zip(&other.usable).all(as_usable) {
            return None;
        }
        let segments = self.usable[0].reached.len() as u32;
        let pairs: Vec<(&Reach, &Reach)> = (0..self.reaches.len())
            .flat_map(|table| self.reaches[table].iter().zip(&other.reaches[table]))
            .map(|(a, b)| (a.as_ref(), b.as_ref()))
            .collect();
        let starts = |reach: &Reach, segment: SegmentId| -> Vec<(f64, u32)> {
            reach.starts_on(segment).iter().map(|start| (start.position.offset_m, reach.ready_ms(start))).collect()
        };
        let differs = |segment: SegmentId| {
            pairs.iter().any(|(a, b)| {
                a.first_departures(segment) != b.first_departures(segment) || starts(a, segment) != starts(b, segment)
            })
        };
        Some((0..segments).into_par_iter().map(SegmentId).map(differs).collect())
    }
}
