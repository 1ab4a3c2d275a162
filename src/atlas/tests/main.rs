//! The atlas from outside: what stands on its sheets, and that it stands there rightly.

mod sheets;
