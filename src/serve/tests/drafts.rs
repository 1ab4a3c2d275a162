//! New projects: files are sent within bounds, looked at, asked about, and become a project whole or not at all.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use fireplan_serve::areas::{AreasOptions, UploadLimits};
use serde_json::{Value, json};

use crate::areas::Client;
use crate::http::Answer;

const ROADS: &str = "数据/道路.geojson";
const HYDRANTS: &str = "数据/消防/消火栓台账.csv";

/// Streets of a small town, as a bureau calls their columns.
fn write_roads() -> String {
    let street = |at: u32| {
        let lat = 35.3 + f64::from(at) * 0.004;
        json!({ "type": "Feature", "properties": { "路名": format!("横{at}路"), "行政等级": "乡道", "路面宽度": 6 },
            "geometry": { "type": "LineString", "coordinates": [[112.5, lat], [112.53, lat]] } })
    };
    json!({ "type": "FeatureCollection", "features": (0..8).map(street).collect::<Vec<_>>() }).to_string()
}

/// Its hydrants, with a title above the headings and a word that nobody knows.
fn write_hydrants() -> String {
    let mut text = "青岚县消火栓台账,,,,,\n栓号,型式,完好情况,供水管径(mm),经度,纬度\n".to_owned();
    for at in 0..24_u32 {
        let state = if at == 0 { "半开" } else { "完好" };
        let (lon, lat) = (112.501 + f64::from(at / 8) * 0.009, 35.3 + f64::from(at % 8) * 0.004 + 0.000_05);
        text += &format!("X{at},地上式,{state},150,{lon},{lat}\n");
    }
    text
}

fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Client {
    async fn begin(&mut self, body: Value) -> String {
        let begun = self.ok("POST", "/drafts", body).await;
        format!("/drafts/{}", begun["draft"]["id"].as_str().unwrap())
    }

    async fn put(&mut self, draft: &str, path: &str, bytes: impl Into<Body>) -> Answer {
        let request = Request::put(format!("{draft}/files/{}", encode(path))).header("host", "here:1");
        self.send(request.body(bytes.into()).unwrap()).await
    }

    /// Sends the files of the small town.
    async fn put_town(&mut self, draft: &str) {
        assert_eq!(self.put(draft, ROADS, write_roads()).await.status, 200);
        assert_eq!(self.put(draft, HYDRANTS, write_hydrants()).await.status, 200);
    }

    /// The draft when nothing goes on in it any more.
    async fn settled(&mut self, draft: &str) -> Value {
        for _ in 0..600 {
            let now = self.get(draft).await;
            if !["looking", "writing"].contains(&now["draft"]["stage"].as_str().unwrap()) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the work does not end");
    }

    async fn look(&mut self, draft: &str) -> Value {
        self.ok("POST", &format!("{draft}/look"), Value::Null).await;
        self.settled(draft).await
    }
}

fn options(folder: &Path) -> AreasOptions {
    AreasOptions { run_at_start: false, ..AreasOptions::new(folder.to_owned(), fireplan_testing::rules()) }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[tokio::test]
async fn files_that_are_sent_become_an_area() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(options(folder.path()));
    let draft = client.begin(json!({ "name": "青岚" })).await;
    client.put_town(&draft).await;
    assert_eq!(client.put(&draft, "数据/坏.xlsx", "PK\u{3}\u{4}").await.status, 200);
    let found = client.look(&draft).await;
    assert_eq!((&found["draft"]["stage"], &found["looked_at"]), (&json!("asking"), &json!(3)), "{found}");
    let sources = found["sources"].as_array().unwrap();
    let roads = sources.iter().find(|one| one["layer"]["zh"] == "道路").unwrap();
    assert_eq!((&roads["confidence"], &roads["source"]), (&json!("sure"), &json!(ROADS)));
    let width = roads["columns"].as_array().unwrap().iter().find(|one| one["theirs"] == "路面宽度").unwrap();
    assert!(width["fact"]["zh"].as_str().unwrap().contains('宽'), "{width}");
    let hydrants = sources.iter().find(|one| one["source"] == HYDRANTS).unwrap();
    assert_eq!((&hydrants["header_row"], &hydrants["coordinates"]), (&json!([2]), &json!(["经度", "纬度"])));
    assert_eq!(hydrants["crs"], "EPSG:4490", "{hydrants}");
    // A bad file is told and loses nothing else.
    assert!(found["left_out"].to_string().contains("坏.xlsx"), "{}", found["left_out"]);
    let question = &found["questions"][0];
    assert!(question["ask"]["zh"].as_str().unwrap().contains("“半开”"), "{question}");
    assert_eq!((&question["sample"][1][0], &question["sample"][1][2]), (&json!("X0"), &json!("半开")));
    assert_eq!(question["preview"]["lines"].as_array().unwrap().len(), 24);
    assert!(found["around"].as_array().unwrap().len() == 8, "the roads around what is asked about");
    let answers = |code: &str| json!({ "answers": { question["id"].as_str().unwrap(): code } });
    let path = format!("{draft}/answers");
    client.refused("PUT", &path, answers("好的"), 400, "不在选项中").await;
    let answered = client.ok("PUT", &path, answers("out_of_service")).await;
    assert_eq!(answered["questions"][0]["answer"], "out_of_service");
    assert!(names(folder.path())[0].starts_with("_new-"), "there is no project yet");
    client.ok("POST", &format!("{draft}/project"), json!({ "name": "青岚/一期" })).await;
    let done = client.settled(&draft).await;
    assert_eq!(done["draft"]["stage"], "done", "{done}");
    assert_eq!(names(folder.path()), ["青岚_一期"]);
    let manifest = std::fs::read_to_string(folder.path().join("青岚_一期/area.toml")).unwrap();
    assert!(
        manifest.contains("name = \"青岚_一期\"") && manifest.contains("\"半开\" = \"out_of_service\""),
        "{manifest}"
    );
    assert!(manifest.contains(&format!("source = \"data/{ROADS}\"")), "{manifest}");
    let id = done["project"].as_str().unwrap();
    let area = client.get(&format!("/areas/{id}/?f=json")).await;
    assert_eq!(area["fireplan"]["name"], "青岚_一期");
    let items = client.get(&format!("/areas/{id}/collections/hydrants/items")).await;
    assert_eq!(items["numberMatched"], 24);
    assert_eq!(client.get("/projects").await["drafts"], json!([]));
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing_and_what_was_left_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(options(folder.path()));
    let draft = client.begin(json!({ "name": "甲" })).await;
    client.put_town(&draft).await;
    client.refused("POST", &format!("{draft}/project"), json!({ "name": "甲" }), 409, "请先查看文件").await;
    let found = client.look(&draft).await;
    let question = found["questions"][0]["id"].as_str().unwrap().to_owned();
    client.ok("PUT", &format!("{draft}/answers"), json!({ "answers": { question.as_str(): "working" } })).await;
    // The next service goes on with it, and knows what was answered.
    let mut next = Client::with(options(folder.path()));
    let list = next.get("/projects").await;
    assert_eq!((&list["drafts"][0]["name"], &list["drafts"][0]["files"]), (&json!("甲"), &json!(2)));
    assert_eq!(next.look(&draft).await["questions"][0]["answer"], "working");
    assert_eq!(next.ask("DELETE", &draft, Value::Null).await.status, 204);
    assert_eq!(names(folder.path()), Vec::<String>::new());
    next.refused("GET", &draft, Value::Null, 404, "没有新建中的项目").await;
}

#[tokio::test]
async fn nothing_is_kept_outside_the_project_nor_beyond_the_limits() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("projects");
    let upload = UploadLimits { files: 2, bytes: 1_000, drafts: 1, ..UploadLimits::default() };
    let mut client = Client::with(AreasOptions { upload, ..options(&root) });
    let draft = client.begin(json!({ "name": "甲" })).await;
    for path in ["../out.csv", "a/../../out.csv", "/etc/out.csv", "C:/out.csv", "a\u{7}.csv"] {
        let answer = client.put(&draft, path, "x").await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
    }
    assert_eq!(names(folder.path()), ["projects"], "nothing beside the folder");
    let large = client.put(&draft, "a.csv", "x".repeat(1_001)).await;
    assert_eq!(large.status, 413);
    assert!(String::from_utf8(large.body).unwrap().contains("合计超过"));
    for path in ["a.csv", "b.csv", "a.csv"] {
        assert_eq!(client.put(&draft, path, "x".repeat(300)).await.status, 200, "{path}, also in place of itself");
    }
    assert_eq!(client.put(&draft, "c.csv", "x").await.status, 413, "a third file");
    let kept = client.get(&draft).await;
    assert_eq!((&kept["draft"]["files"], &kept["draft"]["bytes"]), (&json!(2), &json!(600)));
    let data = root.join(draft.replace("/drafts/", "_new-")).join("data");
    assert_eq!(names(&data), ["a.csv", "b.csv"], "what was refused leaves nothing behind");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(data.join("a.csv")).unwrap().permissions().mode() & 0o111, 0);
    }
    client.refused("POST", "/drafts", json!({ "name": "乙" }), 409, "正在新建").await;
    let found = client.look(&draft).await;
    let why = format!("{draft}/project");
    assert_eq!(found["sources"], json!([]));
    client.refused("POST", &why, json!({ "name": "甲" }), 422, "没有可用的数据").await;
    client.ok("DELETE", &format!("{draft}/work"), Value::Null).await;
}

#[tokio::test]
async fn an_archive_that_swells_is_not_opened_and_the_rest_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let upload = UploadLimits { unpacked_bytes: 1 << 20, ..UploadLimits::default() };
    let mut client = Client::with(AreasOptions { upload, ..options(folder.path()) });
    let pack = |members: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let draft = client.begin(json!({ "name": "甲" })).await;
    let bomb = pack(&[("a.csv", &vec![b'0'; 3 << 20])]);
    assert!(bomb.len() < 20_000);
    client.put(&draft, "炸弹.zip", bomb).await;
    client.put(&draft, "道路.zip", pack(&[("道路.geojson", write_roads().as_bytes()), ("../出去.csv", b"a")])).await;
    let found = client.look(&draft).await;
    let left_out = found["left_out"].to_string();
    assert!(left_out.contains("炸弹.zip") && left_out.contains("解压后合计超过 1 MB"), "{left_out}");
    assert_eq!(found["sources"][0]["source"], "道路.zip", "{found}");
    assert_eq!(names(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_folder_of_the_server_is_used_where_it_lies_and_only_if_it_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("共享/甲县");
    std::fs::create_dir_all(data.join("消防")).unwrap();
    std::fs::create_dir_all(folder.path().join("秘密")).unwrap();
    std::fs::write(data.join("道路.geojson"), write_roads()).unwrap();
    let root = folder.path().join("projects");
    let mut client = Client::with(AreasOptions { allowed: vec![folder.path().join("共享")], ..options(&root) });
    let listed = client.get("/folders/0").await;
    assert_eq!(listed["folders"], json!([{ "name": "甲县", "files": 1 }]));
    assert_eq!(client.get(&format!("/folders/0?path={}", encode("甲县"))).await["folders"][0]["name"], "消防");
    for path in ["../秘密", "/etc", "甲县/../../秘密", "没有"] {
        client.refused("GET", &format!("/folders/0?path={}", encode(path)), Value::Null, 404, "没有可选").await;
        let folder = json!({ "number": 0, "path": path });
        client.refused("POST", "/drafts", json!({ "name": "x", "folder": folder }), 404, "没有可选").await;
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("秘密"), folder.path().join("共享/链接")).unwrap();
        client.refused("GET", &format!("/folders/0?path={}", encode("链接")), Value::Null, 404, "没有可选").await;
    }
    client.refused("GET", "/folders/7", Value::Null, 404, "没有可选").await;
    let draft = client.begin(json!({ "name": "", "folder": { "number": 0, "path": "甲县" } })).await;
    let found = client.look(&draft).await;
    assert_eq!((&found["proposed_name"], &found["sources"][0]["source"]), (&json!("甲县"), &json!("道路.geojson")));
    // Degrees of roads that name no system are asked about, and each answer is drawn.
    let question =
        &found["questions"].as_array().unwrap().iter().find(|one| one["id"].as_str().unwrap().starts_with("crs/"));
    if let Some(question) = question {
        assert!(question["preview"]["choices"]["GCJ-02"].as_array().unwrap().len() == 8, "{question}");
    }
    client.ok("POST", &format!("{draft}/project"), json!({ "name": "甲县" })).await;
    assert_eq!(client.settled(&draft).await["draft"]["stage"], "done");
    let manifest = std::fs::read_to_string(root.join("甲县/area.toml")).unwrap();
    assert!(manifest.contains("source = \"../../共享/甲县/道路.geojson\""), "{manifest}");
    assert_eq!(client.get("/projects").await["projects"][0]["state"], "closed");
    let id = client.get("/projects").await["projects"][0]["id"].as_str().unwrap().to_owned();
    client.get(&format!("/areas/{id}/collections/roads")).await;
    assert_eq!(names(&data), ["消防", "道路.geojson"], "the data stay as they are");
}
