//! The service of an office as its IT runs it: people, a service that is killed, the trail, a backup and what comes back.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// `张科:消防规划2035`, as HTTP Basic has it.
const BASIC: &str = "5byg56eROua2iOmYsuinhOWIkjIwMzU=";
const PASSWORD: &str = "消防规划2035";

fn fireplan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
    for name in ["RUST_LOG", "RUST_BACKTRACE", "LANG", "LC_ALL", "LC_MESSAGES"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str], given: &str) -> Output {
    let piped = fireplan(folder, arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = piped.unwrap();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn prints(folder: &Path, arguments: &[&str], given: &str) -> String {
    let output = run(folder, arguments, given);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refuses(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments, "");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// A service that is killed with the test, whatever becomes of that.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(folder: &Path, what: &str, more: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let port_text = port.to_string();
        let arguments = [&["serve", what, "--port", &port_text], more].concat();
        let child = fireplan(folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Self { child, port };
        let began = Instant::now();
        while running.try_ask("GET", "/health", "", "").is_none_or(|answer| !answer.starts_with("HTTP/1.1 200")) {
            assert!(began.elapsed() < Duration::from_secs(120), "the service does not begin");
            std::thread::sleep(Duration::from_millis(100));
        }
        running
    }

    fn try_ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// As 张科, who has signed in.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        self.try_ask(method, path, &format!("authorization: Basic {BASIC}\r\n"), body).unwrap()
    }
}

/// A folder of one project: the street of the other tests.
fn make_projects(house: &Path) {
    std::fs::create_dir_all(house.join("项目/street")).unwrap();
    std::fs::write(house.join("项目/street/street.osm"), include_str!("street.osm")).unwrap();
    std::fs::write(house.join("项目/street/area.toml"), "name = '一条街'\n[osm]\nsource = 'street.osm'\n").unwrap();
}

#[test]
fn a_service_with_people_is_killed_and_comes_back_from_its_backup() {
    let house = tempfile::tempdir().unwrap();
    let house = house.path();
    make_projects(house);
    let add = ["user", "add", "项目", "张科", "--role", "manage", "--password-stdin"];
    prints(house, &add, &format!("{PASSWORD}\n"));
    let made = prints(house, &["user", "add", "项目", "王工", "--role", "编", "--area", "street"], "");
    assert!(made.contains("“王工”的口令"), "{made}");
    let told = prints(house, &["user", "role", "项目", "王工", "--role", "view", "--area", "street"], "");
    assert!(told.contains("“王工”的权限：看(street)"), "{told}");
    prints(house, &["user", "role", "项目", "王工", "edit", "--area", "street"], "");
    let listed = prints(house, &["user", "list", "项目"], "");
    assert!(listed.contains("张科\t管(全部项目)\t口令登录") && listed.contains("王工\t编(street)"), "{listed}");

    let log = house.join("access.log");
    let service = Running::start(house, "项目", &["--access-log", "access.log", "--run-minutes", "30"]);
    let nobody = service.try_ask("GET", "/projects", "", "").unwrap();
    assert!(nobody.starts_with("HTTP/1.1 401") && nobody.contains("www-authenticate: Basic"), "{nobody}");
    let browser = service.try_ask("GET", "/areas/street/", "accept: text/html\r\n", "").unwrap();
    assert!(browser.contains("location: /sign-in?to=/areas/street/"), "{browser}");
    let made = service.ask("POST", "/areas/street/scenarios", r#"{"name":"近期"}"#);
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    let run = service.ask("POST", "/areas/street/processes/coverage/execution", r#"{"inputs":{"audit_places":20}}"#);
    assert!(run.starts_with("HTTP/1.1 200"), "{run}");
    let metrics = service.ask("GET", "/metrics", "");
    assert!(metrics.contains("fireplan_areas_open 1"), "{metrics}");

    // Another service of the same project would give its numbers twice.
    let second = Running::start(house, "项目", &[]);
    let refused = second.ask("GET", "/areas/street/jobs", "");
    assert!(refused.starts_with("HTTP/1.1 422") && refused.contains("另一个 fireplan 服务正在使用"), "{refused}");
    drop(second);

    let told = prints(house, &["backup", "项目", "--out", "备份/今天.zip"], "");
    assert!(told.contains("已备份"), "{told}");
    // What is done after the backup is not in it; the service ends without a word.
    service.ask("POST", "/areas/street/scenarios", r#"{"name":"远期"}"#);
    drop(service);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.lines().any(|line| line.contains(" 张科 POST /areas/street/scenarios 201 ")), "{log}");
    assert!(log.lines().any(|line| line.contains(" - GET /projects 401 ")) && !log.contains(BASIC), "{log}");
    std::fs::remove_dir_all(house.join("项目")).unwrap();

    prints(house, &["restore", "备份/今天.zip", "--to", "项目"], "");
    let whole = prints(house, &["audit", "verify", "项目"], "");
    assert!(whole.contains("office.sqlite：") && whole.contains("street/scenarios.sqlite：2 条，完整"), "{whole}");
    let again = Running::start(house, "项目", &[]);
    let scenarios = again.ask("GET", "/areas/street/scenarios", "");
    assert!(scenarios.contains("近期") && !scenarios.contains("远期"), "{scenarios}");
    let history = again.ask("GET", "/areas/street/scenarios/%E8%BF%91%E6%9C%9F/history", "");
    assert!(history.contains(r#""by":"张科""#), "{history}");
    let jobs = again.ask("GET", "/areas/street/jobs", "");
    assert!(jobs.contains(r#""by":"张科""#) && jobs.contains("successful"), "{jobs}");
}

#[test]
fn a_trail_that_somebody_has_changed_is_told() {
    let house = tempfile::tempdir().unwrap();
    let house = house.path();
    make_projects(house);
    assert!(refuses(house, &["audit", "verify", "项目"]).contains("还没有操作记录"));
    for name in ["甲", "乙", "丙"] {
        prints(house, &["user", "add", "项目", name, "--no-password"], "");
    }
    let whole = prints(house, &["audit", "verify", "项目"], "");
    let digest = whole.trim().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(digest.len(), 64, "{whole}");
    prints(house, &["user", "remove", "项目", "乙"], "");
    prints(house, &["audit", "verify", "项目", "--expect", &digest], "");
    assert!(refuses(house, &["audit", "verify", "项目", "--expect", &"0".repeat(64)]).contains("没有摘要"));
    prints(house, &["audit", "export", "项目", "--out", "记录.csv"], "");
    assert!(std::fs::read_to_string(house.join("记录.csv")).unwrap().contains("移除人员"));
    let office = rusqlite::Connection::open(house.join("项目/office.sqlite")).unwrap();
    office.execute_batch("DROP TRIGGER audit_is_not_shortened; DELETE FROM audit WHERE number = 2").unwrap();
    drop(office);
    let error = refuses(house, &["audit", "verify", "项目"]);
    assert!(error.contains("被改动或删减"), "{error}");
}

#[test]
fn what_shells_and_readers_of_manuals_get_names_every_command() {
    let house = tempfile::tempdir().unwrap();
    let house = house.path();
    for shell in ["bash", "zsh", "fish"] {
        let script = prints(house, &["completions", shell], "");
        assert!(script.contains("fireplan") && script.contains("backup") && script.contains("coverage"), "{shell}");
    }
    prints(house, &["man", "man1"], "");
    for page in ["fireplan.1", "fireplan-serve.1", "fireplan-run-coverage.1", "fireplan-user-add.1"] {
        let text = std::fs::read_to_string(house.join("man1").join(page)).unwrap();
        assert!(text.contains(".TH") && text.len() > 300, "{page}: {text}");
    }
    std::fs::write(house.join("street.osm"), include_str!("street.osm")).unwrap();
    let check: serde_json::Value =
        serde_json::from_str(&prints(house, &["check", "street.osm", "--json"], "")).unwrap();
    assert!(check["layers"].as_array().is_some_and(|layers| !layers.is_empty()), "{check}");
    let rules: serde_json::Value = serde_json::from_str(&prints(house, &["rules", "--json"], "")).unwrap();
    assert!(rules["entries"].as_array().is_some_and(|entries| entries.len() > 50));
}
