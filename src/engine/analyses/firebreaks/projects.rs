//! Gaps to be closed, lines to be built and checkposts, as projects to be weighed against those of other questions.

use std::collections::BTreeMap;

use geo::LineString;

use super::FirebreakCase;
use super::closing::ClosingLine;
use super::gap_list::{BarrierGap, GapKind, SitedBarrierGap};
use super::new_posts::NewPost;
use super::parts::FirebreakParts;
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::findings::{GainedState, ProposedProject, Readiness, StateGain, code_of_place};
use fireplan_model::layers::{BuiltUpKind, ProjectKind};
use fireplan_model::rows::Label;

/// Every gap that has a price, every closing line, every new checkpost; and the settlements of which all facing edges are guarded
/// once the gaps on them are closed.
pub(super) fn projects(case: &FirebreakCase, found: &FirebreakParts) -> (Vec<ProposedProject>, Vec<StateGain>) {
    let mut projects: Vec<ProposedProject> = Vec::new();
    let mut facing: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut open: Vec<usize> = Vec::new();
    for gap in &found.gaps {
        let project = gap_project(case, gap);
        for settlement in &gap.settlements {
            facing.entry(*settlement).or_default().push(project.id.clone());
        }
        // Nobody can say what guards an edge behind a gap that nobody can price.
        if project.cost_wan_yuan.is_none() {
            open.extend(&gap.settlements);
        }
        projects.push(project);
    }
    projects.extend(found.closings.iter().map(closing_project));
    // One that would watch a single place is no project: patrols do.
    projects.extend(found.posts.new.iter().filter(|post| post.places > 1).map(|post| post_project(case, post)));
    let gain = |(number, together): (usize, Vec<String>)| {
        let settlement = &case.settlements.list[number];
        let people = people_beside(case, found, number).filter(|people| *people > 0)?;
        let place = format!("{}/{}", settlement.name, code_of_place(settlement.place_inside()?));
        Some(StateGain { state: GainedState::Firebreak, place, people: Some(f64::from(people)), together })
    };
    facing.retain(|settlement, _| !open.contains(settlement));
    (projects, facing.into_iter().filter_map(gain).collect())
}

/// Who in a settlement lives near the gaps that it faces: within the distance at which it should lie from the forest. Where no
/// raster tells, all people of a village, which lies there as a whole; nobody of a town, of which only an edge does.
fn people_beside(case: &FirebreakCase, found: &FirebreakParts, number: usize) -> Option<u32> {
    let settlement = &case.settlements.list[number];
    let gaps = found.gaps.iter().filter(|gap| gap.settlements.contains(&number));
    let lines: Vec<&LineString> = gaps.map(|gap| &gap.row.geometry).collect();
    let within_m = case.rules_in(settlement.town).settlement_distance_m.value;
    let beside = case.area.population.as_ref().and_then(|grid| settlement.people_beside(grid, &lines, within_m));
    beside.or_else(|| settlement.known_people().filter(|_| settlement.kind == BuiltUpKind::Village))
}

fn gap_project(case: &FirebreakCase, gap: &SitedBarrierGap) -> ProposedProject {
    let row: &BarrierGap = &gap.row;
    let kind = row.kind.label();
    let at = middle_of(&row.geometry);
    let project = ProposedProject {
        town: row.town.clone(),
        cost_wan_yuan: row.cost_wan_yuan,
        unit_cost: "firebreak.build_yuan_m2",
        readiness: if row.kind == GapKind::Unknown { Readiness::Verify } else { Readiness::Survey },
        ..ProposedProject::new(
            ProjectKind::Firebreak,
            format!("gap/{}/{}", row.kind.code(), code_of_place(at)),
            Label::new(
                format!("{}{}：建阻隔 {} m，宽 {} m", row.place, kind.zh, row.length_m, row.required_m),
                format!("{} at {}: {} m of barrier, {} m wide", kind.en, row.place, row.length_m, row.required_m),
            ),
            row.geometry.clone(),
        )
    };
    let faces = matches!(row.kind, GapKind::Open | GapKind::Narrow);
    project.asked_by(&case.rules.firebreak.barrier_width_m, faces)
}

fn closing_project(closing: &ClosingLine) -> ProposedProject {
    let longest = closing.geometry.0.iter().max_by_key(|line| line.0.len());
    ProposedProject {
        town: closing.town.clone(),
        cost_wan_yuan: Some(closing.cost_wan_yuan),
        unit_cost: "firebreak.build_yuan_m2",
        readiness: Readiness::Survey,
        ..ProposedProject::new(
            ProjectKind::Firebreak,
            format!("closing/{}", longest.map(|line| code_of_place(middle_of(line))).unwrap_or_default()),
            Label::new(
                format!("{}封闭线：新建阻隔 {} m，隔出 {} hm²", closing.cell, closing.build_m, closing.splits_hm2),
                format!(
                    "closing line in {}: {} m to build, {} hm² cut off",
                    closing.cell, closing.build_m, closing.splits_hm2
                ),
            ),
            closing.geometry.clone(),
        )
    }
}

fn post_project(case: &FirebreakCase, post: &NewPost) -> ProposedProject {
    let project = ProposedProject {
        town: post.town.clone(),
        cost_wan_yuan: Some(post.cost_wan_yuan),
        unit_cost: "firebreak.checkpost_wan_yuan",
        // Every place is computed, some on national roads.
        readiness: Readiness::Survey,
        ..ProposedProject::new(
            ProjectKind::Checkpost,
            format!("post/{}", code_of_place(post.geometry.0)),
            Label::new(
                format!("{}设防火检查站（管控 {} 处）", post.place, post.places),
                format!("checkpost at {}, watching {} places", post.place, post.places),
            ),
            post.geometry,
        )
    };
    project.asked_by(&case.rules_at(post.geometry.0).checkpost_reach_m, true)
}
