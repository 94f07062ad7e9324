//! How preferences look in a terminal.

use penchant_proto::v1;

/// `prefers short answers   0.95  stated  always  (3 events)`, made safe for a terminal.
pub(super) fn preference(preference: &v1::Preference) -> String {
    let support: u32 = preference.support.iter().map(|support| support.count).sum();
    format!(
        "{id}  {description}\n    {status}, {origin}, {reach}, confidence {confidence:.2}, {support} event{s}, version {version}{pinned}",
        id = plain(&preference.id),
        description = plain(&preference.description),
        status = short(preference.status().as_str_name(), "STATUS_"),
        origin = short(preference.origin().as_str_name(), "ORIGIN_"),
        reach = scope(preference.scope.as_ref()),
        confidence = preference.confidence,
        s = if support == 1 { "" } else { "s" },
        version = preference.version,
        pinned = if preference.pinned { ", pinned" } else { "" },
    )
}

/// How far it reaches, in words.
pub(super) fn scope(scope: Option<&v1::Scope>) -> String {
    use v1::scope::Reach;
    let Some(scope) = scope else { return "always".to_owned() };
    let label = plain(&scope.label);
    match (scope.reach(), label.is_empty()) {
        (Reach::Context, true) => "in contexts like this".to_owned(),
        (Reach::Context, false) => format!("for {label}"),
        (Reach::ThisTime, true) => "for now".to_owned(),
        (Reach::ThisTime, false) => format!("for now ({label})"),
        (Reach::Always | Reach::Unspecified, _) => "always".to_owned(),
    }
}

/// `STATUS_ACTIVE` as `active`.
pub(super) fn short(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

/// One line without control characters: stored text must not drive a terminal.
pub(super) fn plain(text: &str) -> String {
    penchant_core::sanitize::one_line(text, 400)
}

/// A timestamp as RFC 3339, or a dash.
pub(super) fn time(at: Option<&pbjson_types::Timestamp>) -> String {
    at.map_or_else(
        || "-".to_owned(),
        |at| {
            let millis = at.seconds.saturating_mul(1_000) + i64::from(at.nanos) / 1_000_000;
            penchant_core::Timestamp::from_millis(millis).to_string()
        },
    )
}

/// Prints a message of the wire format as pretty JSON.
pub(super) fn json<T: serde::Serialize>(message: &T) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(message)?);
    Ok(())
}
