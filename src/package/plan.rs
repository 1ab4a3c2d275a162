//! What only the bureau knows of its plan: name, bodies, term, stage, targets; from `package.toml` beside `area.toml`.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What the bureau says of its plan. What it does not say stands in 【 】 in the texts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanFacts {
    /// Name of the plan, e.g. 青岚县消防专项规划.
    pub name: String,
    /// 组织编制单位.
    pub body: String,
    /// 编制单位.
    pub author: String,
    /// 基准年.
    pub base_year: Option<u32>,
    /// Last year of the near term, 近期.
    pub near_until: Option<u32>,
    /// Last year of the far term, 远期.
    pub far_until: Option<u32>,
    /// 送审稿, 报批稿 and the like.
    pub stage: String,
    /// The day on the cover, e.g. `2026-11-28`; no clock is asked.
    pub date: String,
    /// 审图号 of the base map.
    pub map_number: String,
    /// Targets by indicator, e.g. `"coverage.people_percent" = { near = "85%", far = "95%" }`.
    pub targets: BTreeMap<String, PlanTarget>,
    /// Who is responsible, by kind of project: 消防站, 消火栓, 消防水源, 消防车通道, 森林防火, 乡镇消防队.
    pub responsible: BTreeMap<String, String>,
}

/// What is aimed at.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanTarget {
    /// At the end of the near term.
    pub near: String,
    /// At the end of the far term.
    pub far: String,
    /// 约束性 or 预期性.
    pub nature: String,
}

impl PlanFacts {
    /// Reads them.
    ///
    /// # Errors
    /// If the text is not understood, with line and key.
    pub fn read(text: &str) -> Result<Self> {
        let facts: Self = toml::from_str(text).context("读取 package.toml | reading package.toml")?;
        Ok(facts)
    }

    /// These facts, with what the others say otherwise or more.
    pub fn overridden_by(mut self, others: &Self) -> Self {
        let texts = [
            (&mut self.name, &others.name),
            (&mut self.body, &others.body),
            (&mut self.author, &others.author),
            (&mut self.stage, &others.stage),
            (&mut self.date, &others.date),
            (&mut self.map_number, &others.map_number),
        ];
        for (own, other) in texts.into_iter().filter(|(_, other)| !other.is_empty()) {
            own.clone_from(other);
        }
        self.base_year = others.base_year.or(self.base_year);
        self.near_until = others.near_until.or(self.near_until);
        self.far_until = others.far_until.or(self.far_until);
        self.targets.extend(others.targets.clone());
        self.responsible.extend(others.responsible.clone());
        self
    }

    /// What is said beside the tables: key and value, as the file writes them.
    pub(crate) fn plain(&self) -> Vec<(&'static str, String)> {
        let text = |key, text: &str| (!text.is_empty()).then(|| (key, toml::Value::from(text).to_string()));
        let year = |key, year: Option<u32>| year.map(|year| (key, year.to_string()));
        let all = [
            text("name", &self.name),
            text("body", &self.body),
            text("author", &self.author),
            year("base_year", self.base_year),
            year("near_until", self.near_until),
            year("far_until", self.far_until),
            text("stage", &self.stage),
            text("date", &self.date),
            text("map_number", &self.map_number),
        ];
        all.into_iter().flatten().collect()
    }

    /// The name of the plan, or one made of the area's.
    pub fn title(&self, area: &str) -> String {
        if self.name.is_empty() { format!("{area}消防专项规划") } else { self.name.clone() }
    }

    /// （2026—2035年）, as far as the years are known.
    pub fn term(&self) -> String {
        match (self.base_year, self.far_until) {
            (Some(from), Some(to)) => format!("（{from}—{to}年）"),
            _ => String::new(),
        }
    }

    /// The day on the cover as 2026年11月28日; `None`: the bureau has not said it.
    pub fn day(&self) -> Option<String> {
        Some(chinese_day(&self.date)).filter(|day| !day.is_empty())
    }

    /// 送审稿, unless the bureau says otherwise.
    pub fn stage(&self) -> &str {
        if self.stage.is_empty() { "送审稿" } else { &self.stage }
    }

    /// One fact by its name, for texts; in 【 】 what the bureau has yet to say.
    pub fn tell(&self, key: &str, area: &str) -> Option<String> {
        let or_asked =
            |text: &str, asked: &str| if text.is_empty() { format!("【{asked}】") } else { text.to_owned() };
        let year = |year: Option<u32>, asked: &str| or_asked(&year.map_or_else(String::new, |y| y.to_string()), asked);
        Some(match key {
            "name" => self.title(area),
            "body" => or_asked(&self.body, "组织编制单位"),
            "author" => or_asked(&self.author, "编制单位"),
            "base_year" => year(self.base_year, "基准年"),
            "near_from" => year(self.base_year, "近期起始年"),
            "near_until" => year(self.near_until, "近期末年"),
            "far_from" => year(self.near_until.map(|year| year + 1), "远期起始年"),
            "far_until" => year(self.far_until, "远期末年"),
            "stage" => self.stage().to_owned(),
            "date" => or_asked(&chinese_day(&self.date), "编制日期"),
            "map_number" => or_asked(&self.map_number, "审图号"),
            _ => return None,
        })
    }

    /// Who is responsible for projects of a kind.
    pub fn responsible(&self, kind: &str) -> Option<&str> {
        self.responsible.get(kind).map(String::as_str).filter(|name| !name.is_empty())
    }
}

/// `2026-11-28` as 2026年11月28日; anything else as it is.
fn chinese_day(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    match parts[..] {
        [year, month, day] => {
            let plain = |part: &str| part.trim_start_matches('0').to_owned();
            format!("{year}年{}月{}日", plain(month), plain(day))
        }
        _ => day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bureau_has_not_said_stands_in_brackets() {
        let facts =
            PlanFacts::read("body = '甲县人民政府'\nbase_year = 2026\nfar_until = 2035\ndate = '2026-11-08'").unwrap();
        assert_eq!(facts.term(), "（2026—2035年）");
        assert_eq!(facts.tell("body", "甲县").unwrap(), "甲县人民政府");
        assert_eq!(facts.tell("author", "甲县").unwrap(), "【编制单位】");
        assert_eq!(facts.tell("date", "甲县").unwrap(), "2026年11月8日");
        assert_eq!(facts.tell("name", "甲县").unwrap(), "甲县消防专项规划");
        assert!(PlanFacts::read("boody = 'x'").is_err());
    }
}
