//! Proposals by asking a model: several users side by side, and no longer than the lane can wait.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::Position;
use penchant_ports::{Inferrer, InferrerTally, PortError, ProposalOperation};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::ask::{Question, StageConfig, ask};
use super::proposals::{Answers, Asked, Proposals};

/// Calls under way at the same time, all lanes of the process together, unless told otherwise.
pub const SIDE_BY_SIDE: usize = 8;

/// Asks an inferrer. Lanes share one, and with it the inferrer's budget and circuit breaker.
///
/// A call that is under way when patience runs out goes on without anybody waiting: the circuit
/// breaker has to learn how it ends, and a model that is paid for its answer is not asked again
/// sooner because nobody listened. It keeps its place among those side by side, so that a model
/// that hangs meets a bounded number of calls.
pub struct Calls {
    inferrer: Arc<dyn Inferrer>,
    places: Arc<Semaphore>,
    config: StageConfig,
}

impl Calls {
    /// Asks `inferrer`, at most `side_by_side` (at least 1) calls at the same time.
    #[must_use]
    pub fn new(inferrer: Arc<dyn Inferrer>, side_by_side: usize, config: StageConfig) -> Self {
        Self { inferrer, places: Arc::new(Semaphore::new(side_by_side.max(1))), config }
    }

    fn call(&self, question: &Question, until: Instant) -> Call {
        let (inferrer, places) = (Arc::clone(&self.inferrer), Arc::clone(&self.places));
        let request = question.request.clone();
        tokio::spawn(async move {
            // A closed semaphore does not occur; without a place in time there is no call.
            let Ok(Ok(_place)) = timeout_at(until, places.acquire_owned()).await else {
                return None;
            };
            Some(inferrer.propose(&request).await)
        })
    }
}

/// `None`: not called, for want of a place in time.
type Call = JoinHandle<Option<Result<Vec<ProposalOperation>, PortError>>>;

#[async_trait]
impl Proposals for Calls {
    async fn propose(&self, asked: &[Asked<'_>], patience: Duration) -> Result<Answers, PortError> {
        let until = Instant::now() + patience;
        let mut answers = Answers::default();
        let mut calls: Vec<(Vec<Position>, Question, Call)> = Vec::new();
        for one in asked {
            let tenant = &one.user.tenant;
            for question in ask(tenant, &one.candidates, one.state, one.now, &self.config) {
                let positions = question
                    .candidates
                    .iter()
                    .filter_map(|at| one.candidates.get(*at))
                    .map(|candidate| candidate.position)
                    .collect();
                let call = self.call(&question, until);
                calls.push((positions, question, call));
            }
        }
        for (positions, question, call) in calls {
            answers.asked += positions.len();
            match timeout_at(until, call).await {
                Err(_) | Ok(Ok(None)) => answers.late += positions.len(),
                Ok(Ok(Some(Ok(operations)))) => {
                    let places = question.candidates.iter().zip(&positions);
                    let places: std::collections::BTreeMap<usize, Position> =
                        places.map(|(candidate, position)| (*candidate, *position)).collect();
                    answers.proposals.extend(
                        question
                            .proposals(self.inferrer.version(), &operations)
                            .into_iter()
                            .filter_map(|(at, proposal)| Some((*places.get(&at)?, proposal))),
                    );
                }
                Ok(Ok(Some(Err(error)))) => {
                    tracing::debug!(%error, "no proposals");
                    answers.unanswered += positions.len();
                }
                Ok(Err(panic)) => {
                    tracing::error!(%panic, "the inferrer failed unexpectedly");
                    answers.unanswered += positions.len();
                }
            }
        }
        Ok(answers)
    }

    fn tally(&self) -> Option<InferrerTally> {
        Some(self.inferrer.tally())
    }
}
