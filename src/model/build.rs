//! Links the system's libproj (the one GDAL already brings), and rebuilds when the rules change.
fn main() {
    pkg_config::Config::new()
        .atleast_version("9.0")
        .probe("proj")
        .expect("libproj >= 9.0 with its pkg-config file; on Debian: apt-get install libproj-dev");
    println!("cargo:rerun-if-changed=../../data/rules");
}
