//! How things read on pages, and how addresses are written.

use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use maud::{Markup, html};
use penchant_proto::v1;

/// Leads on to another page.
pub(super) fn go(to: &str) -> Response {
    // Paths are made of constants and escaped texts: always ASCII.
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/console"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// A path with a query; empty values are left out.
pub(super) fn path(to: &str, query: &[(&str, &str)]) -> String {
    let mut path = to.to_owned();
    for (at, (name, value)) in query.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        path.push(if at == 0 { '?' } else { '&' });
        path.push_str(name);
        path.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                path.push(char::from(byte));
            } else {
                path.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    path
}

/// `STATUS_ACTIVE` as `active`.
pub(super) fn short(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

/// How far a preference reaches.
pub(super) fn scope(scope: Option<&v1::Scope>) -> String {
    use v1::scope::Reach;
    let Some(scope) = scope else { return "always".to_owned() };
    match (scope.reach(), scope.label.as_str()) {
        (Reach::Context, "") => "in similar situations".to_owned(),
        (Reach::Context, label) => format!("for {label}"),
        (Reach::ThisTime, "") => "for now".to_owned(),
        (Reach::ThisTime, label) => format!("for now, {label}"),
        (Reach::Always | Reach::Unspecified, _) => "always".to_owned(),
    }
}

/// What a step in the life of a preference is called.
pub(super) fn step(kind: v1::RevisionKind) -> &'static str {
    use v1::RevisionKind as Kind;
    match kind {
        Kind::Add => "learnt",
        Kind::Refine => "refined",
        Kind::Supersede => "superseded",
        Kind::Retract => "withdrawn",
        Kind::Expire => "over",
        Kind::Restore => "restored",
        Kind::Quarantine => "held back",
        Kind::Direct => "decided",
        Kind::Unspecified => "changed",
    }
}

/// A moment, to the minute, with the exact one for machines.
pub(super) fn moment(at: Option<&pbjson_types::Timestamp>) -> Markup {
    let Some(at) = at else { return html! { "–" } };
    let millis = at.seconds.saturating_mul(1_000).saturating_add(i64::from(at.nanos) / 1_000_000);
    let exact = penchant_core::Timestamp::from_millis(millis).to_string();
    let shown: String = exact.chars().take(16).collect();
    html! { time datetime=(exact) { (shown.replace('T', " ")) } }
}

/// `1 event`, `2 events`.
pub(super) fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_id_does_not_become_part_of_an_address() {
        let to = path("/console/user", &[("user", "a+b=c|d/e@f:g~h&x"), ("page", "")]);
        assert_eq!(to, "/console/user?user=a%2Bb%3Dc%7Cd%2Fe%40f%3Ag%7Eh%26x");
    }
}
