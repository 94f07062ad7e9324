//! Everything that is kept about a user, part by part.

use std::collections::VecDeque;

use futures::stream::{self, Stream};
use penchant_core::UserKey;
use penchant_ports::{Cursor, ListQuery, Payload, PortError};

use crate::gateway::{ExportPart, GatewayError, History};
use crate::parts::Parts;

const PAGE: usize = 100;
const RECORDS: usize = 1_000;

enum Stage {
    Preferences(Option<Cursor>),
    Events { offset: u64, end: u64 },
    End,
    Done,
}

struct Export {
    parts: Parts,
    user: UserKey,
    stage: Stage,
    ready: VecDeque<ExportPart>,
    preferences: u64,
    events: u64,
}

/// Preferences with their history first, then the user's events as the log holds them, then
/// [`ExportPart::End`].
pub(super) fn stream(
    parts: Parts,
    user: UserKey,
) -> impl Stream<Item = Result<ExportPart, GatewayError>> {
    let export = Export {
        parts,
        user,
        stage: Stage::Preferences(None),
        ready: VecDeque::new(),
        preferences: 0,
        events: 0,
    };
    stream::unfold(export, |mut export| async move {
        let part = export.next().await.transpose()?;
        if part.is_err() {
            export.stage = Stage::Done;
            export.ready.clear();
        }
        Some((part, export))
    })
}

impl Export {
    async fn next(&mut self) -> Result<Option<ExportPart>, GatewayError> {
        loop {
            if let Some(part) = self.ready.pop_front() {
                return Ok(Some(part));
            }
            if matches!(self.stage, Stage::Done) {
                return Ok(None);
            }
            self.advance().await.map_err(|error| GatewayError::from_port(error, "user_id"))?;
        }
    }

    async fn advance(&mut self) -> Result<(), PortError> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Preferences(cursor) => self.page(cursor).await,
            Stage::Events { offset, end } => self.records(offset, end).await,
            Stage::End => {
                let checkpoint = self.parts.store.checkpoint().await?;
                self.ready.push_back(ExportPart::End {
                    preferences: self.preferences,
                    events: self.events,
                    checkpoint,
                });
                Ok(())
            }
            Stage::Done => Ok(()),
        }
    }

    async fn page(&mut self, cursor: Option<Cursor>) -> Result<(), PortError> {
        let query =
            ListQuery { user: self.user.clone(), statuses: Vec::new(), limit: PAGE, cursor };
        let page = self.parts.reader.list(&query).await?;
        for listed in page.items {
            let (preference, revisions) = self.parts.reader.get(&self.user, &listed.id).await?;
            self.preferences += 1;
            let history = History { preference, revisions };
            self.ready.push_back(ExportPart::Preference(Box::new(history)));
        }
        self.stage = match page.next {
            Some(cursor) => Stage::Preferences(Some(cursor)),
            None => {
                let partition = self.parts.log.partition_of(&self.user);
                let end = self.parts.log.ends().await?.get(&partition).copied().unwrap_or(0);
                Stage::Events { offset: 0, end }
            }
        };
        Ok(())
    }

    async fn records(&mut self, offset: u64, end: u64) -> Result<(), PortError> {
        let partition = self.parts.log.partition_of(&self.user);
        let records = self.parts.log.read(partition, offset, RECORDS).await?;
        let Some(last) = records.last() else {
            self.stage = Stage::End;
            return Ok(());
        };
        let next = last.position.next_offset();
        for record in records {
            if let Payload::Event(event) = record.payload
                && event.user == self.user
                && record.position.offset < end
            {
                self.events += 1;
                self.ready.push_back(ExportPart::Event {
                    position: record.position,
                    logged_at: record.logged_at,
                    event,
                });
            }
        }
        self.stage = if next < end { Stage::Events { offset: next, end } } else { Stage::End };
        Ok(())
    }
}
