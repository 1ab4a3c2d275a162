//! Projects that findings propose (拟建项目), and what becomes of whom once they are built.

use geo::{Coord, Geometry};

use super::Obliged;
use crate::codes;
use crate::layers::ProjectKind;
use crate::rows::Label;
use crate::rules::Limit;
use crate::scenario::Edits;

codes! {
    /// What a place has once projects are built.
    pub enum GainedState {
        /// 时限内有车到场 | An engine in time
        InTime = "in_time",
        /// 普通消防车可达 | A way for a standard truck
        Truck = "truck",
        /// 消防供水达标 | Enough water
        Water = "water",
        /// 消火栓水带可达 | A hydrant within reach
        Hydrant = "hydrant",
        /// 林缘有达标阻隔 | Firebreaks on the forest edges that face it
        Firebreak = "firebreak",
    }
}

codes! {
    /// What has to come before a project can begin.
    pub enum Readiness order best_first {
        /// 可直接立项 | Nothing
        Ready = "ready",
        /// 须现场踏勘 | A survey of the ground
        Survey = "survey",
        /// 须先核实数据 | Facts to be verified
        Verify = "verify",
        /// 须落实用地 | A plot
        Plot = "plot",
    }
}

/// Something to be built, as one analysis proposes it.
#[derive(Debug, Clone)]
pub struct ProposedProject {
    /// What it is and where; the same thing has the same id in every run, whatever else there is.
    pub id: String,
    /// What it is about.
    pub kind: ProjectKind,
    /// What is to be done, in one line.
    pub title: Label,
    /// The town it lies in; empty outside all towns.
    pub town: String,
    /// Where, in local metres.
    pub geometry: Geometry,
    /// `None`: it has no price, because a fact or a unit cost is missing.
    pub cost_wan_yuan: Option<f64>,
    /// Key of the rule entry that gives its unit cost.
    pub unit_cost: &'static str,
    /// Key of the rule entry that asks for it; empty where none does.
    pub rule: String,
    /// Whether that entry binds, was looked up, and is not met as it stands.
    pub is_obliged: bool,
    /// Until when, and who is responsible.
    pub obliged: Obliged,
    /// What has to come first.
    pub readiness: Readiness,
    /// It stands for one thing of which several kinds are proposed: at most one of them is built.
    pub instead_of: Option<String>,
    /// It as edits of a scenario; empty where no edit says it.
    pub edits: Edits,
}

/// What becomes of the people of one place once some projects are built, all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct StateGain {
    /// What the place has then and has not now.
    pub state: GainedState,
    /// The place: the same in every gain that is about it and this state.
    pub place: String,
    /// How many live there; `None`: nobody has counted them.
    pub people: Option<f64>,
    /// Ids of the projects that it takes together. Another gain of the same place and state is another way to it.
    pub together: Vec<String>,
}

impl ProposedProject {
    /// Something that can be begun as it stands, that no clause asks for and that has no price so far.
    pub fn new(kind: ProjectKind, id: String, title: Label, geometry: impl Into<Geometry>) -> Self {
        Self {
            id,
            kind,
            title,
            town: String::new(),
            geometry: geometry.into(),
            cost_wan_yuan: None,
            unit_cost: "",
            rule: String::new(),
            is_obliged: false,
            obliged: Obliged::default(),
            readiness: Readiness::Ready,
            instead_of: None,
            edits: Edits::default(),
        }
    }

    /// Says which clause asks for it, and whether that is not met as it stands.
    pub fn asked_by(self, limit: &Limit, is_broken: bool) -> Self {
        Self {
            rule: limit.key.to_owned(),
            is_obliged: is_broken && limit.provenance.is_binding(),
            obliged: Obliged::of(&limit.provenance),
            ..self
        }
    }
}

/// Says where a place is, in tens of metres to the north and to the east within 100 km: whatever else there is, the same place
/// has the same code.
pub fn code_of_place(at: Coord) -> String {
    let tens = |metres: f64| ((metres / 10.0).floor() as i64).rem_euclid(10_000);
    format!("{:04}-{:04}", tens(at.y), tens(at.x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_code_whatever_stands_around() {
        assert_eq!(code_of_place(Coord { x: 432_107.9, y: 4_410_567.2 }), "1056-3210");
        assert_eq!(code_of_place(Coord { x: -0.5, y: 3.0 }), "0000-9999");
    }
}
