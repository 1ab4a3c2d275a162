//! What is told of the lists of a notice: towns and communities that are not found, or found by their name only.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Context;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{LayerId, Town};
use fireplan_model::names;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::{Adopted, ObligationBasis, Whom};

use super::TownCase;
use super::support::Consolidation;
use crate::duties::listing::{Listed, hold_against};

/// The towns that are called as another one is. The parts of one town are one row by now.
pub(super) fn shared_names(towns: &[Town]) -> BTreeSet<TownId> {
    let mut called: BTreeMap<String, Vec<TownId>> = BTreeMap::new();
    for (id, town) in TownId::first(towns.len()).zip(towns) {
        called.entry(names::whole(&town.name)).or_default().push(id);
    }
    called.into_values().filter(|towns| towns.len() > 1).flatten().collect()
}

/// Names of the adopted list, and communities of the obligations, that the area does not have or has in doubt.
pub(super) fn note_lists(context: &Context, cases: &[TownCase], notes: &mut Notes) {
    for line in &context.rules.brigade.adopted {
        if let Whom::Town { name, within, .. } = &line.whom {
            note_line(line, &format!("{within}{name}"), cases, notes);
        }
    }
    let villages: BTreeSet<String> =
        context.area.layers.villages.iter().map(|village| names::whole(&village.name)).collect();
    for obligation in &context.rules.obligation {
        for name in obligation.villages.iter().filter(|name| !villages.contains(&names::whole(name))) {
            let text = "任务清单点名的村、社区不在村庄图层中 | Communities that the notice names and the data lacks";
            notes.add(Severity::Warning, Some(LayerId::Villages), text, name.as_str());
        }
    }
}

fn note_line(line: &Adopted, listed: &str, cases: &[TownCase], notes: &mut Notes) {
    let mut found = false;
    let mut note = |severity, text: &str, example: String| notes.add(severity, Some(LayerId::Towns), text, example);
    for case in cases {
        let facts = &case.facts;
        let own =
            if facts.code.is_empty() { facts.name.clone() } else { format!("{}（{}）", facts.name, facts.code) };
        match hold_against(line, facts) {
            Listed::ByCode => found = true,
            Listed::ByName => {
                found = true;
                let text = "仅按名称与官方名单对上，没有代码可核实所在县区，请核对 | \
                            Towns found in the adopted list by their name only, with no code to tell the county: check them";
                note(Severity::Warning, text, format!("{own} = {listed}"));
            }
            Listed::Doubtful => {
                found = true;
                let text = "与官方名单所列乡镇同名，但区内有同名乡镇、乡镇级别不同(可能已改制)，或代码与名称所示县区不一，按待核处理；请补充或改正代码和名称 | \
                            Namesakes of towns of the adopted list: another town is called the same, a township is a town here, or \
                            code and name tell two counties; undetermined, give or correct codes and names";
                note(Severity::Warning, text, format!("{own} ? {listed}"));
            }
            Listed::OtherCounty => {
                let text = "与官方名单所列乡镇同名，但属于另一县区，名单不适用 | \
                            Namesakes of towns of the adopted list in another county: the list is not about them";
                note(Severity::Warning, text, format!("{own} ≠ {listed}"));
            }
            Listed::OtherRank => {
                let text = "与官方名单所列乡镇名称级别不同，未按名单判定；若已改制，请在自己的规则文件中改写名单 | \
                            Towns that differ from one of the adopted list in rank, not taken for it: if its rank was changed, \
                            write so in a profile of your own";
                note(Severity::Warning, text, format!("{own} ≠ {listed}"));
            }
            Listed::No => {}
        }
    }
    if !found {
        let text = "名单上的乡镇不在本区 | Towns of the adopted list that are not in this area";
        note(Severity::Info, text, listed.to_owned());
    }
}

/// Remote towns that no other remote town is near enough to for a brigade that serves both.
pub(super) fn note_alone(cases: &[TownCase], found: &Consolidation, notes: &mut Notes) {
    for town in &found.alone {
        let text = "较远而没有可合并的邻近乡镇，不提合建队，按本镇应建等级建队 | \
                    Remote towns with no other one near enough for a joint brigade: each needs its own";
        notes.add(Severity::Info, Some(LayerId::Towns), text, cases[town.index()].facts.name.as_str());
    }
}

/// Obligations that another analysis decides are not in the list of this question.
pub(super) fn note_other_duties(context: &Context, notes: &mut Notes) {
    for obligation in &context.rules.obligation {
        if matches!(obligation.basis, ObligationBasis::Analysis { .. }) {
            let text = "由其他分析判定的任务，不在本项任务清单中；全部任务及完成率见“任务落实情况” | \
                        Obligations that another analysis decides, not in the list here: all of them are in the obligations";
            notes.add(Severity::Info, None, text, obligation.name.zh.as_str());
        }
    }
}
