//! From the sources that the manifest names to the whole area.

use anyhow::{Context, Result, bail};
use geo::{ConvexHull, Coord, MultiPoint, MultiPolygon};
use sha2::{Digest, Sha256};

use crate::analyses::Progress;
use crate::area::manifest::Manifest;
use crate::area::network::{Network, Topology};
use crate::area::osm::{self, Extract, OsmLayers};
use crate::area::plane::Plane;
use crate::area::{LayerId, Layers, Notes, Severity, SourceReport, StudyArea};
use crate::rows::Label;

pub(super) fn read(manifest: &Manifest, progress: &dyn Progress) -> Result<StudyArea> {
    let mut reading = Reading { manifest, progress, notes: Notes::default(), sources: Vec::new() };
    let extracts = reading.extracts()?;
    let plane = reading.plane(&extracts)?;
    let mut parts = Parts::default();
    for extract in &extracts {
        reading.stage("整理 OSM 数据 | Sorting OSM data")?;
        let osm = extract.extract.layers(&plane, &extract.wanted, &mut reading.notes)?;
        reading.report_osm(extract, &osm);
        parts.add_osm(osm);
    }
    reading.finish(plane, parts)
}

/// An OSM extract with what is wanted of it.
struct OpenExtract {
    file: String,
    wanted: Vec<LayerId>,
    extract: Extract,
    sha256: String,
}

/// The area while it is being put together, in local metres.
#[derive(Default)]
struct Parts {
    layers: Layers,
    topology: Topology,
    boundary: Option<MultiPolygon>,
}

impl Parts {
    fn add_osm(&mut self, osm: OsmLayers) {
        let first_road = self.layers.roads.len() as u32;
        let shift = |roads: &mut Vec<u32>| roads.iter_mut().for_each(|road| *road += first_road);
        self.topology.vertex_ids.resize(self.layers.roads.len(), Vec::new());
        self.topology.vertex_ids.extend(osm.topology.vertex_ids);
        for mut restriction in osm.topology.restrictions {
            shift(&mut restriction.from);
            shift(&mut restriction.to);
            restriction.via_roads.iter_mut().for_each(shift);
            self.topology.restrictions.push(restriction);
        }
        self.layers.append(osm.layers);
        self.boundary = self.boundary.take().or(osm.boundary);
    }
}

struct Reading<'a> {
    manifest: &'a Manifest,
    progress: &'a dyn Progress,
    notes: Notes,
    sources: Vec<SourceReport>,
}

impl Reading<'_> {
    fn stage(&self, label: &str) -> Result<()> {
        if self.progress.cancelled() {
            bail!("stopped while reading the area");
        }
        self.progress.stage(&Label::parse(label), 0);
        Ok(())
    }

    fn extracts(&self) -> Result<Vec<OpenExtract>> {
        let mut extracts = Vec::new();
        for (file, wanted) in self.manifest.osm_extracts() {
            self.stage("读取 OSM 数据 | Reading OSM data")?;
            let path = self.manifest.folder.join(&file);
            let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            let (extract, sha256) = rayon::join(|| osm::read(&bytes, &path), || digest(&bytes));
            let extract = extract.with_context(|| format!("in {}", path.display()))?;
            extracts.push(OpenExtract { file, wanted, extract, sha256 });
        }
        Ok(extracts)
    }

    fn plane(&self, extracts: &[OpenExtract]) -> Result<Plane> {
        if let Some(epsg) = self.manifest.plane {
            return Plane::of_epsg(epsg).context("`plane` in area.toml");
        }
        let middle = extracts.iter().find_map(|extract| middle(extract.extract.lonlat()));
        let middle = middle.context("no source has a place on the map: the area cannot be located")?;
        Plane::at(middle.x, middle.y)
    }

    fn report_osm(&mut self, extract: &OpenExtract, osm: &OsmLayers) {
        for &(layer, read) in &osm.read {
            let kept = match layer {
                LayerId::Boundary => usize::from(osm.boundary.is_some()),
                _ => osm.layers.len(layer),
            };
            self.sources.push(SourceReport {
                layer,
                source: extract.file.clone(),
                crs: "EPSG:4326 WGS 84 (OSM)".to_owned(),
                read,
                kept,
                sha256: extract.sha256.clone(),
            });
        }
    }

    fn finish(mut self, plane: Plane, parts: Parts) -> Result<StudyArea> {
        let Parts { layers, topology, boundary } = parts;
        let boundary = boundary.unwrap_or_else(|| hull(&layers, &mut self.notes));
        self.stage("构建路网 | Building the road network")?;
        let network = Network::build(&layers.roads, &topology, None, &mut self.notes);
        Ok(StudyArea {
            name: self.manifest.name.clone(),
            synthetic: self.manifest.synthetic,
            plane,
            boundary,
            layers,
            network,
            elevation: None,
            population: None,
            sources: self.sources,
            notes: self.notes.into_vec(),
        })
    }
}

/// The median place: a stray node far away does not move it.
fn middle(lonlat: &[Coord]) -> Option<Coord> {
    let median = |mut values: Vec<f64>| {
        let at = values.len() / 2;
        values.sort_by(f64::total_cmp);
        values.get(at).copied()
    };
    Some(Coord { x: median(lonlat.iter().map(|c| c.x).collect())?, y: median(lonlat.iter().map(|c| c.y).collect())? })
}

/// What stands for the boundary where no source has one.
fn hull(layers: &Layers, notes: &mut Notes) -> MultiPolygon {
    let text = "没有行政界线，以道路的外包线代替 | No boundary: the hull of the roads stands for it";
    notes.add(Severity::Warning, Some(LayerId::Boundary), text, "");
    let mut points: Vec<Coord> = layers.roads.iter().flat_map(|road| road.geometry.0.iter().copied()).collect();
    if points.is_empty() {
        points = layers.villages.iter().map(|village| village.geometry.0).collect();
    }
    let hull = MultiPoint::from(points).convex_hull();
    if hull.exterior().0.len() < 4 { MultiPolygon(Vec::new()) } else { hull.into() }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
