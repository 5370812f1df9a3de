//! The data folder: what it promises when the process is killed, and how samples come in and go out.

mod border;
mod folder;
mod full;
mod killed;
