//! Does nothing: it is here so that the features named under `build-dependencies` hold.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}
