//! Edits that make something there better: roads and stations. None may leave a fact worse than the area has it.

use anyhow::{Result, bail};

use super::apply::{Draft, Stale};
use super::cut_off::LargerVehicle;
use super::national::RULES;
use super::overtaken::Overtaken;
use super::standing::is_lower_kind;
use fireplan_model::layers::{Road, RoadClass, Station, Surface, VehicleClass};
use fireplan_model::notes::NoteKind;
use fireplan_model::rows::{Label, Row};
use fireplan_model::rules::Vehicle;
use fireplan_model::scenario::Edit;

/// Which way a fact of a road gets better.
#[derive(Clone, Copy, PartialEq)]
enum Better {
    More,
    Less,
}

/// A fact of a road that an edit makes better.
struct RoadFact {
    name: &'static str,
    unit: &'static str,
    label: &'static str,
    better: Better,
    of: fn(&mut Road) -> &mut Option<f64>,
    /// What a vehicle needs.
    need: fn(&Vehicle) -> f64,
}

const WIDTH: RoadFact = RoadFact {
    name: "width_m",
    unit: " m",
    label: "路面宽度 | width",
    better: Better::More,
    of: |road| &mut road.width_m,
    // A carriageway as wide as the body of the vehicle lets nobody drive.
    need: |vehicle| vehicle.lane_width_m,
};
const LOAD: RoadFact = RoadFact {
    name: "load_t",
    unit: " t",
    label: "承载 | load",
    better: Better::More,
    of: |road| &mut road.load_t,
    need: |vehicle| vehicle.load_t,
};
const HEIGHT: RoadFact = RoadFact {
    name: "clear_height_m",
    unit: " m",
    label: "净高 | headroom",
    better: Better::More,
    of: |road| &mut road.clear_height_m,
    need: |vehicle| vehicle.height_m,
};
const SLOPE: RoadFact = RoadFact {
    name: "slope_percent",
    unit: " %",
    label: "坡度 | gradient",
    better: Better::Less,
    of: |road| &mut road.slope_percent,
    need: |vehicle| vehicle.slope_percent,
};

const FACTS: [&RoadFact; 4] = [&WIDTH, &LOAD, &HEIGHT, &SLOPE];

impl RoadFact {
    fn is_better(&self, a: f64, b: f64) -> bool {
        match self.better {
            Better::More => a > b,
            Better::Less => a < b,
        }
    }

    fn passes(&self, vehicle: &Vehicle, value: f64) -> bool {
        !self.is_better((self.need)(vehicle), value)
    }

    /// Whether the vehicle passes by what is stated of the road, this fact being unknown. An estimate keeps nobody off.
    fn lets_pass(&self, vehicle: &Vehicle, road: &Road) -> bool {
        let stated = FACTS.iter().filter(|fact| fact.name != self.name).all(|fact| {
            let value = *(fact.of)(&mut road.clone());
            value.is_none_or(|value| fact.passes(vehicle, value))
        });
        let signed = road.max_width_m.is_none_or(|width_m| vehicle.width_m <= width_m);
        let drivable = road.class != RoadClass::Path || vehicle.class == VehicleClass::Motorcycle;
        stated && signed && drivable
    }
}

impl Draft<'_> {
    /// Makes a road wider, stronger, higher, less steep, or a road of a path.
    pub(super) fn work_on_road(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::WidenRoad { road, width_m } => {
                let rows = self.roads(road)?;
                let signed = rows.iter().any(|at| self.area.layers.roads[*at].max_width_m.is_some());
                if !signed || !rows.iter().all(|at| self.has_width(*at, *width_m)) {
                    self.improve(road, &WIDTH, *width_m)?;
                }
                for at in rows {
                    // A sign for narrow vehicles goes with the narrow place that it stood for.
                    self.area.layers.roads[at].max_width_m = None;
                }
                Ok(())
            }
            Edit::StrengthenRoad { road, load_t } => self.improve(road, &LOAD, *load_t),
            Edit::RaiseRoad { road, clear_height_m } => self.improve(road, &HEIGHT, *clear_height_m),
            Edit::RegradeRoad { road, slope_percent } => self.improve(road, &SLOPE, *slope_percent),
            Edit::BuildRoad { .. } => self.build_road(edit),
            _ => Ok(()),
        }
    }

    /// Sets a fact of all rows of a road. Of rows that are better already the fact stays what it is; it is a mistake if all are, or
    /// if all have it so.
    fn improve(&mut self, road: &str, fact: &RoadFact, value: f64) -> Result<()> {
        let rows = self.roads(road)?;
        let stated: Vec<Option<f64>> = rows.iter().map(|at| self.stated(*at, fact)).collect();
        let better = |known: &Option<f64>| known.filter(|known| fact.is_better(*known, value));
        let known = |at: &usize| self.stated(*at, fact).or_else(|| self.estimated(*at, fact));
        let better_already: Vec<Option<f64>> = rows.iter().map(|at| better(&known(at))).collect();
        let (Label { zh, en }, unit) = (Label::parse(fact.label), fact.unit);
        if let Some(known) = better_already.iter().copied().reduce(Option::and).flatten() {
            let [by_zh, by_en] =
                if stated.iter().all(Option::is_none) { ["（估计）", " (estimated)"] } else { [""; 2] };
            return Err(Overtaken::error(format!(
                "现状{zh}已是 {known}{unit}{by_zh}，比 {value}{unit} 更好 | the {en} is {known}{unit}{by_en} already, better than {value}{unit}; drop the edit or go beyond it"
            )));
        }
        let is_kept = |at: usize| better_already[at].is_some();
        let now = |at: &usize| *(fact.of)(&mut self.area.layers.roads[*at].clone());
        if (0..rows.len()).all(|at| is_kept(at) || now(&rows[at]) == Some(value)) {
            if (0..rows.len()).all(|at| is_kept(at) || stated[at] == Some(value)) {
                return Err(Overtaken::error(format!(
                    "{zh}现在就是 {value}{unit}，没有改动 | the {en} is {value}{unit} already: nothing is changed; drop the edit or go beyond it"
                )));
            }
            bail!(
                "前面的改动已使{zh}为 {value}{unit}，再写一次没有改动 | an edit before makes the {en} {value}{unit} already: nothing is changed; drop one of them"
            );
        }
        let is_unknown = |at: &usize| rows[*at] < self.roads && stated[*at].is_none() && !is_kept(*at);
        let unknown: Vec<usize> = (0..rows.len()).filter(is_unknown).map(|at| rows[at]).collect();
        if !unknown.is_empty() {
            self.hold_against_vehicles((road, &unknown), fact, value)?;
        }
        for (at, row) in rows.into_iter().enumerate() {
            let fresh = if better_already[at].is_some() { stated[at] } else { Some(value) };
            *(fact.of)(&mut self.area.layers.roads[row]) = fresh;
        }
        Ok(())
    }

    /// What the data state of a road; `None`: nothing, or the road is planned.
    fn stated(&self, at: usize, fact: &RoadFact) -> Option<f64> {
        let mut known = self.base.layers.roads[..self.roads].get(at)?.clone();
        *(fact.of)(&mut known)
    }

    /// What the data estimate of it: a width.
    fn estimated(&self, at: usize, fact: &RoadFact) -> Option<f64> {
        let known = self.base.layers.roads[..self.roads].get(at)?;
        known.estimated_width_m.filter(|_| fact.name == WIDTH.name)
    }

    /// Nobody knows the fact, and vehicles are taken to pass: a value that stops one which passes by all else that is stated makes
    /// the road worse, for the works would take away what is counted now. What stops only vehicles that are stopped anyhow is
    /// told.
    fn hold_against_vehicles(&mut self, (road, rows): (&str, &[usize]), fact: &RoadFact, value: f64) -> Result<()> {
        let (Label { zh, en }, unit) = (Label::parse(fact.label), fact.unit);
        let vehicles = RULES.iter().flat_map(|rules| &rules.vehicle);
        let stopped: Vec<&Vehicle> = vehicles.filter(|vehicle| !fact.passes(vehicle, value)).collect();
        let passes_now =
            |vehicle: &&&Vehicle| rows.iter().any(|at| fact.lets_pass(vehicle, &self.base.layers.roads[*at]));
        if let Some(vehicle) = stopped.iter().find(passes_now) {
            let (class, need) = (vehicle.class.label(), (fact.need)(vehicle));
            bail!(
                "现状{zh}不明，按可通行计；改为 {value}{unit} 则{}(需 {need}{unit})过不去，比现状更差；请改到 {need}{unit}，或先在数据中填写现状 | \
                 the {en} is not known and taken to let pass; {value}{unit} stops the {}, which needs {need}{unit}: that is worse than now; go to {need}{unit}, or state in the data what is there",
                class.zh,
                class.en.to_lowercase()
            );
        }
        if !stopped.is_empty() {
            let classes = |pick: fn(Label) -> String, comma: &str| {
                stopped.iter().map(|vehicle| pick(vehicle.class.label())).collect::<Vec<_>>().join(comma)
            };
            let text = "改后的数值仍过不去这些车辆 | Even after the works these vehicles are stopped";
            let case = Label::new(
                format!("{road}：{zh} {value}{unit}，{}", classes(|label| label.zh, "、")),
                format!("{road}: {en} {value}{unit}, {}", classes(|label| label.en.to_lowercase(), ", ")),
            );
            self.remark(NoteKind::Doubted, text, &case, None);
        }
        Ok(())
    }

    fn build_road(&mut self, edit: &Edit) -> Result<()> {
        let Edit::BuildRoad { road, class, width_m } = edit else { return Ok(()) };
        if matches!(class, RoadClass::Motorway | RoadClass::Link) {
            bail!(
                "{}与沿线道路不相交，不能由现有道路改建而成；请画一条新路 | \
                 a {} joins none of the roads beside it and is not made of a road that is there: draw a new one",
                class.label().zh,
                class.label().en.to_lowercase()
            );
        }
        let rows = self.roads(road)?;
        let of_base = |draft: &Self, at: usize| draft.base.layers.roads[..draft.roads].get(at).cloned();
        // Classes run from motorways to paths.
        if let Some(known) = rows.iter().filter_map(|at| of_base(self, *at)).find(|known| known.class < *class) {
            let (is, asked) = (known.class.label(), class.label());
            return Err(Overtaken::error(format!(
                "现状等级已是{}，高于{} | its class is {} already, higher than {}",
                is.zh,
                asked.zh,
                is.en.to_lowercase(),
                asked.en.to_lowercase()
            )));
        }
        let built = |row: &Road| row.class == *class && row.surface == Some(Surface::Paved);
        let is_built = rows.iter().all(|at| built(&self.area.layers.roads[*at]));
        match *width_m {
            // Built already, and as wide or wider: that is refused in the words of the width.
            Some(width_m) if is_built || !rows.iter().all(|at| self.has_width(*at, width_m)) => {
                self.improve(road, &WIDTH, width_m)?;
            }
            None if is_built => {
                return Err(Overtaken::error(format!(
                    "该路现在就是{}，路面已铺装，没有改动 | the road is of that class and paved already: nothing is changed",
                    class.label().zh
                )));
            }
            _ => {}
        }
        for at in rows {
            let row = &mut self.area.layers.roads[at];
            if row.class == RoadClass::Path {
                self.built_roads.insert(at);
            }
            (row.class, row.surface) = (*class, Some(Surface::Paved));
        }
        self.stale(Stale::Components);
        Ok(())
    }

    fn has_width(&self, at: usize, width_m: f64) -> bool {
        self.area.layers.roads[at].width_m == Some(width_m)
    }

    /// The row of the unchanged area that a station of the draft comes from; `None`: it is planned.
    fn station_as_is(&self, at: usize) -> Option<&Station> {
        let number = self.stations.iter().position(|now| *now == Some(at))?;
        self.base.layers.stations.get(number)
    }

    pub(super) fn upgrade_station(&mut self, edit: &Edit) -> Result<()> {
        let Edit::UpgradeStation { station, kind, vehicle_class, vehicles, crew_people, turnout_min, staffed_night } =
            edit
        else {
            return Ok(());
        };
        let at = self.station(station)?;
        if let Some(known) = self.station_as_is(at) {
            refuse_downgrade(known, edit)?;
        }
        let known = &mut self.area.layers.stations[at];
        let (before, sent) = (known.values(), known.sent_class());
        known.kind = kind.unwrap_or(known.kind);
        known.vehicle_class = vehicle_class.or(known.vehicle_class);
        known.vehicles = vehicles.or(known.vehicles);
        known.crew_people = crew_people.or(known.crew_people);
        if turnout_min.is_some() {
            (known.turnout_min, known.turnout_night_min) = (*turnout_min, *turnout_min);
        }
        known.staffed_night = staffed_night.or(known.staffed_night);
        if known.values() == before {
            return Err(Overtaken::error(
                "所写各项与现状相同，没有改动 | all that it says is so already: nothing is changed",
            ));
        }
        // Classes run from the largest vehicle to the smallest.
        if known.sent_class() < sent {
            self.larger.push(LargerVehicle {
                edit: self.edit,
                station: known.source_id.clone(),
                name: known.name_or_id(),
                sent,
            });
        }
        Ok(())
    }
}

/// Refuses an upgrade that makes a fact of the station worse than it is.
fn refuse_downgrade(known: &Station, edit: &Edit) -> Result<()> {
    let Edit::UpgradeStation { kind, vehicle_class, vehicles, crew_people, turnout_min, staffed_night, .. } = edit
    else {
        return Ok(());
    };
    let worse = |label: &str, is: String, asked: String| {
        let Label { zh, en } = Label::parse(label);
        Err(Overtaken::error(format!(
            "升级不能比现状更差：{zh}现为 {is}，改为 {asked} | an upgrade is not worse than what is there: {en} is {is}, asked for {asked}"
        )))
    };
    let fewer = |is: Option<u32>, asked: Option<u32>| is.zip(asked).filter(|(is, asked)| asked < is);
    if let Some((is, asked)) = fewer(known.vehicles, *vehicles) {
        return worse("车辆数 | vehicles", is.to_string(), asked.to_string());
    }
    if let Some((is, asked)) = fewer(known.crew_people, *crew_people) {
        return worse("队员人数 | crew", is.to_string(), asked.to_string());
    }
    // A station of which nobody knows the vehicles is counted with some.
    let none = |is: Option<u32>, asked: Option<u32>| is.is_none() && asked == Some(0);
    if none(known.vehicles, *vehicles) || none(known.crew_people, *crew_people) {
        bail!(
            "升级不能比现状更差：现状不明，按有车有人计，改为 0 就出不了动 | an upgrade is not worse than what is there: with nobody or no vehicle the station sends nothing"
        );
    }
    // Classes run from the largest vehicle to the smallest.
    let class = known.vehicle_class.unwrap_or(VehicleClass::Standard);
    if let Some(asked) = vehicle_class.filter(|asked| *asked > class) {
        let unstated = if known.vehicle_class.is_none() { "（未填，按此计）" } else { "" };
        return worse("车型 | vehicle class", format!("{}{unstated}", class.label().zh), asked.label().zh);
    }
    // Without a turnout of its own, the station is counted with that of its kind.
    let counted = RULES.as_ref().map(|rules| rules.turnout(known.counted_kind()).base_min);
    let by_day = known.turnout_min.or(counted);
    let by_night = known.turnout_night_min.or(by_day);
    let least = by_day.into_iter().chain(by_night).reduce(f64::min);
    if let Some((is, asked)) = least.zip(*turnout_min).filter(|(is, asked)| asked > is) {
        let is_stated = [known.turnout_min, known.turnout_night_min].contains(&Some(is));
        let unstated = if is_stated { "" } else { "（未填，按此计）" };
        return worse("出动时间 | turnout", format!("{is} min{unstated}"), format!("{asked} min"));
    }
    if *staffed_night == Some(false) && known.staffed_night != Some(false) {
        bail!(
            "升级不能比现状更差：现按夜间执勤计 | an upgrade is not worse than what is there: the station is staffed by night"
        );
    }
    match kind.filter(|kind| is_lower_kind(*kind, known.kind)) {
        Some(kind) => worse("类别 | kind", known.kind.label().zh, kind.label().zh),
        None => Ok(()),
    }
}
