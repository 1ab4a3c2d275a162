//! How favourably roads are read, and for what size of vehicle.

use anyhow::{Result, bail};

use fireplan_model::codes;
use fireplan_model::layers::VehicleClass;
use fireplan_model::rules::{Rules, Vehicle};

codes! {
    /// How favourably the roads are read: the speeds, and whether what need not bind an engine on duty binds.
    pub enum DrivingReading {
        /// 低速(拥堵) | Low
        Low = "low",
        /// 基准 | Base
        Base = "base",
        /// 基准·有利(可逆行、待核处放行) | Base, favourable: against one-ways, past what is undetermined
        Favourable = "favourable",
        /// 高速(畅通、有利) | High
        High = "high",
    }
}

impl DrivingReading {
    /// Whether one-ways and turn bans do not bind where they need not, and what is undetermined is taken to let pass.
    pub fn is_favourable(self) -> bool {
        matches!(self, Self::Favourable | Self::High)
    }
}

/// Size of the vehicle, without which nothing can be said of where it passes.
pub fn size(rules: &Rules, vehicle: VehicleClass) -> Result<&Vehicle> {
    match rules.vehicle(vehicle) {
        Some(size) => Ok(size),
        None => {
            let (label, code) = (vehicle.label().zh, vehicle.code());
            bail!(
                "规则中没有车辆类别 {label}({code})；请补入 vehicle 表 | \
                 the rules say nothing of vehicle class '{code}'; add it to the vehicle table"
            )
        }
    }
}
