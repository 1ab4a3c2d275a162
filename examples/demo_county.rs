//! Writes the invented county of `data/demo`: `cargo run --release --example demo_county [folder]`.
//!
//! The same bytes every time: a seeded generator, no clock, no hashed order. `tests/demo.rs` keeps the files and the
//! generator in step.

#[path = "demo_county/mod.rs"]
mod generator;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "data/demo".to_owned());
    generator::generate(std::path::Path::new(&folder))
}
