//! The demo county as a bureau would hold it: columns by other names, half of it in GBK, GCJ-02, zones or sheets, no mapping.

use std::collections::BTreeMap;
use std::path::Path;

use fireplan_testing::demo;
use serde_json::Value;

use crate::writing::{
    Record, SHAPEFILE_GBK, VectorFile, forget, project, read_geojson, shift, write_sheet, write_vector,
};

/// What has to be found out about a source: one mapping each.
pub(crate) struct Expected {
    pub layer: &'static str,
    pub source: &'static str,
    pub crs: Option<&'static str>,
    pub header_row: &'static [u64],
    pub xy: Option<(&'static str, &'static str)>,
    /// Ours and theirs.
    pub fields: Vec<(&'static str, &'static str)>,
    /// The table of facts that is joined, and by what.
    pub join: Option<(&'static str, &'static str)>,
}

const ZONE: u32 = 4522;

/// Writes the folder and says what is to be found in it.
pub(crate) fn write_folder(folder: &Path) -> Vec<Expected> {
    for below in ["基础数据", "消防", "林业"] {
        std::fs::create_dir_all(folder.join(below)).unwrap();
    }
    let mut expected = Vec::new();
    let demo_file = |name: &str| demo().join(format!("{name}.geojson"));
    let file = |name: &str| folder.join(name);

    // 县界：CGCS2000 经纬度的 GeoPackage。
    let boundary = read_geojson(&demo_file("boundary"), &["name"]);
    let how = VectorFile { driver: "GPKG", layer: "县界", epsg: Some(4490), options: &[] };
    write_vector(&file("基础数据/县域边界.gpkg"), &how, &["名称"], &boundary);
    expected.push(expect("boundary", "基础数据/县域边界.gpkg", &[]));

    // 乡镇：三调 XZQ 的列名，带号坐标，没有 .prj 和 .cpg。
    let towns = read_geojson(&demo_file("towns"), &["code", "name", "kind"]);
    let path = file("基础数据/乡镇界.shp");
    write_vector(&path, &SHAPEFILE_GBK, &["XZQDM", "XZQMC", "类型"], &project(&towns, ZONE));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("EPSG:4522"),
        join: Some(("基础数据/2024年乡镇建设情况.xlsx", "code")),
        ..expect("towns", "基础数据/乡镇界.shp", &[("code", "XZQDM"), ("name", "XZQMC")])
    });
    write_town_facts(&file("基础数据/2024年乡镇建设情况.xlsx"));
    expected.push(Expected {
        header_row: &[2, 3],
        ..expect(
            "towns.join",
            "基础数据/2024年乡镇建设情况.xlsx",
            &[
                ("code", "统计用区划代码"),
                ("name", "乡镇名称"),
                ("built_up_km2", "建成区面积（平方公里）"),
                ("built_up_people", "建成区常住人口（人）"),
                ("total_people", "常住总人口"),
                ("status", "重点镇身份"),
                ("status_year", "认定年份"),
                ("industry", "主导产业"),
                ("fire_committee", "消安委"),
                ("fire_plan", "消防规划编制情况"),
                ("work_station_people", "消防工作站人数"),
                ("work_station_heads", "消防工作站站长"),
                ("work_station_established_people", "消防工作站在编人数"),
                ("work_station_items", "八有达标项数"),
                ("hired_people", "政府购买服务人数"),
                ("enforcement_people", "执法资格人数"),
            ],
        )
    });

    let villages = read_geojson(&demo_file("villages"), &["code", "name", "kind", "population_people", "households"]);
    let head: &[&[&str]] = &[&["村代码", "行政村名称", "村庄类型", "常住人口", "总户数", "东经", "北纬"]];
    write_sheet(&file("基础数据/村庄人口.xlsx"), "Sheet1", head, true, &shift(&villages));
    expected.push(Expected {
        crs: Some("GCJ-02"),
        xy: Some(("东经", "北纬")),
        ..expect(
            "villages",
            "基础数据/村庄人口.xlsx",
            &[
                ("code", "村代码"),
                ("name", "行政村名称"),
                ("kind", "村庄类型"),
                ("population_people", "常住人口"),
                ("households", "总户数"),
            ],
        )
    });

    let columns = ["编号", "名称", "等级", "路宽", "限高", "限重", "路面", "通行方向", "桥", "隧道", "层"];
    let roads = read_geojson(&demo_file("roads"), &columns);
    let path = file("基础数据/道路中心线.shp");
    let theirs = [
        "路段编号",
        "路线名称",
        "行政等级",
        "路面宽度",
        "净高",
        "桥梁限载",
        "路面类型",
        "单双行",
        "是否桥梁",
        "是否隧道",
        "层级",
    ];
    write_vector(&path, &SHAPEFILE_GBK, &theirs, &project(&roads, ZONE));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("EPSG:4522"),
        ..expect(
            "roads",
            "基础数据/道路中心线.shp",
            &[
                ("source_id", "路段编号"),
                ("name", "路线名称"),
                ("class", "行政等级"),
                ("width_m", "路面宽度"),
                ("clear_height_m", "净高"),
                ("load_t", "桥梁限载"),
                ("surface", "路面类型"),
                ("oneway", "单双行"),
                ("bridge", "是否桥梁"),
                ("tunnel", "是否隧道"),
                ("level", "层级"),
            ],
        )
    });

    let areas = read_geojson(&demo_file("road_areas"), &["编号", "名称", "用途"]);
    let how = VectorFile { driver: "GPKG", layer: "道路面", epsg: Some(4543), options: &[] };
    write_vector(&file("基础数据/道路面.gpkg"), &how, &["编号", "道路名称", "道路面类型"], &project(&areas, 4543));
    expected.push(expect(
        "road_areas",
        "基础数据/道路面.gpkg",
        &[("source_id", "编号"), ("name", "道路名称"), ("kind", "道路面类型")],
    ));

    let houses = read_geojson(&demo_file("buildings"), &["source_id", "kind", "storeys"]);
    let path = file("基础数据/建筑物.shp");
    write_vector(&path, &SHAPEFILE_GBK, &["房屋编号", "房屋用途", "地上层数"], &shift(&houses));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("GCJ-02"),
        ..expect(
            "buildings",
            "基础数据/建筑物.shp",
            &[("source_id", "房屋编号"), ("kind", "房屋用途"), ("storeys", "地上层数")],
        )
    });

    let built_up = read_geojson(&demo_file("built_up"), &["source_id", "name", "kind"]);
    let path = file("基础数据/建成区范围.shp");
    let how = VectorFile { epsg: Some(4543), ..SHAPEFILE_GBK };
    write_vector(&path, &how, &["编号", "建成区名称", "建成区类别"], &project(&built_up, 4543));
    forget(&path, &["cpg"]);
    expected.push(expect(
        "built_up",
        "基础数据/建成区范围.shp",
        &[("source_id", "编号"), ("name", "建成区名称"), ("kind", "建成区类别")],
    ));

    expected.extend(write_fire(folder));
    expected.extend(write_nature(folder));
    for raster in ["dem.tif", "population.tif"] {
        let name = if raster == "dem.tif" { "基础数据/高程DEM.tif" } else { "基础数据/人口格网.tif" };
        std::fs::copy(demo().join(raster), file(name)).unwrap();
        let layer = if raster == "dem.tif" { "elevation" } else { "population" };
        expected.push(expect(layer, name, &[]));
    }
    std::fs::write(file("说明.docx"), "x").unwrap();
    std::fs::write(file("消防/坏文件.xlsx"), "PK\u{3}\u{4}").unwrap();
    expected
}

fn expect(layer: &'static str, source: &'static str, fields: &[(&'static str, &'static str)]) -> Expected {
    Expected { layer, source, crs: None, header_row: &[], xy: None, fields: fields.to_vec(), join: None }
}

/// What the brigade and the planners hold.
fn write_fire(folder: &Path) -> Vec<Expected> {
    let demo_file = |name: &str| demo().join(format!("{name}.geojson"));
    let file = |name: &str| folder.join(name);
    let mut expected = Vec::new();
    let columns = [
        "source_id",
        "name",
        "kind",
        "vehicle_class",
        "vehicles",
        "crew_people",
        "full_time_people",
        "land_m2",
        "turnout_min",
        "turnout_night_min",
        "staffed_day",
        "staffed_night",
    ];
    let stations = read_geojson(&demo_file("stations"), &columns);
    let head: &[&[&str]] = &[
        &["青岚县消防队站台账"],
        &[
            "编号",
            "队站名称",
            "队站类别",
            "主战车型",
            "车辆数",
            "人员",
            "",
            "占地面积",
            "出动时间",
            "",
            "执勤",
            "",
            "经度",
            "纬度",
        ],
        &["", "", "", "", "", "总数", "专职", "", "昼间", "夜间", "昼间", "夜间", "", ""],
    ];
    write_sheet(&file("消防/队站台账.xlsx"), "队站", head, true, &shift(&stations));
    expected.push(Expected {
        crs: Some("GCJ-02"),
        header_row: &[2, 3],
        xy: Some(("经度", "纬度")),
        ..expect(
            "stations",
            "消防/队站台账.xlsx",
            &[
                ("source_id", "编号"),
                ("name", "队站名称"),
                ("kind", "队站类别"),
                ("vehicle_class", "主战车型"),
                ("vehicles", "车辆数"),
                ("crew_people", "人员总数"),
                ("full_time_people", "人员专职"),
                ("land_m2", "占地面积"),
                ("turnout_min", "出动时间昼间"),
                ("turnout_night_min", "出动时间夜间"),
                ("staffed_day", "执勤昼间"),
                ("staffed_night", "执勤夜间"),
            ],
        )
    });

    let hydrants = read_hydrants();
    let head: &[&[&str]] = &[
        &["青岚县市政消火栓台账(2024)"],
        &["栓号", "型式", "完好情况", "供水管径(mm)", "出水流量(L/s)", "静水压力(MPa)", "安装位置", "经度", "纬度"],
    ];
    write_sheet(&file("消防/市政消火栓台账.xlsx"), "Sheet1", head, true, &shift(&hydrants));
    expected.push(Expected {
        crs: Some("GCJ-02"),
        header_row: &[2],
        xy: Some(("经度", "纬度")),
        ..expect(
            "hydrants",
            "消防/市政消火栓台账.xlsx",
            &[
                ("name", "栓号"),
                ("source_id", "栓号"),
                ("kind", "型式"),
                ("state", "完好情况"),
                ("diameter_mm", "供水管径(mm)"),
                ("flow_l_s", "出水流量(L/s)"),
                ("pressure_mpa", "静水压力(MPa)"),
                ("position", "安装位置"),
            ],
        )
    });

    let sites = read_geojson(&demo_file("candidates"), &["source_id", "name", "area_m2", "setback_m", "land_use"]);
    let path = file("消防/规划消防站候选用地.shp");
    let theirs = ["地块编号", "地块名称", "地块面积", "退让红线", "用地性质"];
    write_vector(&path, &SHAPEFILE_GBK, &theirs, &project(&sites, ZONE));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("EPSG:4522"),
        ..expect(
            "candidates",
            "消防/规划消防站候选用地.shp",
            &[
                ("source_id", "地块编号"),
                ("name", "地块名称"),
                ("area_m2", "地块面积"),
                ("setback_m", "退让红线"),
                ("land_use", "用地性质"),
            ],
        )
    });

    let columns =
        ["source_id", "name", "kind", "station_kind", "plan_year", "state", "built_year", "cost_wan_yuan", "lead"];
    let projects = read_geojson(&demo_file("projects"), &columns);
    let how = VectorFile { driver: "GPKG", layer: "近期建设项目库", epsg: Some(4490), options: &[] };
    let theirs =
        ["项目编号", "项目名称", "项目类别", "拟建站级", "计划年度", "完成情况", "建成年份", "总投资", "责任单位"];
    write_vector(&file("消防/近期建设项目库.gpkg"), &how, &theirs, &projects);
    expected.push(expect(
        "projects",
        "消防/近期建设项目库.gpkg",
        &[
            ("source_id", "项目编号"),
            ("name", "项目名称"),
            ("kind", "项目类别"),
            ("station_kind", "拟建站级"),
            ("plan_year", "计划年度"),
            ("state", "完成情况"),
            ("built_year", "建成年份"),
            ("cost_wan_yuan", "总投资"),
            ("lead", "责任单位"),
        ],
    ));

    let units = read_geojson(&demo_file("key_units"), &["source_id", "name", "kind", "micro_station"]);
    let head: &[&[&str]] = &[&["单位编号", "单位名称", "单位类别", "是否建有微型消防站", "lng", "lat"]];
    write_sheet(&file("消防/消防安全重点单位.xlsx"), "重点单位", head, true, &shift(&units));
    expected.push(Expected {
        xy: Some(("lng", "lat")),
        crs: Some("GCJ-02"),
        ..expect(
            "key_units",
            "消防/消防安全重点单位.xlsx",
            &[
                ("source_id", "单位编号"),
                ("name", "单位名称"),
                ("kind", "单位类别"),
                ("micro_station", "是否建有微型消防站"),
            ],
        )
    });
    for (layer, name, theirs) in [
        ("hazards", "消防/易燃易爆危险源.geojson", ["编号", "企业名称", "危险源类型"]),
        ("crowded_places", "消防/人员密集场所.geojson", ["编号", "场所名称", "场所类型"]),
    ] {
        let records = read_geojson(&demo_file(layer), &["source_id", "name", "kind"]);
        let how = VectorFile { driver: "GeoJSON", layer: "", epsg: Some(4326), options: &[] };
        write_vector(&file(name), &how, &theirs, &records);
        expected.push(expect(layer, name, &[("source_id", theirs[0]), ("name", theirs[1]), ("kind", theirs[2])]));
    }
    expected
}

/// What the forestry and water bureaus hold.
fn write_nature(folder: &Path) -> Vec<Expected> {
    let demo_file = |name: &str| demo().join(format!("{name}.geojson"));
    let file = |name: &str| folder.join(name);
    let mut expected = Vec::new();
    let forests = read_geojson(&demo_file("forests"), &["source_id", "name", "kind", "owner", "protected"]);
    let path = file("林业/林地小班.shp");
    let theirs = ["小班号", "林场名称", "林种", "林地权属", "是否保护地"];
    write_vector(&path, &SHAPEFILE_GBK, &theirs, &project(&forests, ZONE));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("EPSG:4522"),
        ..expect(
            "forests",
            "林业/林地小班.shp",
            &[
                ("source_id", "小班号"),
                ("name", "林场名称"),
                ("kind", "林种"),
                ("owner", "林地权属"),
                ("protected", "是否保护地"),
            ],
        )
    });
    let barriers = read_geojson(&demo_file("barriers"), &["source_id", "name", "kind", "width_m"]);
    let path = file("林业/林火阻隔带.shp");
    write_vector(&path, &SHAPEFILE_GBK, &["编号", "设施名称", "阻隔类型", "有效宽度"], &project(&barriers, 4543));
    forget(&path, &["prj", "cpg"]);
    expected.push(Expected {
        crs: Some("EPSG:4543"),
        ..expect(
            "barriers",
            "林业/林火阻隔带.shp",
            &[("source_id", "编号"), ("name", "设施名称"), ("kind", "阻隔类型"), ("width_m", "有效宽度")],
        )
    });
    let water =
        read_geojson(&demo_file("water_sources"), &["source_id", "name", "kind", "volume_m3", "width_m", "perennial"]);
    let how = VectorFile { driver: "GPKG", layer: "水系", epsg: Some(4490), options: &[] };
    let theirs = ["水源编号", "水源名称", "水源类型", "蓄水量", "水面宽度", "是否常年有水"];
    write_vector(&file("林业/水系与消防水源.gpkg"), &how, &theirs, &water);
    expected.push(expect(
        "water_sources",
        "林业/水系与消防水源.gpkg",
        &[
            ("source_id", "水源编号"),
            ("name", "水源名称"),
            ("kind", "水源类型"),
            ("volume_m3", "蓄水量"),
            ("width_m", "水面宽度"),
            ("perennial", "是否常年有水"),
        ],
    ));
    expected
}

fn read_csv(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(demo().join(name)).unwrap();
    let mut lines = text.lines();
    let headings: Vec<String> =
        lines.next().unwrap().trim_start_matches('\u{feff}').split(',').map(str::to_owned).collect();
    lines.map(|line| headings.iter().cloned().zip(line.split(',').map(str::to_owned)).collect()).collect()
}

fn cell(text: &str) -> Value {
    match text {
        "" => Value::Null,
        text => Value::from(text),
    }
}

fn read_hydrants() -> Vec<Record> {
    let columns = ["编号", "形式", "状态", "管径mm", "流量L/s", "静压MPa", "所在道路"];
    let record = |row: BTreeMap<String, String>| {
        let at = geo::Point::new(row["经度"].parse().unwrap(), row["纬度"].parse().unwrap());
        Record { cells: columns.iter().map(|column| cell(&row[*column])).collect(), geometry: Some(at.into()) }
    };
    read_csv("hydrants.csv").into_iter().map(record).collect()
}

fn write_town_facts(path: &Path) {
    let columns = [
        "code",
        "名称",
        "建成区面积",
        "建成区常住人口",
        "常住总人口",
        "身份",
        "名录年份",
        "产业",
        "消防委员会",
        "消防规划",
        "工作站人数",
        "站长",
        "在编人数",
        "八有项数",
        "购买服务人数",
        "执法人数",
    ];
    let record = |row: BTreeMap<String, String>| Record {
        cells: columns.iter().map(|column| cell(&row[*column])).collect(),
        geometry: None,
    };
    let records: Vec<Record> = read_csv("town_facts.csv").into_iter().map(record).collect();
    let head: &[&[&str]] = &[
        &["青岚县2024年乡镇建设与消防工作情况表"],
        &[
            "统计用区划代码",
            "乡镇名称",
            "建成区",
            "",
            "常住总人口",
            "重点镇身份",
            "认定年份",
            "主导产业",
            "消安委",
            "消防规划编制情况",
            "消防工作站",
            "",
            "",
            "八有达标项数",
            "政府购买服务人数",
            "执法资格人数",
        ],
        &["", "", "面积（平方公里）", "常住人口（人）", "", "", "", "", "", "", "人数", "站长", "在编人数", "", "", ""],
    ];
    write_sheet(path, "乡镇", head, false, &records);
}
