//! Reading users and single preferences back.

use penchant_core::{Preference, PreferenceId, Revision, UserKey, UserState};
use penchant_ports::store::CLOSED_LOADED;
use penchant_ports::{PortError, PortErrorKind};
use rusqlite::{Connection, OptionalExtension as _, Params, params};

use super::codec::{decode, decode_preference};
use super::user_row;
use crate::error::Doing as _;

type Columns = (Vec<u8>, Vec<u8>, Vec<u8>);

/// Preferences found by a query of `body, context, content`.
pub(super) fn preferences(
    connection: &Connection,
    sql: &str,
    bound: impl Params,
) -> Result<Vec<Preference>, PortError> {
    let mut found = connection.prepare_cached(sql).doing("read preferences")?;
    let mut rows = found.query(bound).doing("read preferences")?;
    let mut preferences = Vec::new();
    while let Some(row) = rows.next().doing("read preferences")? {
        let blob = |at| row.get_ref(at).and_then(|v| Ok(v.as_blob()?)).doing("read preferences");
        preferences.push(decode_preference(blob(0)?, blob(1)?, blob(2)?)?);
    }
    Ok(preferences)
}

/// The head, everything open and the newest closed, by id.
pub(super) fn state(connection: &Connection, user: &UserKey) -> Result<UserState, PortError> {
    let Some((row, head)) = user_row(connection, user)? else {
        return Ok(UserState::default());
    };
    // 0 and 4: active and quarantined (`codec::status_number`).
    let mut kept = preferences(
        connection,
        "SELECT body, context, content FROM preferences WHERE user = ?1 AND status IN (0, 4)",
        [row],
    )?;
    kept.extend(preferences(
        connection,
        "SELECT body, context, content FROM preferences
         WHERE user = ?1 AND closed = 1 AND status NOT IN (0, 4) ORDER BY recency, id LIMIT ?2",
        params![row, i64::try_from(CLOSED_LOADED).unwrap_or(i64::MAX)],
    )?);
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(UserState::new(decode("a head", &head)?, kept))
}

/// One preference with its history, oldest first.
pub(super) fn preference(
    connection: &Connection,
    user: &UserKey,
    id: &PreferenceId,
) -> Result<(Preference, Vec<Revision>), PortError> {
    let none = || PortError::new(PortErrorKind::NotFound, format!("no preference {id}"));
    let (row, _) = user_row(connection, user)?.ok_or_else(none)?;
    let columns: Option<Columns> = connection
        .prepare_cached(
            "SELECT body, context, content FROM preferences WHERE user = ?1 AND id = ?2",
        )
        .doing("read a preference")?
        .query_row(params![row, id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
        .doing("read a preference")?;
    let (body, context, content) = columns.ok_or_else(none)?;
    let mut found = connection
        .prepare_cached(
            "SELECT body FROM revisions WHERE user = ?1 AND preference = ?2 ORDER BY version",
        )
        .doing("read revisions")?;
    let bodies: Vec<Vec<u8>> = found
        .query_map(params![row, id.as_str()], |row| row.get(0))
        .and_then(Iterator::collect)
        .doing("read revisions")?;
    let history = bodies.iter().map(|b| decode("a revision", b)).collect::<Result<_, _>>()?;
    Ok((decode_preference(&body, &context, &content)?, history))
}
