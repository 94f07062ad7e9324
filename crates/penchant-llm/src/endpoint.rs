//! Where the model may live: http(s) servers, but never a cloud's metadata service.
//!
//! An address in the settings is checked when they are loaded, a name each time it is resolved
//! (a name that is harmless today may point to 169.254.169.254 tomorrow). Private networks and
//! the loopback are allowed: that is where people run their own models.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Names under which clouds serve credentials to their machines.
const METADATA_NAMES: [&str; 4] =
    ["metadata", "metadata.google.internal", "metadata.goog", "instance-data"];

/// Checks a base URL.
///
/// # Errors
/// A sentence without its subject: `must start with http:// or https://`.
pub fn check(base_url: &str) -> Result<Url, String> {
    let url = Url::parse(base_url.trim()).map_err(|e| format!("is not a URL: {e}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must start with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password; use api_key".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not hold ? or #".to_owned());
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
    if host.is_empty() {
        return Err("names no host".to_owned());
    }
    if METADATA_NAMES.contains(&host) {
        return Err(format!("points to {host}, a cloud metadata service; refused"));
    }
    if let Ok(address) = host.parse::<IpAddr>()
        && forbidden(address)
    {
        return Err(format!("points to {address}, a link-local or metadata address; refused"));
    }
    Ok(url)
}

/// The address of the chat completions of an API.
pub(crate) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Whether no model can live at `address`: link-local, metadata services of clouds, unspecified,
/// multicast, broadcast; also when wrapped in IPv6.
#[must_use]
pub fn forbidden(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => forbidden_v4(v4),
        IpAddr::V6(v6) => forbidden_v6(v6),
    }
}

fn forbidden_v4(address: Ipv4Addr) -> bool {
    /// Metadata services outside 169.254.0.0/16: Alibaba, Azure, Oracle.
    const METADATA: [Ipv4Addr; 3] = [
        Ipv4Addr::new(100, 100, 100, 200),
        Ipv4Addr::new(168, 63, 129, 16),
        Ipv4Addr::new(192, 0, 0, 192),
    ];
    address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.octets()[0] == 0
        || METADATA.contains(&address)
}

fn forbidden_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    let wrapped = match s {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        // IPv4-compatible and IPv4-mapped.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => Some(embedded(high, low)),
        // NAT64 and 6to4.
        [0x64, 0xff9b, _, _, _, _, high, low] | [0x2002, high, low, ..] => {
            Some(embedded(high, low))
        }
        _ => None,
    };
    address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        // Amazon's metadata service.
        || s == [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254]
        || wrapped.is_some_and(forbidden_v4)
}

/// Resolves names and drops what [`forbidden`] refuses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is put in by the client.
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(permitted(found)?)
        })
    }
}

fn permitted(found: Vec<SocketAddr>) -> Result<Addrs, std::io::Error> {
    let allowed: Vec<SocketAddr> = found.into_iter().filter(|a| !forbidden(a.ip())).collect();
    if allowed.is_empty() {
        return Err(std::io::Error::other(
            "the name resolves to link-local or metadata addresses only; refused",
        ));
    }
    Ok(Box::new(allowed.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_services_are_refused_however_they_are_written() {
        for url in [
            "http://169.254.169.254/latest",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://[::ffff:169.254.169.254]/v1",
            "http://[::169.254.169.254]/v1",
            "http://[64:ff9b::a9fe:a9fe]/v1",
            "http://[2002:a9fe:a9fe::1]/v1",
            "http://[fe80::1]/v1",
            "http://[fd00:ec2::254]/v1",
            "http://100.100.100.200/",
            "http://0.0.0.0:8000/v1",
            "http://[::]:8000/v1",
            "http://METADATA.google.internal/",
            "http://metadata.google.internal./",
        ] {
            let refused = check(url);
            assert!(refused.as_ref().is_err_and(|e| e.contains("refused")), "{url}: {refused:?}");
        }
    }

    #[test]
    fn only_plain_http_addresses_are_taken() {
        for url in [
            "file:///etc/passwd",
            "ftp://models/v1",
            "models/v1",
            "https://me:secret@models/v1",
            "https://models/v1?key=1",
            "https://models/v1#x",
            "",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
        assert!(!check("https://me:secret@models/v1").unwrap_err().contains("secret"));
    }

    #[test]
    fn loopback_private_networks_and_names_are_allowed() {
        for url in [
            "http://127.0.0.1:11434/v1",
            "http://localhost:8000/v1",
            "http://[::1]:8000/v1/",
            "http://10.1.2.3/v1",
            "https://api.openai.com/v1",
            "http://vllm:8000/v1",
        ] {
            assert!(check(url).is_ok(), "{url}");
        }
        let base = check("http://[::1]:8000/v1/").unwrap();
        let joined = join(&base, "chat/completions");
        assert_eq!(joined.as_str(), "http://[::1]:8000/v1/chat/completions");
    }

    #[test]
    fn a_name_that_turns_to_a_metadata_address_is_refused_when_resolved() {
        let rebound = vec![SocketAddr::from(([169, 254, 169, 254], 0))];
        assert!(permitted(rebound.clone()).is_err());
        let mixed = [rebound, vec![SocketAddr::from(([10, 0, 0, 7], 0))]].concat();
        let left: Vec<_> = permitted(mixed).unwrap().collect();
        assert_eq!(left, [SocketAddr::from(([10, 0, 0, 7], 0))]);
    }
}
