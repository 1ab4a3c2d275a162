//! Counties of a province: rows of its towns that say the same in a column, and whose each place is.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use geo::{Coord, Distance, Euclidean, Geometry, InteriorPoint, Point};

use fireplan_engine::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::Town;
use fireplan_model::rows::{Row, Value, place_on};
use serde::{Deserialize, Serialize};

/// How a province is cut into counties: by a column of its towns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountyColumn {
    /// The column; rows that say the same in it are one county.
    pub column: String,
    /// Only so many of its first characters count: of codes of towns, six are those of the county.
    pub prefix: Option<usize>,
}

/// The counties of a province.
pub struct Counties<'a> {
    /// What each is called, in alphabetical order; no two alike.
    pub names: Vec<String>,
    towns: &'a [Town],
    /// The county of each town.
    of_town: Vec<usize>,
    index: TownIndex<'a>,
}

impl<'a> Counties<'a> {
    /// Groups the towns of a province.
    ///
    /// # Errors
    /// If there is no town or no such column, or if a town says nothing in it.
    pub fn group(province: &'a StudyArea, by: &CountyColumn) -> Result<Self> {
        let towns = &province.layers.towns;
        let columns = Town::columns();
        let Some(at) = columns.iter().position(|column| column.name == by.column) else {
            let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let (column, known) = (&by.column, known.join(", "));
            bail!(
                "towns 图层没有 {column} 列，不能据此分县；有 {known} | the towns have no column '{column}' to tell counties by; there are {known}"
            );
        };
        if towns.is_empty() {
            bail!(
                "没有 towns 图层，无法分县；请在 area.toml 中给出县或乡镇的面 | \
                 there are no towns to tell counties by: name the areas of counties or towns in area.toml"
            );
        }
        let mut keys = Vec::with_capacity(towns.len());
        for (town, row) in towns.iter().zip(1..) {
            let text = match &town.values()[at] {
                Value::Null => String::new(),
                value => value.to_string(),
            };
            let key: String = text.chars().take(by.prefix.unwrap_or(usize::MAX)).collect();
            if key.is_empty() {
                let (column, name) = (&by.column, &town.name);
                bail!(
                    "第 {row} 个乡镇“{name}”的 {column} 为空，不知属于哪个县；请补全或换一列 | \
                     town {row}, '{name}', says nothing in {column}: which county is it of? fill it in, or name another column"
                );
            }
            keys.push(key);
        }
        let mut numbers: BTreeMap<&str, usize> = keys.iter().map(|key| (key.as_str(), 0)).collect();
        numbers.values_mut().zip(0..).for_each(|(number, at)| *number = at);
        let of_town = keys.iter().map(|key| numbers[key.as_str()]).collect();
        let names = numbers.keys().map(|key| (*key).to_owned()).collect();
        Ok(Self { names, towns, of_town, index: TownIndex::new(province) })
    }

    /// The county that a place lies in, by its number; of a place in none, the nearest one.
    pub fn at(&self, place: Coord) -> usize {
        if let Some(town) = self.index.at(place) {
            return self.of_town[town.index()];
        }
        let point = Point::from(place);
        let distance = |at: &usize| Euclidean.distance(&point, &self.towns[*at].geometry);
        let nearest = (0..self.towns.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map_or(0, |town| self.of_town[town])
    }

    /// The county of a feature: that of a place inside it.
    pub fn of(&self, geometry: &Geometry) -> usize {
        let place = geometry.interior_point().map(|point| point.0).or_else(|| place_on(geometry));
        place.map_or(0, |place| self.at(place))
    }
}
