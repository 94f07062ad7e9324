//! Lists, page by page.

use penchant_core::{Preference, Status, TenantId, UserId};
use penchant_ports::cursor::Sealer;
use penchant_ports::{Cursor, ListQuery, Page, PortError};
use rusqlite::{Connection, params};

use super::codec::status_number;
use super::load::preferences as read;
use super::user_row;
use crate::error::{Doing as _, corrupt, invalid, unsigned};

/// The place of a preference in its user's list: closed or not, minus its time, id.
type Key = (i64, i64, String);

/// One more than a page, to see whether there is another.
fn one_more(limit: usize) -> Result<i64, PortError> {
    if limit == 0 {
        return Err(invalid("the limit must be at least 1"));
    }
    Ok(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
}

/// Wanted statuses as bits; none wanted means all.
fn mask(statuses: &[Status]) -> i64 {
    match statuses.iter().fold(0, |mask, status| mask | 1 << status_number(*status)) {
        0 => -1,
        mask => mask,
    }
}

pub(super) fn preferences(
    connection: &Connection,
    sealer: &Sealer,
    query: &ListQuery,
) -> Result<Page<Preference>, PortError> {
    let limit = one_more(query.limit)?;
    let mask = mask(&query.statuses);
    let scope = format!("preferences\0{}\0{}\0{mask}", query.user.tenant, query.user.user);
    let after: Option<Key> = query.cursor.as_ref().map(|c| sealer.open(&scope, c)).transpose()?;
    let Some((user, _)) = user_row(connection, &query.user)? else {
        return Ok(Page { items: Vec::new(), next: None, total: 0 });
    };
    let total: i64 = connection
        .prepare_cached("SELECT count(*) FROM preferences WHERE user = ?1 AND (?2 >> status) & 1")
        .and_then(|mut count| count.query_row([user, mask], |row| row.get(0)))
        .doing("count preferences")?;
    // Before everything: no preference is closed less than not at all.
    let (closed, recency, id) = after.unwrap_or((-1, 0, String::new()));
    // The order comes from the index alone; bodies are read for one page only.
    let mut items = read(
        connection,
        "SELECT body, context, content FROM preferences WHERE row IN
           (SELECT row FROM preferences WHERE user = ?1 AND (?2 >> status) & 1
            AND (closed, recency, id) > (?3, ?4, ?5) ORDER BY closed, recency, id LIMIT ?6)
         ORDER BY closed, recency, id",
        params![user, mask, closed, recency, id, limit],
    )?;
    let more = items.len() > query.limit;
    items.truncate(query.limit);
    let next = match items.last().filter(|_| more) {
        Some(last) => {
            let closed = i64::from(last.status != Status::Active);
            let recency = last.updated_at.as_millis().saturating_neg();
            Some(sealer.close(&scope, &(closed, recency, last.id.as_str()))?)
        }
        None => None,
    };
    Ok(Page { items, next, total: unsigned(total) })
}

pub(super) fn users(
    connection: &Connection,
    sealer: &Sealer,
    tenant: &TenantId,
    limit: usize,
    cursor: Option<&Cursor>,
) -> Result<Page<UserId>, PortError> {
    let fetched = one_more(limit)?;
    let scope = format!("users\0{tenant}");
    let after: String = cursor.map(|c| sealer.open(&scope, c)).transpose()?.unwrap_or_default();
    let total: i64 = connection
        .prepare_cached("SELECT count(*) FROM users WHERE tenant = ?1")
        .and_then(|mut count| count.query_row([tenant.as_str()], |row| row.get(0)))
        .doing("count users")?;
    let mut found = connection
        .prepare_cached(
            "SELECT user FROM users WHERE tenant = ?1 AND user > ?2 ORDER BY user LIMIT ?3",
        )
        .doing("list users")?;
    let names: Vec<String> = found
        .query_map(params![tenant.as_str(), after, fetched], |row| row.get(0))
        .and_then(Iterator::collect)
        .doing("list users")?;
    let more = names.len() > limit;
    let mut items = names
        .into_iter()
        .map(|name| UserId::try_new(name).map_err(|e| corrupt(format!("a stored user id {e}"))))
        .collect::<Result<Vec<_>, _>>()?;
    items.truncate(limit);
    let next = match items.last().filter(|_| more) {
        Some(last) => Some(sealer.close(&scope, &last.as_str())?),
        None => None,
    };
    Ok(Page { items, next, total: unsigned(total) })
}
