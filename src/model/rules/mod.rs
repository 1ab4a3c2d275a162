//! Rules (规则): what is required. Every threshold with its clause, force and confidence, from `data/rules/*.toml`.
//!
//! Three layers, each visible in the findings: the national pack, a local profile, and single figures set by hand. A
//! layer replaces whole entries, figure and citation together, so that a local figure cannot carry a national clause. An entry
//! with `towns` binds in the towns that it names; in all others what stood before it holds.
//!
//! Reading order: [`topics`] (every rule there is), [`limit`] (what a bound is and how something is held against it),
//! [`tables`], [`criteria`], [`brigades`] and [`obligations`] (rows of the tables), [`pack`] (files to entries), [`book`]
//! (layers to rules), [`in_towns`] (entries that bind in some towns only), [`reading`] (one entry), [`show`].

mod book;
mod brigades;
mod choice;
mod criteria;
mod declare;
mod everywhere;
mod in_towns;
mod limit;
mod list_obligations;
mod obligations;
mod pack;
mod profile_names;
mod reading;
pub mod show;
mod table;
mod tables;
mod topics;

use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::Serialize;

pub use book::{InForce, Origin};
pub use brigades::{Adopted, Resource, ResourceItem, StatusList, StatusReading, Tier, Whom};
pub use choice::{Choice, NATIONAL, RuleProfile};
pub use criteria::{Condition, Criteria, Fact};
pub use everywhere::why_everywhere;
pub use in_towns::TownEntries;
pub use limit::{Confidence, FactEstimate, Force, Limit, Op, Provenance, Setting, Switch};
pub use list_obligations::{asked_of, list_obligations};
pub use obligations::{Given, Obligation, ObligationBasis, ReportedItem};
pub use pack::{About, about_national, profiles};
pub use profile_names::find_profile;
pub use reading::is_date;
pub use tables::{
    ColdRegion, EndReading, RoadEstimate, RoadWidth, Slope, Speed, StationAdjoining, StationArea, StationCost,
    StationLand, SurfaceFactor, TownFlow, TrackReading, TrafficLaw, Trust, Turnout, Unstated, Vehicle, WindFrom,
};
pub use topics::{
    BrigadeRules, DrivingLaw, FireLane, Firebreak, Headline, HydrantRules, KEYS, Layout, Passing, ProgressRules,
    Response, Rules, SiteRules, StationRules, Upgrade, VillageLane, WaterRules,
};

use crate::layers::{RoadClass, StationKind, Surface, VehicleClass};
use crate::notes::Note;
use crate::rules::book::Book;
use crate::rules::pack::PackText;

/// How long a station takes from the order to wheels moving: one figure where it is known, else a range, in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurnoutRange {
    /// The least.
    pub fast_min: f64,
    /// What is reckoned with.
    pub base_min: f64,
    /// The most.
    pub slow_min: f64,
}

impl TurnoutRange {
    /// A figure that is known.
    pub fn exactly(min: f64) -> Self {
        Self { fast_min: min, base_min: min, slow_min: min }
    }
}

/// The rules that hold, in words: what findings rest on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RulesInForce {
    /// The national pack first, then the profile.
    pub packs: Vec<About>,
    /// Every entry in force, with where it comes from.
    pub entries: Vec<InForce>,
    /// What is remarkable of the profile, such as a figure looser than the national one.
    pub notes: Vec<Note>,
}

impl Rules {
    /// The national pack, changed by a profile that comes with the program, if one.
    pub fn load(profile: Option<&str>) -> Result<Self> {
        Self::load_with(profile, &[])
    }

    /// The same, with single figures set by hand: `("response.time_min", "6")`.
    pub fn load_with(profile: Option<&str>, overrides: &[(String, String)]) -> Result<Self> {
        let profile = profile.map(|name| RuleProfile::Supplied(name.to_owned()));
        Self::load_choice(Choice { profile, set: overrides.to_vec(), as_of: None })
    }

    /// The rules that were asked for. An error names file, line and key of what is wrong, and the way out.
    pub fn load_choice(mut choice: Choice) -> Result<Self> {
        if let Some(day) = choice.as_of.as_deref().filter(|day| !is_date(day)) {
            bail!(
                "评估日期 as_of 是“{day}”，应为 2026-06-30 这样的日期 | as_of is '{day}'; give a day such as 2026-06-30"
            );
        }
        choice.profile = choice.profile.map(profile_names::resolve).transpose()?.flatten();
        let national = pack::national()?;
        let profile = choice.profile.as_ref().map(pack::profile).transpose()?;
        let mut rules = Self::from_packs(&national, profile.as_ref(), &choice.set)?;
        for local in &mut rules.in_towns {
            local.rules.choice = choice.clone();
        }
        Ok(Self { choice, ..rules })
    }

    /// The rules of these texts, `(file name, TOML)`; the national pack first, then a profile.
    pub fn from_texts(national: (&str, &str), profile: Option<(&str, &str)>) -> Result<Self> {
        let (file, toml) = (national.0.to_owned(), national.1.to_owned());
        let national = PackText { origin: Origin::National, file, toml };
        let profile = profile.map(|(file, text)| PackText::of_profile(file, text));
        Self::from_packs(&national, profile.as_ref(), &[])
    }

    fn from_packs(national: &PackText, profile: Option<&PackText>, set: &[(String, String)]) -> Result<Self> {
        let mut book = Book::new(national.parse()?);
        if let Some(profile) = profile {
            book.lay(profile.parse()?);
        }
        let by_hand: Vec<PackText> =
            set.iter().map(|(key, value)| book.figure_set(key, value, KEYS)).collect::<Result<_>>()?;
        for figure in &by_hand {
            book.put_all(figure.entries(figure.table()?)?);
        }
        Self::read(book)
    }

    /// Every entry in force with its origin, for the manifest.
    pub fn in_force(&self) -> RulesInForce {
        RulesInForce { packs: self.packs.clone(), entries: self.entries.clone(), notes: self.notes.clone() }
    }

    /// A number that differs where any entry in force does: by it results are kept that depend on the rules. Turnout and speeds
    /// set by [`with_turnout_at`](Self::with_turnout_at) and [`with_speed_at`](Self::with_speed_at) do not show in it: nothing that
    /// is kept may depend on them.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        serde_json::to_string(&self.entries).expect("the rules are plain data").hash(&mut hasher);
        hasher.finish()
    }

    /// Driving speed of a vehicle class on a road class; `None`: the road is not for the vehicle.
    pub fn speed(&self, vehicle: VehicleClass, class: RoadClass) -> Option<&Speed> {
        self.speed.iter().find(|speed| speed.vehicle == vehicle && speed.class == class)
    }

    /// Size and limits of a vehicle class.
    pub fn vehicle(&self, class: VehicleClass) -> Option<&Vehicle> {
        self.vehicle.iter().find(|vehicle| vehicle.class == class)
    }

    /// What roads of this class are like where the data does not say.
    pub fn road_estimate(&self, class: RoadClass) -> Option<&RoadEstimate> {
        self.road_estimate.iter().find(|row| row.class == class)
    }

    /// From dispatch order to wheels moving at a station of this kind that gives no time of its own.
    pub fn turnout(&self, kind: StationKind) -> TurnoutRange {
        let row = self.station.turnout_min.iter().find(|row| row.kind == kind);
        row.map_or(TurnoutRange::exactly(self.response.turnout_min.value), |row| TurnoutRange {
            fast_min: row.fast_min,
            base_min: row.turnout_min,
            slow_min: row.slow_min,
        })
    }

    /// The same rules with every turnout that stations do not state at the least or, `slow`, the most of its range.
    pub fn with_turnout_at(mut self, slow: bool) -> Self {
        for local in &mut self.in_towns {
            local.rules = local.rules.clone().with_turnout_at(slow);
        }
        for row in &mut self.station.turnout_min {
            row.turnout_min = if slow { row.slow_min } else { row.fast_min };
        }
        self
    }

    /// The same rules with every driving speed at the low or, `high`, the high one of the table.
    pub fn with_speed_at(mut self, high: bool) -> Self {
        for local in &mut self.in_towns {
            local.rules = local.rules.clone().with_speed_at(high);
        }
        for row in &mut self.speed {
            row.base_kph = if high { row.high_kph } else { row.low_kph };
        }
        self
    }

    /// What a new station of this kind costs, if the rules say.
    pub fn station_cost_wan_yuan(&self, kind: StationKind) -> Option<f64> {
        self.site.cost_wan_yuan.iter().find(|row| row.kind == kind).map(|row| row.cost_wan_yuan)
    }

    /// The longest hose that a vehicle of this class lays in one line; a class without a figure of its own has that of a
    /// standard truck.
    pub fn hose_lay_m(&self, class: VehicleClass) -> f64 {
        let hydrant = &self.hydrant;
        let smaller = [
            (VehicleClass::Small, &hydrant.hose_lay_small_m),
            (VehicleClass::Motorcycle, &hydrant.hose_lay_motorcycle_m),
        ];
        let own = smaller.into_iter().find(|(smaller, _)| *smaller == class);
        own.map_or(&hydrant.hose_lay_m, |(_, lay)| lay).value
    }

    /// Share of the speed kept on this slope (up or down alike), in percent; the last row holds beyond it too.
    pub fn slope_factor(&self, slope_percent: f64) -> f64 {
        let row = self.slope.iter().find(|slope| slope_percent.abs() <= slope.up_to_percent);
        row.or(self.slope.last()).map_or(1.0, |slope| slope.factor)
    }

    /// Share of the speed kept on this surface.
    pub fn surface_factor(&self, surface: Surface) -> f64 {
        self.surface.iter().find(|row| row.surface == surface).map_or(1.0, |row| row.factor)
    }
}
