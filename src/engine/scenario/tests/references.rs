//! What references mean after the data changed.

use super::drawing::*;
use crate::scenario::*;
use fireplan_model::layers::{Access, Layers, Road, Station};
use fireplan_model::rows::Label;
use fireplan_model::scenario::Edit;
use fireplan_model::sketch;

/// The scenario as it is kept for this area.
fn kept(edits: Vec<Edit>, area: &StudyArea) -> KeptScenario {
    let scenario = plan(edits);
    let references = anchor(&scenario, &[], area);
    KeptScenario { scenario, revision: Some(1), references }
}

/// Two lanes under these ids.
fn numbered_lanes(ids: [&str; 2]) -> StudyArea {
    let lane = |id: &str, name: &str, x: f64| Road {
        source_id: id.to_owned(),
        name: name.to_owned(),
        ..sketch::road(&[(x, 0.0), (x, 300.0)])
    };
    sketch::area(Layers {
        roads: vec![lane(ids[0], "甲巷", 100.0), lane(ids[1], "乙巷", 500.0)], ..Layers::default()
    })
}

#[test]
fn an_edit_that_is_added_means_what_is_called_so_now() {
    let close = |id: &str| Edit::CloseRoad { road: id.to_owned() };
    let widen = |id: &str, width_m: f64| Edit::WidenRoad { road: id.to_owned(), width_m };
    let stored = kept(vec![close("R1")], &numbered_lanes(["R1", "R2"]));
    // The data exchange the ids; then somebody picks what is R1 now.
    let now = numbered_lanes(["R2", "R1"]);
    let (edits, known) = tell_apart(&stored, vec![close("R1"), widen("R1", 7.0)], &now).unwrap();
    assert_eq!(edits, [close("R2"), widen("R1", 7.0)]);
    let scenario = plan(edits);
    let references = anchor(&scenario, &known, &now);
    let changed = apply_kept(&KeptScenario { scenario, revision: Some(2), references }, &now).unwrap();
    let facts =
        changed.layers.roads.iter().map(|road| (road.access == Access::Closed, road.width_m)).collect::<Vec<_>>();
    assert_eq!(facts, [(true, None), (false, Some(7.0))]);
    // Where the older edit goes, nothing of it stays; where it is only changed, it means what it meant.
    let (edits, known) = tell_apart(&stored, vec![widen("R1", 7.0)], &now).unwrap();
    assert_eq!((edits, known), (vec![widen("R1", 7.0)], Vec::new()));
    let stored = kept(vec![widen("R1", 6.0)], &numbered_lanes(["R1", "R2"]));
    let (edits, known) = tell_apart(&stored, vec![widen("R1", 7.0)], &now).unwrap();
    assert_eq!((edits, known), (vec![widen("R1", 7.0)], stored.references));
}

/// Three lanes without ids of their own, the first 100 m apart from the others.
fn lanes() -> Vec<Road> {
    let lane = |name: &str, x: f64| Road { name: name.to_owned(), ..sketch::road(&[(x, 0.0), (x, 300.0)]) };
    vec![lane("甲巷", 100.0), lane("乙巷", 500.0), lane("丙巷", 900.0)]
}

#[test]
fn a_reference_means_the_same_thing_after_the_data_changed_or_nothing() {
    let area = sketch::area(Layers { roads: lanes(), ..Layers::default() });
    let close = |number: &str| Edit::CloseRoad { road: number.to_owned() };
    let plan = kept(vec![close("#2"), close("#3")], &area);
    let closed = |roads: Vec<Road>| {
        let changed = apply_kept(&plan, &sketch::area(Layers { roads, ..Layers::default() }))?;
        let closed = changed.layers.roads.iter().filter(|road| road.access == Access::Closed);
        let names = closed.map(|road| road.name.clone()).collect::<Vec<_>>();
        anyhow::Ok((names, changed))
    };
    assert_eq!(closed(lanes()).unwrap().0, ["乙巷", "丙巷"]);
    // A row more before them: found again, and told.
    let mut shifted = lanes();
    shifted.insert(0, named("R0", sketch::road(&[(-500.0, 0.0), (-500.0, 300.0)])));
    let (names, changed) = closed(shifted).unwrap();
    assert_eq!(names, ["乙巷", "丙巷"]);
    assert!(tells(&changed, "重新找到"), "{:?}", remarks(&changed));
    // Moved by 20 m, and measured: still the same.
    let mut moved = lanes();
    moved[1] = Road { name: "乙巷".to_owned(), width_m: Some(4.5), ..sketch::road(&[(520.0, 0.0), (520.0, 310.0)]) };
    let (names, changed) = closed(moved).unwrap();
    assert_eq!(names, ["乙巷", "丙巷"]);
    assert!(tells(&changed, "位置有移动"), "{:?}", remarks(&changed));
    // Gone, or another thing at its number: told all at once, and nothing is changed.
    let mut others = lanes();
    (others[1].name, others[2].name) = ("丁巷".to_owned(), "戊巷".to_owned());
    let error = format!("{:#}", closed(others).err().unwrap());
    for part in ["2 处引用", "“#2”原为 乙巷", "“#3”原为 丙巷", "丁巷", "戊巷", "未作任何改动"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    let error = format!("{:#}", closed(lanes()[..1].to_vec()).err().unwrap());
    assert!(error.contains("2 处引用") && error.contains("甲巷"), "{error}");
    let error = format!("{:#}", closed(vec![street()]).err().unwrap());
    assert!(error.contains("R1路") || error.contains("附近没有这样的对象"), "{error}");
    // Two of the name at one place: nobody knows which.
    let mut twins = lanes();
    twins.remove(1);
    for x in [490.0, 510.0] {
        twins.push(Road { name: "乙巷".to_owned(), ..sketch::road(&[(x, 0.0), (x, 300.0)]) });
    }
    assert!(closed(twins).is_err());
}

#[test]
fn a_parallel_road_is_never_taken_for_one_that_is_gone() {
    for (name, apart_m) in [("", 30.0), ("建设路", 15.0)] {
        let way = |id: &str, y: f64| Road {
            source_id: id.to_owned(),
            name: name.to_owned(),
            ..sketch::road(&[(0.0, y), (1_000.0, y)])
        };
        let area = |roads: Vec<Road>| sketch::area(Layers { roads, ..Layers::default() });
        let plan =
            kept(vec![Edit::CloseRoad { road: "R7".to_owned() }], &area(vec![way("R7", 0.0), way("R8", apart_m)]));
        assert!(apply_kept(&plan, &area(vec![way("R8", apart_m)])).is_err(), "{name}: it is gone");
        let exchanged = vec![way("R8", 2.0), way("R7", apart_m + 2.0)];
        assert!(apply_kept(&plan, &area(exchanged)).is_err(), "{name}: the ids were exchanged");
        let renumbered = apply_kept(&plan, &area(vec![way("R9", 2.0), way("R8", apart_m + 2.0)]));
        assert!(tells(&renumbered.unwrap(), "换了编号"), "{name}");
    }
}

#[test]
fn stations_are_found_again_and_never_taken_for_others() {
    let at = |name: &str, x: f64| sketch::station(name, (x, 0.0), 1.0);
    let area = sketch::area(Layers {
        roads: vec![street()],
        stations: vec![at("甲站", 0.0), at("乙站", 900.0)],
        ..Layers::default()
    });
    let upgrade: Edit = serde_json::from_str(r##"{"edit":"upgrade_station","station":"#2","vehicles":9}"##).unwrap();
    let plan = kept(vec![upgrade], &area);
    let upgraded = |stations: Vec<Station>| {
        let area = sketch::area(Layers { roads: vec![street()], stations, ..Layers::default() });
        let changed = apply_kept(&plan, &area)?;
        let found = changed.layers.stations.iter().filter(|station| station.vehicles == Some(9));
        anyhow::Ok(found.map(|station| station.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(upgraded(vec![at("甲站", 0.0), at("丙站", 400.0), at("乙站", 900.0)]).unwrap(), ["乙站"]);
    assert!(upgraded(vec![at("甲站", 0.0), at("丙站", 900.0)]).is_err());
    assert!(upgraded(vec![at("甲站", 0.0), at("乙站", 2900.0)]).is_err(), "2 km away is another one");
}

#[test]
fn several_references_to_nothing_are_told_at_once_and_numbers_are_told() {
    let area = sketch::area(Layers { roads: lanes(), ..Layers::default() });
    let close = |road: &str| Edit::CloseRoad { road: road.to_owned() };
    let error = told_refusal(&area, vec![close("roads.geojson#739"), close("#2"), close("R9")]);
    for part in ["2 处引用", "第 1 处“roads.geojson#739”", "第 3 处“R9”"] {
        assert!(error.contains(part), "{error}");
    }
    let changed = apply_scenario(&plan(vec![close("#2")]), &area).unwrap();
    assert!(tells(&changed, "按序号引用"), "{:?}", remarks(&changed));
}

#[test]
fn an_area_says_which_state_of_which_scenario_it_has() {
    let area = sketch::area(Layers { roads: lanes(), ..Layers::default() });
    let close = |number: &str| Edit::CloseRoad { road: number.to_owned() };
    let title = |kept: &KeptScenario| apply_kept(kept, &area).unwrap().applied.as_ref().unwrap().title.zh.clone();
    assert_eq!(title(&kept(vec![close("#1")], &area)), "方案“近期”第 1 版");
    let [one, two] = ["#1", "#2"].map(|number| title(&plan(vec![close(number)]).into()));
    assert_ne!(one, two, "of one name, but of other edits");
}

/// With one id and one name: in its place, moved a little, moved far, and another thing under the id.
#[test]
fn what_moved_far_or_is_another_under_one_id_is_doubtful_and_says_what_happened() {
    let at =
        |id: &str, name: &str, x: f64| Station { source_id: id.to_owned(), ..sketch::station(name, (x, 0.0), 1.0) };
    let layers = |stations: Vec<Station>| Layers { roads: vec![street()], stations, ..Layers::default() };
    let area = sketch::area(layers(vec![at("S1", "一站", 100.0), at("S2", "二站", 2000.0)]));
    let upgrade: Edit = serde_json::from_str(r#"{"edit":"upgrade_station","station":"S1","vehicles":9}"#).unwrap();
    let plan = kept(vec![upgrade], &area);
    let told = |first: Station| match apply_kept(&plan, &sketch::area(layers(vec![first, at("S2", "二站", 2000.0)])))
    {
        Ok(changed) => remarks(&changed).join("；"),
        Err(error) => format!("拒绝：{error:#}"),
    };
    let moved = told(at("S1", "一站", 130.0));
    assert!(["位置有移动", "S1 → S1 一站", "移动 30 m"].iter().all(|part| moved.contains(part)), "{moved}");
    let updated = told(Station { crew_people: Some(20), ..at("S1", "一站", 100.0) });
    assert!(updated.contains("资料已更新"), "{updated}");
    let far = told(at("S1", "一站", 970.0));
    assert!(far.starts_with("拒绝") && far.contains("移动了 870 m") && far.contains("S1 一站"), "{far}");
    let lost = find_lost(&plan, &sketch::area(layers(vec![at("S1", "一站", 970.0), at("S2", "二站", 2000.0)])));
    let [one] = &lost[..] else { panic!("{lost:?}") };
    assert_eq!((one.text.as_str(), &one.edits[..], one.was.as_str()), ("S1", &[1][..], "一站 一级普通消防站"));
    assert_eq!((one.choices[0].text.as_str(), one.choices[0].distance_m), ("S1", Some(870.0)));
    assert_eq!(find_lost(&plan, &area), []);
    let other = told(at("S1", "三站", 900.0));
    assert!(other.starts_with("拒绝") && other.contains("另一对象"), "{other}");
    let renumbered = told(at("S9", "一站", 100.0));
    assert!(renumbered.contains("换了编号") && renumbered.contains("S1 → S9 一站"), "{renumbered}");
    // A road of the same id and name 500 m away, or moved as far along itself.
    let road = |y: f64, x: f64| vec![named("R1", sketch::road(&[(x, y), (x + 3000.0, y)]))];
    let area = sketch::area(Layers { roads: road(0.0, 0.0), ..Layers::default() });
    let close = kept(vec![Edit::CloseRoad { road: "R1".to_owned() }], &area);
    for (roads, applies) in [(road(500.0, 0.0), false), (road(0.0, 900.0), false), (road(20.0, 0.0), true)] {
        let changed = sketch::area(Layers { roads, ..Layers::default() });
        assert_eq!(apply_kept(&close, &changed).is_ok(), applies);
    }
}

#[test]
fn a_lost_reference_is_settled_by_naming_what_it_means_now() {
    let at =
        |id: &str, name: &str, x: f64| Station { source_id: id.to_owned(), ..sketch::station(name, (x, 0.0), 1.0) };
    let layers = |stations: Vec<Station>| Layers { roads: vec![street()], stations, ..Layers::default() };
    let area = sketch::area(layers(vec![at("S1", "一站", 100.0), at("S2", "二站", 2000.0)]));
    let upgrade: Edit = serde_json::from_str(r#"{"edit":"upgrade_station","station":"S1","vehicles":9}"#).unwrap();
    let plan = kept(vec![upgrade], &area);
    let later = sketch::area(layers(vec![at("S7", "一站", 970.0), at("S2", "二站", 2000.0)]));
    let settle = |drop: &[usize], refer: &[(usize, String)], area: &StudyArea| {
        settle_edits(&plan, SettledEdits { drop, keep: &[], refer }, area)
    };
    let to = |text: &str| vec![(1, text.to_owned())];
    let settled = settle(&[], &to("S7"), &later).unwrap();
    assert_eq!(settled.scenario.edits[0].reference().unwrap().1, "S7");
    let vehicles = |area: &StudyArea| area.layers.stations.iter().map(|one| one.vehicles).collect::<Vec<_>>();
    assert_eq!(vehicles(&apply_kept(&settled, &later).unwrap()), [Some(9), None]);
    // The same thing under the same id, which moved: naming it says that it is the same.
    let moved = sketch::area(layers(vec![at("S1", "一站", 970.0), at("S2", "二站", 2000.0)]));
    assert!(apply_kept(&plan, &moved).is_err());
    assert!(apply_kept(&settle(&[], &to("S1"), &moved).unwrap(), &moved).is_ok());
    let refused = |result: Result<KeptScenario>| result.unwrap_err().to_string();
    assert!(refused(settle(&[], &to("S9"), &later)).contains("现有数据里没有“S9”"));
    assert!(refused(settle(&[1], &to("S7"), &later)).contains("只写一处"));
    assert!(refused(settle(&[], &to("S2"), &area)).contains("没有失去"));
    assert!(refused(settle(&[], &[(2, "S7".to_owned())], &later)).contains("没有失去"));
}

#[test]
fn edits_are_told_by_what_they_meant_when_they_were_made() {
    let area = sketch::area(Layers { roads: lanes(), ..Layers::default() });
    let close = kept(vec![Edit::CloseRoad { road: "#2".to_owned() }], &area);
    let mut turned = lanes();
    turned.reverse();
    turned.insert(0, street());
    let later = sketch::area(Layers { roads: turned, ..Layers::default() });
    let texts = close.scenario.texts(&later, &close.references);
    assert_eq!(texts[0].zh, "封闭道路“乙巷”(#2)");
    assert_ne!(close.scenario.texts(&later, &[])[0].zh, texts[0].zh);
    let (edits, references) = (&close.scenario.edits[..], &close.references[..]);
    let told = Scenario::tell_difference((&[], &[]), (edits, references), &later);
    assert_eq!(told[0].zh, "+ 封闭道路“乙巷”(#2)");
    let undone = Scenario::tell_difference((edits, references), (&[], &[]), &later);
    assert_eq!(undone[0].zh, "− 封闭道路“乙巷”(#2)");
}

/// What is proposed under a scenario whose ids the data have exchanged stands beside it, and means the same in data of before and
/// after.
#[test]
fn a_proposal_means_the_same_things_whatever_their_numbers_are() {
    let (before, now) = (numbered_lanes(["R1", "R2"]), numbered_lanes(["R2", "R1"]));
    let close = |id: &str| Edit::CloseRoad { road: id.to_owned() };
    let changed = apply_kept(&kept(vec![close("R1")], &before), &now).unwrap();
    let widen = Edit::WidenRoad { road: "R1".to_owned(), width_m: 7.0 };
    let proposal = crate::proposals::propose(&changed, Label::new("拓宽", "widen"), vec![widen.clone()]).unwrap();
    let mut proposals = [proposal];
    crate::proposals::anchor_proposals(&mut proposals, &changed);
    let [proposal] = proposals;
    assert_eq!(proposal.scenario.edits, [close("R2"), widen]);
    for area in [&now, &before] {
        let built = apply_kept(&proposal.kept(), area).unwrap();
        let facts: Vec<_> =
            built.layers.roads.iter().map(|road| (road.access == Access::Closed, road.width_m)).collect();
        assert_eq!(facts, [(true, None), (false, Some(7.0))], "{:?}", proposal.references);
    }
    // Of a road that is gone it means nothing, and nothing else.
    let mut roads = now.layers.roads.clone();
    roads.remove(0);
    assert!(apply_kept(&proposal.kept(), &sketch::area(Layers { roads, ..Layers::default() })).is_err());
}
