//! Heights that are none: what elevation models hold where nothing was measured, and do not declare.

use fireplan_model::method_constants;

method_constants! {
    /// 低于此值的高程视为空值 | Heights below this are none
    const LOWEST_M: f64 = -500.0,
        because "陆地最低处(死海岸)约 -430 米；-9999、-32768 是空值标记 | The lowest land, the shore of the Dead Sea, lies at -430 m; -9999 and -32768 mark voids";
    /// 高于此值的高程视为空值 | Heights above this are none
    const HIGHEST_M: f64 = 9_000.0,
        because "最高峰 8849 米；32767、65535 是空值标记 | The highest peak has 8849 m; 32767 and 65535 mark voids";
    /// 全图中位高程高于此值时，恰为 0 的格视为空值 | Where the median height is above this, cells of exactly 0 are none
    const ZERO_MEDIAN_M: f64 = 100.0,
        because "百米以上的地方不会有成片恰为 0 的高程；沿海平原的 0 保留 | Ground above 100 m has no cells of exactly 0; those of coastal plains stay";
    /// 与四邻中位高程相差超过格距此倍数的孤立格，视为尖峰 | A cell that differs from the median of its neighbours by more than this many times its size is a spike
    const SPIKE_SLOPE: f64 = 4.0,
        because "相当于四面皆 76° 以上的峭壁，测绘粗差才会如此 | Cliffs of more than 76 degrees on every side: only an error of measurement is that";
    /// 尖峰的最小高差 | Least height of a spike
    const SPIKE_M: f64 = 100.0,
        because "细格网中的房屋、树木不是尖峰 | Houses and trees in a fine grid are none";
}

/// What was left out, by kind (`中文 | English`) with the number of cells; rows of `columns` heights each.
pub(super) fn leave_out(heights: &mut [f32], columns: usize, cell_m: f64) -> Vec<(&'static str, usize)> {
    let median = median(heights);
    let marks = blank(heights, |height| f64::from(height) < LOWEST_M || f64::from(height) > HIGHEST_M);
    let is_high = median.is_some_and(|median| f64::from(median) > ZERO_MEDIAN_M);
    let zeros = if is_high { blank(heights, |height| height == 0.0) } else { 0 };
    let spikes = spikes(heights, columns, (SPIKE_SLOPE * cell_m).max(SPIKE_M));
    spikes.iter().for_each(|at| heights[*at] = f32::NAN);
    let found = [
        (
            "高程中未声明的空值(-32768、-9999 等)，按无数据处理 | Undeclared voids in the elevation (-32768, -9999 and the like), taken as missing",
            marks,
        ),
        (
            "高程恰为 0 而周围在百米以上，按无数据处理 | Heights of exactly 0 in ground above 100 m, taken as missing",
            zeros,
        ),
        ("高程中孤立的尖峰，按无数据处理 | Single spikes in the elevation, taken as missing", spikes.len()),
    ];
    found.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn blank(heights: &mut [f32], is_void: impl Fn(f32) -> bool) -> usize {
    let mut count = 0;
    for height in heights.iter_mut().filter(|height| height.is_finite() && is_void(**height)) {
        *height = f32::NAN;
        count += 1;
    }
    count
}

/// Of the heights that can be heights and are not 0.
fn median(heights: &[f32]) -> Option<f32> {
    let possible = |height: &&f32| {
        let height = f64::from(**height);
        height.is_finite() && (LOWEST_M..=HIGHEST_M).contains(&height) && height != 0.0
    };
    let mut known: Vec<f32> = heights.iter().filter(possible).copied().collect();
    let middle = known.len() / 2;
    (!known.is_empty()).then(|| *known.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// Cells that stand out from all four neighbours to the same side.
fn spikes(heights: &[f32], columns: usize, least_m: f64) -> Vec<usize> {
    let rows = heights.len().checked_div(columns).unwrap_or(0);
    let stands_out = |at: &usize| {
        let (row, column) = (at / columns, at % columns);
        if row == 0 || column == 0 || row + 1 >= rows || column + 1 >= columns {
            return false;
        }
        let around = [at - columns, at + columns, at - 1, at + 1].map(|other| f64::from(heights[*at] - heights[other]));
        around.iter().all(|rise| *rise > least_m) || around.iter().all(|rise| *rise < -least_m)
    };
    (0..heights.len()).filter(stands_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn marks_zeros_and_spikes_are_no_heights() {
        let mut heights = vec![500.0_f32; 100];
        heights[3] = -9999.0;
        heights[4] = -32768.0;
        heights[5] = 0.0;
        heights[55] = 1_900.0;
        let found: Vec<usize> = leave_out(&mut heights, 10, 30.0).into_iter().map(|(_, count)| count).collect();
        assert_eq!(found, [2, 1, 1]);
        assert_eq!(heights.iter().filter(|height| height.is_nan()).count(), 4);
    }

    #[test]
    fn a_coast_keeps_its_zeros() {
        let mut heights = vec![0.0_f32, 2.0, 5.0, 0.0];
        assert!(leave_out(&mut heights, 2, 30.0).is_empty());
    }

    proptest! {
        /// Steep ground that rises evenly loses nothing.
        #[test]
        fn slopes_are_left_alone(base in 1.0_f32..4_000.0, rise in -80.0_f32..80.0) {
            let mut heights: Vec<f32> = (0..64_u8).map(|at| (base + rise * f32::from(at % 8)).max(1.0)).collect();
            prop_assert!(leave_out(&mut heights, 8, 30.0).is_empty());
        }
    }
}
