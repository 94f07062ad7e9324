//! Cursors: where a list goes on, sealed so that a forged or misplaced one is refused.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::error::{PortError, PortErrorKind};
use crate::store::Cursor;

const SEAL_BYTES: usize = 16;

fn invalid(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Invalid, what)
}

/// Seals and opens cursors with the store's secret.
pub struct Sealer {
    secret: Vec<u8>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// With the secret that the store keeps; whoever knows it can forge cursors.
    #[must_use]
    pub fn new(secret: Vec<u8>) -> Self {
        Self { secret }
    }

    /// Nested like HMAC, so that knowing one seal does not help to make another.
    fn seal(&self, scope: &str, body: &[u8]) -> [u8; SEAL_BYTES] {
        let inner = Sha256::new()
            .chain_update(&self.secret)
            .chain_update((scope.len() as u64).to_le_bytes())
            .chain_update(scope)
            .chain_update(body)
            .finalize();
        let outer = Sha256::new().chain_update(&self.secret).chain_update(inner).finalize();
        let mut seal = [0; SEAL_BYTES];
        seal.iter_mut().zip(outer).for_each(|(to, from)| *to = from);
        seal
    }

    /// A cursor after `key`, good only for the list named by `scope`.
    ///
    /// # Errors
    /// `Invalid` when the key cannot be written.
    pub fn close<K: Serialize>(&self, scope: &str, key: &K) -> Result<Cursor, PortError> {
        let body = postcard::to_stdvec(key)
            .map_err(|e| invalid(format!("the cursor cannot be written: {e}")))?;
        let mut bytes = self.seal(scope, &body).to_vec();
        bytes.extend(body);
        Ok(Cursor(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The key inside.
    ///
    /// # Errors
    /// `Invalid` for a cursor that [`Sealer::close`] has not answered for this list.
    pub fn open<K: DeserializeOwned>(&self, scope: &str, cursor: &Cursor) -> Result<K, PortError> {
        let forged = || invalid("the cursor is not one of this list");
        let bytes = URL_SAFE_NO_PAD.decode(&cursor.0).map_err(|_| forged())?;
        let (seal, body) = bytes.split_at_checked(SEAL_BYTES).ok_or_else(forged)?;
        if seal != self.seal(scope, body) {
            return Err(forged());
        }
        postcard::from_bytes(body).map_err(|_| forged())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_cursor_opens_only_unchanged_and_only_for_its_list() {
        let sealer = Sealer::new(vec![7; 32]);
        let cursor = sealer.close("users/acme", &("ada", 5_u64)).unwrap();
        let key: (String, u64) = sealer.open("users/acme", &cursor).unwrap();
        assert_eq!(key, ("ada".to_owned(), 5));
        assert!(sealer.open::<(String, u64)>("users/other", &cursor).is_err());
        assert!(Sealer::new(vec![8; 32]).open::<(String, u64)>("users/acme", &cursor).is_err());
        let mut changed = URL_SAFE_NO_PAD.decode(&cursor.0).unwrap();
        *changed.last_mut().unwrap() ^= 1;
        let changed = Cursor(URL_SAFE_NO_PAD.encode(changed));
        assert!(sealer.open::<(String, u64)>("users/acme", &changed).is_err());
        for nonsense in ["", "!", "AAAA", "ada"] {
            let cursor = Cursor(nonsense.to_owned());
            assert!(sealer.open::<(String, u64)>("users/acme", &cursor).is_err());
        }
    }
}
