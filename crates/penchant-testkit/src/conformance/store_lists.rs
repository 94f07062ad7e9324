//! `PreferenceReader`: lists and their cursors.

use penchant_core::{Preference, Status, TenantId, UserId, UserKey};
use penchant_ports::{Cursor, ListQuery, PortErrorKind};

use super::writer::{Stores, Writer, list, refused};
use crate::builders::{at, closed, preference, user, user_of};
use crate::subject::{Store, Subject};
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

pub(super) async fn checks(s: &mut Suite, fresh: &impl AsyncFn() -> Subject<dyn Store>) {
    s.check("a list is active first, newest first, then by id", order(fresh().await)).await;
    s.check("a list pages through everything once", pages(fresh().await)).await;
    s.check("a list keeps to the wanted statuses", statuses(fresh().await)).await;
    s.check("a list of nothing is empty", empty(fresh().await)).await;
    s.check("a forged cursor of a list is refused", forged(fresh().await)).await;
    s.check("pages stay stable when something is added in between", stable(fresh().await)).await;
    s.check("users of a tenant are listed by id, page by page", users(fresh().await)).await;
    s.check("a forged cursor of users is refused", forged_users(fresh().await)).await;
}

fn timed(id: &str, minutes: i64) -> Preference {
    Preference { updated_at: at(minutes), ..preference(id) }
}

fn names(items: &[Preference]) -> Vec<&str> {
    items.iter().map(|p| p.id.as_str()).collect()
}

/// Seven preferences whose order is known.
const ORDERED: [&str; 7] = ["new", "even-a", "even-b", "old", "gone-new", "held", "gone-old"];

async fn begun(subject: Stores) -> Result<Writer, Broken> {
    let mut writer = Writer::new(subject).await?;
    let (young, old) = (timed("gone-new", 1), timed("gone-old", 1));
    let mut held = timed("held", 60);
    held.status = Status::Quarantined;
    let open = vec![timed("old", -99), timed("even-b", 20), timed("even-a", 20), timed("new", 50)];
    writer.commit(&user(1), [open, vec![young.clone(), old.clone(), held]].concat()).await?;
    let gone =
        vec![closed(&young, Status::Superseded, at(70)), closed(&old, Status::Retracted, at(2))];
    writer.commit(&user(1), gone).await?;
    Ok(writer)
}

async fn order(subject: Stores) -> Check {
    let writer = begun(subject).await?;
    let page = writer.store().list(&list(&user(1), 10)).await?;
    ensure_eq!(names(&page.items), ORDERED, "order");
    ensure_eq!((page.total, page.next), (7, None), "total and next");
    Ok(())
}

async fn all_pages(store: &dyn Store, mut query: ListQuery) -> Result<Vec<Preference>, Broken> {
    let mut all = Vec::new();
    loop {
        let page = store.list(&query).await?;
        ensure!(page.items.len() <= query.limit, "a page of {}", page.items.len());
        all.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(all),
        }
        ensure!(all.len() < 10_000, "the pages do not end");
    }
}

async fn pages(subject: Stores) -> Check {
    let writer = begun(subject).await?;
    for limit in 1..=8 {
        let all = all_pages(writer.store(), list(&user(1), limit)).await?;
        ensure_eq!(names(&all), ORDERED, "pages of {limit}");
    }
    Ok(())
}

async fn statuses(subject: Stores) -> Check {
    let writer = begun(subject).await?;
    let wanted =
        |statuses: &[Status]| ListQuery { statuses: statuses.to_vec(), ..list(&user(1), 2) };
    for (statuses, found) in [
        (vec![Status::Active], vec!["new", "even-a", "even-b", "old"]),
        (vec![Status::Superseded, Status::Retracted], vec!["gone-new", "gone-old"]),
        (vec![Status::Quarantined], vec!["held"]),
        (vec![Status::Expired], vec![]),
    ] {
        let query = wanted(&statuses);
        let page = writer.store().list(&query).await?;
        ensure_eq!(page.total, found.len() as u64, "total of {statuses:?}");
        let all = all_pages(writer.store(), query).await?;
        ensure_eq!(names(&all), found, "{statuses:?}");
    }
    Ok(())
}

async fn empty(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    writer.commit(&user(2), Vec::new()).await?;
    for nobody in [user(1), user(2)] {
        let page = writer.store().list(&list(&nobody, 5)).await?;
        ensure!(page.items.is_empty() && page.next.is_none() && page.total == 0, "{page:?}");
    }
    Ok(())
}

/// Cursors that no list has answered.
fn forgeries(genuine: &Cursor) -> Vec<Cursor> {
    let mut forgeries: Vec<Cursor> = ["", "0", "AAAA", "../..", "💥", "new", "' OR 1=1 --"]
        .iter()
        .map(|text| Cursor((*text).to_owned()))
        .collect();
    forgeries.push(Cursor(format!("{}A", genuine.0)));
    forgeries.push(Cursor(genuine.0.chars().rev().collect()));
    forgeries.push(Cursor(genuine.0.chars().skip(1).collect()));
    forgeries
}

async fn next_of(store: &dyn Store, query: &ListQuery) -> Result<Cursor, Broken> {
    store.list(query).await?.next.ok_or_else(|| Broken("there is no next page".to_owned()))
}

async fn forged(subject: Stores) -> Check {
    let mut writer = begun(subject).await?;
    writer.commit(&user(2), vec![preference("p1"), preference("p2")]).await?;
    let query = list(&user(1), 1);
    let genuine = next_of(writer.store(), &query).await?;
    for cursor in forgeries(&genuine) {
        let query = ListQuery { cursor: Some(cursor.clone()), ..query.clone() };
        refused(writer.store().list(&query).await, PortErrorKind::Invalid, &cursor.0)?;
    }
    let elsewhere = ListQuery { cursor: Some(genuine), ..list(&user(2), 1) };
    let crossed = writer.store().list(&elsewhere).await;
    refused(crossed, PortErrorKind::Invalid, "a cursor of another user's list")?;
    let none = writer.store().list(&list(&user(1), 0)).await;
    refused(none, PortErrorKind::Invalid, "pages of nothing")
}

async fn stable(subject: Stores) -> Check {
    let mut writer = begun(subject).await?;
    let query = list(&user(1), 3);
    let first = writer.store().list(&query).await?;
    writer.commit(&user(1), vec![timed("newest", 90)]).await?;
    let rest = ListQuery { cursor: first.next, ..list(&user(1), 10) };
    let rest = writer.store().list(&rest).await?;
    ensure_eq!(names(&rest.items), ORDERED[3..], "the rest after an addition at the top");
    Ok(())
}

async fn all_users(
    store: &dyn Store,
    tenant: &TenantId,
    limit: usize,
) -> Result<Vec<UserId>, Broken> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.users(tenant, limit, cursor.as_ref()).await?;
        ensure_eq!(page.total, 5, "total users of {tenant}");
        all.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
        ensure!(all.len() < 1_000, "the pages do not end");
    }
}

async fn five_users(subject: Stores) -> Result<(Writer, Vec<UserKey>), Broken> {
    let mut writer = Writer::new(subject).await?;
    let users: Vec<UserKey> =
        ["Zed", "ada", "ada2", "b:1", "~x"].map(|name| user_of("acme", name)).to_vec();
    for n in [3, 0, 4, 1, 2] {
        writer.commit(&users[n], vec![preference("p1")]).await?;
    }
    writer.commit(&user_of("other", "alien"), vec![preference("p1")]).await?;
    Ok((writer, users))
}

async fn users(subject: Stores) -> Check {
    let (writer, users) = five_users(subject).await?;
    let wanted: Vec<UserId> = users.iter().map(|key| key.user.clone()).collect();
    for limit in [1, 2, 5, 50] {
        let all = all_users(writer.store(), &users[0].tenant, limit).await?;
        ensure_eq!(all, wanted, "users in pages of {limit}");
    }
    let nobody = writer.store().users(&user_of("empty", "x").tenant, 5, None).await?;
    ensure!(nobody.items.is_empty() && nobody.total == 0, "users of no tenant: {nobody:?}");
    Ok(())
}

async fn forged_users(subject: Stores) -> Check {
    let (writer, users) = five_users(subject).await?;
    let tenant = &users[0].tenant;
    let page = writer.store().users(tenant, 2, None).await?;
    let genuine = page.next.ok_or_else(|| Broken("there is no next page".to_owned()))?;
    for cursor in forgeries(&genuine) {
        let outcome = writer.store().users(tenant, 2, Some(&cursor)).await;
        refused(outcome, PortErrorKind::Invalid, &cursor.0)?;
    }
    let other = user_of("other", "alien").tenant;
    let crossed = writer.store().users(&other, 2, Some(&genuine)).await;
    refused(crossed, PortErrorKind::Invalid, "a cursor of another tenant")?;
    let none = writer.store().users(tenant, 0, None).await;
    refused(none, PortErrorKind::Invalid, "pages of nothing")
}
