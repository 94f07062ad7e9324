//! The record key: `tenant NUL user`. It decides the partition and is the only place on the log
//! that names the tenant.

use penchant_core::{TenantId, UserId, UserKey};

/// The key of a user's records.
pub(crate) fn encode(user: &UserKey) -> Vec<u8> {
    let mut key = Vec::with_capacity(user.tenant.as_str().len() + 1 + user.user.as_str().len());
    key.extend_from_slice(user.tenant.as_str().as_bytes());
    key.push(0);
    key.extend_from_slice(user.user.as_str().as_bytes());
    key
}

/// Whose record it is, or what is wrong with the key, for people.
pub(crate) fn decode(key: &[u8]) -> Result<UserKey, String> {
    let text = std::str::from_utf8(key).map_err(|_| "the key is not UTF-8".to_owned())?;
    let (tenant, user) = text
        .split_once('\0')
        .ok_or_else(|| "the key is not `tenant NUL user`: it has no NUL byte".to_owned())?;
    let tenant = TenantId::try_new(tenant).map_err(|e| format!("the key's tenant {e}"))?;
    let user = UserId::try_new(user).map_err(|e| format!("the key's user {e}"))?;
    Ok(UserKey::new(tenant, user))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_key_names_tenant_and_user_and_nothing_else_does() {
        let user =
            UserKey::new(TenantId::try_new("acme").unwrap(), UserId::try_new("ada").unwrap());
        assert_eq!(encode(&user), b"acme\0ada");
        assert_eq!(decode(b"acme\0ada").unwrap(), user);
        for bad in [&b"ada"[..], b"", b"\0ada", b"acme\0", b"acme\0a\0b", b"acme\0\xff"] {
            assert!(decode(bad).is_err(), "{bad:?}");
        }
    }
}
