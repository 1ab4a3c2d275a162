//! Rebuilds when a style is added: they are embedded.
fn main() {
    println!("cargo:rerun-if-changed=../../styles");
}
