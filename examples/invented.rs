//! Serves an area, or the invented one of the tests: `cargo run --example invented -- ADDRESS [AREA]`.

#[path = "../tests/support/mod.rs"]
mod support;

use fireplan::server::{ServeOptions, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let mut options = ServeOptions::default();
    let mut arguments = std::env::args().skip(1);
    if let Some(address) = arguments.next() {
        options.bind = address.parse()?;
    }
    let area = match arguments.next() {
        Some(path) => fireplan::area::open(path.as_ref(), &fireplan::analyses::Silent)?,
        None => support::area(),
    };
    println!("http://{}", options.bind);
    serve(area, support::rules(), options).await
}
