//! People of a raster, spread over its cells.

use anyhow::Result;
use geo::Coord;

use super::{ALWAYS_PEOPLE, MOST_PEOPLE_KM2, PARTS_PER_CELL, PEOPLE_CELL_M, RasterFile, Window};
use fireplan_model::grid::Grid;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{NoteKind, Notes, Severity};
use fireplan_model::plane;
use fireplan_model::plane::Plane;

impl RasterFile {
    /// People per local cell: those of each cell of the file are spread evenly over it, and count where they are inside.
    pub(crate) fn population(&self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        self.note_scale(LayerId::Population, notes);
        let mut grid = self.empty_grid(window, 0.0, PEOPLE_CELL_M)?;
        let mut people: Vec<f64> = vec![0.0; grid.values.len()];
        let parts = self.parts_per_side(window, grid.cell_m)?;
        let (mut total, mut outside, mut negative, mut crowded) = (0.0, 0.0, 0_usize, Vec::new());
        let mut north = self.edge(0, window.plane)?;
        for row in 0..self.rows {
            let south = self.edge(row + 1, window.plane)?;
            for column in 0..self.columns {
                let count = f64::from(self.values[row * self.columns + column]);
                negative += usize::from(count < 0.0);
                if count.is_nan() || count <= 0.0 {
                    continue;
                }
                let corners = [north[column], north[column + 1], south[column], south[column + 1]];
                if count > (MOST_PEOPLE_KM2 * area_km2(corners)).max(ALWAYS_PEOPLE) {
                    crowded.push(count);
                    continue;
                }
                total += count;
                let share = count / f64::from(parts * parts);
                for place in places_in(corners, parts) {
                    match grid.cell_at(place) {
                        Some(cell) if window.counted.is_none_or(|bounds| bounds.contains(place)) => {
                            people[cell] += share;
                        }
                        _ => outside += share,
                    }
                }
            }
            north = south;
        }
        let kept: f64 = people.iter().sum();
        grid.values.iter_mut().zip(people).for_each(|(value, people)| *value = people as f32);
        let text = "人口栅格合计：读入部分与本区范围内 | People of the population raster: in the part that was read and in the extent of the area";
        notes.add(Severity::Info, Some(LayerId::Population), text, format!("{total:.0} → {kept:.0}"));
        if outside >= 1.0 {
            let text = "界线外的人口，不计入(界线上的格网按界内面积占比计) | \
                        People outside the boundary, not counted; cells on the boundary count by the share of their area inside";
            let class = (Severity::Info, NoteKind::Outside);
            notes.add(class, Some(LayerId::Population), text, format!("{outside:.0}"));
        }
        if let Some(most) = crowded.iter().copied().reduce(f64::max) {
            let text = "人口多得不可能的栅格(每平方公里超过一百万人)，未采用，该处人口待核 | \
                        Cells with more people than can be (over a million per square kilometre), not used: undetermined there";
            let cells = crowded.len();
            notes.add(NoteKind::Doubted, Some(LayerId::Population), text, format!("{cells}（≤ {most:.0}）"));
        }
        if negative > 0 {
            let text = "人口为负的栅格，按 0 计 | Cells with fewer than no people, taken as empty";
            notes.add(Severity::Warning, Some(LayerId::Population), text, negative.to_string());
        }
        Ok(grid)
    }

    /// The corners of the file's cells along the north side of a row, in local metres.
    fn edge(&self, row: usize, plane: &Plane) -> Result<Vec<Coord>> {
        let [x, dx, _, y, _, dy] = self.transform;
        let at = |column: usize| Coord { x: x + column as f64 * dx, y: y + row as f64 * dy };
        let mut corners: Vec<Coord> = (0..=self.columns).map(at).collect();
        plane::to_lonlat_from(&self.definition, &mut corners)?;
        plane.to_local(&mut corners)?;
        Ok(corners)
    }

    /// Into how many parts per side a cell of the file is divided to spread its people.
    fn parts_per_side(&self, window: &Window, cell_m: f64) -> Result<u32> {
        let parts = (self.cell_m(window)? / cell_m * PARTS_PER_CELL).ceil();
        Ok(parts.clamp(PARTS_PER_CELL, 64.0) as u32)
    }
}

/// The ground of a cell with these corners, in the order of [`places_in`].
fn area_km2([nw, ne, sw, se]: [Coord; 4]) -> f64 {
    let (one, other) = (se - nw, sw - ne);
    (one.x * other.y - one.y * other.x).abs() / 2.0 / 1e6
}

/// Evenly spread places in a cell with these corners: north-west, north-east, south-west, south-east.
fn places_in([nw, ne, sw, se]: [Coord; 4], parts: u32) -> impl Iterator<Item = Coord> {
    let share = move |number: u32| (f64::from(number) + 0.5) / f64::from(parts);
    (0..parts)
        .flat_map(move |row| (0..parts).map(move |column| (share(column), share(row))))
        .map(move |(x, y)| (nw * (1.0 - x) + ne * x) * (1.0 - y) + (sw * (1.0 - x) + se * x) * y)
}
