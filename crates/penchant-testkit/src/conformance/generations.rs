//! `Generations`.

use penchant_core::{Partition, Position, UserKey};
use penchant_ports::generations::first_epoch;
use penchant_ports::{Epoch, Generations, PortErrorKind, PreferenceReader, PreferenceStore};

use super::writer::{ids, list, near, refused};
use crate::builders::{batch, commit, preference, user, vector};
use crate::subject::{Rebuildable, Subject};
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

type Stores = Subject<dyn Rebuildable>;

/// Asserts every obligation of [`penchant_ports::Generations`]. `fresh` opens an empty store for
/// vectors of [`crate::builders::DIMENSION`].
///
/// # Panics
/// Naming all obligations that do not hold.
pub async fn generations(fresh: impl AsyncFn() -> Stores) {
    let mut suite = Suite::new("Generations");
    let s = &mut suite;
    s.check("the first generation is 0 and serves", first(fresh().await)).await;
    s.check("build begins an empty generation above the serving one", begins(fresh().await)).await;
    s.check("a generation under construction is nobody else's", apart(fresh().await)).await;
    s.check("build goes on with what was begun", resumes(fresh().await)).await;
    s.check("epochs of a later generation are above all earlier ones", epochs(fresh().await)).await;
    s.check("a switch moves reads and writes", switches(fresh().await)).await;
    s.check("a switch fences every earlier writer", fences(fresh().await)).await;
    s.check("what served before stays, and may serve again", back(fresh().await)).await;
    s.check("an opened generation stays the same one", opens(fresh().await)).await;
    s.check("a switch to nothing is refused as NotFound", nothing(fresh().await)).await;
    s.check("discarding the serving generation is refused", discards(fresh().await)).await;
    suite.finish();
}

/// Adds one preference to user 1, at the position after what is reflected.
async fn add<S: PreferenceStore + ?Sized>(
    store: &S,
    epoch: Epoch,
    id: &str,
) -> Result<(), penchant_ports::PortError> {
    let head = store.load(&[user(1)]).await?.remove(0).head;
    let next = store.checkpoint().await?.next_offset(Partition(0));
    let position = Position::new(0, next);
    let change = commit(&user(1), &head, epoch, position, vec![preference(id)]);
    store.commit(batch(epoch, position.next_offset(), vec![change])).await
}

async fn held<S: PreferenceReader + ?Sized>(
    store: &S,
    user: &UserKey,
) -> Result<Vec<String>, Broken> {
    let found = store.nearest(&near(user, vector(1), 50)).await?;
    Ok(ids(found.neighbours.iter().map(|n| &n.preference)))
}

async fn first(subject: Stores) -> Check {
    ensure_eq!(subject.port().serving().await?, 0, "serving");
    ensure_eq!(Generations::list(&**subject.port()).await?, [0], "all");
    Ok(())
}

async fn begins(subject: Stores) -> Check {
    let store = subject.port();
    let epoch = store.fence(Partition(0)).await?;
    add(&**store, epoch, "p1").await?;
    let built = store.build().await?;
    ensure!(built.number > 0, "number {} is not above the serving one", built.number);
    ensure!(!built.resumed, "nothing had been begun");
    ensure_eq!(held(&*built.reader, &user(1)).await?, [""; 0], "held by a new generation");
    let next = built.store.checkpoint().await?.next_offset(Partition(0));
    ensure_eq!(next, 0, "checkpoint of a new generation");
    ensure_eq!(store.serving().await?, 0, "serving while building");
    ensure_eq!(Generations::list(&**store).await?, [0, built.number], "all");
    Ok(())
}

async fn apart(subject: Stores) -> Check {
    let store = subject.port();
    let old = store.fence(Partition(0)).await?;
    let built = store.build().await?;
    let new = built.store.fence(Partition(0)).await?;
    add(&*built.store, new, "new").await?;
    add(&**store, old, "old").await?;
    add(&*built.store, new, "newer").await?;
    ensure_eq!(held(&**store, &user(1)).await?, ["old"], "held by the serving one");
    ensure_eq!(held(&*built.reader, &user(1)).await?, ["new", "newer"], "held by the new one");
    let listed = built.reader.list(&list(&user(1), 5)).await?;
    ensure_eq!(listed.total, 2, "listed by the new one");
    let stray = add(&**store, new, "stray").await;
    refused(stray, PortErrorKind::Fenced, "a builder's epoch in the serving generation")
}

async fn resumes(mut subject: Stores) -> Check {
    let begun = subject.port().build().await?;
    let epoch = begun.store.fence(Partition(0)).await?;
    add(&*begun.store, epoch, "p1").await?;
    let number = begun.number;
    drop(begun);
    for restarted in [false, true] {
        if restarted && !subject.restart().await {
            break;
        }
        let again = subject.port().build().await?;
        ensure_eq!((again.number, again.resumed), (number, true), "restarted: {restarted}");
        ensure_eq!(held(&*again.reader, &user(1)).await?, ["p1"], "restarted: {restarted}");
        let next = again.store.checkpoint().await?.next_offset(Partition(0));
        ensure_eq!(next, 1, "checkpoint, restarted: {restarted}");
    }
    Ok(())
}

async fn epochs(subject: Stores) -> Check {
    let store = subject.port();
    let mut last = 0;
    for _ in 0..3 {
        last = store.fence(Partition(0)).await?;
    }
    let built = store.build().await?;
    let new = built.store.fence(Partition(0)).await?;
    ensure!(new > last, "epoch {new} after {last}");
    ensure!(new > first_epoch(built.number), "epoch {new} is not of {}", built.number);
    ensure!(new < first_epoch(built.number + 1), "epoch {new} is of a later generation");
    Ok(())
}

async fn switches(subject: Stores) -> Check {
    let store = subject.port();
    let old = store.fence(Partition(0)).await?;
    add(&**store, old, "old").await?;
    let built = store.build().await?;
    let new = built.store.fence(Partition(0)).await?;
    add(&*built.store, new, "new").await?;
    for _ in 0..2 {
        store.switch(built.number).await?;
        ensure_eq!(store.serving().await?, built.number, "serving");
        ensure_eq!(held(&**store, &user(1)).await?, ["new"], "held after the switch");
    }
    let epoch = store.fence(Partition(0)).await?;
    ensure!(epoch > new, "epoch {epoch} after the builder's {new}");
    add(&**store, epoch, "later").await?;
    ensure_eq!(held(&**store, &user(1)).await?, ["later", "new"], "held after a commit");
    ensure_eq!(Generations::list(&**store).await?, [0, built.number], "all");
    let next = store.build().await?;
    ensure!(next.number > built.number && !next.resumed, "{} is built next", next.number);
    Ok(())
}

async fn fences(subject: Stores) -> Check {
    let store = subject.port();
    let old = store.fence(Partition(0)).await?;
    add(&**store, old, "old").await?;
    let built = store.build().await?;
    store.switch(built.number).await?;
    let late = add(&**store, old, "late").await;
    refused(late, PortErrorKind::Fenced, "an epoch of the generation before")?;
    ensure_eq!(held(&**store, &user(1)).await?, [""; 0], "held");
    Ok(())
}

async fn back(mut subject: Stores) -> Check {
    let store = subject.port();
    let old = store.fence(Partition(0)).await?;
    add(&**store, old, "old").await?;
    let built = store.build().await?;
    store.switch(built.number).await?;
    let new = store.fence(Partition(0)).await?;
    store.switch(0).await?;
    subject.restart().await;
    let store = subject.port();
    ensure_eq!(store.serving().await?, 0, "serving after the way back");
    ensure_eq!(held(&**store, &user(1)).await?, ["old"], "held after the way back");
    let late = add(&**store, new, "late").await;
    refused(late, PortErrorKind::Fenced, "an epoch of the generation that served")?;
    let epoch = store.fence(Partition(0)).await?;
    add(&**store, epoch, "again").await?;
    ensure!(!store.build().await?.resumed, "what has served is not under construction");
    Ok(())
}

async fn opens(subject: Stores) -> Check {
    let store = subject.port();
    let old = store.fence(Partition(0)).await?;
    add(&**store, old, "old").await?;
    let before = store.open(0).await?;
    let built = store.build().await?;
    let new = built.store.fence(Partition(0)).await?;
    add(&*built.store, new, "new").await?;
    store.switch(built.number).await?;
    ensure_eq!(held(&*before.reader, &user(1)).await?, ["old"], "held by the one opened before");
    let next = before.store.checkpoint().await?.next_offset(Partition(0));
    ensure_eq!(next, 1, "checkpoint of the one opened before");
    let states = before.store.load(&[user(1)]).await?;
    ensure_eq!(ids(&states[0].preferences), ["old"], "loaded from the one opened before");
    let serving = store.open(built.number).await?;
    ensure_eq!((before.number, serving.number), (0, built.number), "numbers");
    ensure_eq!(held(&*serving.reader, &user(1)).await?, ["new"], "held by the serving one");
    refused(store.open(7).await.map(drop), PortErrorKind::NotFound, "generation 7")
}

async fn nothing(subject: Stores) -> Check {
    let store = subject.port();
    refused(store.switch(7).await, PortErrorKind::NotFound, "generation 7")?;
    ensure_eq!(store.serving().await?, 0, "serving");
    Ok(())
}

async fn discards(subject: Stores) -> Check {
    let store = subject.port();
    refused(store.discard(0).await, PortErrorKind::Invalid, "the serving generation")?;
    let built = store.build().await?;
    store.switch(built.number).await?;
    store.discard(0).await?;
    store.discard(0).await?;
    ensure_eq!(Generations::list(&**store).await?, [built.number], "what is left");
    refused(store.switch(0).await, PortErrorKind::NotFound, "a discarded generation")
}
