//! Provinces cut into counties: the demo county's towns play the counties.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod exactness;
mod refusals;

use std::path::{Path, PathBuf};

use fireplan_engine::analyses::coverage::Coverage;
use fireplan_engine::request::Request;
use fireplan_engine::response::dispatch::Dispatch;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_province::border::write_borders;
use fireplan_province::counties::CountyColumn;
use fireplan_province::county::CountyTask;
use fireplan_province::plan::{PlanFolder, ProvincePlan, make_plan};

/// The question that is asked: coverage, without the time bands that cannot be cut.
fn question() -> Request {
    Request::Coverage(Coverage { bands_min: Vec::new(), ..Coverage::default() })
}

fn rules() -> Rules {
    Rules::load(None).unwrap()
}

fn open(path: &Path) -> StudyArea {
    fireplan_read::open(path, &Silent).unwrap()
}

fn by_name() -> CountyColumn {
    CountyColumn { column: "name".to_owned(), prefix: None }
}

/// A plan in a folder of its own, and where its province is.
struct Planned {
    kept: tempfile::TempDir,
    plan: ProvincePlan,
}

impl Planned {
    /// The demo county by its towns.
    fn demo(province: &StudyArea, margin_m: f64) -> Self {
        let kept = tempfile::tempdir().unwrap();
        let plan = make_plan(province, &fireplan_testing::demo(), by_name(), margin_m, kept.path()).unwrap();
        Self { kept, plan }
    }

    fn folder(&self) -> PlanFolder {
        PlanFolder(self.kept.path().to_owned())
    }

    fn results(&self) -> PathBuf {
        self.kept.path().join("results")
    }

    fn find_border(&self, province: &StudyArea) {
        write_borders(&self.folder(), province, &rules(), Dispatch::default()).unwrap();
    }

    /// Answers for one county, as a task somewhere would.
    fn answer(&self, id: &str, request: &Request) -> anyhow::Result<()> {
        let folder = self.folder();
        let (county, arrivals, out) = (folder.county(id), folder.arrivals(id), self.results().join(id));
        let task = CountyTask { county: &county, arrivals: &arrivals, own: id, out: &out };
        task.answer(request, &rules(), &Silent).map(|_| ())
    }
}
