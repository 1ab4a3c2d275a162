//! The store of scenarios, on files.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

use fireplan_model::scenario::{Edit, EditReference, KeptScenario, ReferredLayer, Scenario};
use fireplan_store::{RevisionOrigin, Store, StoreError};

fn plan(name: &str) -> Scenario {
    Scenario { name: name.to_owned(), edits: vec![Edit::CloseRoad { road: "R1".to_owned() }] }
}

#[test]
fn scenarios_are_kept_renamed_copied_edited_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::beside(folder.path());
    assert_eq!(store.list().unwrap(), []);
    assert!(!store.path().exists(), "looking leaves no trace");
    assert_eq!(store.create(&plan("近期")).unwrap().revision, 1);
    assert!(matches!(store.create(&plan("近期")), Err(StoreError::Taken(name)) if name == "近期"));
    store.copy("近期", "远期", "").unwrap();
    store.rename("近期", "2027", "").unwrap();
    assert!(matches!(store.rename("2027", "远期", ""), Err(StoreError::Taken(_))));
    let edited = store.edit("远期", &[], Some(1)).unwrap();
    assert_eq!((edited.revision, edited.scenario.edits.len()), (2, 0));
    assert!(matches!(store.edit("远期", &[], Some(1)), Err(StoreError::Changed(_))));

    // Another program, later.
    let again = Store::beside(folder.path());
    let names: Vec<String> = again.list().unwrap().into_iter().map(|kept| kept.scenario.name).collect();
    assert_eq!(names, ["2027", "远期"]);
    assert_eq!(again.get("2027").unwrap().scenario.edits, plan("").edits);
    again.delete("2027", "").unwrap();
    assert!(matches!(store.get("2027"), Err(StoreError::Missing(_))));
    assert!(matches!(store.delete("2027", ""), Err(StoreError::Missing(_))));
}

#[test]
fn no_two_states_of_a_name_have_one_number() {
    let store = Store::in_memory();
    store.create(&plan("近期")).unwrap();
    store.edit("近期", &[], None).unwrap();
    store.delete("近期", "").unwrap();
    assert_eq!(store.create(&plan("近期")).unwrap().revision, 3, "it goes on after the one that is gone");
    assert_eq!(store.history("近期").unwrap().iter().map(|state| state.revision).collect::<Vec<_>>(), [1, 2, 3]);
    store.delete("近期", "").unwrap();
    store.create(&plan("远期")).unwrap();
    assert_eq!(
        store.rename("远期", "近期", "").unwrap().revision,
        5,
        "revision 1 of the renamed one is the fourth here"
    );
}

#[test]
fn a_name_that_is_taken_can_be_numbered() {
    let store = Store::in_memory();
    for (asked, given) in [
        ("近期", "近期"),
        ("近期", "近期 2"),
        ("近期", "近期 3"),
        ("方案1", "方案1"),
        ("方案1", "方案2"),
        ("2035", "2035"),
        ("2035", "2035 2"),
    ] {
        assert_eq!(store.create_numbered(plan(asked)).unwrap().scenario.name, given);
    }
    let longest = "长".repeat(60);
    store.create_numbered(plan(&longest)).unwrap();
    assert!(matches!(store.create_numbered(plan(&longest)), Err(StoreError::Name(_))));
}

#[test]
fn names_that_no_path_can_hold_are_refused() {
    let store = Store::in_memory();
    for name in ["", " 近期", "a/b", "x\ny", &"长".repeat(61)] {
        assert!(matches!(store.create(&plan(name)), Err(StoreError::Name(_))), "{name:?}");
    }
    store.create(&plan("近期")).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn a_file_that_is_no_store_and_a_folder_that_cannot_be_written_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to be taken for one: ".repeat(40)).unwrap();
    let error = Store::at(text.clone()).list().unwrap_err();
    assert!(matches!(error, StoreError::NoStore(_)) && error.to_string().contains("--store"), "{error}");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"), "it is left alone");

    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    assert!(matches!(Store::at(other).create(&plan("近期")), Err(StoreError::NoStore(_))));

    let error = Store::at(folder.path().join("no/such/folder/x.sqlite")).create(&plan("近期")).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }) && error.to_string().contains("--store"), "{error}");
}

#[test]
fn the_store_lies_beside_the_area() {
    let folder = tempfile::tempdir().unwrap();
    let name = |path: std::path::PathBuf| Store::beside(&path).path().file_name().unwrap().to_owned();
    assert_eq!(name(folder.path().to_owned()), "scenarios.sqlite");
    assert_eq!(name(folder.path().join("area.toml")), "scenarios.sqlite");
    assert_eq!(name(folder.path().join("x.osm.pbf")), "x.osm.pbf.scenarios.sqlite");
}

#[test]
fn every_revision_is_kept_and_can_be_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::beside(folder.path());
    store.create(&plan("近期")).unwrap();
    store.edit("近期", &[], Some(1)).unwrap();
    store.rename("近期", "2027", "").unwrap();
    // Another program, later.
    let again = Store::beside(folder.path());
    let history = again.history("2027").unwrap();
    let states: Vec<(i64, usize)> = history.iter().map(|state| (state.revision, state.edits.len())).collect();
    assert_eq!(states, [(1, 1), (2, 0), (3, 0)]);
    assert!(history.iter().all(|state| state.at.len() == "2026-11-29 12:30:00".len()));
    // Undone, and redone.
    assert_eq!(again.edit("2027", &history[0].edits, Some(3)).unwrap().scenario.edits, plan("").edits);
    assert_eq!(again.edit("2027", &history[1].edits, Some(4)).unwrap().scenario.edits, []);
    assert_eq!(again.history("2027").unwrap().len(), 5);
    // A branch goes its own way.
    again.copy("2027", "另案", "").unwrap();
    let branch = again.history("另案").unwrap();
    assert_eq!(branch.len(), 1);
    assert_eq!(branch[0].origin, Some(RevisionOrigin::Copied { from: "2027".to_owned(), revision: 5 }));
    let renamed = again.history("2027").unwrap().into_iter().find_map(|state| state.origin);
    assert_eq!(renamed, Some(RevisionOrigin::Renamed { from: "近期".to_owned() }));
    assert_eq!(renamed.unwrap().tell().zh, "改名，原名“近期”");
    again.delete("2027", "").unwrap();
    assert!(matches!(again.history("2027"), Err(StoreError::Missing(_))));
}

#[test]
fn a_store_of_an_older_program_is_read_and_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.sqlite");
    let edits = serde_json::to_string(&plan("").edits).unwrap();
    let older = rusqlite::Connection::open(&path).unwrap();
    older
        .execute_batch(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = 1;
             CREATE TABLE scenario (name TEXT PRIMARY KEY, edits TEXT NOT NULL, revision INTEGER NOT NULL) STRICT;
             INSERT INTO scenario VALUES ('近期', '{edits}', 7);",
            0x4650_5343
        ))
        .unwrap();
    drop(older);
    let store = Store::at(path);
    let kept = store.get("近期").unwrap();
    assert_eq!((kept.revision, kept.references.len(), kept.scenario.edits), (7, 0, plan("").edits));
    assert_eq!(store.history("近期").unwrap(), []);
    store.edit("近期", &[], Some(7)).unwrap();
    let states: Vec<i64> = store.history("近期").unwrap().iter().map(|state| state.revision).collect();
    assert_eq!(states, [7, 8]);
}

#[test]
fn a_store_without_a_trail_gets_one_with_the_next_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.sqlite");
    let edits = serde_json::to_string(&plan("").edits).unwrap();
    let older = rusqlite::Connection::open(&path).unwrap();
    older
        .execute_batch(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = 2;
             CREATE TABLE scenario (
                 name TEXT PRIMARY KEY, edits TEXT NOT NULL, revision INTEGER NOT NULL, refers TEXT NOT NULL DEFAULT '[]'
             ) STRICT;
             CREATE TABLE history (
                 name TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, edits TEXT NOT NULL,
                 PRIMARY KEY (name, revision)
             ) STRICT;
             INSERT INTO scenario VALUES ('近期', '{edits}', 1, '[]');
             INSERT INTO history VALUES ('近期', 1, '2026-11-28 08:00:00', '王工', '{edits}');",
            0x4650_5343
        ))
        .unwrap();
    drop(older);
    let store = Store::at(path.clone());
    assert_eq!((store.list_trail(0, 9).unwrap(), store.count_trail().unwrap()), (Vec::new(), 0));
    assert_eq!(store.history("近期").unwrap()[0].by, "王工", "looking needs no change");
    store.delete("近期", "李工").unwrap();
    let rows = store.list_trail(0, 9).unwrap();
    assert_eq!((rows.len(), rows[0].person.as_str(), rows[0].action.as_str()), (1, "李工", "deleteScenario"));

    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let error = Store::at(path).list().unwrap_err();
    assert!(matches!(error, StoreError::NewerStore(_)) && error.to_string().contains("升级"), "{error}");
}

#[test]
fn every_change_is_a_row_of_the_trail_and_what_fails_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::beside(folder.path());
    let kept = |name: &str| KeptScenario::from(plan(name));
    store.create_kept(&kept("近期"), "甲").unwrap();
    assert!(store.create_kept(&kept("近期"), "乙").is_err());
    store.edit_kept("近期", (&[], &[]), Some(1), "乙").unwrap();
    assert!(store.edit_kept("近期", (&[], &[]), Some(1), "丙").is_err());
    store.rename("近期", "2027", "丙").unwrap();
    store.copy("2027", "另案", "丁").unwrap();
    store.delete("2027", "戊").unwrap();
    let rows = store.list_trail(0, 99).unwrap();
    let told: Vec<(&str, &str, &str)> =
        rows.iter().map(|row| (row.person.as_str(), row.action.as_str(), row.subject.as_str())).collect();
    let wanted = [
        ("甲", "createScenario", "近期"),
        ("乙", "replaceEdits", "近期"),
        ("丙", "renameScenario", "近期"),
        ("丁", "createScenario", "另案"),
        ("戊", "deleteScenario", "2027"),
    ];
    assert_eq!(told, wanted);
    let digest = &rows[0].detail;
    assert!(digest.starts_with("第 1 版，改动 ") && digest.len() == "第 1 版，改动 ".len() + 64, "{digest}");
    assert_eq!(fireplan_store::audit::verify(&rows).broken, None);
    for at in 0..rows.len() {
        let mut gap = rows.clone();
        gap.remove(at);
        let found = fireplan_store::audit::verify(&gap).broken;
        // Without a digest noted elsewhere nothing tells that the last row is gone.
        assert_eq!(found, (at + 1 < rows.len()).then_some(at as i64 + 1));
    }
    // Two programs at once: the chain is one.
    std::thread::scope(|scope| {
        for by in ["甲", "乙"] {
            let folder = folder.path();
            scope.spawn(move || {
                let store = Store::beside(folder);
                for number in 0..40 {
                    store.create_kept(&plan(&format!("{by} {number}")).into(), by).unwrap();
                }
            });
        }
    });
    let rows = store.list_trail(0, 999).unwrap();
    assert_eq!((rows.len(), fireplan_store::audit::verify(&rows).broken), (85, None));
}

#[test]
fn a_store_holds_what_any_area_could_take() {
    let store = Store::in_memory();
    let nothing: Edit = serde_json::from_str(r#"{"edit":"upgrade_station","station":"S1"}"#).unwrap();
    let empty = Scenario { name: "空".to_owned(), edits: vec![nothing.clone()] };
    assert!(matches!(store.create(&empty), Err(StoreError::Name(_))));
    store.create(&plan("近期")).unwrap();
    assert!(matches!(store.edit("近期", &[nothing], None), Err(StoreError::Name(_))));
}

#[test]
fn a_scenario_of_a_newer_program_is_told_and_the_others_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::beside(folder.path());
    for name in ["近期", "远期"] {
        store.create(&plan(name)).unwrap();
    }
    let connection = rusqlite::Connection::open(store.path()).unwrap();
    connection.execute(r#"UPDATE scenario SET edits = '[{"edit":"build_tunnel"}]' WHERE name = '近期'"#, []).unwrap();
    let listed: Vec<String> = store.list().unwrap().into_iter().map(|kept| kept.scenario.name).collect();
    assert_eq!((listed, store.list_unreadable().unwrap()), (vec!["远期".to_owned()], vec!["近期".to_owned()]));
    assert!(matches!(store.get("近期"), Err(StoreError::Newer(name)) if name == "近期"));
    store.delete("远期", "").unwrap();
}

/// A reference of an edit of a road, as it was when the edit was made.
fn reference(name: &str) -> EditReference {
    EditReference {
        layer: ReferredLayer::Roads,
        text: "R1".to_owned(),
        id: "R1".to_owned(),
        name: name.to_owned(),
        class: String::new(),
        at: [102.0, 39.0],
        length_m: None,
        digest: String::new(),
        source: String::new(),
        done: Vec::new(),
    }
}

#[test]
fn each_revision_remembers_what_its_edits_referred_to() {
    let store = Store::in_memory();
    let kept =
        |name: &str| KeptScenario { scenario: plan("近期"), revision: None, references: vec![reference(name)] };
    store.create_kept(&kept("北巷"), "").unwrap();
    store.edit_kept("近期", (&[], &[]), None, "").unwrap();
    let names = |of: &[EditReference]| of.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&store.history("近期").unwrap()[0].references), ["北巷"]);
    // Brought back, they mean what they meant; other edits have no reference of this scenario.
    assert_eq!(names(&store.known_references("近期", &plan("").edits).unwrap()), ["北巷"]);
    let other = [Edit::OpenRoad { road: "R1".to_owned() }];
    assert!(store.known_references("近期", &other).unwrap().is_empty());
}
