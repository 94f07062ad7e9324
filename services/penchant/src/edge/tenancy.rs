//! Who is asking: the tenant comes from the credential, never from the request (INV-6).

use http::HeaderMap;
use http::header::AUTHORIZATION;
use penchant_core::TenantId;
use sha2::{Digest as _, Sha256};

/// The tenant that everything belongs to when no credentials are configured.
pub const DEFAULT_TENANT: &str = "default";

/// The one text that every failed authentication is answered with.
pub const UNAUTHENTICATED: &str =
    "a valid token is needed, as `authorization: Bearer …` or `x-api-key`";

/// Which token belongs to which tenant. Tokens are known by their SHA-256 only.
#[derive(Clone)]
pub struct Tenancy(Mode);

#[derive(Clone)]
enum Mode {
    Open(TenantId),
    Tokens(Vec<(Sha, TenantId)>),
}

type Sha = [u8; 32];

/// There is no valid token. Says nothing about why: not to be told to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{UNAUTHENTICATED}")]
pub struct Unauthenticated;

/// A digest that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("token {index}: sha256 must be 64 hexadecimal digits")]
pub struct InvalidDigest {
    /// Which token, from 0.
    pub index: usize,
}

impl Tenancy {
    /// No credentials: everyone is [`DEFAULT_TENANT`]. For loopback only; binding elsewhere is the
    /// configuration's to refuse.
    ///
    /// # Panics
    /// Never: the default tenant's name is a valid id.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a constant that a test checks")]
    pub fn open() -> Self {
        let tenant = TenantId::try_new(DEFAULT_TENANT).expect("the default tenant is a valid id");
        Self(Mode::Open(tenant))
    }

    /// Only these tokens, each given as the hexadecimal SHA-256 of its text. No tokens at all is
    /// [`Self::open`].
    ///
    /// # Errors
    /// [`InvalidDigest`] for the first that is none.
    pub fn tokens<'a>(
        digests: impl IntoIterator<Item = (&'a str, TenantId)>,
    ) -> Result<Self, InvalidDigest> {
        let mut tokens = Vec::new();
        for (index, (hex, tenant)) in digests.into_iter().enumerate() {
            tokens.push((parse(hex).ok_or(InvalidDigest { index })?, tenant));
        }
        if tokens.is_empty() { Ok(Self::open()) } else { Ok(Self(Mode::Tokens(tokens))) }
    }

    /// Whether no credentials are asked for.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.0, Mode::Open(_))
    }

    /// The tenant of a request, from its headers (or gRPC metadata, which are the same).
    ///
    /// # Errors
    /// [`Unauthenticated`] without a valid token.
    pub fn establish(&self, headers: &HeaderMap) -> Result<TenantId, Unauthenticated> {
        match &self.0 {
            Mode::Open(tenant) => Ok(tenant.clone()),
            Mode::Tokens(known) => {
                let digest: Sha = Sha256::digest(given(headers).ok_or(Unauthenticated)?).into();
                let mut found = None;
                // Every known token is compared in full: time tells neither which nor how much
                // of one was right.
                for (sha, tenant) in known {
                    if equal(sha, &digest) {
                        found = Some(tenant);
                    }
                }
                found.cloned().ok_or(Unauthenticated)
            }
        }
    }
}

/// The token in the headers. Two of them are none: which one counts would be a guess.
fn given(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers
        .get_all(AUTHORIZATION)
        .iter()
        .map(|value| bearer(value.as_bytes()))
        .chain(headers.get_all("x-api-key").iter().map(|value| Some(value.as_bytes())));
    let token = values.next()??;
    (values.next().is_none() && !token.is_empty()).then_some(token)
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

fn equal(a: &Sha, b: &Sha) -> bool {
    let difference = a.iter().zip(b).fold(0_u8, |sum, (x, y)| sum | (x ^ y));
    std::hint::black_box(difference) == 0
}

fn parse(hex: &str) -> Option<Sha> {
    let mut sha = [0_u8; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (byte, at) in sha.iter_mut().zip((0..64).step_by(2)) {
        let digits = hex.get(at..at + 2)?;
        // `from_str_radix` would take a sign.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(sha)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// SHA-256 of "secret".
    const SECRET: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    fn tenancy() -> Tenancy {
        Tenancy::tokens([(SECRET, TenantId::try_new("acme").unwrap())]).unwrap()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_known_token_names_its_tenant_in_either_header() {
        for given in [
            &[("authorization", "Bearer secret")],
            &[("authorization", "bearer secret")],
            &[("x-api-key", "secret")],
        ] {
            assert_eq!(tenancy().establish(&headers(given)).unwrap().as_str(), "acme");
        }
    }

    #[test]
    fn anything_else_is_nobody() {
        let refused: [&[(&str, &str)]; 8] = [
            &[],
            &[("authorization", "secret")],
            &[("authorization", "Basic secret")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Bearer secret2")],
            &[("x-api-key", "")],
            &[("authorization", "Bearer secret"), ("authorization", "Bearer secret")],
            &[("authorization", "Bearer secret"), ("x-api-key", "secret")],
        ];
        for given in refused {
            assert_eq!(tenancy().establish(&headers(given)), Err(Unauthenticated), "{given:?}");
        }
    }

    #[test]
    fn without_tokens_everyone_is_the_default_tenant() {
        let open = Tenancy::tokens([]).unwrap();
        assert_eq!(open.establish(&HeaderMap::new()).unwrap().as_str(), DEFAULT_TENANT);
    }

    #[test]
    fn a_digest_that_is_none_is_refused() {
        let tenant = TenantId::try_new("acme").unwrap();
        let signed = SECRET.replacen("2b", "+b", 1);
        for hex in ["", "abc", signed.as_str()] {
            let refused = Tenancy::tokens([(hex, tenant.clone())]).err();
            assert_eq!(refused, Some(InvalidDigest { index: 0 }), "{hex}");
        }
    }
}
