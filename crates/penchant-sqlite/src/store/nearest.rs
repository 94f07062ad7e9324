//! Exact search: a user has few preferences, so each is compared.

use std::collections::BTreeSet;

use penchant_core::aggregate::Neighbour;
use penchant_core::revision::as_held_at;
use penchant_core::{Preference, PreferenceId, Revision, Timestamp};
use penchant_ports::nearest::{Scores, select};
use penchant_ports::{NearestQuery, Neighbourhood, PortError};
use rusqlite::{Connection, params};

use super::codec::{decode, decode_preference, vector};
use super::load::preferences;
use super::user_row;
use crate::error::{Doing as _, corrupt};

/// The user's preferences nearest to a context, now or as of a past instant.
pub(super) fn nearest(
    connection: &Connection,
    query: &NearestQuery,
) -> Result<Neighbourhood, PortError> {
    let Some((user, head)) = user_row(connection, &query.user)? else {
        return Ok(Neighbourhood::default());
    };
    let head = decode("a head", &head)?;
    let (neighbours, truncated) = match query.as_of {
        None => current(connection, user, query)?,
        Some(at) => past(connection, user, query, at)?,
    };
    Ok(Neighbourhood { head, neighbours, truncated })
}

/// Compares vectors first, and reads only the chosen ones' bodies.
fn current(
    connection: &Connection,
    user: i64,
    query: &NearestQuery,
) -> Result<(Vec<Neighbour>, bool), PortError> {
    let mut found = connection
        .prepare_cached(
            "SELECT row, recency, context, content FROM preferences
             WHERE user = ?1 AND status = 0 ORDER BY id",
        )
        .doing("search")?;
    let mut rows = found.query([user]).doing("search")?;
    let (mut ids, mut scores): (Vec<i64>, Vec<Scores>) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next().doing("search")? {
        let similarity = |at| -> Result<f32, PortError> {
            let bytes = row.get_ref(at).and_then(|v| Ok(v.as_blob()?)).doing("search")?;
            Ok(query.context.cosine(&vector(bytes)))
        };
        let recency: i64 = row.get(1).doing("search")?;
        ids.push(row.get(0).doing("search")?);
        let updated_at = Timestamp::from_millis(recency.saturating_neg());
        scores.push((similarity(2)?, similarity(3)?, updated_at));
    }
    let chosen = select(&scores, query.limit);
    let truncated = chosen.len() < ids.len();
    let mut body = connection
        .prepare_cached("SELECT body, context, content FROM preferences WHERE row = ?1")
        .doing("read a preference")?;
    let mut neighbours = Vec::with_capacity(chosen.len());
    for at in chosen {
        let (Some(id), Some((by_context, by_content, _))) = (ids.get(at), scores.get(at)) else {
            continue;
        };
        let columns: (Vec<u8>, Vec<u8>, Vec<u8>) = body
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .doing("read a preference")?;
        neighbours.push(Neighbour {
            preference: decode_preference(&columns.0, &columns.1, &columns.2)?,
            context_similarity: *by_context,
            content_similarity: *by_content,
            lexical: 0.0,
        });
    }
    Ok((neighbours, truncated))
}

/// Rolls each preference back to its last revision at that time.
fn past(
    connection: &Connection,
    user: i64,
    query: &NearestQuery,
    at: Timestamp,
) -> Result<(Vec<Neighbour>, bool), PortError> {
    // Of a bare column next to max(), SQLite answers the row that holds the maximum.
    let mut found = connection
        .prepare_cached(
            "SELECT body, max(version) FROM revisions WHERE user = ?1 AND at <= ?2
             GROUP BY preference ORDER BY preference",
        )
        .doing("read revisions")?;
    let bodies: Vec<Vec<u8>> = found
        .query_map(params![user, at.as_millis()], |row| row.get(0))
        .and_then(Iterator::collect)
        .doing("read revisions")?;
    let all: Vec<Preference> = preferences(
        connection,
        "SELECT body, context, content FROM preferences WHERE user = ?1 ORDER BY id",
        [user],
    )?;
    let mut held = Vec::new();
    for body in bodies {
        let last: Revision = decode("a revision", &body)?;
        let preference = by_id(&all, &last.preference)?;
        held.extend(as_held_at(preference, std::slice::from_ref(&last), at));
    }
    let scores: Vec<Scores> = held
        .iter()
        .map(|p| (query.context.cosine(&p.context), query.context.cosine(&p.content), p.updated_at))
        .collect();
    let chosen: BTreeSet<usize> = select(&scores, query.limit);
    let truncated = chosen.len() < held.len();
    let neighbours = held
        .into_iter()
        .zip(scores)
        .enumerate()
        .filter(|(n, _)| chosen.contains(n))
        .map(|(_, (preference, scores))| Neighbour {
            preference,
            context_similarity: scores.0,
            content_similarity: scores.1,
            lexical: 0.0,
        })
        .collect();
    Ok((neighbours, truncated))
}

fn by_id<'a>(all: &'a [Preference], id: &PreferenceId) -> Result<&'a Preference, PortError> {
    all.binary_search_by(|p| p.id.cmp(id))
        .ok()
        .and_then(|at| all.get(at))
        .ok_or_else(|| corrupt(format!("revisions of {id} have lost their preference")))
}
