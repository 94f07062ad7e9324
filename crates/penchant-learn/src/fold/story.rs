//! The life of one preference in plain words.

use penchant_core::{Preference, Revision, RevisionKind, Status, Timestamp};

/// Tells how a preference came to be known, what happened to it, and where it stands: one
/// sentence a step, oldest first. `revisions` are those of this preference, oldest first.
#[must_use]
pub fn story(preference: &Preference, revisions: &[Revision]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut repeats = 0_usize;
    let mut wording = "";
    for revision in revisions {
        let reworded = !wording.is_empty() && wording != revision.description;
        if revision.kind == RevisionKind::Refine && !reworded {
            repeats += 1;
            continue;
        }
        tell_repeats(&mut lines, &mut repeats);
        lines.push(sentence(revision, reworded));
        wording = &revision.description;
    }
    tell_repeats(&mut lines, &mut repeats);
    lines.push(standing(preference));
    lines.join(" ")
}

fn tell_repeats(lines: &mut Vec<String>, repeats: &mut usize) {
    match *repeats {
        0 => {}
        1 => lines.push("It was borne out once more.".to_owned()),
        n => lines.push(format!("It was borne out {n} more times.")),
    }
    *repeats = 0;
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn sentence(revision: &Revision, reworded: bool) -> String {
    let when = day(revision.at);
    let what = match revision.kind {
        RevisionKind::Add => format!("learnt “{}”", revision.description),
        RevisionKind::Refine if reworded => format!("now “{}”", revision.description),
        RevisionKind::Refine => "borne out".to_owned(),
        RevisionKind::Supersede => "set aside for a newer preference".to_owned(),
        RevisionKind::Retract => "withdrawn".to_owned(),
        RevisionKind::Expire => "ended".to_owned(),
        RevisionKind::Restore => format!("back in force as “{}”", revision.description),
        RevisionKind::Quarantine => format!("held back: “{}”", revision.description),
        RevisionKind::Direct => format!("decided by a person: “{}”", revision.description),
    };
    let words = revision
        .evidence
        .as_ref()
        .filter(|e| !e.snippet.is_empty())
        .map(|e| format!(", from “{}”", e.snippet))
        .unwrap_or_default();
    format!("{when}: {what} ({}{words}).", revision.reason)
}

fn standing(preference: &Preference) -> String {
    let events = preference.support.total();
    let stand = match preference.status {
        Status::Active => "It is held",
        Status::Superseded => "It is no longer held: something newer took its place",
        Status::Retracted => "It is no longer held: it was withdrawn",
        Status::Expired => "It is no longer held: its time is over",
        Status::Quarantined => "It is held back until a person confirms it",
    };
    let end = match (preference.status, preference.valid_to) {
        (Status::Active, Some(end)) => format!(" until {}", day(end)),
        _ => String::new(),
    };
    let plural = if events == 1 { "event stands" } else { "events stand" };
    format!("{stand}{end}; {events} {plural} behind it.")
}
