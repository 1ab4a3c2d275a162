//! Which raster is the elevation, the people, or the risk.

use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use geo::{Intersects, Rect};

use crate::dictionary::Dictionary;
use crate::draft::ProjectDraft;
use crate::inventory::{FoundRaster, Inventory};
use crate::questions::{DoorQuestion, Inquiry, SKIP, choice, skip_choice};
use crate::source_use::SourceUse;

/// Takes a raster for each grid layer; pictures and what lies elsewhere are left out.
pub(crate) fn settle_rasters(
    draft: &mut ProjectDraft,
    inventory: &Inventory,
    dictionary: &Dictionary,
    near: Option<Rect>,
    inquiry: &mut Inquiry,
) {
    for found in &inventory.rasters {
        let FoundRaster { source, raster } = found;
        let refused = if raster.bands > 1 || raster.has_palette {
            Some(Label::new("影像或图片，不是数值栅格", "a picture, not a grid of values"))
        } else if raster.crs.is_none() {
            Some(Label::new("栅格没有写明坐标系", "it does not say in which coordinate system it is"))
        } else if near.zip(raster.lonlat).is_some_and(|(near, own)| !near.intersects(&own)) {
            Some(Label::new("不在本区范围内", "it does not cover the area"))
        } else if raster.values.is_empty() {
            Some(Label::new("没有任何数值", "it has no value"))
        } else {
            None
        };
        if let Some(why) = refused {
            draft.left_out.push((source.clone(), why));
            continue;
        }
        let (layer, evidence) = match guess(found, dictionary) {
            Some((layer, why)) => (layer, why),
            None => match ask(found, inquiry).as_deref() {
                Some(SKIP) | None => {
                    let why = Label::new(
                        "是哪种栅格待回答，或按回答不采用",
                        "what it is, is asked for, or left out as answered",
                    );
                    draft.left_out.push((source.clone(), why));
                    continue;
                }
                Some(code) => {
                    let layer = LayerId::RASTERS.iter().copied().find(|layer| layer.code() == code);
                    (layer.unwrap_or(LayerId::Elevation), Label::new("按回答", "as answered"))
                }
            },
        };
        if draft.uses.iter().any(|(known, _)| *known == layer) {
            let why = Label::new("同类栅格已有一个", "there is another of its kind");
            draft.left_out.push((source.clone(), why));
            continue;
        }
        let use_ =
            SourceUse { id: source.clone(), source: source.clone(), evidence: vec![evidence], ..SourceUse::default() };
        draft.uses.push((layer, use_));
    }
}

/// By the name, or by values that can only be one thing.
fn guess(found: &FoundRaster, dictionary: &Dictionary) -> Option<(LayerId, Label)> {
    let name = found.source.to_lowercase();
    let mut named: Vec<(usize, LayerId, &String)> = LayerId::RASTERS
        .iter()
        .flat_map(|layer| dictionary.layers[layer].names.iter().map(|word| (word.chars().count(), *layer, word)))
        .filter(|(.., word)| name.contains(&word.to_lowercase()))
        .collect();
    named.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
    if let Some((_, layer, word)) = named.first() {
        return Some((*layer, Label::new(format!("名称含“{word}”"), format!("its name has '{word}'"))));
    }
    let stem = std::path::Path::new(&name).extension().is_some_and(|end| end == "hgt");
    stem.then(|| (LayerId::Elevation, Label::new(".hgt 是高程", ".hgt holds elevations")))
}

fn ask(found: &FoundRaster, inquiry: &mut Inquiry) -> Option<String> {
    let source = &found.source;
    let values = &found.raster.values;
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let mut choices: Vec<_> =
        LayerId::RASTERS.iter().map(|layer| choice(layer.code(), layer.label().zh, layer.label().en)).collect();
    choices.push(skip_choice());
    inquiry.ask(DoorQuestion {
        id: format!("raster/{source}"),
        source: source.clone(),
        ask: Label::new(
            format!("栅格“{source}”的数值是什么？"),
            format!("what are the values of the raster '{source}'?"),
        ),
        evidence: vec![Label::new(
            format!("数值 {low:.1} 至 {high:.1}"),
            format!("its values run from {low:.1} to {high:.1}"),
        )],
        choices,
        sample: Vec::new(),
        answer: None,
    })
}
