//! Seeded randomness: a splitmix64 stream, and noise that depends only on the place.

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// In [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn lattice(seed: u64, i: i64, j: i64) -> f64 {
    let key = seed ^ (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (j as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    (mix(mix(key)) >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
}

/// Value noise in [-1, 1] with one knot per unit.
pub(super) fn noise(seed: u64, x: f64, y: f64) -> f64 {
    let (i, j) = (x.floor(), y.floor());
    let fade = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (u, v) = (fade(x - i), fade(y - j));
    let at = |di, dj| lattice(seed, i as i64 + di, j as i64 + dj);
    let south = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
    let north = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
    south + (north - south) * v
}

/// Noise of four octaves, in about [-1, 1].
pub(super) fn fractal(seed: u64, x: f64, y: f64) -> f64 {
    (0..4u32)
        .fold((0.0, 0.53, 1.0), |(sum, weight, scale), octave| {
            let value = noise(seed.wrapping_add(u64::from(octave)), x * scale, y * scale);
            (sum + weight * value, weight * 0.5, scale * 2.03)
        })
        .0
}
