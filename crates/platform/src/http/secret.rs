//! Secrets from where they lie.

use super::SecretSource;
use crate::file::{FileError, read_text};

impl SecretSource {
    /// The secret, read anew if it lies in a file.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub fn read(&self) -> Result<String, FileError> {
        match self {
            Self::Inline(secret) => Ok(secret.0.clone()),
            Self::File(path) => Ok(read_text(path)?.trim().to_owned()),
        }
    }
}
