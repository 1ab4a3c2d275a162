//! Of whom something may be asked.

use crate::codes;

codes! {
    /// Of whom an obligation is asked, each by itself.
    pub enum UnitKind {
        /// 区县 | District
        District = "district",
        /// 乡镇街道 | Town
        Town = "town",
        /// 村、社区 | Village or community
        Village = "village",
        /// 消防安全重点单位 | Key unit
        KeyUnit = "key_unit",
        /// 山系(连片森林) | Range of forest
        ForestRange = "forest_range",
    }
}
