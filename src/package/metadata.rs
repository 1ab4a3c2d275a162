//! 元数据.xml: what the database is, of what, in which coordinate system, and what is in it.

use quick_xml::escape::escape;

use crate::database::records::DatabaseSheet;
use crate::plan::PlanFacts;
use crate::sources::Sources;

/// The metadata of the database.
pub(crate) fn write_metadata(sources: &Sources<'_>, plan: &PlanFacts, sheets: &[DatabaseSheet]) -> String {
    let area = sources.area;
    let tell = |key: &str| escape(plan.tell(key, &area.name).unwrap_or_default()).into_owned();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<元数据>\n");
    let mut line = |name: &str, value: &str| xml += &format!("  <{name}>{value}</{name}>\n");
    line("成果名称", &tell("name"));
    if let Some((scenario, notice)) = sources.scenario().zip(sources.scenario_notice()) {
        line("方案", &escape(scenario));
        line("方案说明", &escape(notice));
    }
    line("行政区", &escape(&area.name));
    line("组织编制单位", &tell("body"));
    line("编制单位", &tell("author"));
    line("编制日期", &tell("date"));
    line("基准年", &tell("base_year"));
    line("坐标系", &escape(area.plane.output().name()));
    line("EPSG", &area.plane.output().epsg().to_string());
    line("高程基准", "1985国家高程基准");
    line("面积", "椭球面面积");
    line("数据格式", "GeoPackage；File Geodatabase；Shapefile");
    if area.synthetic {
        line("说明", "虚构示例数据");
    }
    xml += "  <图层>\n";
    for sheet in sheets {
        let missing = escape(sheet.missing.join("；"));
        xml += &format!(
            "    <图层 名称=\"{}\" 别名=\"{}\" 要素数=\"{}\" 缺=\"{missing}\"/>\n",
            escape(&sheet.name),
            escape(&sheet.alias),
            sheet.features.len(),
        );
    }
    xml += "  </图层>\n</元数据>\n";
    xml
}
