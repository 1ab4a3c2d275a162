//! Words and tags for what is there no longer, or not yet: such things do not act.

use super::table::{SourceFeature, SourceTable};
use fireplan_model::layers::{FacilityState, LayerId, Layers};
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
    "建设情况",
    "建设进度",
    "使用现状",
    "目前状态",
    "运行情况",
    "在用情况",
    "投用情况",
    "投入使用",
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
    "已搬",
    "撤离",
    "改作他用",
    "预留",
    "选址",
    "旧址",
    "遗址",
    "待建",
    "缓建",
    "停建",
    "未开工",
    "未投用",
    "未投入",
    "暂停",
    "停勤",
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

/// The kind of a thing where it says that the thing is not in use, or not built: 一级站（规划）, 在建县道, 二级站，未投用.
pub(super) fn kind_out_of_use(kind: &str) -> bool {
    const BEFORE: &[&str] = &[
        "规划", "拟建", "在建", "待建", "筹建", "未建", "废弃", "停用", "撤销", "已撤", "拆除", "已拆", "关停", "闲置",
    ];
    let kind = kind.trim();
    BEFORE.iter().any(|word| kind.starts_with(word))
        || kind.split(['，', ',', '·', '、', '；', ';', '/']).skip(1).any(is_out_of_use)
        || bracketed(kind).any(|content| is_out_of_use(content) || content.contains("规划"))
}

/// The same of a kind in free words, where 规划展览馆 is a kind like another.
pub(super) fn words_out_of_use(words: &str) -> bool {
    const BEFORE: &[&str] = &["已停用", "已关闭", "已拆", "已撤", "已搬", "已废", "废弃", "停用"];
    let words = words.trim();
    BEFORE.iter().any(|word| words.starts_with(word)) || bracketed(words).any(is_out_of_use)
}

/// Leaves out things whose name says that they are not in use: 旧站（已撤销）, 消防站旧址, 镇区(规划2035).
pub(super) fn leave_out_named(layers: &mut Layers, notes: &mut Notes) {
    let mut acts = |layer: LayerId, name: &str, id: &str| {
        // The site of a congress (旧址) is a museum; of a fire station nothing is left there.
        let is_old_site =
            layer == LayerId::Stations && ["旧址", "遗址"].iter().any(|end| name.trim_end().ends_with(end));
        let acts = !is_old_site && !name_out_of_use(name);
        if !acts {
            let text = "名称注明停用、撤销、搬迁或拟建的要素，未采用；如仍在使用，请改正名称 | Things whose name says that they are not in use, left out: correct the name of what is";
            notes.add(NoteKind::LeftOut, Some(layer), text, NoteCase::from(name).of(id));
        }
        acts
    };
    layers.stations.retain(|one| acts(LayerId::Stations, &one.name, &one.source_id));
    layers.obstacles.retain(|one| acts(LayerId::Obstacles, &one.name, &one.source_id));
    layers.hazards.retain(|one| acts(LayerId::Hazards, &one.name, &one.source_id));
    layers.crowded_places.retain(|one| acts(LayerId::CrowdedPlaces, &one.name, &one.source_id));
    layers.key_units.retain(|one| acts(LayerId::KeyUnits, &one.name, &one.source_id));
    layers.built_up.retain(|one| acts(LayerId::BuiltUp, &one.name, &one.source_id));
    layers.water_sources.retain(|one| acts(LayerId::WaterSources, &one.name, &one.source_id));
    layers.barriers.retain(|one| acts(LayerId::Barriers, &one.name, &one.source_id));
    layers.checkposts.retain(|one| acts(LayerId::Checkposts, &one.name, &one.source_id));
    layers.equipment_points.retain(|one| acts(LayerId::EquipmentPoints, &one.name, &one.source_id));
    layers.work_sites.retain(|one| acts(LayerId::WorkSites, &one.name, &one.source_id));
    // What their own state says is shown so; only what acts, or may act, is left out.
    let is_told = |state: FacilityState| state.is_working() == Some(false);
    layers.fire_pipes.retain(|one| is_told(one.state) || acts(LayerId::FirePipes, &one.name, &one.source_id));
    layers.helipads.retain(|one| is_told(one.state) || acts(LayerId::Helipads, &one.name, &one.source_id));
    layers.lookouts.retain(|one| is_told(one.state) || acts(LayerId::Lookouts, &one.name, &one.source_id));
}

fn name_out_of_use(name: &str) -> bool {
    // 规划路站 and 站(规划路口) are named after a street.
    let is_plan = |content: &str| {
        let year = content.trim().strip_prefix("规划").map(|rest| rest.trim_end_matches(['年', '期']));
        year.is_some_and(|year| year.chars().all(|c| c.is_ascii_digit() || c == '-' || "近中远".contains(c)))
    };
    bracketed(name).any(|content| is_out_of_use(content) || is_plan(content))
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
    use fireplan_model::layers::LayerVisitor;
    use fireplan_model::rows::GeometryKind;

    /// Adds one row to a layer that says in its name that it is only proposed.
    struct AddProposed;

    impl LayerVisitor for AddProposed {
        type Output = bool;

        fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> bool {
            if !R::columns().iter().any(|column| column.name == "name") {
                return false;
            }
            let square: geo::MultiPolygon = geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon().into();
            let geometry: geo::Geometry = match R::geometry_kind() {
                GeometryKind::Line => geo::LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]).into(),
                GeometryKind::Polygon => square.into(),
                _ => geo::Point::new(0.0, 0.0).into(),
            };
            let mut field = |wanted: &'static str| {
                let columns = R::columns();
                let codes = &columns.iter().find(|column| column.name == wanted)?.codes;
                if wanted == "name" { Some("甲（拟建）".to_owned()) } else { Some(codes.first()?.code.to_owned()) }
            };
            rows.extend(R::read(geometry, &mut field, &mut |_, _| {}).ok());
            true
        }
    }

    /// A new layer whose things have names is left out like the others, or is listed here with a reason.
    #[test]
    fn what_is_named_as_proposed_acts_in_no_layer() {
        // Places and ground that are there whatever is planned of them, roads whose class says it, and plans and the past themselves.
        let kept = [
            LayerId::Towns,
            LayerId::Villages,
            LayerId::Buildings,
            LayerId::Roads,
            LayerId::RoadAreas,
            LayerId::Hydrants,
            LayerId::Forests,
            LayerId::Candidates,
            LayerId::Projects,
            LayerId::Incidents,
        ];
        let mut layers = Layers::default();
        let named: Vec<LayerId> =
            LayerId::ALL.iter().copied().filter(|layer| layers.visit(*layer, &mut AddProposed) == Some(true)).collect();
        leave_out_named(&mut layers, &mut Notes::default());
        for layer in named {
            assert_eq!(layers.len(layer) > 0, kept.contains(&layer), "{layer:?}");
        }
    }

    #[test]
    fn a_name_tells_in_brackets() {
        let out = [
            "旧站（已撤销）",
            "三站(规划)",
            "镇区(规划2035)",
            "镇区（规划2035年）",
            "消防站旧址",
            "二站（已搬迁）",
            "六站（临时撤离）",
            "七站（改作他用）",
            "九站（预留）",
            "十站（选址中）",
            "旧限高架（已拆除）",
        ];
        let acting = ["一站", "规划路站", "站(规划路口)", "小学（新址）", "遗址公园", "老站（未停用）"];
        let named = |name: &&str| fireplan_model::sketch::station(name, (0.0, 0.0), 1.0);
        let mut layers = Layers { stations: out.iter().chain(&acting).map(named).collect(), ..Layers::default() };
        let mut notes = Notes::default();
        leave_out_named(&mut layers, &mut notes);
        assert_eq!(layers.stations.iter().map(|station| &*station.name).collect::<Vec<_>>(), acting);
        assert_eq!(notes.into_vec().iter().map(|note| note.count).sum::<usize>(), out.len());
    }

    #[test]
    fn words_for_what_is_not_in_use() {
        for word in ["停用", "已撤销(2019年)", "规划中", "拟建", " Closed ", "废弃", "否"] {
            assert!(is_out_of_use(word), "{word}");
        }
        for word in ["在用", "正常", "", "未停用", "运行", "open", "已建成"] {
            assert!(!is_out_of_use(word), "{word}");
        }
        for kind in [
            "一级普通消防站（规划）",
            "二级站(在建)",
            "规划道路",
            "在建县道",
            "拟建小型消防站",
            "二级站，未投用",
            "二级站·暂停执勤",
        ] {
            assert!(kind_out_of_use(kind), "{kind}");
        }
        for kind in ["一级普通消防站", "县道", "二级站（2020年建成）", "小型(站)"] {
            assert!(!kind_out_of_use(kind), "{kind}");
        }
        for words in
            ["加油站（已拆除）", "小学（已撤并）", "已关闭学校", "仓库（已停用）", "幼儿园（在建）", "油库（规划）"]
        {
            assert!(words_out_of_use(words), "{words}");
        }
        for words in ["规划展览馆", "加油站", "学校（小学）", "遗址公园"] {
            assert!(!words_out_of_use(words), "{words}");
        }
    }
}
