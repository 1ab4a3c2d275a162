//! Quantities of tags outside the range of their column are not used, as those of tables.

use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::plausible::plausible;

/// Makes implausible quantities undetermined, and tells of each.
pub(super) fn leave_out_implausible(layers: &mut Layers, notes: &mut Notes) {
    let mut check = |layer: LayerId, id: &str, column: &str, value: &mut Option<f64>| {
        let Some(range) = plausible(layer.code(), column) else { return };
        let Some(said) = value.take_if(|value| !range.has(*value)) else { return };
        let (from, to) = (range.from, range.to);
        let text = format!(
            "字段 {column} 的值超出可信范围({from}–{to})，未采用，待核；请核对数值和单位 | \
             Values of {column} outside what is plausible ({from}–{to}), not used: check number and unit"
        );
        let case = NoteCase::from(format!("{id}：{said}")).of(id).doubting(column, said.to_string(), Some(said));
        notes.add(NoteKind::Doubted, Some(layer), &text, case);
    };
    for road in &mut layers.roads {
        let id = &road.source_id;
        check(LayerId::Roads, id, "width_m", &mut road.width_m);
        check(LayerId::Roads, id, "estimated_width_m", &mut road.estimated_width_m);
        check(LayerId::Roads, id, "max_width_m", &mut road.max_width_m);
        check(LayerId::Roads, id, "clear_height_m", &mut road.clear_height_m);
        check(LayerId::Roads, id, "load_t", &mut road.load_t);
        check(LayerId::Roads, id, "slope_percent", &mut road.slope_percent);
    }
    for obstacle in &mut layers.obstacles {
        let id = &obstacle.source_id;
        check(LayerId::Obstacles, id, "clear_width_m", &mut obstacle.clear_width_m);
        check(LayerId::Obstacles, id, "clear_height_m", &mut obstacle.clear_height_m);
        check(LayerId::Obstacles, id, "load_t", &mut obstacle.load_t);
    }
    for hydrant in &mut layers.hydrants {
        let id = &hydrant.source_id;
        check(LayerId::Hydrants, id, "diameter_mm", &mut hydrant.diameter_mm);
        check(LayerId::Hydrants, id, "flow_l_s", &mut hydrant.flow_l_s);
        check(LayerId::Hydrants, id, "pressure_mpa", &mut hydrant.pressure_mpa);
    }
    for water in &mut layers.water_sources {
        check(LayerId::WaterSources, &water.source_id, "volume_m3", &mut water.volume_m3);
        check(LayerId::WaterSources, &water.source_id, "width_m", &mut water.width_m);
    }
    for barrier in &mut layers.barriers {
        check(LayerId::Barriers, &barrier.source_id, "width_m", &mut barrier.width_m);
    }
    for building in &mut layers.buildings {
        check(LayerId::Buildings, &building.source_id, "height_m", &mut building.height_m);
        check(LayerId::Buildings, &building.source_id, "storeys", &mut building.storeys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::sketch;

    #[test]
    fn a_width_in_centimetres_without_its_unit_is_told() {
        let mut road = sketch::road(&[(0.0, 0.0), (100.0, 0.0)]);
        (road.width_m, road.load_t) = (Some(350.0), Some(10.0));
        let mut layers = Layers { roads: vec![road], ..Layers::default() };
        let mut notes = Notes::default();
        leave_out_implausible(&mut layers, &mut notes);
        assert_eq!((layers.roads[0].width_m, layers.roads[0].load_t), (None, Some(10.0)));
        assert_eq!(notes.into_vec().len(), 1);
    }
}
