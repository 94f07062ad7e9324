//! Joining the group, and the consumer that the learner holds.

use std::sync::Mutex;

use async_trait::async_trait;
use penchant_core::Checkpoint;
use penchant_ports::{Lane, LogConsumer, PortError};
use rdkafka::consumer::Consumer as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::context::{Group, GroupConsumer, Offsets, State};
use super::poll;
use super::stage::Tools;
use crate::dead_letters::Writer;
use crate::error;
use crate::inner::Inner;
use crate::offsets::NextOffset;

/// This process's membership. Dropping it closes it.
pub(crate) struct Member {
    lanes: mpsc::UnboundedReceiver<Result<Lane, PortError>>,
    close: CancellationToken,
}

/// Joins the group. The second value is cancelled once the poll thread has left it.
pub(crate) async fn join(
    inner: &Inner,
    from: Checkpoint,
) -> Result<(Member, CancellationToken), PortError> {
    let config = &inner.config;
    let before = inner.readers.committed(&config.topic, config.partitions).await?;
    let committed_before: Offsets =
        before.into_iter().filter_map(|(partition, next)| Some((partition, next?))).collect();
    let checkpoint: Offsets =
        from.iter().map(|(partition, next)| (partition, NextOffset::new(next))).collect();
    let (sender, lanes) = mpsc::unbounded_channel();
    let group = Group {
        topic: config.topic.clone(),
        lane_capacity: config.lane_capacity,
        timeout: config.request_timeout,
        checkpoint,
        committed_before,
        tools: Tools {
            judge: inner.judge.clone(),
            dead_letters: Writer {
                producer: std::sync::Arc::clone(&inner.producer),
                topic: config.topic.clone(),
                dead_letter_topic: config.dead_letter_topic.clone(),
            },
        },
        runtime: Handle::current(),
        lanes: sender,
        state: Mutex::new(State::default()),
    };
    let what = "join the consumer group";
    let consumer: GroupConsumer =
        config.group().create_with_context(group).map_err(|e| error::ask(what, e))?;
    consumer.subscribe(&[config.topic.as_str()]).map_err(|e| error::ask(what, e))?;
    let (close, left) = (CancellationToken::new(), CancellationToken::new());
    let (closed, leaving, drain) = (close.clone(), left.clone().drop_guard(), config.drain);
    std::thread::Builder::new()
        .name("penchant-poll".to_owned())
        .spawn(move || {
            // Says so however the thread ends.
            let _leaving = leaving;
            poll::run(consumer, &closed, drain);
        })
        .map_err(poll::no_thread)?;
    Ok((Member { lanes, close }, left))
}

impl Drop for Member {
    fn drop(&mut self) {
        self.close.cancel();
    }
}

#[async_trait]
impl LogConsumer for Member {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        loop {
            let lane = tokio::select! {
                biased;
                () = self.close.cancelled() => return Ok(None),
                lane = self.lanes.recv() => lane,
            };
            match lane {
                // Revoked before anyone took it.
                Some(Ok(lane)) if lane.fence.cancelled() => {}
                Some(Ok(lane)) => return Ok(Some(lane)),
                Some(Err(error)) => return Err(error),
                None => return Ok(None),
            }
        }
    }

    async fn close(&mut self) {
        self.close.cancel();
        // Lanes that nobody took hold up nobody: dropping them reports that they are released.
        self.lanes.close();
        while self.lanes.try_recv().is_ok() {}
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("closed", &self.close.is_cancelled()).finish_non_exhaustive()
    }
}
