//! The contract between those who write or read samples and those who keep them.
