//! The step between reading and folding: asking for proposals, and amending what was read.

use std::collections::HashMap;
use std::time::Duration;

use penchant_core::{EventBody, UserKey, UserState};
use penchant_ports::{Embedder, Fence, PortError, PortErrorKind};

use super::batch::event_time;
use super::read::{Read, embed, guarded};
use crate::stage_llm::{Answers, Asked, Candidate, Proposals, Said, amend};

/// How soon a lane that waits for a model notices that its partition was taken away.
const LOOK: Duration = Duration::from_millis(20);

/// Asks about what will take effect in this batch. Nothing is held meanwhile that others wait
/// for: the commit comes later, and a revocation ends the wait.
pub(super) async fn propose(
    proposals: &dyn Proposals,
    reads: &[Read<'_>],
    states: &HashMap<UserKey, UserState>,
    fence: &Fence,
    patience: Duration,
) -> Result<Answers, PortError> {
    let asked = asked(reads, states);
    if asked.is_empty() {
        return Ok(Answers::default());
    }
    let revoked = async {
        while !fence.cancelled() {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        answers = proposals.propose(&asked, patience) => answers,
        () = revoked => Err(PortError::new(
            PortErrorKind::Fenced,
            "the partition was taken over while the language model was asked",
        )),
    }
}

/// Per user the events that will take effect; what an erasure later in the batch covers is not
/// shown to anybody any more.
fn asked<'a>(reads: &'a [Read<'_>], states: &'a HashMap<UserKey, UserState>) -> Vec<Asked<'a>> {
    let mut order: Vec<Asked<'a>> = Vec::new();
    let mut places: HashMap<&UserKey, usize> = HashMap::new();
    for read in reads.iter().filter(|read| !read.passed_over) {
        let (event, position) = (read.event, read.delivery.position);
        let Some((user, state)) = states.get_key_value(&event.user) else { continue };
        if matches!(event.body, EventBody::Erase) {
            if let Some(one) = places.get(user).and_then(|at| order.get_mut(*at)) {
                one.candidates.clear();
            }
            continue;
        }
        let now = event_time(event, read.delivery.logged_at);
        let at = *places.entry(user).or_insert_with(|| {
            order.push(Asked { user, state, now, candidates: Vec::new() });
            order.len() - 1
        });
        if let Some(one) = order.get_mut(at) {
            one.now = one.now.max(now);
            one.candidates.push(Candidate {
                event,
                position,
                around: &read.around,
                reading: &read.reading,
            });
        }
    }
    order.retain(|one| !one.candidates.is_empty());
    order
}

/// Puts what is proposed beside what was read, with one call of the embedder.
pub(super) async fn amend_all(
    reads: &mut [Read<'_>],
    answers: &Answers,
    embedder: &dyn Embedder,
) -> Result<(), PortError> {
    let mut texts = Vec::new();
    for read in reads.iter_mut() {
        let Some(proposal) = answers.proposals.get(&read.delivery.position) else { continue };
        let said = Said::of(read.event, event_time(read.event, read.delivery.logged_at));
        let amended = guarded(read.delivery, Default::default, || {
            amend(read.reading.clone(), &said, proposal)
        });
        if amended.proposal.is_some() {
            texts.extend(amended.descriptions());
            read.amended = Some(amended);
        }
    }
    let vectors = embed(embedder, &texts).await?;
    let mut rest = vectors.as_slice();
    for amended in reads.iter_mut().filter_map(|read| read.amended.as_mut()) {
        rest = amended.fill(rest);
    }
    Ok(())
}
