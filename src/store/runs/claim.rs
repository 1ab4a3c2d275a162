//! One service at a time: two that number the runs of one area would give a number twice.

use std::fs::{self, File, TryLockError};
use std::time::Duration;

use super::RunFolder;
use crate::{StoreError, StoreResult};

/// Is locked by the service of the area.
const SERVICE: &str = ".service";
/// A service that is just ending, or letting go of the area, has this time for it.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(100);

/// The right to number the runs of an area. The system takes it back when the program ends, however that is.
#[derive(Debug)]
pub struct ServiceClaim {
    /// `None`: the folder cannot be written, and so no run can be kept there by anybody.
    _locked: Option<File>,
}

impl RunFolder {
    /// Claims the folder for a service; may wait for another one to end, so not for async threads.
    ///
    /// # Errors
    /// Another service has it.
    pub fn claim_for_service(&self) -> StoreResult<ServiceClaim> {
        let made = fs::create_dir_all(self.path()).and_then(|()| File::create(self.path().join(SERVICE)));
        let Ok(file) = made else { return Ok(ServiceClaim { _locked: None }) };
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(ServiceClaim { _locked: Some(file) }),
                // A file system without locks cannot tell of others.
                Err(TryLockError::Error(_)) => return Ok(ServiceClaim { _locked: None }),
                Err(TryLockError::WouldBlock) if waited >= PATIENCE => {
                    return Err(StoreError::InUse(self.path().display().to_string()));
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(PAUSE);
                    waited += PAUSE;
                }
            }
        }
    }
}
