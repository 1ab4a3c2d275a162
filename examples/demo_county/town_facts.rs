//! The table of a statistics office about the towns: some cells are empty on purpose, some sit on a threshold.

use std::fmt::Write;

use super::county::County;
use super::people::People;

const HEADING: &str = "code,名称,建成区面积,建成区常住人口,常住总人口,身份,名录年份,产业,消防委员会,消防规划,工作站人数,站长,在编人数,八有项数,购买服务人数,执法人数";

/// One line for each town.
pub(super) fn table(county: &County, people: &People) -> String {
    let mut text = format!("{HEADING}\n");
    for (index, town) in county.towns.iter().enumerate() {
        let mut area = format!("{:.2}", county.built_up_m2(index) / 1e6);
        let (mut built, mut total) = (people.built_up[index].to_string(), people.total[index].to_string());
        match town.name {
            "柳溪镇" => area = "2.00".to_owned(),
            "双河镇" => built.clear(),
            "金谷镇" => area.clear(),
            "桃坪乡" => total.clear(),
            _ => {}
        }
        let (status, year, industry) = standing(town.name);
        let work = work(town.name);
        writeln!(text, "{},{},{area},{built},{total},{status},{year},{industry},{work}", town.code, town.name)
            .expect("a text can be written to");
    }
    text
}

/// Status with the year of its list, and industries; 无 says that there is none, an empty cell that nobody said.
fn standing(town: &str) -> (&'static str, &'static str, &'static str) {
    match town {
        "石门镇" => ("全国重点镇", "2014", "建材、仓储物流"),
        "柳溪镇" => ("省级重点镇", "2021", "食品加工"),
        "白鹤镇" => ("无", "", "化工"),
        "双河镇" => ("全国重点镇", "", ""),
        "云台镇" => ("中心镇", "2019", "旅游"),
        "梨川镇" => ("历史文化名镇", "2016", "旅游"),
        "松岭乡" => ("无", "", "木材加工"),
        "鹿鸣乡" => ("", "", ""),
        _ => ("无", "", ""),
    }
}

/// Committee, plan, staff of the work station, its head, established, of eight things, hired, enforcement officers.
fn work(town: &str) -> &'static str {
    match town {
        "城关街道" => "是,消防专篇,5,1,3,8,2,2",
        "城南街道" => "是,消防专篇,4,1,2,8,2,2",
        "河东街道" => "是,无,3,1,1,6,1,1",
        "石门镇" => "是,消防专项规划,5,1,3,8,2,2",
        "柳溪镇" => "是,消防专篇,4,1,2,8,2,2",
        "白鹤镇" => "是,消防专篇,3,1,2,7,0,1",
        "双河镇" => "是,,2,1,1,5,,",
        "云台镇" => "是,消防专篇,3,1,2,8,1,2",
        "梨川镇" => "是,消防专篇,3,0,2,8,1,1",
        "金谷镇" => "否,无,2,1,1,4,0,0",
        "桃坪乡" => ",,,,,,,",
        "竹沟乡" => "是,无,1,1,1,3,0,0",
        _ => "是,消防专篇,2,1,1,6,0,1",
    }
}
