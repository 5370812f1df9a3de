//! A line of `/proc/[pid]/mountinfo`, see `proc_pid_mountinfo(5)`.
//!
//! ```text
//! 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
//!       |          |     |                     |    |         |
//!       device's   point options               kind device    the file system's own options
//! ```

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) device: String,
    pub(super) major: String,
    pub(super) minor: String,
    pub(super) point: String,
    pub(super) kind: String,
    pub(super) read_only: bool,
}

impl Mount {
    pub(super) fn parse(line: &str) -> Option<Self> {
        // There may be any number of fields before the dash.
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(2);
        let (major, minor) = before.next()?.split_once(':')?;
        let _root = before.next()?;
        let (point, options) = (before.next()?, before.next()?);
        let mut after = after.split(' ');
        let (kind, device) = (after.next()?, after.next()?);
        let own_options = after.next().unwrap_or_default();
        let read_only = [options, own_options]
            .iter()
            .any(|options| options.split(',').any(|option| option == "ro"));
        Some(Self {
            device: unescape(device),
            major: major.to_owned(),
            minor: minor.to_owned(),
            point: unescape(point),
            kind: kind.to_owned(),
            read_only,
        })
    }
}

/// The kernel writes white space and backslashes as a backslash and three octal digits.
fn unescape(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let octal = after
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (byte, escaped) {
            (b'\\', Some(escaped)) => {
                bytes.push(escaped);
                rest = &after[3..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
