//! Backups of folders that are in use, and what comes back.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use fireplan_model::scenario::{Edit, Scenario};
use fireplan_store::Store;
use fireplan_store::backup::{BackupReport, BackupSource, restore_backup, write_backup};

fn back_up(place: &Path, out: &Path) -> anyhow::Result<BackupReport> {
    write_backup(&BackupSource::of(place, &Store::beside(place))?, out, &|_| ())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn plan(number: usize) -> Scenario {
    Scenario { name: format!("方案{number}"), edits: vec![Edit::CloseRoad { road: format!("R{number}") }] }
}

#[test]
fn what_is_backed_up_comes_back_as_it_was() {
    let house = tempfile::tempdir().unwrap();
    let folder = house.path().join("项目");
    for name in
        ["甲县/area.toml", "甲县/数据/道路.geojson", "_archive/乙县/area.toml", "甲县/scenarios.runs/1-a/run.json"]
    {
        write(&folder.join(name), name);
    }
    for passing in
        ["甲县/scenarios.runs/.unfinished-2-b/run.json", "甲县/.part-x", "_new-1/data", "甲县/scenarios.runs/.lock"]
    {
        write(&folder.join(passing), "half");
    }
    Store::beside(&folder.join("甲县")).create(&plan(1)).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.join("甲县/link")).unwrap();
    let (out, back) = (house.path().join("b.zip"), house.path().join("back/项目"));
    let report = back_up(&folder, &out).unwrap();
    assert_eq!(report.files, 5, "{report:?}");
    let told = report.left_out.join("\n");
    assert!(told.contains("_new-1：尚未建成"), "{told}");
    assert!(cfg!(not(unix)) || told.contains("甲县/link：链接"), "{told}");
    assert!(back_up(&folder, &out).unwrap_err().to_string().contains("已存在"));
    assert!(back_up(&folder, &folder.join("甲县/b.zip")).unwrap_err().to_string().contains("写到别处"));
    assert!(back_up(&folder.join("没有"), &out).unwrap_err().to_string().contains("找不到"));

    restore_backup(&out, &back).unwrap();
    for name in
        ["甲县/area.toml", "甲县/数据/道路.geojson", "_archive/乙县/area.toml", "甲县/scenarios.runs/1-a/run.json"]
    {
        assert_eq!(fs::read_to_string(back.join(name)).unwrap(), name);
    }
    assert!(!back.join("甲县/.part-x").exists() && !back.join("_new-1").exists() && !back.join("backup.json").exists());
    let store = Store::beside(&back.join("甲县"));
    assert_eq!(store.get("方案1").unwrap().scenario, plan(1));
    assert_eq!(store.count_trail().unwrap(), 1);
    let error = restore_backup(&out, &back).unwrap_err().to_string();
    assert!(error.contains("已有内容"), "nothing is written over: {error}");
    let left: Vec<_> = fs::read_dir(house.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn an_area_of_one_file_and_a_store_elsewhere_are_backed_up_together() {
    let house = tempfile::tempdir().unwrap();
    let (file, out) = (house.path().join("x.osm"), house.path().join("out/b.zip"));
    write(&file, "osm");
    write(&house.path().join("other.txt"), "somebody else's");
    Store::beside(&file).create(&plan(1)).unwrap();
    assert_eq!(back_up(&file, &out).unwrap().files, 2);
    restore_backup(&out, &house.path().join("back")).unwrap();
    assert!(Store::beside(&house.path().join("back/x.osm")).get("方案1").is_ok());

    let (area, store) = (house.path().join("area"), Store::at(house.path().join("stores/a.sqlite")));
    write(&area.join("area.toml"), "x");
    write(&house.path().join("stores/a.runs/1-a/run.json"), "r");
    store.create(&plan(2)).unwrap();
    let out = house.path().join("out/c.zip");
    write_backup(&BackupSource::of(&area, &store).unwrap(), &out, &|_| ()).unwrap();
    restore_backup(&out, &house.path().join("back2")).unwrap();
    assert!(Store::beside(&house.path().join("back2")).get("方案2").is_ok());
    assert!(house.path().join("back2/scenarios.runs/1-a/run.json").exists());
}

/// Somebody saves, and somebody removes runs, all the while.
#[test]
fn a_backup_of_what_is_in_use_is_whole() {
    let house = tempfile::tempdir().unwrap();
    let (folder, done) = (house.path().join("area"), AtomicBool::new(false));
    write(&folder.join("area.toml"), "x");
    let acknowledged = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = Store::beside(&folder);
            for number in 1.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                store.create(&plan(number)).unwrap();
                acknowledged.store(number, Ordering::SeqCst);
                let run = folder.join(format!("scenarios.runs/{number}-a{number}"));
                write(&run.join("findings.mpk.gz"), &"f".repeat(10_000));
                write(&run.join("run.json"), "r");
                if number > 3 {
                    let old = folder.join(format!("scenarios.runs/{0}-a{0}", number - 3));
                    fs::rename(&old, folder.join("scenarios.runs/.unfinished-x")).unwrap();
                    fs::remove_dir_all(folder.join("scenarios.runs/.unfinished-x")).unwrap();
                }
            }
        });
        for round in 0..10 {
            while acknowledged.load(Ordering::SeqCst) < 5 * (round + 1) {
                std::thread::yield_now();
            }
            let before = acknowledged.load(Ordering::SeqCst);
            let (out, back) = (house.path().join(format!("{round}.zip")), house.path().join(format!("back{round}")));
            back_up(&folder, &out).unwrap();
            restore_backup(&out, &back).unwrap();
            let store = Store::beside(&back);
            let kept = store.list().unwrap().len();
            assert!(kept >= before, "{kept} of {before} that were acknowledged");
            assert_eq!(store.count_trail().unwrap() as usize, kept, "scenario and trail are of one moment");
            assert_eq!(fireplan_store::audit::verify(&store.list_trail(0, usize::MAX).unwrap()).broken, None);
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_left() {
    let house = tempfile::tempdir().unwrap();
    let (folder, out, back) = (house.path().join("area"), house.path().join("b.zip"), house.path().join("back"));
    write(&folder.join("area.toml"), &"name = 'x'\n".repeat(200));
    write(&folder.join("a.gz"), "0123456789");
    back_up(&folder, &out).unwrap();
    let whole = fs::read(&out).unwrap();
    let digits = whole.windows(10).position(|bytes| bytes == b"0123456789").unwrap();
    let mut changed = whole.clone();
    changed[digits] = b'x';
    for (what, bytes) in [("cut", &whole[..whole.len() / 2]), ("changed", &changed), ("other", b"no archive")] {
        let damaged = house.path().join("damaged.zip");
        fs::write(&damaged, bytes).unwrap();
        let error = format!("{:#}", restore_backup(&damaged, &back).unwrap_err());
        assert!(error.contains("不是完整的备份"), "{what}: {error}");
        assert!(!back.exists(), "{what}");
    }
    let left = fs::read_dir(house.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".part-"));
    assert_eq!(left.count(), 0);
    restore_backup(&out, &back).unwrap();
}
