//! A square-celled grid over the county's local frame, row by row from the south.

use geo::Coord;

/// Extent of the frame, larger than the county.
pub(super) const WIDTH_M: f64 = 34_000.0;
pub(super) const HEIGHT_M: f64 = 32_000.0;

pub(super) type Point = Coord<f64>;

#[derive(Clone)]
pub(super) struct Grid<T> {
    pub nx: usize,
    pub ny: usize,
    pub cell_m: f64,
    pub values: Vec<T>,
}

impl<T: Copy> Grid<T> {
    /// Over the whole frame.
    pub(super) fn filled(cell_m: f64, value: T) -> Self {
        let (nx, ny) = ((WIDTH_M / cell_m).round() as usize, (HEIGHT_M / cell_m).round() as usize);
        Self { nx, ny, cell_m, values: vec![value; nx * ny] }
    }

    pub(super) fn from_fn(cell_m: f64, value: impl Fn(Point) -> T) -> Self {
        let mut grid = Self::filled(cell_m, value(Point { x: 0.0, y: 0.0 }));
        for index in 0..grid.values.len() {
            grid.values[index] = value(grid.centre(index));
        }
        grid
    }

    pub(super) fn centre(&self, index: usize) -> Point {
        let (i, j) = (index % self.nx, index / self.nx);
        Point { x: (i as f64 + 0.5) * self.cell_m, y: (j as f64 + 0.5) * self.cell_m }
    }

    /// The cell a place lies in; places outside count to the nearest cell.
    pub(super) fn index_at(&self, place: Point) -> usize {
        let i = ((place.x / self.cell_m).max(0.0) as usize).min(self.nx - 1);
        let j = ((place.y / self.cell_m).max(0.0) as usize).min(self.ny - 1);
        j * self.nx + i
    }

    pub(super) fn at(&self, place: Point) -> T {
        self.values[self.index_at(place)]
    }

    pub(super) fn is_edge(&self, index: usize) -> bool {
        let (i, j) = (index % self.nx, index / self.nx);
        i == 0 || j == 0 || i + 1 == self.nx || j + 1 == self.ny
    }

    /// Cells at an offset, if there are such.
    pub(super) fn step(&self, index: usize, di: i64, dj: i64) -> Option<usize> {
        let i = (index % self.nx) as i64 + di;
        let j = (index / self.nx) as i64 + dj;
        let inside = i >= 0 && j >= 0 && i < self.nx as i64 && j < self.ny as i64;
        inside.then_some((j * self.nx as i64 + i) as usize)
    }

    /// The up to eight cells around.
    pub(super) fn around(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        const RING: [(i64, i64); 8] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
        RING.iter().filter_map(move |&(di, dj)| self.step(index, di, dj))
    }

    pub(super) fn distance_m(&self, a: usize, b: usize) -> f64 {
        distance(self.centre(a), self.centre(b))
    }
}

impl Grid<f64> {
    /// Bilinear between cell centres.
    pub(super) fn sample(&self, place: Point) -> f64 {
        let x = (place.x / self.cell_m - 0.5).clamp(0.0, (self.nx - 1) as f64);
        let y = (place.y / self.cell_m - 0.5).clamp(0.0, (self.ny - 1) as f64);
        let (i, j) = ((x as usize).min(self.nx - 2), (y as usize).min(self.ny - 2));
        let (u, v) = (x - i as f64, y - j as f64);
        let at = |di: usize, dj: usize| self.values[(j + dj) * self.nx + i + di];
        let south = at(0, 0) * (1.0 - u) + at(1, 0) * u;
        let north = at(0, 1) * (1.0 - u) + at(1, 1) * u;
        south * (1.0 - v) + north * v
    }

    /// Rise over run at a place.
    pub(super) fn slope(&self, place: Point) -> f64 {
        let reach = self.cell_m;
        let at = |dx: f64, dy: f64| self.sample(Point { x: place.x + dx, y: place.y + dy });
        let dx = (at(reach, 0.0) - at(-reach, 0.0)) / (2.0 * reach);
        let dy = (at(0.0, reach) - at(0.0, -reach)) / (2.0 * reach);
        (dx * dx + dy * dy).sqrt()
    }

    /// Averages each cell with its neighbours.
    pub(super) fn blurred(&self) -> Self {
        let mut out = self.clone();
        for index in 0..self.values.len() {
            let (sum, count) = self
                .around(index)
                .fold((2.0 * self.values[index], 2.0), |(sum, count), next| (sum + self.values[next], count + 1.0));
            out.values[index] = sum / count;
        }
        out
    }
}

impl Grid<bool> {
    /// Cells within `cells` steps of a set cell.
    pub(super) fn grown(&self, cells: usize) -> Self {
        let mut out = self.clone();
        for _ in 0..cells {
            let before = out.clone();
            for index in 0..before.values.len() {
                out.values[index] = before.values[index] || before.around(index).any(|next| before.values[next]);
            }
        }
        out
    }
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}

/// Smallest distance from a place to a line.
pub(super) fn distance_to_line(place: Point, line: &[Point]) -> f64 {
    line.windows(2).map(|pair| distance(place, nearest_on_segment(place, pair[0], pair[1]))).fold(f64::MAX, f64::min)
}

pub(super) fn nearest_on_segment(place: Point, a: Point, b: Point) -> Point {
    let along = b - a;
    let length2 = along.x * along.x + along.y * along.y;
    if length2 == 0.0 {
        return a;
    }
    let t = (((place.x - a.x) * along.x + (place.y - a.y) * along.y) / length2).clamp(0.0, 1.0);
    a + along * t
}
