//! Words for kinds and states, written as clerks write them: read for what they say, or told and not used.

use std::fmt::Write;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;

use super::{AREAS, Dice, ROWS, Tally, told};

/// A column of words: its heading, its code in the area, and words with the code that each stands for.
struct WordColumn {
    heading: &'static str,
    read: fn(&StudyArea, usize) -> String,
    words: &'static [(&'static str, &'static str)],
}

/// Of a hydrant, a station and a road: one row of each in every line.
const COLUMNS: [WordColumn; 5] = [
    WordColumn {
        heading: "state",
        read: |area, row| area.layers.hydrants[row].state.code().to_owned(),
        words: &[("完好", "working"), ("损坏", "out_of_service"), ("冻结", "frozen")],
    },
    WordColumn {
        heading: "kind",
        read: |area, row| area.layers.hydrants[row].kind.code().to_owned(),
        words: &[("地上式", "pillar"), ("地下式", "underground"), ("水鹤", "crane")],
    },
    WordColumn {
        heading: "kind",
        read: |area, row| area.layers.stations[row].kind.code().to_owned(),
        words: &[("一级普通消防站", "first_class"), ("小型消防站", "small"), ("志愿消防队", "volunteer")],
    },
    WordColumn {
        heading: "surface",
        read: |area, row| area.layers.roads[row].surface.map_or("", |surface| surface.code()).to_owned(),
        words: &[("水泥路面", "paved"), ("砂石路", "gravel"), ("土路", "earth")],
    },
    WordColumn {
        heading: "access",
        read: |area, row| area.layers.roads[row].access.code().to_owned(),
        words: &[("正常通行", "open"), ("私有", "restricted"), ("封闭", "closed")],
    },
];

/// An area of these words, by row and column.
fn open(dice: &mut Dice, words: &[[String; COLUMNS.len()]]) -> StudyArea {
    let (west, south) = (dice.between(98.0, 121.0), dice.between(23.0, 42.0));
    let mut hydrants = format!("name,x,y,{},{}\n", COLUMNS[0].heading, COLUMNS[1].heading);
    let mut stations = format!("name,x,y,{}\n", COLUMNS[2].heading);
    let mut roads = Vec::new();
    for (row, [state, kind, station, surface, access]) in words.iter().enumerate() {
        let y = south + (row as f64 + dice.between(0.0, 0.9)) * 0.1 / ROWS as f64;
        let x = || west + 0.05;
        writeln!(hydrants, "栓{row:03},{},{y},{state},{kind}", x()).unwrap();
        writeln!(stations, "队{row:03},{},{y},{station}", x() + 0.01).unwrap();
        roads.push(format!(
            r#"{{"type":"Feature","properties":{{"class":"tertiary","surface":"{surface}","access":"{access}"}},
            "geometry":{{"type":"LineString","coordinates":[[{west},{y}],[{},{y}]]}}}}"#,
            west + 0.1
        ));
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("r.geojson", &format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, roads.join(",")));
    write("h.csv", &hydrants);
    write("s.csv", &stations);
    write(
        "area.toml",
        "name = '测试县'\n[roads]\nsource = 'r.geojson'\n[hydrants]\nsource = 'h.csv'\nx = 'x'\ny = 'y'\ncrs = 'EPSG:4490'\n\
         [stations]\nsource = 's.csv'\nx = 'x'\ny = 'y'\ncrs = 'EPSG:4490'\n",
    );
    fireplan_read::open(folder.path(), &Silent).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Rewrites about every fifth word and counts those that are found: as `is_found` says of what was read and the true code.
/// Whatever is read as something else than it says has to be told.
fn rewrite_words(kind: &str, rewrite: fn(&str, &mut Dice) -> String, is_found: fn(&str, &str) -> bool) {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let (mut rows, mut rewritten) = (Vec::new(), Vec::new());
        for row in 0..ROWS {
            rows.push(std::array::from_fn(|column| {
                let words = COLUMNS[column].words;
                let (word, code) = words[dice.next() as usize % words.len()];
                if !dice.hits(0.2) {
                    return word.to_owned();
                }
                let written = rewrite(word, &mut dice);
                rewritten.push((row, column, code, written.clone()));
                written
            }));
        }
        let area = open(&mut dice, &rows);
        let mut unread = 0;
        for (row, column, code, written) in rewritten {
            let read = (COLUMNS[column].read)(&area, row);
            let found = is_found(&read, code);
            if !found {
                eprintln!("{kind}: {written} is read as {read:?}");
            }
            unread += usize::from(read != code);
            tally.add(found);
        }
        let told = told(&area, &[LayerId::Hydrants, LayerId::Stations, LayerId::Roads]);
        assert!(told >= unread, "{kind}: {unread} words not read, {told} told: {:#?}", area.notes);
    }
    tally.assert_found(kind);
}

#[test]
fn what_is_written_around_a_word_does_not_change_it() {
    rewrite_words(
        "around",
        |word, dice| match dice.next() % 7 {
            0 => format!("{word}（2023年）"),
            1 => format!("{word}(现状)"),
            2 => format!("　{word} "),
            3 => format!("现状{word}"),
            4 => format!("{word}（3处）"),
            5 => format!("2021年{word}"),
            _ => word.chars().flat_map(|c| [c, ' ']).collect(),
        },
        |read, code| read == code,
    );
}

#[test]
fn what_changes_a_word_is_not_taken_for_it() {
    rewrite_words(
        "changed",
        |word, dice| match dice.next() % 6 {
            0 => format!("非{word}"),
            1 => format!("拟{word}"),
            2 => format!("{word}？"),
            3 => format!("不是{word}"),
            4 => format!("{word}或其他"),
            _ => word.chars().rev().collect(),
        },
        |read, code| read != code,
    );
}
