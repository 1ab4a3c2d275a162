//! What the styles of the project say of a feature at a scale: which symbols, in millimetres.
//!
//! Styles are written for screens: their pixels become [`PX_MM`] on paper, and the zoom that belongs to a scale is that at
//! which a pixel is as large on the ground.

mod symbol;

pub(crate) use symbol::{Lettering, Symbol, resolve};

/// Size of a pixel of the styles on paper.
pub(crate) const PX_MM: f64 = 0.22;

/// Metres of a pixel at zoom 0 on the equator, with tiles of 512 pixels.
const ZOOM_0_M: f64 = 78_271.516_964;

/// The zoom whose pixels are as large on the ground as [`PX_MM`] at a scale of 1 to `denominator`.
pub(crate) fn zoom_of(denominator: f64, latitude_deg: f64) -> f64 {
    (ZOOM_0_M * latitude_deg.to_radians().cos() / (denominator * PX_MM / 1000.0)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_scale_is_one_zoom_more() {
        let (small, large) = (zoom_of(50_000.0, 35.0), zoom_of(25_000.0, 35.0));
        assert!((large - small - 1.0).abs() < 1e-9);
        // 78271.517 m · cos 35° at zoom 0; 22 m at 1:100,000.
        assert!((zoom_of(100_000.0, 35.0) - 11.5092).abs() < 1e-3, "{}", zoom_of(100_000.0, 35.0));
    }
}
