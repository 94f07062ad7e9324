//! `PreferenceReader`: nearest and get.

use penchant_core::aggregate::Neighbour;
use penchant_core::{Head, Preference, Status, Vector};
use penchant_ports::{NearestQuery, Neighbourhood, PortErrorKind};

use super::writer::{Stores, Writer, ids, near, refused, same};
use crate::builders::{at, closed, preference, revised, user, user_of, vector};
use crate::subject::{Store, Subject};
use crate::suite::{Check, Suite, ensure, ensure_eq};

pub(super) async fn checks(s: &mut Suite, fresh: &impl AsyncFn() -> Subject<dyn Store>) {
    s.check("check passes while the store is up", up(fresh().await)).await;
    s.check("nearest answers the default for an unknown user", unknown(fresh().await)).await;
    s.check("nearest answers the best by each similarity", exact(fresh().await)).await;
    s.check("nearest answers active preferences only (INV-7)", active(fresh().await)).await;
    s.check("nearest without a context has similarity 0", no_context(fresh().await)).await;
    s.check("nearest says when there is more", truncated(fresh().await)).await;
    s.check("nearest sees a commit once it returned, whole", visible(fresh().await)).await;
    s.check("nearest as of a past instant answers what was held then", as_of(fresh().await)).await;
    s.check("no read crosses users or tenants (INV-6)", no_crossing(fresh().await)).await;
    s.check("get answers the whole history, oldest first", history(fresh().await)).await;
    s.check("histories answers all of one user's", histories(fresh().await)).await;
    s.check("get answers NotFound for what this user has not", not_found(fresh().await)).await;
}

async fn up(subject: Stores) -> Check {
    Ok(subject.port().check().await?)
}

fn found(neighbourhood: &Neighbourhood) -> Vec<String> {
    ids(neighbourhood.neighbours.iter().map(|n| &n.preference))
}

async fn unknown(subject: Stores) -> Check {
    let found = subject.port().nearest(&near(&user(1), vector(1), 5)).await?;
    ensure_eq!(found, Neighbourhood::default(), "neighbourhood of an unknown user");
    Ok(())
}

/// Ids of the `limit` best by a similarity.
fn best(all: &[Preference], limit: usize, by: impl Fn(&Preference) -> f32) -> Vec<String> {
    let mut all: Vec<&Preference> = all.iter().collect();
    all.sort_by(|a, b| by(b).total_cmp(&by(a)));
    ids(all.into_iter().take(limit))
}

async fn exact(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let all: Vec<_> = (0..60).map(|n| preference(&format!("p{n:02}"))).collect();
    writer.commit(&user(1), all.clone()).await?;
    for seed in 1000..1010 {
        let query = vector(seed);
        let answer = writer.store().nearest(&near(&user(1), query.clone(), 6)).await?;
        let mut wanted = best(&all, 6, |p| query.cosine(&p.context));
        wanted.extend(best(&all, 6, |p| query.cosine(&p.content)));
        wanted.sort();
        wanted.dedup();
        ensure_eq!(found(&answer), wanted, "the nearest to vector {seed}");
        for Neighbour { preference, context_similarity, content_similarity, lexical } in
            &answer.neighbours
        {
            let by_context = query.cosine(&preference.context);
            let by_content = query.cosine(&preference.content);
            ensure!((by_context - context_similarity).abs() < 1e-3, "context of {}", preference.id);
            ensure!((by_content - content_similarity).abs() < 1e-3, "content of {}", preference.id);
            ensure_eq!(*lexical, 0.0, "lexical part");
            let original = all.iter().find(|p| p.id == preference.id);
            same(preference, original.unwrap_or(preference))?;
        }
        let head = writer.state(&user(1)).await?.head;
        ensure_eq!(answer.head, head, "head of the neighbourhood");
    }
    Ok(())
}

async fn active(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let statuses = [Status::Superseded, Status::Retracted, Status::Expired, Status::Quarantined];
    let mut all = vec![preference("kept")];
    all.extend(statuses.map(|status| preference(status.as_str())));
    writer.commit(&user(1), all.clone()).await?;
    let answer = writer.store().nearest(&near(&user(1), vector(1), 20)).await?;
    ensure_eq!(answer.neighbours.len(), 5, "active before closing");
    let gone =
        statuses.iter().zip(&all[1..]).map(|(status, p)| closed(p, *status, at(4))).collect();
    writer.commit(&user(1), gone).await?;
    for query in [vector(1), all[1].context.clone(), all[2].content.clone()] {
        let answer = writer.store().nearest(&near(&user(1), query, 20)).await?;
        ensure_eq!(found(&answer), ["kept"], "active after closing");
        ensure!(!answer.truncated, "closed ones are not more");
    }
    Ok(())
}

async fn no_context(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let mut bare = preference("bare");
    (bare.context, bare.content) = (Vector::default(), Vector::default());
    writer.commit(&user(1), vec![preference("p1"), bare]).await?;
    let answer = writer.store().nearest(&near(&user(1), Vector::default(), 5)).await?;
    ensure_eq!(found(&answer), ["bare", "p1"], "found without a context");
    let zero = |n: &Neighbour| n.context_similarity == 0.0 && n.content_similarity == 0.0;
    ensure!(answer.neighbours.iter().all(zero), "similar to nothing");
    let answer = writer.store().nearest(&near(&user(1), vector(1), 5)).await?;
    ensure_eq!(found(&answer), ["bare", "p1"], "found with a context");
    Ok(())
}

async fn truncated(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let all = (0..10).map(|n| preference(&format!("p{n}"))).collect();
    writer.commit(&user(1), all).await?;
    let few = writer.store().nearest(&near(&user(1), vector(1), 3)).await?;
    ensure!(few.truncated, "ten preferences, few returned, and not truncated");
    ensure!((3..=6).contains(&few.neighbours.len()), "{} neighbours", few.neighbours.len());
    let blind = writer.store().nearest(&near(&user(1), Vector::default(), 3)).await?;
    ensure!(blind.truncated && blind.neighbours.len() <= 6, "without a context");
    let every = writer.store().nearest(&near(&user(1), vector(1), 10)).await?;
    ensure!(!every.truncated && every.neighbours.len() == 10, "all fit and were cut");
    Ok(())
}

async fn visible(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    for n in 0..10_u64 {
        writer.commit(&user(1), vec![preference(&format!("p{n}"))]).await?;
        let answer = writer.store().nearest(&near(&user(1), vector(n), 50)).await?;
        ensure_eq!(answer.head.revision, n + 1, "revision seen");
        ensure_eq!(answer.neighbours.len() as u64, n + 1, "preferences seen");
    }
    Ok(())
}

fn held_at(minutes: i64) -> NearestQuery {
    NearestQuery { as_of: Some(at(minutes)), ..near(&user(1), vector(1), 20) }
}

async fn as_of(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let tea = Preference { updated_at: at(10), ..preference("tea") };
    writer.commit(&user(1), vec![tea.clone()]).await?;
    let mut green = revised(&tea, at(20));
    green.description = "prefers green tea".to_owned();
    green.confidence = 0.9;
    writer.commit(&user(1), vec![green.clone()]).await?;
    let mut gone = closed(&green, Status::Superseded, at(30));
    gone.superseded_by = Some(preference("coffee").id);
    let coffee = Preference { updated_at: at(30), ..preference("coffee") };
    writer.commit(&user(1), vec![gone, coffee]).await?;
    ensure_eq!(found(&writer.store().nearest(&held_at(9)).await?), [""; 0], "before anything");
    let first = writer.store().nearest(&held_at(10)).await?;
    ensure_eq!(found(&first), ["tea"], "at first");
    let was = &first.neighbours[0].preference;
    ensure_eq!(was.description, tea.description, "description then");
    ensure_eq!((was.status, was.confidence), (Status::Active, tea.confidence), "held then");
    let second = writer.store().nearest(&held_at(29)).await?;
    ensure_eq!(found(&second), ["tea"], "after the refinement");
    ensure_eq!(second.neighbours[0].preference.description, "prefers green tea", "description");
    ensure_eq!(found(&writer.store().nearest(&held_at(30)).await?), ["coffee"], "at the change");
    let now = writer.store().nearest(&near(&user(1), vector(1), 20)).await?;
    ensure_eq!(found(&now), ["coffee"], "now");
    Ok(())
}

async fn no_crossing(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let owners = [user(1), user(2), user_of("other", "user-0001")];
    for (n, owner) in owners.iter().enumerate() {
        let mut shared = preference("shared");
        shared.description = format!("prefers {n}");
        let own = preference(&format!("own{n}"));
        writer.commit(owner, vec![shared, own]).await?;
    }
    for (n, owner) in owners.iter().enumerate() {
        let answer = writer.store().nearest(&near(owner, preference("own0").context, 50)).await?;
        let wanted = [format!("own{n}"), "shared".to_owned()];
        ensure_eq!(found(&answer), wanted, "neighbours of {owner}");
        ensure_eq!(ids(&writer.state(owner).await?.preferences), wanted, "state of {owner}");
        let listed = writer.store().list(&super::writer::list(owner, 50)).await?;
        ensure_eq!(ids(&listed.items), wanted, "list of {owner}");
        ensure_eq!(listed.total, 2, "total of {owner}");
        let (shared, _) = writer.store().get(owner, &preference("shared").id).await?;
        ensure_eq!(shared.description, format!("prefers {n}"), "the shared id of {owner}");
        let foreign = preference(&format!("own{}", (n + 1) % owners.len())).id;
        let taken = writer.store().get(owner, &foreign).await;
        refused(taken, PortErrorKind::NotFound, "another user's id")?;
    }
    ensure_eq!(writer.state(&user_of("other", "user-0002")).await?.head, Head::default(), "nobody");
    Ok(())
}

async fn history(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let mut current = preference("p1");
    writer.commit(&user(1), vec![current.clone(), preference("p10")]).await?;
    for n in 1..12 {
        current = revised(&current, at(n));
        current.description = format!("prefers step {n}");
        writer.commit(&user(1), vec![current.clone()]).await?;
    }
    let (now, history) = writer.store().get(&user(1), &current.id).await?;
    same(&now, &current)?;
    let versions: Vec<u64> = history.iter().map(|r| r.version).collect();
    ensure_eq!(versions, (1..=12).collect::<Vec<_>>(), "versions");
    ensure!(history.iter().all(|r| r.preference == current.id), "another preference's revision");
    let last = history.last().map(|r| (r.description.as_str(), r.at, r.position.offset));
    ensure_eq!(last, Some(("prefers step 11", at(11), writer.next - 1)), "last revision");
    ensure_eq!(history[0].evidence, current.evidence.first().cloned(), "its evidence");
    Ok(())
}

async fn histories(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let (kept, gone) = (preference("kept"), preference("gone"));
    writer.commit(&user(1), vec![kept.clone(), gone.clone()]).await?;
    writer.commit(&user(2), vec![preference("foreign")]).await?;
    let second = revised(&kept, at(3));
    writer.commit(&user(1), vec![second, closed(&gone, Status::Retracted, at(4))]).await?;
    let all = writer.store().histories(&user(1)).await?;
    let mut seen: Vec<(String, u64)> =
        all.iter().map(|r| (r.preference.to_string(), r.version)).collect();
    seen.sort();
    let expected = [("gone", 1), ("gone", 2), ("kept", 1), ("kept", 2)];
    let expected = expected.map(|(id, version)| (id.to_owned(), version));
    ensure_eq!(seen, expected, "versions of all preferences");
    for id in ["gone", "kept"] {
        let wanted = writer.store().get(&user(1), &preference(id).id).await?.1;
        let mut found: Vec<_> = all.iter().filter(|r| r.preference.as_str() == id).collect();
        found.sort_by_key(|r| r.version);
        ensure!(found.into_iter().eq(&wanted), "the history of {id} is another one");
    }
    ensure_eq!(writer.store().histories(&user(3)).await?, [], "of an unknown user");
    Ok(())
}

async fn not_found(subject: Stores) -> Check {
    let mut writer = Writer::new(subject).await?;
    let id = preference("p1").id;
    let nobody = writer.store().get(&user(1), &id).await;
    refused(nobody, PortErrorKind::NotFound, "a preference of an unknown user")?;
    writer.commit(&user(1), vec![preference("p2")]).await?;
    let nothing = writer.store().get(&user(1), &id).await;
    refused(nothing, PortErrorKind::NotFound, "an unknown preference")
}
