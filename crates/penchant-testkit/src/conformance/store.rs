//! `PreferenceStore`: loading, committing, fencing.

use std::collections::BTreeMap;

use penchant_core::cues::Cues;
use penchant_core::head::{Belief, ContextCluster, LastReply, RecentEvents};
use penchant_core::style::Style;
use penchant_core::{
    Checkpoint, Claim, EventId, FacetId, FacetValue, Head, Partition, Position, Preference, Scope,
    SourceClass, Status, UserState, Vector,
};
use penchant_ports::PortErrorKind;

use super::writer::{Stores, Writer, ids, list, same, same_all};
use super::{store_lists, store_reads, store_refuses};
use crate::builders::{at, closed, preference, revised, user, user_of, vector};
use crate::subject::{Store, Subject};
use crate::suite::{Check, Suite, ensure, ensure_eq};

/// Asserts every obligation of [`penchant_ports::PreferenceStore`] and
/// [`penchant_ports::PreferenceReader`]. `fresh` opens an empty store for vectors of
/// [`crate::builders::DIMENSION`].
///
/// # Panics
/// Naming all obligations that do not hold.
pub async fn preference_store(fresh: impl AsyncFn() -> Subject<dyn Store>) {
    let mut suite = Suite::new("PreferenceStore");
    let s = &mut suite;
    s.check("load answers the default state for an unknown user", unknown(fresh().await)).await;
    s.check("load answers users in the order asked", order(fresh().await)).await;
    s.check("what was committed is loaded equal", round_trip(fresh().await)).await;
    s.check("a commit replaces preferences by their new values", absolute(fresh().await)).await;
    s.check("load holds all open and the newest closed preferences", holds(fresh().await)).await;
    s.check("the checkpoint moves with the commit", checkpoint(fresh().await)).await;
    s.check("a batch without users moves the checkpoint", empty_batch(fresh().await)).await;
    s.check("doing a batch again gives the result of doing it once", repeat(fresh().await)).await;
    s.check("fence answers growing epochs per partition", fence(fresh().await)).await;
    s.check("everything survives a restart", durable(fresh().await)).await;
    s.check("an erasing commit deletes first and keeps the mark", erases(fresh().await)).await;
    s.check("text and ids are data, whatever they hold", odd_text(fresh().await)).await;
    store_refuses::checks(s, &fresh).await;
    store_reads::checks(s, &fresh).await;
    store_lists::checks(s, &fresh).await;
    suite.finish();
}

async fn unknown(subject: Stores) -> Check {
    let writer = Writer::new(subject).await?;
    ensure_eq!(writer.state(&user(1)).await?, UserState::default(), "state of an unknown user");
    ensure_eq!(writer.store().load(&[]).await?, vec![], "states of nobody");
    Ok(())
}

async fn order(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    for n in [1, 2, 3] {
        writer.commit(&user(n), vec![preference(&format!("p{n}"))]).await?;
    }
    let states = writer.store().load(&[user(3), user(9), user(1), user(3)]).await?;
    let found: Vec<_> = states.iter().map(|state| ids(&state.preferences)).collect();
    ensure_eq!(found, [vec!["p3"], vec![], vec!["p1"], vec!["p3"]], "preferences per state");
    Ok(())
}

/// A head with something in every field.
fn full_head(base: &Head) -> Head {
    let mut recent = RecentEvents::default();
    for n in 0..600 {
        if let Ok(id) = EventId::try_new(format!("e{n}")) {
            recent.insert(&id);
        }
    }
    let belief = Belief { last_at: at(3), ..Belief::default() };
    let beliefs: BTreeMap<String, Belief> = [("f:length".to_owned(), belief)].into();
    let mut cluster = ContextCluster {
        id: 4,
        centroid: vector(7),
        cues: Cues::of("A dozen words are what it takes to tell how a text is written."),
        style: Style::of("- A point\n- Another point\n- A third point!"),
        drift: Default::default(),
        count: 9,
        task: "email".to_owned(),
        last_at: at(2),
    };
    cluster.settle();
    Head {
        recent,
        contexts: vec![cluster].into(),
        next_cluster: 5,
        beliefs: beliefs.into(),
        last_reply: Some(LastReply { session: None, text: "Dear Zoë,".to_owned() }),
        next_preference: 17,
        ..base.clone()
    }
}

/// Preferences with something in every field.
fn full_preferences() -> Vec<Preference> {
    let facet = |value| Claim::Facet { facet: FacetId::new("length"), value };
    let mut first = preference("full");
    first.kind = facet(FacetValue::Number(41.5));
    first.scope = Scope::ThisTime { label: "this week".to_owned(), until: Some(at(9)) };
    first.valid_to = Some(at(9));
    first.support.add(SourceClass::Behaviour);
    first.pinned = true;
    first.language = "fra".to_owned();
    first.cluster = Some(4);
    let mut second = preference("substitution");
    second.kind = facet(FacetValue::Substitution { from: "utilise".into(), to: "use".into() });
    second.scope = Scope::Context { label: String::new() };
    second.context = Vector::default();
    second.content = Vector::default();
    vec![first, second, preference("plain")]
}

async fn round_trip(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let mut commit = writer.prepare(&user(1), full_preferences()).await?;
    commit.head = full_head(&commit.head);
    let head = commit.head.clone();
    writer.store().commit(writer.batch(vec![commit])).await?;
    let state = writer.state(&user(1)).await?;
    ensure_eq!(state.head, head, "the head");
    same_all(&state.preferences, &full_preferences())
}

async fn absolute(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let first = preference("p1");
    writer.commit(&user(1), vec![first.clone(), preference("p2")]).await?;
    let mut second = revised(&first, at(5));
    second.description = "prefers p1 strongly".to_owned();
    second.confidence = 0.9;
    second.context = vector(99);
    writer.commit(&user(1), vec![second.clone()]).await?;
    same_all(&writer.state(&user(1)).await?.preferences, &[second, preference("p2")])
}

async fn holds(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let mut held = preference("held");
    held.status = Status::Quarantined;
    let mut open = vec![held, preference("active")];
    open.extend((0..100).map(|n| preference(&format!("open{n:03}"))));
    writer.commit(&user(1), open.clone()).await?;
    let old: Vec<_> = (0..100).map(|n| preference(&format!("old{n:03}"))).collect();
    writer.commit(&user(1), old.clone()).await?;
    let statuses = [Status::Superseded, Status::Retracted, Status::Expired];
    let gone: Vec<_> = old
        .iter()
        .enumerate()
        .map(|(n, p)| closed(p, statuses[n % statuses.len()], at(10 + n as i64)))
        .collect();
    writer.commit(&user(1), gone).await?;
    let loaded = writer.state(&user(1)).await?.preferences;
    let loaded = ids(&loaded);
    for wanted in ids(&open) {
        ensure!(loaded.contains(&wanted), "{wanted} is open and was not loaded");
    }
    for n in 68..100 {
        let wanted = format!("old{n:03}");
        ensure!(loaded.contains(&wanted), "{wanted} is among the 32 last closed, not loaded");
    }
    Ok(())
}

async fn checkpoint(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    ensure_eq!(writer.store().checkpoint().await?, Checkpoint::default(), "checkpoint at first");
    writer.commit(&user(1), vec![preference("p1")]).await?;
    writer.commit(&user(2), vec![preference("p1")]).await?;
    let stored = writer.store().checkpoint().await?;
    ensure_eq!(stored.next_offset(Partition(0)), writer.next, "checkpoint after two commits");
    ensure_eq!(stored.next_offset(Partition(1)), 0, "checkpoint of another partition");
    ensure!(stored.reflects(Position::new(0, writer.next - 1)), "the last record is not reflected");
    Ok(())
}

async fn empty_batch(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    writer.next = 40;
    writer.store().commit(writer.batch(Vec::new())).await?;
    writer.store().commit(writer.batch(Vec::new())).await?;
    ensure_eq!(writer.store().checkpoint().await?.next_offset(Partition(0)), 40, "checkpoint");
    Ok(())
}

async fn repeat(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    writer.commit(&user(1), vec![preference("p1")]).await?;
    let one = writer.prepare(&user(1), vec![revised(&preference("p1"), at(3))]).await?;
    let other = writer.prepare(&user(2), vec![preference("p2")]).await?;
    let batch = writer.batch(vec![one, other]);
    writer.store().commit(batch.clone()).await?;
    let once = writer.store().load(&[user(1), user(2)]).await?;
    let history = writer.store().get(&user(1), &preference("p1").id).await?.1;
    writer.store().commit(batch).await?;
    ensure_eq!(writer.store().load(&[user(1), user(2)]).await?, once, "states");
    let again = writer.store().get(&user(1), &preference("p1").id).await?.1;
    ensure_eq!(again, history, "history");
    Ok(())
}

async fn fence(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let mut last = writer.epoch;
    ensure!(last > 0, "the first epoch is 0, which nothing is below");
    for _ in 0..3 {
        let epoch = writer.store().fence(Partition(0)).await?;
        ensure!(epoch > last, "epoch {epoch} after {last}");
        last = epoch;
    }
    let next = writer.store().checkpoint().await?.next_offset(Partition(0));
    ensure_eq!(next, 0, "checkpoint after fencing");
    writer.store().fence(Partition(7)).await?;
    writer.epoch = last;
    writer.commit(&user(1), vec![preference("p1")]).await
}

async fn durable(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    writer.commit(&user(1), full_preferences()).await?;
    writer.commit(&user(1), vec![revised(&preference("plain"), at(3))]).await?;
    let state = writer.state(&user(1)).await?;
    let checkpoint = writer.store().checkpoint().await?;
    let history = writer.store().get(&user(1), &preference("plain").id).await?;
    if !writer.subject.restart().await {
        return Ok(());
    }
    ensure_eq!(writer.state(&user(1)).await?, state, "state after a restart");
    ensure_eq!(writer.store().checkpoint().await?, checkpoint, "checkpoint after a restart");
    let again = writer.store().get(&user(1), &preference("plain").id).await?;
    ensure_eq!(again, history, "history after a restart");
    let epoch = writer.store().fence(Partition(0)).await?;
    ensure!(epoch > writer.epoch, "epoch {epoch} after a restart, was {}", writer.epoch);
    let late = writer.prepare(&user(2), vec![preference("p1")]).await?;
    let late = writer.store().commit(writer.batch(vec![late])).await;
    super::writer::refused(late, PortErrorKind::Fenced, "the epoch from before the restart")
}

async fn erases(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    writer.commit(&user(1), vec![preference("p1"), preference("p2")]).await?;
    writer.commit(&user(2), vec![preference("p1")]).await?;
    let mut commit = writer.prepare(&user(1), Vec::new()).await?;
    let position = Position::new(0, writer.next - 1);
    let mark = penchant_core::head::Erased { position, at: at(30) };
    commit.erase = true;
    commit.head = Head {
        revision: commit.head.revision,
        epoch: commit.head.epoch,
        checkpoint: commit.head.checkpoint.clone(),
        erased: Some(mark),
        ..Head::default()
    };
    let mut after = preference("after");
    after.updated_at = at(31);
    commit.revisions = vec![crate::builders::revision(&after, position)];
    commit.preferences = vec![after.clone()];
    let batch = writer.batch(vec![commit]);
    writer.store().commit(batch.clone()).await?;
    writer.store().commit(batch).await?;
    let state = writer.state(&user(1)).await?;
    ensure_eq!(state.head.erased, Some(mark), "the mark");
    same_all(&state.preferences, &[after])?;
    ensure_eq!(writer.store().list(&list(&user(1), 10)).await?.total, 1, "listed");
    let gone = writer.store().get(&user(1), &preference("p1").id).await;
    super::writer::refused(gone, PortErrorKind::NotFound, "an erased preference")?;
    ensure_eq!(ids(&writer.state(&user(2)).await?.preferences), ["p1"], "of another user");
    Ok(())
}

async fn odd_text(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let odd = user_of("a|b", "a/b~c:d@e+f=g");
    let mut p = preference("a|b/c:d");
    p.description =
        "prefers “O'Brien”; DROP TABLE users; -- 👩\u{200d}🚀 {\"$ne\": 1} %_*".to_owned();
    p.kind = Claim::Affinity { attribute: "genre'".to_owned(), value: "\"jazz\"".to_owned() };
    writer.commit(&odd, vec![p.clone()]).await?;
    // Joined without care, this pair would be the same text.
    ensure_eq!(writer.state(&user_of("a", "b|a/b~c:d@e+f=g")).await?.preferences, vec![], "other");
    same(&writer.store().get(&odd, &p.id).await?.0, &p)
}
