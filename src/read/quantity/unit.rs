//! Units, from `data/quantities.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::number::plain_text;
use fireplan_model::rows::unit_of;

/// The units of `data/quantities.toml`; its ranges are read by the model.
#[derive(Deserialize)]
struct Catalogue {
    unit: Vec<Units>,
}

#[derive(Deserialize)]
struct Units {
    dimension: String,
    /// The columns that are counted by it, by the ends of their names.
    #[serde(default)]
    columns: Vec<String>,
    of: Vec<Unit>,
}

/// One unit with the words for it.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    /// How many base units one of it is.
    pub factor: f64,
    /// How it is written for people.
    pub shown: String,
    words: Vec<String>,
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        toml::from_str(include_str!("../../../data/quantities.toml")).expect("a test reads data/quantities.toml")
    })
}

/// What a column measures, and in which unit its values are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    units: &'static [Unit],
    /// How many base units one of the wanted unit is.
    pub factor: f64,
    /// The wanted unit for people; empty for plain counts.
    pub shown: &'static str,
}

impl Target {
    /// By the suffix of the column's name; whatever has no unit is counted.
    pub(crate) fn of(column: &str) -> Self {
        let shown = unit_of(column);
        let spelled = spell(shown);
        let all = &catalogue().unit;
        let named = all.iter().find(|units| units.columns.iter().any(|end| column.ends_with(end)));
        let of_unit = || all.iter().find(|units| units.of.iter().any(|unit| spell(&unit.shown) == spelled));
        let counted = || all.iter().find(|units| units.dimension == "count");
        let units = named.or_else(of_unit).or_else(counted).map_or(&[][..], |units| &units.of);
        let factor = units.iter().find(|unit| spell(&unit.shown) == spelled).map_or(1.0, |unit| unit.factor);
        Self { units, factor, shown }
    }

    /// The unit that is meant by a word, with its multiplier: `万亩` is 10,000 mu. Returns factor to the base unit.
    pub(crate) fn scale(self, word: &str) -> Option<f64> {
        let word = spell(word);
        let find = |word: &str| self.units.iter().find(|unit| unit.words.iter().any(|known| known == word));
        if let Some(unit) = find(&word) {
            return Some(unit.factor);
        }
        let (times, rest) = split_multiplier(&word)?;
        if rest.is_empty() { Some(times * self.factor) } else { Some(times * find(rest)?.factor) }
    }

    /// The other units of the same dimension.
    pub(crate) fn others(self) -> impl Iterator<Item = &'static Unit> {
        self.units.iter().filter(move |unit| unit.factor != self.factor)
    }

    /// The scale that a heading names: `流量(L/min)`, `面积（公顷）`, `管径mm`, `WIDTH_CM`, `流量/(L/s)`.
    pub(crate) fn scale_of_heading(self, heading: &str) -> Option<f64> {
        let heading = plain_text(heading);
        if let Some(word) = bracketed_unit(&heading) {
            return self.scale(word);
        }
        let starts = heading.char_indices().skip(1).filter_map(|(at, c)| {
            let before = heading[..at].chars().next_back()?;
            let apart = matches!(before, '_' | ' ' | '/' | '-' | ':' | ',');
            let ascii_after_chinese = c.is_ascii_alphabetic() && !before.is_ascii();
            (apart || ascii_after_chinese).then_some(at)
        });
        starts.into_iter().find_map(|at| self.scale(&heading[at..]))
    }
}

impl Target {
    /// The unit that a heading names in brackets where it measures something else than the column: `人口(户)`, `限重(吨)` for a
    /// width.
    pub(crate) fn foreign_unit(self, heading: &str) -> Option<String> {
        let heading = plain_text(heading);
        let word = bracketed_unit(&heading)?;
        (is_unit(word) && self.scale(word).is_none()).then(|| word.to_owned())
    }
}

/// What a heading in plain text has in brackets at its end, without `单位：`.
fn bracketed_unit(heading: &str) -> Option<&str> {
    let open = |c: char| matches!(c, '(' | '[' | '【' | '〔');
    let inner = heading.strip_suffix([')', ']', '】', '〕'])?;
    let word = inner[inner.rfind(open)?..].trim_start_matches(open).trim();
    Some(word.strip_prefix("单位").map_or(word, |word| word.trim_start_matches([':', ' '])))
}

/// A heading without the unit in brackets at its end: `人口` of `人口（千人）`.
pub(crate) fn without_unit(heading: &str) -> &str {
    let is_named = bracketed_unit(&plain_text(heading)).is_some_and(is_unit);
    let until = heading.rfind(['(', '（', '[', '【', '〔']).filter(|_| is_named);
    until.map_or(heading, |until| heading[..until].trim_end())
}

/// Whether a text is a unit of any dimension, perhaps with a multiplier: `公顷`, `万人`, `(m)`.
pub(crate) fn is_unit(text: &str) -> bool {
    let plain = plain_text(text);
    let word = spell(plain.trim_matches(['(', ')', '[', ']', '【', '】']));
    let known = |word: &str| {
        catalogue().unit.iter().flat_map(|units| &units.of).any(|unit| unit.words.iter().any(|own| own == word))
    };
    known(&word) || split_multiplier(&word).is_some_and(|(_, rest)| known(rest))
}

/// The units that a title states for what stands below it: `各村人口（单位：百人）`, `单位：公顷、人`.
pub(crate) fn units_of_title(title: &str) -> Vec<String> {
    let plain = plain_text(title);
    let Some((_, rest)) = plain.split_once("单位:") else { return Vec::new() };
    let end = rest.find([')', ']', '】', ';', '。']).unwrap_or(rest.len());
    rest[..end].split(['、', ',']).map(str::trim).filter(|word| is_unit(word)).map(str::to_owned).collect()
}

/// A unit as `data/quantities.toml` spells it.
fn spell(word: &str) -> String {
    plain_text(word).chars().filter(|c| !matches!(c, ' ' | '^' | '·' | '.' | '*')).collect()
}

/// 万, 亿, 千, 百 at the beginning, as a number, and the rest.
pub(crate) fn split_multiplier(text: &str) -> Option<(f64, &str)> {
    [("万", 1e4), ("亿", 1e8), ("千", 1e3), ("百", 1e2)]
        .into_iter()
        .find_map(|(word, times)| text.strip_prefix(word).map(|rest| (times, rest.trim_start())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_headings() {
        let scale = |column: &str, heading: &str| Target::of(column).scale_of_heading(heading);
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} {b}");
        near(scale("flow_l_s", "流量(L/min)"), 1.0 / 60.0);
        near(scale("flow_l_s", "流量/（L/s）"), 1.0);
        near(scale("flow_l_s", "流量L/s"), 1.0);
        near(scale("built_up_km2", "面积（公顷）"), 1e4);
        near(scale("diameter_mm", "管径mm"), 0.001);
        near(scale("width_m", "WIDTH_CM"), 0.01);
        near(scale("total_people", "人口（万人）"), 1e4);
        near(scale("total_people", "人口，万人"), 1e4);
        for (column, heading) in [("width_m", "XZDWKD"), ("width_m", "面积(km2)"), ("total_people", "人口(2020)")] {
            assert_eq!(scale(column, heading), None, "{heading}");
        }
    }

    #[test]
    fn units_of_something_else() {
        let foreign = |column: &str, heading: &str| Target::of(column).foreign_unit(heading);
        assert_eq!(foreign("population_people", "人口（户）").as_deref(), Some("户"));
        assert_eq!(foreign("population_people", "人口占比(%)").as_deref(), Some("%"));
        assert_eq!(foreign("width_m", "限重(吨)").as_deref(), Some("吨"));
        for (column, heading) in [("width_m", "宽度(厘米)"), ("total_people", "人口(2020)"), ("vehicles", "车辆(台)")]
        {
            assert_eq!(foreign(column, heading), None, "{heading}");
        }
    }

    #[test]
    fn units_in_titles() {
        assert_eq!(units_of_title("各乡镇建成区面积（单位：公顷）"), ["公顷"]);
        assert_eq!(units_of_title("单位：公顷、万人"), ["公顷", "万人"]);
        for title in ["填报单位：某县消防大队", "各村人口统计表", "编制单位: 住建局"] {
            assert!(units_of_title(title).is_empty(), "{title}");
        }
        assert!(is_unit("百人") && is_unit("(m)") && is_unit("km²"));
        assert_eq!(without_unit("人口（千人）"), "人口");
        assert_eq!(without_unit("人口（2020）"), "人口（2020）");
        assert!(!is_unit("人口") && !is_unit("") && !is_unit("万"));
    }
}
