//! Maps from elsewhere under ours, such as 天地图 or a WMTS of the office. None is there unless the site names one, and only
//! then may the page ask another host for pictures.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

/// A tiled map by its address template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Basemap {
    /// What the address of the page calls it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// With `{z}`, `{x}` and `{y}`, Web Mercator tiles.
    pub url: String,
}

impl FromStr for Basemap {
    type Err = String;

    /// Reads `名称=https://host/path/{z}/{x}/{y}`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (title, url) = text.split_once('=').ok_or("写作 名称=地址 | write it as name=address")?;
        if origin(url).is_none() || !["{z}", "{x}", "{y}"].iter().all(|part| url.contains(part)) {
            return Err("地址应以 http:// 或 https:// 开头，并含 {z}、{x}、{y} | \
                        the address begins with http:// or https:// and holds {z}, {x} and {y}"
                .to_owned());
        }
        Ok(Self { id: title.to_owned(), title: title.to_owned(), url: url.to_owned() })
    }
}

impl Basemap {
    /// Scheme and host, for the page's security policy.
    pub fn origin(&self) -> &str {
        origin(&self.url).unwrap_or_default()
    }
}

/// `https://host:port` of an address; `None` where the host could say more to a policy than a host.
fn origin(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host_len = host.find('/')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    (host_len > 0 && host[..host_len].chars().all(plain)).then(|| &url[..url.len() - host.len() + host_len])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basemap_is_a_name_and_a_template() {
        let basemap: Basemap =
            "天地图=https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}".parse().unwrap();
        assert_eq!((basemap.title.as_str(), basemap.origin()), ("天地图", "https://t0.tianditu.gov.cn"));
        for wrong in [
            "https://a/{z}/{x}/{y}",
            "图=ftp://a/{z}/{x}/{y}",
            "图=https://a/{z}/{x}",
            "图=https://a; script-src */{z}/{x}/{y}",
        ] {
            assert!(wrong.parse::<Basemap>().is_err(), "{wrong}");
        }
    }
}
