//! What the sheets say of the plan, beside the maps: what only people know.

use serde::Deserialize;

/// Facts of the plan. What is not known stands as a marked place, `【…】`, for people to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SheetFacts {
    /// Name of the plan (规划名称); by default that of the area with 消防专项规划.
    pub title: Option<String>,
    /// Stage (送审稿、报批稿).
    pub stage: Option<String>,
    /// Term (规划期限), such as 2026—2035年.
    pub term: Option<String>,
    /// Year that the data tell of (数据基准年).
    pub base_year: Option<String>,
    /// Who has the plan made (组织编制单位).
    pub commissioned_by: Option<String>,
    /// Who makes it (编制单位).
    pub made_by: Option<String>,
    /// Day of the sheets (编绘日期). Never the clock's.
    pub date: Option<String>,
    /// Number of the approved base map (审图号).
    pub base_map_number: Option<String>,
    /// Height datum (高程基准), where heights are told.
    pub height_datum: Option<String>,
}

impl SheetFacts {
    /// The name of the plan for an area.
    pub fn title_for(&self, area: &str) -> String {
        // What is added to a name in brackets is no part of it.
        let name = area.split(['（', '(']).next().unwrap_or(area).trim();
        self.title.clone().unwrap_or_else(|| format!("{name}消防专项规划"))
    }

    /// The rows of the title block beside name, number and coordinate system.
    pub(crate) fn rows(&self) -> Vec<(&'static str, String)> {
        let or_place = |fact: &Option<String>, place: &str| fact.clone().unwrap_or_else(|| format!("【{place}】"));
        let mut rows = vec![
            ("规划期限", or_place(&self.term, "规划期限")),
            ("数据基准年", or_place(&self.base_year, "数据基准年")),
            ("组织编制单位", or_place(&self.commissioned_by, "组织编制单位")),
            ("编制单位", or_place(&self.made_by, "编制单位")),
            ("编绘日期", or_place(&self.date, "编绘日期")),
            ("审图号", or_place(&self.base_map_number, "审图号")),
        ];
        rows.extend(self.height_datum.clone().map(|datum| ("高程基准", datum)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_marked_place() {
        let facts = SheetFacts { term: Some("2026—2035年".into()), ..SheetFacts::default() };
        let rows = facts.rows();
        assert_eq!(rows[0], ("规划期限", "2026—2035年".to_owned()));
        assert!(rows[1..].iter().all(|(_, value)| value.starts_with('【')));
        assert_eq!(facts.title_for("青岚县（虚构示例）"), "青岚县消防专项规划");
    }
}
