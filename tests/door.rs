//! `fireplan new`, as a planner runs it: what is doubtful ends with 3, the answers complete it, running it again changes nothing.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
    command.current_dir(folder).args(arguments).env("LANG", "zh_CN.UTF-8").stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Streets of a small town, and its hydrants with a word that nobody knows.
fn write_data(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let street = |at: u32| {
        let lat = 35.3 + f64::from(at) * 0.004;
        format!(
            r#"{{"type":"Feature","properties":{{"路名":"横{at}路","行政等级":"乡道","路面宽度":6}},
            "geometry":{{"type":"LineString","coordinates":[[112.5,{lat}],[112.53,{lat}]]}}}}"#
        )
    };
    let streets: Vec<String> = (0..8).map(street).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, streets.join(","));
    std::fs::write(folder.join("道路.geojson"), text).unwrap();
    let mut text = "栓号,型式,完好情况,供水管径(mm),经度,纬度\n".to_owned();
    for at in 0..24_u32 {
        let state = if at == 0 { "半开" } else { "完好" };
        let (lon, lat) = (112.501 + f64::from(at / 8) * 0.009, 35.3 + f64::from(at % 8) * 0.004 + 0.000_05);
        text += &format!("X{at},地上式,{state},150,{lon},{lat}\n");
    }
    std::fs::write(folder.join("消火栓台账.csv"), text).unwrap();
}

#[test]
fn a_folder_becomes_a_project_by_answers_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("数据"));
    let first = run(folder.path(), &["new", "数据", "--out", "项目"]);
    let text = said(&first);
    assert_eq!(first.status.code(), Some(3), "{text}");
    assert!(text.contains("“半开”是哪一种状态") && text.contains("还有 1 个问题待回答"), "{text}");
    assert!(text.contains("道路：道路.geojson") && text.contains("路网"), "the report on the data ends it: {text}");
    let questions = folder.path().join("项目/questions.toml");
    let asked = std::fs::read_to_string(&questions).unwrap();
    std::fs::write(folder.path().join("答复.toml"), asked.replace("answer = \"\"", "answer = \"损坏\"")).unwrap();
    let second = run(folder.path(), &["new", "数据", "--out", "项目", "--answers", "答复.toml"]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    let area = std::fs::read_to_string(folder.path().join("项目/area.toml")).unwrap();
    assert!(area.contains("\"半开\" = \"out_of_service\"") && area.contains("crs = \"EPSG:4490\""), "{area}");
    let third = run(folder.path(), &["new", "数据", "--out", "项目"]);
    assert_eq!(third.status.code(), Some(0), "{}", said(&third));
    assert!(said(&third).contains("area.toml 没有变化"), "{}", said(&third));
    assert_eq!(run(folder.path(), &["check", "项目"]).status.code(), Some(0));
}

#[test]
fn what_cannot_be_meant_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("数据"));
    std::fs::create_dir(folder.path().join("空")).unwrap();
    std::fs::write(
        folder.path().join("错.toml"),
        "[[question]]\nid = 'value/hydrants/消火栓台账.csv/state/半开'\nanswer = '好的'\n",
    )
    .unwrap();
    for (arguments, word) in [
        (&["new", "没有", "--out", "项目"][..], "不是文件夹"),
        (&["new", "空", "--out", "项目"], "没有可用的数据"),
        (&["new", "数据", "--out", "项目", "--answers", "错.toml"], "不在选项中"),
        (&["new", "数据", "--out", "项目", "--dictionary", "没有.toml"], "没有.toml"),
    ] {
        let output = run(folder.path(), arguments);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(word), "{arguments:?}: {text}");
        assert!(!folder.path().join("项目").exists(), "{arguments:?} writes nothing");
    }
}
