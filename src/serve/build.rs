//! Rebuilds when a file of the page is added: they are embedded.
fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
