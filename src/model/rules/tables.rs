//! The tables among the rules: what a row says and what the rows must be together.

use anyhow::Result;

use crate::codes;
use crate::layers::{RoadClass, StationKind, Surface, VehicleClass};
use crate::rules::limit::{Force, Limit, Provenance};
use crate::rules::reading::{Reading, Rule};

/// Largest area of responsibility of a kind of station.
#[derive(Debug, Clone)]
pub struct StationArea {
    pub kind: StationKind,
    pub limit: Limit,
}

/// Least land of a kind of station.
#[derive(Debug, Clone)]
pub struct StationLand {
    pub kind: StationKind,
    pub limit: Limit,
}

/// What a new station of a kind costs.
#[derive(Debug, Clone)]
pub struct StationCost {
    pub kind: StationKind,
    pub cost_wan_yuan: f64,
    pub provenance: Provenance,
}

/// From dispatch order to wheels moving at a kind of station.
#[derive(Debug, Clone)]
pub struct Turnout {
    pub kind: StationKind,
    pub turnout_min: f64,
    pub provenance: Provenance,
}

/// Size and limits of a class of fire vehicle.
#[derive(Debug, Clone)]
pub struct Vehicle {
    pub class: VehicleClass,
    pub width_m: f64,
    pub height_m: f64,
    pub load_t: f64,
    /// Clear width it needs for driving: its own and a margin on both sides.
    pub lane_width_m: f64,
    /// Steepest grade it climbs and holds with full load.
    pub slope_percent: f64,
    /// Smallest turning circle, along its outer side.
    pub turn_radius_m: f64,
    /// Side of the square it needs to turn round in.
    pub turnaround_m: f64,
    /// The worst surface that surely bears it.
    pub surface: Surface,
    pub provenance: Provenance,
}

codes! {
    /// How a road is taken of which width, load, headroom or surface is not stated, where its class is a firm one.
    pub enum Unstated {
        /// 按道路等级标准认定(列入抽查) | As the standard of its class demands, listed for a spot check
        ByClass = "by_class",
        /// 只当估计值 | As an estimate like any other
        Estimate = "estimate",
    }
}

codes! {
    /// How far an estimate can be relied on.
    pub enum Trust {
        /// 可靠 | Firm: the design standard of the class assures it
        Firm = "firm",
        /// 估计 | Likely: nothing to build on
        Likely = "likely",
    }
}

/// What roads of a class are like, for those of which the data does not say.
#[derive(Debug, Clone)]
pub struct RoadEstimate {
    pub class: RoadClass,
    pub width_m: f64,
    pub bridge_load_t: f64,
    pub tunnel_height_m: f64,
    pub surface: Surface,
    pub trust: Trust,
    pub provenance: Provenance,
}

/// Driving speed of a vehicle class on a road class; without a row, the road is not for the vehicle.
#[derive(Debug, Clone)]
pub struct Speed {
    pub vehicle: VehicleClass,
    pub class: RoadClass,
    /// In heavy traffic.
    pub low_kph: f64,
    pub base_kph: f64,
    /// On a free road.
    pub high_kph: f64,
    pub provenance: Provenance,
}

/// Share of the speed kept on slopes up to this.
#[derive(Debug, Clone)]
pub struct Slope {
    pub up_to_percent: f64,
    pub factor: f64,
    pub provenance: Provenance,
}

/// Share of the speed kept on a surface.
#[derive(Debug, Clone)]
pub struct SurfaceFactor {
    pub surface: Surface,
    pub factor: f64,
    pub provenance: Provenance,
}

/// Width taken for roads of a class that state none.
#[derive(Debug, Clone)]
pub struct RoadWidth {
    pub class: RoadClass,
    pub width_m: f64,
    pub provenance: Provenance,
}

impl Rule for Vec<RoadWidth> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let class = row.code("class")?;
            let width_m = row.number("width_m", "宽 | width")?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(RoadWidth { class, width_m, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.class.code().to_owned()))?;
        Ok(rows)
    }
}

impl Rule for Vec<StationArea> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let kind = row.code("kind")?;
            let limit = row.limit()?;
            row.record(&limit.provenance);
            Ok(StationArea { kind, limit })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.kind.code().to_owned()))?;
        Ok(rows)
    }

    fn loosens<'a>(&self, national: &'a Self) -> Vec<&'a Limit> {
        let loosened = |row: &&StationArea| {
            let local = self.iter().find(|local| local.kind == row.kind);
            let binding = row.limit.provenance.force == Force::Shall;
            binding && local.is_none_or(|local| local.limit.is_looser_than(&row.limit))
        };
        national.iter().filter(loosened).map(|row| &row.limit).collect()
    }
}

impl Rule for Vec<StationLand> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let kind = row.code("kind")?;
            let limit = row.limit()?;
            row.record(&limit.provenance);
            Ok(StationLand { kind, limit })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.kind.code().to_owned()))?;
        Ok(rows)
    }
}

impl Rule for Vec<StationCost> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let kind = row.code("kind")?;
            let cost_wan_yuan = row.number("cost_wan_yuan", "")?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(StationCost { kind, cost_wan_yuan, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.kind.code().to_owned()))?;
        Ok(rows)
    }
}

impl Rule for Vec<Turnout> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let kind = row.code("kind")?;
            let turnout_min = row.number("turnout_min", "")?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(Turnout { kind, turnout_min, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.kind.code().to_owned()))?;
        Ok(rows)
    }
}

impl Rule for Vec<Vehicle> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let class = row.code("class")?;
            let width_m = row.number("width_m", "宽 | width")?;
            let height_m = row.number("height_m", "高 | height")?;
            let load_t = row.number("load_t", "总重 | weight")?;
            let lane_width_m = row.number("lane_width_m", "所需净宽 | lane")?;
            let slope_percent = row.number("slope_percent", "爬坡 | climbs")?;
            let turn_radius_m = row.number("turn_radius_m", "转弯半径 | turns in")?;
            let turnaround_m = row.number("turnaround_m", "回车场 | turns round in")?;
            let surface = row.code("surface")?;
            if lane_width_m < width_m {
                return Err(row.refuse("needs lane_width_m >= width_m: a vehicle takes at least its own width"));
            }
            let provenance = row.provenance()?;
            row.record(&provenance);
            let size = Vehicle {
                class,
                width_m,
                height_m,
                load_t,
                lane_width_m,
                slope_percent,
                turn_radius_m,
                turnaround_m,
                surface,
                provenance,
            };
            Ok(size)
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.class.code().to_owned()))?;
        let missing = VehicleClass::ALL.iter().find(|class| rows.iter().all(|row| row.class != **class));
        match missing {
            Some(class) => Err(entry.refuse(format!("lacks a row with class = \"{}\"", class.code()))),
            None => Ok(rows),
        }
    }
}

impl Rule for Vec<RoadEstimate> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let class = row.code("class")?;
            let width_m = row.number("width_m", "宽 | width")?;
            let bridge_load_t = row.number("bridge_load_t", "桥梁限重 | bridges bear")?;
            let tunnel_height_m = row.number("tunnel_height_m", "隧道净高 | headroom in tunnels")?;
            let surface = row.code("surface")?;
            let trust = row.code("trust")?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(RoadEstimate { class, width_m, bridge_load_t, tunnel_height_m, surface, trust, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.class.code().to_owned()))?;
        let missing = RoadClass::ALL.iter().find(|class| rows.iter().all(|row| row.class != **class));
        match missing {
            Some(class) => Err(entry.refuse(format!("lacks a row with class = \"{}\"", class.code()))),
            None => Ok(rows),
        }
    }
}

impl Rule for Vec<Speed> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let vehicle = row.code("vehicle")?;
            let class = row.code("class")?;
            let low_kph = row.number("low_kph", "低 | low")?;
            let base_kph = row.number("base_kph", "中 | base")?;
            let high_kph = row.number("high_kph", "高 | high")?;
            if !(0.0 < low_kph && low_kph <= base_kph && base_kph <= high_kph) {
                return Err(
                    row.refuse("needs 0 < low_kph <= base_kph <= high_kph; leave out roads not for the vehicle")
                );
            }
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(Speed { vehicle, class, low_kph, base_kph, high_kph, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| format!("{} {}", row.vehicle.code(), row.class.code())))?;
        let missing = VehicleClass::ALL.iter().find(|class| rows.iter().all(|row| row.vehicle != **class));
        match missing {
            Some(class) => Err(entry.refuse(format!("lacks rows with vehicle = \"{}\"", class.code()))),
            None => Ok(rows),
        }
    }
}

impl Rule for Vec<Slope> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let up_to_percent = row.number("up_to_percent", "坡度 ≤ | slope ≤")?;
            let factor = factor(row)?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(Slope { up_to_percent, factor, provenance })
        })?;
        let rising = rows.windows(2).all(|pair| pair[0].up_to_percent < pair[1].up_to_percent);
        let falling = rows.windows(2).all(|pair| pair[0].factor >= pair[1].factor);
        if rows.is_empty() || !rising || !falling {
            return Err(entry.refuse("needs rows by rising up_to_percent, with factors that never rise"));
        }
        Ok(rows)
    }
}

impl Rule for Vec<SurfaceFactor> {
    fn read(entry: &mut Reading) -> Result<Self> {
        let rows = entry.rows(|row| {
            let surface = row.code("surface")?;
            let factor = factor(row)?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(SurfaceFactor { surface, factor, provenance })
        })?;
        refuse_twice(entry, rows.iter().map(|row| row.surface.code().to_owned()))?;
        let missing = Surface::ALL.iter().find(|surface| rows.iter().all(|row| row.surface != **surface));
        match missing {
            Some(surface) => Err(entry.refuse(format!("lacks a row with surface = \"{}\"", surface.code()))),
            None => Ok(rows),
        }
    }
}

/// A share of the speed that is kept.
fn factor(row: &mut Reading) -> Result<f64> {
    let factor = row.number("factor", "× | ×")?;
    if factor > 0.0 && factor <= 1.0 { Ok(factor) } else { Err(row.refuse("needs 0 < factor <= 1")) }
}

fn refuse_twice(entry: &Reading, names: impl Iterator<Item = String>) -> Result<()> {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Err(entry.refuse(format!("has two rows for {name}; keep one")));
        }
        seen.push(name);
    }
    Ok(())
}
