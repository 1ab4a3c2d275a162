//! Statements that never end: a view of a GeoPackage, or a `where`, may count for ever. SQLite asks now and then whether it
//! is to go on, and is told no when for too long no row came out.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::{Duration, Instant};

use gdal::Dataset;
use rusqlite::ffi;

/// The longest that a statement may think about one row. Counting ten million rows takes a second or two.
const LONGEST: Duration = Duration::from_secs(20);

/// Watches the statements of a dataset that is an SQLite database; does nothing to others.
pub(super) struct StatementWatch<'a> {
    database: *mut ffi::sqlite3,
    clock: Rc<Clock>,
    _dataset: PhantomData<&'a Dataset>,
}

struct Clock {
    last_row: Cell<Instant>,
    longest: Duration,
    stopped: Cell<bool>,
}

impl<'a> StatementWatch<'a> {
    pub(super) fn start(dataset: &'a Dataset) -> Self {
        Self::within(dataset, LONGEST)
    }

    fn within(dataset: &'a Dataset, longest: Duration) -> Self {
        let is_sqlite = ["GPKG", "SQLite"].contains(&dataset.driver().short_name().as_str());
        let database = if is_sqlite {
            // SAFETY: the dataset is open; the handle is used no longer than it is, which the lifetime holds.
            unsafe { gdal_sys::GDALGetInternalHandle(dataset.c_dataset(), c"SQLITE_HANDLE".as_ptr()) }
        } else {
            std::ptr::null_mut()
        };
        let clock = Rc::new(Clock { last_row: Cell::new(Instant::now()), longest, stopped: Cell::new(false) });
        let database = database.cast::<ffi::sqlite3>();
        if !database.is_null() {
            /// Instructions of SQLite between two questions: some milliseconds.
            const BETWEEN: c_int = 100_000;
            let place = Rc::as_ptr(&clock).cast_mut().cast::<c_void>();
            // SAFETY: the clock does not move, and `drop` takes the question away before the clock goes.
            unsafe { ffi::sqlite3_progress_handler(database, BETWEEN, Some(is_over), place) };
        }
        Self { database, clock, _dataset: PhantomData }
    }

    /// A row came out.
    pub(super) fn row(&self) {
        self.clock.last_row.set(Instant::now());
    }

    /// Was a statement stopped?
    pub(super) fn has_stopped(&self) -> bool {
        self.clock.stopped.get()
    }
}

impl Drop for StatementWatch<'_> {
    fn drop(&mut self) {
        if !self.database.is_null() {
            // SAFETY: the dataset is still open; no question is asked any more.
            unsafe { ffi::sqlite3_progress_handler(self.database, 0, None, std::ptr::null_mut()) };
        }
    }
}

unsafe extern "C" fn is_over(clock: *mut c_void) -> c_int {
    // SAFETY: the clock that `within` gave, which lives while the question may be asked; asked on the thread that reads.
    let Some(clock) = (unsafe { clock.cast::<Clock>().as_ref() }) else { return 0 };
    if clock.last_row.get().elapsed() > clock.longest {
        clock.stopped.set(true);
    }
    c_int::from(clock.stopped.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    use gdal::DriverManager;
    use gdal::vector::LayerAccess;

    /// A GeoPackage of one view with this text.
    fn view(folder: &std::path::Path, text: &str) -> Dataset {
        let path = folder.join("a.gpkg");
        let dataset = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&path).unwrap();
        let run = |sql: &str| drop(dataset.execute_sql(sql, None, gdal::vector::sql::Dialect::DEFAULT).unwrap());
        run(&format!("CREATE VIEW v AS {text}"));
        run("INSERT INTO gpkg_contents (table_name, identifier, data_type) VALUES ('v', 'v', 'attributes')");
        drop(dataset);
        Dataset::open(path).unwrap()
    }

    #[test]
    fn a_view_that_counts_for_ever_is_stopped() {
        crate::table::set_up_gdal();
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            "WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS x FROM c",
        ] {
            let dataset = view(folder.path(), text);
            let watch = StatementWatch::within(&dataset, Duration::from_millis(300));
            let begun = Instant::now();
            let layer = dataset.layer(0).unwrap();
            let _ = layer.feature_count();
            let mut layer = layer;
            for _ in layer.features() {}
            assert!(watch.has_stopped() && begun.elapsed() < Duration::from_secs(20), "{text}");
            drop(watch);
            drop(dataset);
            std::fs::remove_file(folder.path().join("a.gpkg")).unwrap();
        }
    }

    #[test]
    fn a_view_that_ends_is_read() {
        crate::table::set_up_gdal();
        let folder = tempfile::tempdir().unwrap();
        let dataset = view(folder.path(), "SELECT 1 AS x UNION ALL SELECT 2");
        let watch = StatementWatch::start(&dataset);
        assert_eq!((dataset.layer(0).unwrap().feature_count(), watch.has_stopped()), (2, false));
    }
}
