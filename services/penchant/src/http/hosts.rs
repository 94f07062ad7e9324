//! Which names this server answers to. A web page of another site can make a browser resolve its
//! own name to a loopback address (DNS rebinding) and then read what it likes, unless the server
//! looks at the name.

use std::net::IpAddr;
use std::sync::Arc;

/// The names. IP addresses and loopback names always count: no page can be served under them from
/// elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    /// Loopback names, addresses, and these names (without port).
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| name.trim().to_ascii_lowercase()).collect())
    }

    /// Whether `authority` (`name`, `name:port`, `[address]:port`) is one of ours.
    #[must_use]
    pub fn allow(&self, authority: &str) -> bool {
        let Some(name) = name_of(authority) else { return false };
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok()
            || self.0.contains(&name)
    }

    /// Whether `origin` (`https://name:port`, from a browser) is one of ours.
    #[must_use]
    pub fn allow_origin(&self, origin: &str) -> bool {
        origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"))
            .is_some_and(|authority| self.allow(authority))
    }
}

fn name_of(authority: &str) -> Option<String> {
    let (name, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        (address, port.strip_prefix(':').or_else(|| port.is_empty().then_some(""))?)
    } else {
        authority.split_once(':').unwrap_or((authority, ""))
    };
    let sound = !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| name.trim_end_matches('.').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_ours_are_answered() {
        let hosts = Hosts::new(["Penchant.example.org".to_owned()]);
        for ours in [
            "localhost",
            "LOCALHOST:7601",
            "app.localhost",
            "127.0.0.1:7601",
            "[::1]:7601",
            "[::1]",
            "10.0.0.7:80",
            "penchant.example.org",
            "penchant.example.org.:443",
        ] {
            assert!(hosts.allow(ours), "{ours}");
        }
        for foreign in [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example",
            "evillocalhost",
            "127.0.0.1.nip.io",
            "localhost:80@evil.example",
            "[::1",
            "[::1]evil",
            "a.penchant.example.org",
        ] {
            assert!(!hosts.allow(foreign), "{foreign}");
        }
        assert!(hosts.allow_origin("https://penchant.example.org"));
        for foreign in ["null", "https://evil.example", "file://", "penchant.example.org"] {
            assert!(!hosts.allow_origin(foreign), "{foreign}");
        }
    }
}
