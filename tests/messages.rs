//! Every message is Chinese, and English where that is asked for: in the source, and on the standard error of the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use fireplan_model::message::has_chinese;

/// What makes a message of the text literals within its brackets.
const MAKERS: &[&str] =
    &["bail!(", "anyhow!(", ".context(", ".with_context(", ".refuse(", "#[error(", "told(", "notes.add(", "note("];

/// What makes a note, where the statement has text in both languages.
const NOTE: &str = "let text =";

/// Messages that nobody outside the house reads: they go to the log of the service.
const LOGGED: &[&str] = &["tile {:?} of {}: {error:#}"];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "tests" {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && entry.file_name() != "tests.rs" {
            found.push(path);
        }
    }
}

/// The text literals of Rust code up to the bracket that closes the one before it, each with its line ends taken out.
fn literals(code: &str) -> Vec<String> {
    let (mut found, mut depth, mut characters) = (Vec::new(), 1_usize, code.chars().peekable());
    while let Some(c) = characters.next() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\'' => {
                // A character or a lifetime: brackets and quotes in it do not count.
                let ahead: Vec<char> = characters.clone().take(3).collect();
                let skip = match ahead.as_slice() {
                    ['\\', _, '\''] => 3,
                    [_, '\'', ..] => 2,
                    _ => 0,
                };
                for _ in 0..skip {
                    characters.next();
                }
            }
            '/' if characters.peek() == Some(&'/') => while characters.next().is_some_and(|c| c != '\n') {},
            '"' => {
                let mut text = String::new();
                while let Some(c) = characters.next() {
                    match c {
                        '"' => break,
                        '\\' => match characters.next() {
                            Some('\n') => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                            Some(escaped) => text.push(escaped),
                            None => {}
                        },
                        c => text.push(c),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// Whether a literal is words for people, and not a name, a code or a pattern.
fn is_said(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().filter(char::is_ascii_lowercase).count() > 1);
    has_chinese(text) || words.count() > 2
}

#[test]
fn every_message_in_the_source_is_in_both_languages() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut checked, mut wrong) = (0, Vec::new());
    for path in files.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "testing")) {
        let text = std::fs::read_to_string(path).unwrap();
        let production = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let notes = production.match_indices(NOTE).filter_map(|(at, _)| {
            let statement = production[at + NOTE.len()..].split(";\n").next()?;
            (!statement.contains("Label::") && !statement.contains("language")).then(|| (at, literals(statement)))
        });
        let notes: Vec<(usize, Vec<String>)> =
            notes.filter(|(_, said)| said.iter().any(|text| text.contains(" | "))).collect();
        let made = MAKERS.iter().flat_map(|maker| {
            production.match_indices(maker).map(|(at, _)| (at, literals(&production[at + maker.len()..])))
        });
        for (at, said) in made.chain(notes) {
            let said = said.into_iter().filter(|text| is_said(text));
            for text in said.filter(|text| !LOGGED.contains(&text.as_str())) {
                checked += 1;
                let label = fireplan_model::rows::Label::parse(&text);
                if !has_chinese(&label.zh) || label.zh == label.en || has_chinese(&without_examples(&label.en)) {
                    let line = 1 + production[..at].matches('\n').count();
                    wrong.push(format!("{}:{line}: {text}", path.display()));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(checked > 200, "only {checked} messages were found: does the test still read the source?");
    assert!(wrong.is_empty(), "{} messages are not `中文 | English`:\n{}", wrong.len(), wrong.join("\n"));
}

/// English text may quote Chinese words of the data: 全国重点镇, GCJ-02 of 高德.
fn without_examples(text: &str) -> String {
    text.split(['(', '\'', '"', '`']).step_by(2).collect()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("street.osm", include_str!("street.osm"));
        folder.write("empty.osm", "");
        folder.write("cut.osm", "<osm version=\"0.6\"><node id=\"1\" lat=\"35.5\"");
        folder.write("text.txt", "no map");
        folder.write("bad.json", "{ \"name\": ");
        folder.write("wrong.json", "{ \"name\": \"x\", \"edits\": [ { \"edit\": \"fly\" } ] }");
        folder.write("notoml.toml", "title = ");
        folder.write("headless.toml", "[response.time_min]\nat_most = 5\n");
        let head = "title = \"x\"\ndocument = \"x\"\ndate = \"2026-01-01\"\n";
        folder.write("unknown.toml", &format!("{head}[response.tim_min]\nat_most = 5\n"));
        folder.write("kind.toml", &format!("{head}[response.time_min]\nat_most = \"five\"\n"));
        for (name, text) in AREAS {
            std::fs::create_dir(folder.0.path().join(name)).unwrap();
            folder.write(&format!("{name}/area.toml"), text);
        }
        folder.write("columns/roads.geojson", ROADS);
        folder.write("filter/roads.geojson", ROADS);
        folder.write("words/roads.geojson", ROADS);
        folder.write("nocrs/points.csv", "name,x,y\na,500000,3900000\n");
        folder.write("damaged/roads.shp", "this is no shapefile");
        folder.write("encoding/points.csv", "name,x,y\na,112.8,35.5\n");
        std::fs::create_dir(folder.0.path().join("bare")).unwrap();
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
        for name in ["RUST_LOG", "RUST_BACKTRACE", "LANG", "LC_ALL", "LC_MESSAGES"] {
            command.env_remove(name);
        }
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }
}

const ROADS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"secondary","name":"a"},
"geometry":{"type":"LineString","coordinates":[[112.80,35.50],[112.81,35.50]]}}]}"#;

/// Areas that are refused, each for a reason of its own.
const AREAS: &[(&str, &str)] = &[
    ("nothing", "name = 'x'\n"),
    ("unnamed", "[roads]\nsource = 'r.geojson'\n"),
    ("misspelt", "name = 'x'\n[raods]\nsource = 'r.geojson'\n"),
    ("misspelt_key", "name = 'x'\n[roads]\nsorce = 'r.geojson'\n"),
    ("unquoted", "name = x\n"),
    ("kind", "name = 'x'\n[roads]\nsource = 5\n"),
    ("missing", "name = 'x'\n[roads]\nsource = 'nowhere.shp'\n"),
    ("damaged", "name = 'x'\n[roads]\nsource = 'roads.shp'\n"),
    ("columns", "name = 'x'\n[roads]\nsource = 'roads.geojson'\nfields = { wide = 'W' }\n"),
    ("filter", "name = 'x'\n[roads]\nsource = 'roads.geojson'\nwhere = 'this is no filter ='\n"),
    ("words", "name = 'x'\n[roads]\nsource = 'roads.geojson'\n[words.roads.class]\nprimry = ['x']\n"),
    ("nocrs", "name = 'x'\n[hydrants]\nsource = 'points.csv'\nx = 'x'\ny = 'y'\n"),
    (
        "encoding",
        "name = 'x'\n[hydrants]\nsource = 'points.csv'\nencoding = 'KLINGON'\nx = 'x'\ny = 'y'\ncrs = 'EPSG:4490'\n",
    ),
    ("plane", "name = 'x'\nplane = 4326\n[osm]\nsource = '../street.osm'\n"),
    ("joined", "name = 'x'\n[roads]\nsource = 'r'\njoin = { source = 'b', on = 'code' }\n"),
];

/// Command lines that are refused.
const COMMANDS: &[&str] = &[
    "",
    "fly",
    "chek street.osm",
    "check",
    "check street.osm more",
    "check --fast street.osm",
    "check street.osm --lang fr",
    "check nowhere.osm",
    "check empty.osm",
    "check cut.osm",
    "check text.txt",
    "check bare",
    "run",
    "run coverage street.osm",
    "run coverag street.osm --out out",
    "run coverage street.osm --out",
    "run coverage street.osm --out text.txt/x",
    "run coverage street.osm --out out --quite",
    "run coverage street.osm --out out --out out",
    "run coverage street.osm --out out --period dusk",
    "run coverage street.osm --out out --lattice-m -1",
    "run coverage street.osm --out out --bands-min 3,x",
    "run coverage street.osm --out out --set 6",
    "run coverage street.osm --out out --set response.time=6",
    "run coverage street.osm --out out --set response.time_min=six",
    "run coverage street.osm --out out --set response.time_min=-3",
    "run coverage street.osm --out out --profile kaizou",
    "run coverage street.osm --out out --profile nowhere.toml",
    "run coverage street.osm --out out --profile notoml.toml",
    "run coverage street.osm --out out --profile headless.toml",
    "run coverage street.osm --out out --profile unknown.toml",
    "run coverage street.osm --out out --profile kind.toml",
    "run coverage street.osm --out out --scenario near",
    "run coverage street.osm --out out --scenario nowhere.json",
    "run coverage street.osm --out out --scenario bad.json",
    "run coverage street.osm --out out --scenario wrong.json",
    "run hydrants street.osm --out out",
    "run brigades street.osm --out out --as-of tomorrow",
    "run siting street.osm --out out --phases 2027",
    "serve street.osm --port 70000",
    "serve street.osm --bind here",
    "serve street.osm --basemap tiles",
    "serve nowhere.osm --port 0",
    "serve bare --port 0 --out out",
    "serve bare --port 0 --allow nowhere",
    "serve bare --port 0 --dictionary nowhere.toml",
    "serve street.osm --port 0 --allow bare",
    "scenario",
    "scenario show street.osm",
    "scenario show street.osm near",
    "scenario import street.osm wrong.json",
    "scenario list nowhere.osm",
    "scenario list street.osm --store text.txt",
    "compare",
    "compare nowhere nowhere",
    "compare bare bare",
    "rules --profile kaizou",
    "rules --set speed=40",
    "network street.osm --out text.txt/net.gpkg",
    "serve street.osm --port 0 --trust-proxy here",
    "serve street.osm --port 0 --user-header X-Remote-User",
    "serve street.osm --port 0 --trust-proxy 127.0.0.1 --user-header X --guest-role boss",
    "serve street.osm --port 0 --cors-origin portal",
    "serve street.osm --port 0 --access-log nowhere/x.log",
    "serve street.osm --port 0 --run-minutes 0",
    "user",
    "user list nowhere",
    "user add bare",
    "user add bare a:b --no-password",
    "user add bare wang --role boss",
    "user add bare wang --area nowhere",
    "user add street.osm wang --area street",
    "user password bare wang",
    "user remove bare wang",
    "audit",
    "audit verify nowhere",
    "audit verify bare",
    "audit export bare --out x.txt",
    "backup nowhere --out x.zip",
    "backup bare",
    "backup bare --out text.txt",
    "backup bare --out bare/x.zip",
    "restore text.txt --to back",
    "restore nowhere.zip --to back",
    "restore text.txt --to bare/../columns",
    "completions bush",
];

#[test]
fn every_refusal_is_chinese_and_with_lang_en_english() {
    let folder = Folder::new();
    let of_areas = AREAS.iter().map(|(name, _)| format!("check {name}"));
    let commands: Vec<String> = COMMANDS.iter().map(|command| (*command).to_owned()).chain(of_areas).collect();
    let mut wrong = Vec::new();
    for command in &commands {
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let output = folder.run(&arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        let help = arguments.is_empty() || matches!(arguments.as_slice(), ["run" | "scenario" | "user" | "audit"]);
        if output.status.code() != Some(2) {
            wrong.push(format!("{command}: exit {:?}: {text}", output.status.code()));
        }
        let is_wrong = |line: &&str| line.contains(" | ") || (!help && !has_chinese(line)) || line.contains("panicked");
        wrong.extend(text.lines().filter(is_wrong).map(|line| format!("{command}: {line}")));
        if !has_chinese(&text) {
            wrong.push(format!("{command}: says nothing in Chinese: {text}"));
        }
        if command.contains("--lang") {
            continue;
        }
        let output = folder.run(&[&["--lang", "en"][..], &arguments].concat());
        let text = String::from_utf8(output.stderr).unwrap();
        let is_wrong = |line: &&str| has_chinese(line) || line.contains(['：', '；', '，', '。']);
        wrong.extend(text.lines().filter(is_wrong).map(|line| format!("--lang en {command}: {line}")));
        if text.trim().is_empty() {
            wrong.push(format!("--lang en {command}: says nothing"));
        }
    }
    assert!(commands.len() > 60);
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_environment_asks_for_english_and_lang_goes_before_it() {
    let folder = Folder::new();
    let run = |lang: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
        command.env("LANG", lang).env_remove("LC_ALL").env_remove("LC_MESSAGES").current_dir(folder.0.path());
        let output = command.args(["check", "nowhere.osm"]).args(more).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run("en_US.UTF-8", &[]).starts_with("error: "));
    assert!(run("zh_CN.UTF-8", &[]).starts_with("错误："));
    assert!(run("C.UTF-8", &[]).starts_with("错误："));
    assert!(run("en_US.UTF-8", &["--lang", "zh"]).starts_with("错误："));
    assert!(run("zh_CN.UTF-8", &["--lang=en"]).starts_with("error: "));
}

#[test]
fn results_and_help_are_in_the_language_asked_for() {
    let folder = Folder::new();
    let prints = |arguments: &[&str]| {
        let output = folder.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for arguments in [vec!["--help"], vec!["run", "--help"], vec!["run", "coverage", "--help"], vec!["rules", "--help"]]
    {
        let text = prints(&[&["--lang", "en"][..], &arguments].concat());
        let wrong: Vec<&str> = text.lines().filter(|line| has_chinese(line) || line.contains(" | ")).collect();
        assert!(wrong.is_empty() && text.contains("Options"), "{arguments:?}: {wrong:?}");
        let text = prints(&arguments);
        assert!(text.contains("选项") && !text.contains(" | ") && !text.contains("[OPTIONS]"), "{text}");
        assert!(!text.contains("[default:"), "{text}");
    }
    assert!(prints(&["check", "street.osm"]).contains("路网"));
    assert!(prints(&["--lang", "en", "check", "street.osm"]).contains("Road network"));
    let text = prints(&["--lang", "en", "run", "coverage", "street.osm", "--out", "out"]);
    assert!(text.contains("files of results") && !text.contains("检查"), "{text}");
}

/// A reader that has seen enough ends nothing and is told nothing.
#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    for arguments in [
        vec!["check", "street.osm"],
        vec!["rules"],
        vec!["--help"],
        vec!["run", "coverage", "street.osm", "--out", "piped"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fireplan"))
            .current_dir(folder.0.path())
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !errors.contains("panic"), "{arguments:?}: {errors}");
    }
    assert!(folder.0.path().join("piped/findings.json").exists(), "the results are written all the same");
}
