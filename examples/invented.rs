//! Serves the invented area of the tests: `cargo run --example invented [-- ADDRESS]`.

#[path = "../tests/support/mod.rs"]
mod support;

use fireplan::server::{ServeOptions, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut options = ServeOptions::default();
    if let Some(address) = std::env::args().nth(1) {
        options.bind = address.parse()?;
    }
    println!("http://{}", options.bind);
    serve(support::area(), support::rules(), options).await
}
