//! Names of coordinate systems, for people.

use crate::rows::Label;

/// Ends of the texts of sources that say how their system was known: `EPSG:4490，area.toml 指定 (declared)`.
const KNOWN_BY: [(&str, &str, &str); 2] = [
    ("，area.toml 指定 (declared)", "，area.toml 指定", ", declared in area.toml"),
    ("，文件所载 (from the file)", "，文件所载", ", from the file"),
];

/// A system and how it was known, in each language.
pub fn describe_crs(text: &str) -> Label {
    for (end, zh, en) in KNOWN_BY {
        if let Some(name) = text.strip_suffix(end) {
            return Label::new(name_in_chinese(name) + zh, format!("{name}{en}"));
        }
    }
    Label::new(name_in_chinese(text), text)
}

/// `CGCS2000 / 3-degree Gauss-Krüger CM 102E (EPSG:4543)` → `CGCS2000 3度带，中央经线102°E（EPSG:4543）`.
fn name_in_chinese(name: &str) -> String {
    let (system, code) = match name.rsplit_once(" (").and_then(|(system, code)| Some((system, code.strip_suffix(')')?)))
    {
        Some((system, code)) => (system, format!("（{code}）")),
        None => (name, String::new()),
    };
    let system = system.replace("China Geodetic Coordinate System 2000", "CGCS2000");
    let Some((datum, projection)) = system.split_once(" / ") else {
        let system = if system == "CGCS2000" { "2000国家大地坐标系".to_owned() } else { system };
        return system + &code;
    };
    let place =
        ["3-degree Gauss-Krüger ", "3-degree Gauss-Kruger "].iter().find_map(|start| projection.strip_prefix(start));
    if let Some(meridian) = place.and_then(|place| place.strip_prefix("CM ")?.strip_suffix('E')) {
        return format!("{datum} 3度带，中央经线{meridian}°E{code}");
    }
    if let Some(zone) = place.and_then(|place| place.strip_prefix("zone ")) {
        return format!("{datum} 3度带，第{zone}带{code}");
    }
    match projection.strip_prefix("UTM zone ") {
        Some(zone) => format!("{datum} UTM {zone}带{code}"),
        None => format!("{system}{code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_told_in_one_language() {
        let told = |text: &str| (describe_crs(text).zh, describe_crs(text).en);
        let plane = "CGCS2000 / 3-degree Gauss-Krüger CM 102E (EPSG:4543)";
        assert_eq!(told(plane), ("CGCS2000 3度带，中央经线102°E（EPSG:4543）".to_owned(), plane.to_owned()));
        assert_eq!(
            told("WGS 84 (EPSG:4326)，文件所载 (from the file)"),
            ("WGS 84（EPSG:4326），文件所载".to_owned(), "WGS 84 (EPSG:4326), from the file".to_owned())
        );
        let geographic = "China Geodetic Coordinate System 2000，文件所载 (from the file)";
        assert_eq!(told(geographic).0, "2000国家大地坐标系，文件所载");
        assert_eq!(told("GCJ-02，area.toml 指定 (declared)").0, "GCJ-02，area.toml 指定");
        assert_eq!(told("–"), ("–".to_owned(), "–".to_owned()));
    }
}
