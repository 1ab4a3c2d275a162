//! Files and tiles as other programs read them.

mod export;
mod tiles;
