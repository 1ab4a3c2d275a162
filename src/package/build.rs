//! Rebuilds when what describes the package changes: it is embedded.
fn main() {
    println!("cargo:rerun-if-changed=../../data/package");
}
