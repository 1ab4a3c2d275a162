//! Coverage: which places does a fire crew reach in time?

use anyhow::Result;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyses::{Analysis, Context};
use crate::area::LayerId;
use crate::findings::Findings;

pub const TITLE: &str = "消防站响应覆盖 | Response coverage";
pub const QUESTION: &str = "接警出动后，各处能否在规定时间内等到消防车 | Which places does a fire crew reach in time?";

/// Which places does a fire crew reach in time?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// 响应时间预算 | Response time budget, minutes
    #[arg(long, default_value_t = Coverage::default().budget_min)]
    #[schemars(range(min = 1.0, max = 60.0))]
    pub budget_min: f64,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { budget_min: 5.0 }
    }
}

impl Analysis for Coverage {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::Stations]
    }

    fn run(&self, _context: &Context) -> Result<Findings> {
        Ok(Findings::default())
    }
}
