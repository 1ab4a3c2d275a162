//! Rebuilds when a file of the page or a style is added: they are embedded.
fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
    println!("cargo:rerun-if-changed=../../styles");
}
