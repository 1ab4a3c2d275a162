//! The colours, decided once in `styles/palette.json`, and the exceptions of single layers in `styles/layers/`.

use anyhow::{Context, Result};
use rust_embed::RustEmbed;
use serde_json::{Map, Value};

use super::layer::StyleLayer;

#[derive(RustEmbed)]
#[folder = "../../styles"]
struct Files;

/// What colours are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Light ground, as on paper.
    Light,
    /// Dark ground.
    Dark,
    /// For paper: darker lines and names, so that they hold in print, also in grey.
    Print,
}

impl Theme {
    /// As requests and files call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
        }
    }
}

/// The named colours of a theme.
pub struct Palette(Map<String, Value>);

fn read(path: &str) -> Result<Option<Value>> {
    let Some(file) = Files::get(path) else { return Ok(None) };
    serde_json::from_slice(&file.data).map(Some).with_context(|| format!("样式 styles/{path} 有误 | in styles/{path}"))
}

impl Palette {
    /// Reads the colours of a theme.
    pub fn load(theme: Theme) -> Result<Self> {
        let mut themes = read("palette.json")?.context("缺少 styles/palette.json | styles/palette.json is missing")?;
        match themes[theme.name()].take() {
            Value::Object(colours) => Ok(Self(colours)),
            _ => {
                let theme = theme.name();
                anyhow::bail!("styles/palette.json 中没有主题 {theme} | styles/palette.json has no theme {theme}")
            }
        }
    }

    /// The colour of this name; names are checked by a test, an unknown one shows itself in magenta.
    pub fn colour(&self, name: &str) -> String {
        self.0.get(name).and_then(Value::as_str).unwrap_or("#ff00ff").to_owned()
    }

    /// Colour `at` of so many grades, best first: spread over the ramp, and mixed where there are more grades than colours, so that
    /// no two grades look the same.
    pub fn grade(&self, at: usize, of: usize) -> String {
        let ramp: Vec<&str> =
            self.0.get("grades").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let last = ramp.len().saturating_sub(1);
        let steps = of.saturating_sub(1).max(1);
        if of <= ramp.len() {
            let place = if of > 1 { (at * last + (of - 1) / 2) / steps } else { 0 };
            return ramp.get(place.min(last)).map_or_else(|| self.colour("result"), |colour| (*colour).to_owned());
        }
        let (before, part) = (at.min(steps) * last / steps, at.min(steps) * last % steps);
        let colours = ramp.get(before).zip(ramp.get((before + 1).min(last)));
        colours.map_or_else(|| self.colour("result"), |(from, to)| mix(from, to, part as f64 / steps as f64))
    }

    /// The exceptional style layers of a map layer, `@name` replaced by its colour.
    pub fn exception(&self, layer: &str) -> Result<Option<Vec<StyleLayer>>> {
        let path = format!("layers/{layer}.json");
        let Some(mut layers) = read(&path)? else { return Ok(None) };
        self.paint(&mut layers);
        serde_json::from_value(layers)
            .map(Some)
            .with_context(|| format!("styles/{path} 不是样式图层的列表 | styles/{path} is no list of style layers"))
    }

    fn paint(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('@') {
                    // `@grade_0` is the best of the six grades, `@grade_5` the worst.
                    let grade = name.strip_prefix("grade_").and_then(|grade| grade.parse().ok());
                    *text = grade.map_or_else(|| self.colour(name), |grade| self.grade(grade, 6));
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.paint(value)),
            Value::Object(object) => object.values_mut().for_each(|value| self.paint(value)),
            _ => {}
        }
    }
}

/// The colour that lies a part of the way from one `#rrggbb` to another.
fn mix(from: &str, to: &str, part: f64) -> String {
    let channel = |colour: &str, at: usize| {
        let digits = colour.get(1 + 2 * at..3 + 2 * at).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        f64::from(digits.unwrap_or(0))
    };
    let mixed = |at: usize| (channel(from, at) * (1.0 - part) + channel(to, at) * part).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mixed(0), mixed(1), mixed(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_themes_have_every_colour_and_every_exception_is_painted() {
        let [light, dark, print] = [Theme::Light, Theme::Dark, Theme::Print].map(|theme| Palette::load(theme).unwrap());
        assert!(light.0.keys().eq(dark.0.keys()) && light.0.keys().eq(print.0.keys()));
        for path in Files::iter().filter(|path| path.starts_with("layers/")) {
            let layer = path.trim_start_matches("layers/").trim_end_matches(".json");
            for palette in [&light, &dark, &print] {
                let painted = serde_json::to_string(&palette.exception(layer).unwrap().unwrap()).unwrap();
                assert!(!painted.contains("#ff00ff") && !painted.contains("\"@"), "{path}");
            }
        }
    }

    #[test]
    fn grades_are_spread_over_the_ramp() {
        let palette = Palette::load(Theme::Light).unwrap();
        assert_eq!(palette.grade(0, 3), palette.grade(0, 6));
        assert_eq!(palette.grade(2, 3), palette.grade(5, 6));
        assert_ne!(palette.grade(1, 3), palette.grade(0, 3));
        for of in 2..=12 {
            let colours: std::collections::BTreeSet<String> = (0..of).map(|at| palette.grade(at, of)).collect();
            assert_eq!(colours.len(), of, "{colours:?}");
            assert_eq!([palette.grade(0, of), palette.grade(of - 1, of)], [palette.grade(0, 6), palette.grade(5, 6)]);
        }
    }
}
