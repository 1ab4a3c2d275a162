//! Words and tags for what is there no longer, or not yet: such things do not act.

use super::table::{SourceFeature, SourceTable};
use fireplan_model::layers::{LayerId, Station};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::rows::Row;

/// Headings under which tables say whether a thing is in use.
const HEADINGS: &[&str] = &[
    "状态",
    "使用状态",
    "运行状态",
    "运营状态",
    "现状",
    "是否在用",
    "使用情况",
    "建设状态",
    "status",
    "state",
    "zt",
    "syzt",
];

/// What they say of things that are not in use; a heading's value holds one of them, or is 否 where it asks 是否在用.
const NOT_IN_USE: &[&str] = &[
    "停用",
    "废弃",
    "撤销",
    "已撤",
    "撤并",
    "关闭",
    "关停",
    "拆除",
    "已拆",
    "拟建",
    "在建",
    "未建",
    "规划中",
    "规划新建",
    "规划建设",
    "筹建",
    "停止使用",
    "未启用",
    "闲置",
    "disused",
    "abandoned",
    "closed",
    "razed",
    "demolished",
    "proposed",
    "planned",
    "construction",
    "removed",
    "decommissioned",
];

/// The columns of a table that say whether a thing is in use.
pub(super) struct StatusColumns(Vec<usize>);

impl StatusColumns {
    /// Those that the layer does not read in a way of its own (hydrants have a state, towns a status of another sort).
    pub(super) fn of<R: Row>(table: &SourceTable, layer: LayerId) -> Self {
        let own = R::columns().iter().any(|column| matches!(column.name, "state" | "status"));
        // A candidate is a plan by its nature, and an incident stays what it was.
        if own || matches!(layer, LayerId::Candidates | LayerId::Incidents) {
            return Self(Vec::new());
        }
        let is_status = |name: &str| HEADINGS.contains(&name.trim().to_lowercase().as_str());
        Self((0..table.columns.len()).filter(|at| is_status(&table.columns[*at])).collect())
    }

    /// The word by which the feature is not in use; `None`: it acts.
    pub(super) fn status<'a>(&self, feature: &'a SourceFeature) -> Option<&'a str> {
        self.0.iter().filter_map(|column| feature.values[*column].as_deref()).find(|text| is_out_of_use(text))
    }
}

/// The kind of a thing where it says that the thing is not in use, or not built: 一级站（规划）, 在建县道.
pub(super) fn kind_out_of_use(kind: &str) -> bool {
    const BEFORE: &[&str] = &[
        "规划", "拟建", "在建", "待建", "筹建", "未建", "废弃", "停用", "撤销", "已撤", "拆除", "已拆", "关停", "闲置",
    ];
    let kind = kind.trim();
    BEFORE.iter().any(|word| kind.starts_with(word))
        || bracketed(kind).any(|content| is_out_of_use(content) || content.contains("规划"))
}

/// Leaves out stations whose name says in brackets that they are not in use: 旧站（已撤销）.
pub(super) fn leave_out_named(stations: &mut Vec<Station>, notes: &mut Notes) {
    stations.retain(|station| {
        let acts = !bracketed(&station.name).any(is_out_of_use);
        if !acts {
            let text = "名称注明停用、撤销或拟建的消防站，未采用 | Stations whose name says that they are not in use, left out";
            let case = NoteCase::from(&station.name).at(station.geometry.0);
            notes.add(NoteKind::LeftOut, Some(LayerId::Stations), text, case);
        }
        acts
    });
}

/// What a name has in brackets.
fn bracketed(name: &str) -> impl Iterator<Item = &str> {
    name.split(['(', '（', '[', '【']).skip(1).filter_map(|rest| rest.split([')', '）', ']', '】']).next())
}

/// Does the status say that the thing is not in use?
fn is_out_of_use(status: &str) -> bool {
    let status = status.trim().to_lowercase();
    // 未停用, 非废弃: the word with a no before it says the contrary.
    let denied = ["未停", "未废", "未撤", "未关", "未拆", "非"].iter().any(|no| status.contains(no));
    !denied
        && (matches!(status.as_str(), "否" | "不在用" | "规划") || NOT_IN_USE.iter().any(|word| status.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_in_brackets() {
        let named = |name: &str| fireplan_model::sketch::station(name, (0.0, 0.0), 1.0);
        let mut stations = vec![named("一站"), named("旧站（已撤销）"), named("三站(规划)"), named("规划路站")];
        leave_out_named(&mut stations, &mut Notes::default());
        assert_eq!(stations.iter().map(|station| &*station.name).collect::<Vec<_>>(), ["一站", "规划路站"]);
    }

    #[test]
    fn words_for_what_is_not_in_use() {
        for word in ["停用", "已撤销(2019年)", "规划中", "拟建", " Closed ", "废弃", "否"] {
            assert!(is_out_of_use(word), "{word}");
        }
        for word in ["在用", "正常", "", "未停用", "运行", "open", "已建成"] {
            assert!(!is_out_of_use(word), "{word}");
        }
        for kind in ["一级普通消防站（规划）", "二级站(在建)", "规划道路", "在建县道", "拟建小型消防站"]
        {
            assert!(kind_out_of_use(kind), "{kind}");
        }
        for kind in ["一级普通消防站", "县道", "二级站（2020年建成）", "小型(站)"] {
            assert!(!kind_out_of_use(kind), "{kind}");
        }
    }
}
