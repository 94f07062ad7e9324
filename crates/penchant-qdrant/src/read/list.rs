//! Lists, page by page.

use std::collections::BTreeSet;

use penchant_core::{Preference, TenantId, UserId};
use penchant_ports::cursor::Sealer;
use penchant_ports::{Cursor, ListQuery, Page, PortError};
use qdrant_client::qdrant::{Condition, Filter};

use super::{Attempts, at_entries};
use crate::collection::{Collection, Wanted};
use crate::error::{corrupt, invalid};
use crate::generation::MAX_LIMIT;
use crate::manifest::Entry;
use crate::owner::{field, kind};
use crate::payload::text;

fn at_least_one(limit: usize) -> Result<(), PortError> {
    match limit {
        0 => Err(invalid("the limit must be at least 1")),
        _ => Ok(()),
    }
}

/// A user's preferences: the order is the manifest's, only one page of points is read.
pub(crate) async fn preferences(
    collection: &Collection,
    sealer: &Sealer,
    query: &ListQuery,
) -> Result<Page<Preference>, PortError> {
    at_least_one(query.limit)?;
    let user = &query.user;
    let statuses: BTreeSet<&str> = query.statuses.iter().map(|s| s.as_str()).collect();
    let scope = format!("preferences\0{}\0{}\0{statuses:?}", user.tenant, user.user);
    let after: Option<(bool, i64, String)> =
        query.cursor.as_ref().map(|c| sealer.open(&scope, c)).transpose()?;
    let after = after.as_ref().map(|(closed, newest, id)| (*closed, *newest, id.as_str()));
    let mut attempts = Attempts::on(user);
    while let Some(known) = attempts.head(collection).await? {
        let mut entries: Vec<&Entry> = known
            .manifest
            .entries()
            .filter(|e| statuses.is_empty() || statuses.contains(e.status.as_str()))
            .collect();
        let total = entries.len() as u64;
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        entries.retain(|entry| after.is_none_or(|after| entry.key() > after));
        let more = entries.len() > query.limit;
        entries.truncate(query.limit);
        let next = match entries.last().filter(|_| more) {
            Some(last) => Some(sealer.close(&scope, &last.key())?),
            None => None,
        };
        if let Some(items) = at_entries(collection, user, entries).await? {
            return Ok(Page { items, next, total });
        }
    }
    Ok(Page { items: Vec::new(), next: None, total: 0 })
}

/// A tenant's users by id. The server cannot order by a text, so all names of the tenant are read
/// for each page (4,096 a call); what is kept of them is one page.
pub(crate) async fn users(
    collection: &Collection,
    sealer: &Sealer,
    tenant: &TenantId,
    limit: usize,
    cursor: Option<&Cursor>,
) -> Result<Page<UserId>, PortError> {
    at_least_one(limit)?;
    let scope = format!("users\0{tenant}");
    let after: Option<String> = cursor.map(|c| sealer.open(&scope, c)).transpose()?;
    let heads = Filter::must([
        Condition::matches(field::TENANT, tenant.as_str().to_owned()),
        Condition::matches(field::KIND, kind::HEAD.to_owned()),
    ]);
    let mut first: BTreeSet<String> = BTreeSet::new();
    let (mut total, mut from) = (0, None);
    loop {
        let wanted = Wanted::Fields(&[field::USER]);
        let (found, next) = collection
            .scroll("list users", heads.clone(), wanted, MAX_LIMIT as usize, from)
            .await?;
        total += found.len() as u64;
        for point in &found {
            let name = text(&point.payload, field::USER)?;
            if after.as_deref().is_none_or(|after| name > after) {
                first.insert(name.to_owned());
                // One more than a page, to see whether there is another.
                if first.len() > limit.saturating_add(1) {
                    first.pop_last();
                }
            }
        }
        match next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    let more = first.len() > limit;
    let items = first
        .into_iter()
        .take(limit)
        .map(|name| UserId::try_new(name).map_err(|e| corrupt(format!("a stored user id {e}"))))
        .collect::<Result<Vec<UserId>, _>>()?;
    let next = match items.last().filter(|_| more) {
        Some(last) => Some(sealer.close(&scope, &last.as_str())?),
        None => None,
    };
    Ok(Page { items, next, total })
}
