//! The keys of `area.toml`: a few of the area itself, and one for each layer there is.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::AreaManifest;
use fireplan_model::layers::LayerId;

/// The keys that are no layer.
const OWN_KEYS: [(&str, ManifestKey); 7] = [
    ("name", ManifestKey::Name),
    ("synthetic", ManifestKey::Synthetic),
    ("plane", ManifestKey::Plane),
    ("osm", ManifestKey::Osm),
    ("reports", ManifestKey::Reports),
    ("corrections", ManifestKey::Corrections),
    ("words", ManifestKey::Words),
];

#[derive(Clone, Copy)]
enum ManifestKey {
    Name,
    Synthetic,
    Plane,
    Osm,
    Reports,
    Corrections,
    Words,
    Layer(LayerId),
}

// An unknown key is refused here, while the key is read: only so does the error name its line.
impl<'de> Deserialize<'de> for ManifestKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneKey;
        impl Visitor<'_> for OneKey {
            type Value = ManifestKey;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("area.toml 的键 | a key of area.toml")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<ManifestKey, E> {
                ManifestKey::named(text).ok_or_else(|| E::custom(unknown_key(text)))
            }
        }
        deserializer.deserialize_identifier(OneKey)
    }
}

impl ManifestKey {
    fn named(text: &str) -> Option<Self> {
        let own = OWN_KEYS.iter().find(|(name, _)| *name == text).map(|(_, key)| *key);
        own.or_else(|| LayerId::ALL.iter().find(|layer| layer.code() == text).map(|layer| Self::Layer(*layer)))
    }
}

fn unknown_key(text: &str) -> String {
    let known = OWN_KEYS.iter().map(|(name, _)| *name).chain(LayerId::ALL.iter().map(|layer| layer.code()));
    let known: Vec<String> = known.map(|key| format!("`{key}`")).collect();
    let known = known.join(", ");
    format!("没有 `{text}` 这一项；可用的有 {known} | unknown field `{text}`, expected one of {known}")
}

impl<'de> Deserialize<'de> for AreaManifest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WholeFile;
        impl<'de> Visitor<'de> for WholeFile {
            type Value = AreaManifest;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("area.toml 的各项 | the keys of area.toml")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AreaManifest, A::Error> {
                read_keys(map)
            }
        }
        deserializer.deserialize_map(WholeFile)
    }
}

fn read_keys<'de, A: MapAccess<'de>>(mut map: A) -> Result<AreaManifest, A::Error> {
    let mut manifest = AreaManifest::default();
    let mut name = None;
    while let Some(key) = map.next_key()? {
        match key {
            ManifestKey::Name => name = Some(map.next_value()?),
            ManifestKey::Synthetic => manifest.synthetic = map.next_value()?,
            ManifestKey::Plane => manifest.plane = map.next_value()?,
            ManifestKey::Osm => manifest.osm = map.next_value()?,
            ManifestKey::Reports => manifest.reports = map.next_value()?,
            ManifestKey::Corrections => manifest.corrections = map.next_value()?,
            ManifestKey::Words => manifest.words = map.next_value()?,
            ManifestKey::Layer(layer) if layer.is_raster() => {
                manifest.rasters.insert(layer, map.next_value()?);
            }
            ManifestKey::Layer(layer) => {
                manifest.layers.insert(layer, map.next_value()?);
            }
        }
    }
    manifest.name = name.ok_or_else(|| A::Error::missing_field("name"))?;
    Ok(manifest)
}
