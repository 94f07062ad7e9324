//! Which servers may be used, and why others may not.

use penchant_ports::PortError;

use crate::error::invalid;

type Version = (u32, u32, u32);

/// The oldest server that keeps what was acknowledged and deleted.
const FLOOR: Version = (1, 19, 0);
/// The oldest server that knows conditional writes; an older one would overwrite silently.
const HARD_FLOOR: Version = (1, 17, 0);
/// The newest minor version that this crate's client was made for, and the one after.
const NEWEST: (u32, u32) = (1, 21);

const DEFECTS: &str = "deleted points may return after a crash (qdrant#9575), which breaks \
     erasure, and acknowledged writes may be missing from reads after a restart (qdrant#9930)";

/// `1.20.1`, `1.20.1-dev`; `None` for anything else.
fn parse(text: &str) -> Option<Version> {
    let plain = text.trim_start_matches('v').split(['-', '+']).next()?;
    let mut numbers = plain.split('.').map(|part| part.parse().ok());
    let version = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
    numbers.next().is_none().then_some(version)
}

/// Refuses servers below the floor; answers what to warn of.
pub(crate) fn check(version: &str, allow_old: bool) -> Result<Option<String>, PortError> {
    let Some(found) = parse(version) else {
        let unknown = format!("the server calls its version {version:?}, which is none");
        return match allow_old {
            true => Ok(Some(format!("{unknown}; if it is older than 1.19, {DEFECTS}"))),
            false => {
                Err(invalid(format!("{unknown}; set allow_old_server to use it all the same")))
            }
        };
    };
    if found < HARD_FLOOR {
        return Err(invalid(format!(
            "the server's version {version} does not know conditional writes, without which \
             concurrent writers overwrite each other; upgrade it to 1.19 or later"
        )));
    }
    if found < FLOOR {
        return match allow_old {
            true => {
                Ok(Some(format!("the server's version {version} is older than 1.19: {DEFECTS}")))
            }
            false => Err(invalid(format!(
                "the server's version {version} is older than 1.19: {DEFECTS}; upgrade it, or set \
                 allow_old_server to accept that"
            ))),
        };
    }
    if (found.0, found.1) > NEWEST {
        return Ok(Some(format!(
            "the server's version {version} is newer than this penchant was made for ({}.{})",
            NEWEST.0, NEWEST.1
        )));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_exact_and_the_setting_lowers_it_with_a_warning() {
        for fine in ["1.19.0", "1.20.0", "v1.20.3", "1.21.7-dev"] {
            assert_eq!(check(fine, false).unwrap(), None, "{fine}");
        }
        for old in ["1.18.9", "1.17.0"] {
            let refusal = check(old, false).unwrap_err();
            assert!(refusal.message.contains("allow_old_server"), "{refusal}");
            let warning = check(old, true).unwrap().unwrap();
            assert!(warning.contains("9575") && warning.contains("9930"), "{warning}");
        }
        assert!(check("1.16.3", true).is_err(), "no setting makes up for conditional writes");
        assert!(check("nightly", false).is_err());
        assert!(check("nightly", true).unwrap().is_some());
        assert!(check("2.0.0", false).unwrap().is_some());
    }
}
