//! Identifiers as newtypes: a user is never mistaken for a tenant, nor a session for an event.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest identifier accepted, in bytes.
pub const MAX_ID_BYTES: usize = 128;

/// Why a string is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Nothing was given.
    #[error("must not be empty")]
    Empty,
    /// Longer than [`MAX_ID_BYTES`].
    #[error("must be at most {MAX_ID_BYTES} bytes, is {0}")]
    TooLong(usize),
    /// Holds a character outside the allowlist.
    #[error("holds {0:?}; allowed are ASCII letters, digits and . _ - : @ + = ~ | /")]
    Character(char),
}

fn check(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty);
    }
    if text.len() > MAX_ID_BYTES {
        return Err(InvalidId::TooLong(text.len()));
    }
    // ASCII only: homoglyphs, bidi overrides and zero-width characters would let two ids look alike.
    match text.chars().find(|c| !c.is_ascii_alphanumeric() && !"._-:@+=~|/".contains(*c)) {
        Some(c) => Err(InvalidId::Character(c)),
        None => Ok(()),
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and wraps.
            ///
            /// # Errors
            /// [`InvalidId`] when empty, longer than [`MAX_ID_BYTES`], or outside the allowlist.
            pub fn try_new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                check(text.as_ref())?;
                Ok(Self(Arc::from(text.as_ref())))
            }

            /// The identifier's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::try_new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.to_string()
            }
        }
    };
}

id! {
    /// Whose users these are; taken from the credential, never from the request (INV-6).
    TenantId
}
id! {
    /// One end user within a tenant.
    UserId
}
id! {
    /// One conversation or visit; groups events for "this time" scopes.
    SessionId
}
id! {
    /// The client's id of an event, unique per user; a resend with the same id takes effect once.
    EventId
}
id! {
    /// One remembered preference of one user. Deterministic: replay gives the same ids.
    PreferenceId
}

/// A user with its tenant: the key of everything penchant stores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UserKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The user within the tenant.
    pub user: UserId,
}

impl UserKey {
    /// Pairs a tenant and a user.
    #[must_use]
    pub fn new(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user }
    }
}

impl fmt::Display for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_could_look_like_another_id() {
        assert_eq!(UserId::try_new(""), Err(InvalidId::Empty));
        assert_eq!(UserId::try_new("a\u{200b}b"), Err(InvalidId::Character('\u{200b}')));
        assert_eq!(UserId::try_new("a\0b"), Err(InvalidId::Character('\0')));
        assert!(matches!(UserId::try_new("x".repeat(129)), Err(InvalidId::TooLong(129))));
        assert!(UserId::try_new("ada@example.org").is_ok());
    }
}
