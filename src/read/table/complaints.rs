//! What a driver complains of while it opens and reads a file. GDAL's loop over features ends at an error as it does at
//! the end of the file; only its messages tell the one from the other.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::rc::Rc;

/// GDAL's number for a question about no object, such as the kind of a geometry that a feature does not have: it says nothing
/// of the file.
const OBJECT_NULL: gdal_sys::CPLErrorNum = 10;

/// Listens to the messages of this thread until dropped; the first failure is kept.
pub(super) struct Complaints {
    first: Rc<RefCell<Option<String>>>,
}

impl Complaints {
    pub(super) fn listen() -> Self {
        let first = Rc::new(RefCell::new(None));
        let place = Rc::as_ptr(&first).cast_mut().cast::<c_void>();
        // SAFETY: what is counted does not move, and `drop` takes the handler away before it goes.
        unsafe { gdal_sys::CPLPushErrorHandlerEx(Some(hear), place) };
        Self { first }
    }

    /// The first failure that was told.
    pub(super) fn first(&self) -> Option<String> {
        self.first.borrow().clone()
    }
}

impl Drop for Complaints {
    fn drop(&mut self) {
        // SAFETY: takes away the handler that `listen` put on this thread; the listener cannot leave its thread.
        unsafe { gdal_sys::CPLPopErrorHandler() };
    }
}

unsafe extern "C" fn hear(class: gdal_sys::CPLErr::Type, number: gdal_sys::CPLErrorNum, text: *const c_char) {
    // SAFETY: GDAL gives a text that ends, and what `listen` gave it.
    let (text, first) = unsafe {
        let text = if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() };
        (text, gdal_sys::CPLGetErrorHandlerUserData().cast::<RefCell<Option<String>>>().as_ref())
    };
    tracing::debug!(class, number, text, "GDAL");
    if class >= gdal_sys::CPLErr::CE_Failure
        && number != OBJECT_NULL
        && let Some(mut first) = first.and_then(|first| first.try_borrow_mut().ok())
    {
        first.get_or_insert(text);
    }
}
