//! Who is there: the credentials of the other surfaces, given once and kept in a cookie; and the
//! tokens without which no form is taken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use penchant_core::TenantId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::edge::Tenancy;

/// The cookie's name.
const COOKIE_NAME: &str = "penchant_session";
/// How long a visit lasts.
const LASTS: Duration = Duration::from_secs(12 * 3600);
/// Most visits kept; past it the oldest ends.
const MOST: usize = 1_024;

/// Somebody whose tenant is established.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// Whose users are shown.
    pub(super) tenant: TenantId,
    /// What this visitor's forms carry.
    pub(super) form_token: String,
    /// Whether there is something to sign out of.
    pub(super) signed_in: bool,
    /// Whether everybody is the one tenant there is.
    pub(super) alone: bool,
}

/// The visits of this process. They end with it.
pub(super) struct Sessions {
    tenancy: Arc<Tenancy>,
    /// Of this process: form tokens are made of it.
    secret: [u8; 32],
    visits: Mutex<HashMap<String, (TenantId, Instant)>>,
}

impl Sessions {
    pub(super) fn new(tenancy: Arc<Tenancy>) -> Self {
        let secret = Sha256::digest(random()).into();
        Self { tenancy, secret, visits: Mutex::default() }
    }

    /// Who sends these headers; `None`: nobody known.
    pub(super) fn visitor(&self, headers: &HeaderMap) -> Option<Visitor> {
        if let Ok(tenant) = self.tenancy.establish(headers) {
            // No credentials are asked for, or a program sends them with each request.
            let form_token = self.token_for(&format!("tenant {tenant}"));
            return Some(Visitor {
                tenant,
                form_token,
                signed_in: false,
                alone: self.tenancy.is_open(),
            });
        }
        let id = cookie(headers)?;
        let mut visits = self.visits();
        let (tenant, since) = visits.get(id)?;
        if since.elapsed() > LASTS {
            visits.remove(id);
            return None;
        }
        let form_token = self.token_for(&format!("visit {id}"));
        Some(Visitor { tenant: tenant.clone(), form_token, signed_in: true, alone: false })
    }

    /// Begins a visit with a credential; the value of `Set-Cookie`. `None`: it is no credential.
    pub(super) fn begin(&self, token: &str) -> Option<HeaderValue> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().ok()?);
        let tenant = self.tenancy.establish(&headers).ok()?;
        let id = hex(&Sha256::digest(random()));
        let mut visits = self.visits();
        visits.retain(|_, (_, since)| since.elapsed() <= LASTS);
        if visits.len() >= MOST {
            let oldest = visits.iter().min_by_key(|(_, (_, since))| *since);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                visits.remove(&id);
            }
        }
        let max_age = LASTS.as_secs();
        let value = format!(
            "{COOKIE_NAME}={id}; Path=/console; Max-Age={max_age}; HttpOnly; SameSite=Strict"
        );
        visits.insert(id, (tenant, Instant::now()));
        value.parse().ok()
    }

    /// Ends a visit; the value of `Set-Cookie`.
    pub(super) fn end(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(id) = cookie(headers) {
            self.visits().remove(id);
        }
        HeaderValue::from_static(
            "penchant_session=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict",
        )
    }

    /// Whether no credentials are asked for.
    pub(super) fn ask_nobody(&self) -> bool {
        self.tenancy.is_open()
    }

    /// What the form carries with which nobody is signed in yet.
    pub(super) fn stranger(&self) -> String {
        self.token_for("stranger")
    }

    fn token_for(&self, whom: &str) -> String {
        hex(&Sha256::new().chain_update(self.secret).chain_update(whom).finalize())
    }

    fn visits(&self) -> MutexGuard<'_, HashMap<String, (TenantId, Instant)>> {
        // Every change under the lock is whole.
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a form carries the token that it was made with. Compared as digests, so that time does
/// not tell how much of it was right.
pub(super) fn same(given: &str, wanted: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(wanted)
}

/// The visit's id. Two of them are none: which one counts would be a guess.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ids = pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='));
    let id = ids.next()?;
    ids.next().is_none().then_some(id)
}

/// 244 random bits from the operating system.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    let (first, second) = bytes.split_at_mut(16);
    first.copy_from_slice(Uuid::new_v4().as_bytes());
    second.copy_from_slice(Uuid::new_v4().as_bytes());
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
