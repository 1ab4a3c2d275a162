//! 规划文本 and 规划说明书: texts as `data/package/text.toml` and `explanation.toml` write them, figures from the findings, each
//! article a content control that later generations renew without touching what people wrote.

pub mod blocks;
pub mod compose;
pub mod docx;
pub mod insets;
pub mod merge;
mod numbering;
pub mod spec;
mod table;
