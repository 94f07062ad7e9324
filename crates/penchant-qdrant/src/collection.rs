//! One collection (or alias), and bounded calls on its points.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use penchant_ports::PortError;
use prost::Message as _;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::points_update_operation::{DeletePoints as DeleteOperation, Operation};
use qdrant_client::qdrant::with_payload_selector::SelectorOptions;
use qdrant_client::qdrant::{
    CountPoints, Filter, GetPoints, PayloadIncludeSelector, PointId, PointStruct, PointsIdsList,
    PointsSelector, PointsUpdateOperation, QueryBatchPoints, QueryPoints, RetrievedPoint,
    ScoredPoint, ScrollPoints, SetPayloadPoints, UpdateBatchPoints, UpdateMode, UpsertPoints,
    WithPayloadSelector, WithVectorsSelector,
};
use uuid::Uuid;

use crate::client::{Client, completed};
use crate::error::{Effect, corrupt};
use crate::owner::point_id;
use crate::payload::Payload;

/// Most points in one call.
pub(crate) const MAX_POINTS: usize = 256;
/// Most heads in one call: they are large.
pub(crate) const MAX_HEADS: usize = 64;
/// Longest message, in bytes of its points.
const MAX_MESSAGE_BYTES: usize = 8 << 20;
/// Calls under way at once for one request.
const AT_ONCE: usize = 4;

/// A collection under its own name, or the alias of whichever serves.
#[derive(Debug, Clone)]
pub(crate) struct Collection {
    client: Client,
    name: String,
}

/// What to bring along with a point.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    Everything,
    Payload,
    Fields(&'a [&'a str]),
}

impl Wanted<'_> {
    fn payload(self) -> Option<WithPayloadSelector> {
        let options = match self {
            Self::Everything | Self::Payload => SelectorOptions::Enable(true),
            Self::Fields(fields) => SelectorOptions::Include(PayloadIncludeSelector {
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            }),
        };
        Some(WithPayloadSelector { selector_options: Some(options) })
    }

    fn vectors(self) -> Option<WithVectorsSelector> {
        Some(WithVectorsSelector::from(matches!(self, Self::Everything)))
    }
}

/// Which of the points of an upsert are written.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// All: they never change, so writing them again is nothing.
    Always,
    /// Those that do not exist yet.
    Absent,
    /// Those that exist and match.
    Matching(Filter),
}

impl Collection {
    pub(crate) fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Points by id, those that exist, in no order; in calls of at most `at_most`.
    pub(crate) async fn get(
        &self,
        doing: &str,
        ids: impl IntoIterator<Item = Uuid>,
        wanted: Wanted<'_>,
        at_most: usize,
    ) -> Result<Vec<RetrievedPoint>, PortError> {
        let ids: Vec<PointId> = ids.into_iter().map(point_id).collect();
        let calls = ids.chunks(at_most.max(1)).map(|ids| GetPoints {
            collection_name: self.name.clone(),
            ids: ids.to_vec(),
            with_payload: wanted.payload(),
            with_vectors: wanted.vectors(),
            ..GetPoints::default()
        });
        let calls: Vec<GetPoints> = calls.collect();
        let answers: Vec<_> = stream::iter(calls)
            .map(|call| async move {
                let send = |request| {
                    let mut points = self.client.points();
                    async move { points.get(request).await }
                };
                Ok::<_, PortError>(self.client.call(doing, Effect::Reads, call, send).await?.result)
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// One page of the points that match, by id, and where the next one starts.
    pub(crate) async fn scroll(
        &self,
        doing: &str,
        filter: Filter,
        wanted: Wanted<'_>,
        at_most: usize,
        from: Option<PointId>,
    ) -> Result<(Vec<RetrievedPoint>, Option<PointId>), PortError> {
        let call = ScrollPoints {
            collection_name: self.name.clone(),
            filter: Some(filter),
            offset: from,
            limit: Some(u32::try_from(at_most).unwrap_or(u32::MAX)),
            with_payload: wanted.payload(),
            with_vectors: wanted.vectors(),
            ..ScrollPoints::default()
        };
        let send = |request| {
            let mut points = self.client.points();
            async move { points.scroll(request).await }
        };
        let answer = self.client.call(doing, Effect::Reads, call, send).await?;
        Ok((answer.result, answer.next_page_offset))
    }

    /// All points that match, page by page.
    pub(crate) async fn all(
        &self,
        doing: &str,
        filter: Filter,
        wanted: Wanted<'_>,
    ) -> Result<Vec<RetrievedPoint>, PortError> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let (found, next) =
                self.scroll(doing, filter.clone(), wanted, MAX_POINTS, from).await?;
            all.extend(found);
            match next {
                Some(next) => from = Some(next),
                None => return Ok(all),
            }
        }
    }

    pub(crate) async fn count(&self, doing: &str, filter: Filter) -> Result<u64, PortError> {
        let call = CountPoints {
            collection_name: self.name.clone(),
            filter: Some(filter),
            exact: Some(true),
            ..CountPoints::default()
        };
        let send = |request| {
            let mut points = self.client.points();
            async move { points.count(request).await }
        };
        let answer = self.client.call(doing, Effect::Reads, call, send).await?;
        answer.result.map(|r| r.count).ok_or_else(|| corrupt("the server answered no count"))
    }

    /// Several searches in one call.
    pub(crate) async fn search(
        &self,
        doing: &str,
        queries: Vec<QueryPoints>,
    ) -> Result<Vec<Vec<ScoredPoint>>, PortError> {
        let query_points = queries
            .into_iter()
            .map(|query| QueryPoints {
                collection_name: self.name.clone(),
                with_payload: Wanted::Everything.payload(),
                with_vectors: Wanted::Everything.vectors(),
                ..query
            })
            .collect();
        let call = QueryBatchPoints {
            collection_name: self.name.clone(),
            query_points,
            ..QueryBatchPoints::default()
        };
        let send = |request| {
            let mut points = self.client.points();
            async move { points.query_batch(request).await }
        };
        let answer = self.client.call(doing, Effect::Reads, call, send).await?;
        Ok(answer.result.into_iter().map(|batch| batch.result).collect())
    }

    /// Writes points, in calls of at most `at_most` and a bounded size. The server answers only
    /// when they are written, but never says whether a condition matched: read back.
    pub(crate) async fn upsert(
        &self,
        doing: &str,
        points: Vec<PointStruct>,
        condition: &Condition,
        at_most: usize,
    ) -> Result<(), PortError> {
        let calls: Vec<UpsertPoints> = chunks(points, at_most)
            .into_iter()
            .map(|points| self.upsert_call(points, condition))
            .collect();
        stream::iter(calls)
            .map(|call| async move {
                let send = |request| {
                    let mut points = self.client.points();
                    async move { points.upsert(request).await }
                };
                let answer = self.client.call(doing, Effect::Writes, call, send).await?;
                let result = answer.result.ok_or_else(|| no_result(doing))?;
                completed(doing, [&result])
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    fn upsert_call(&self, points: Vec<PointStruct>, condition: &Condition) -> UpsertPoints {
        let (mode, filter) = match condition {
            Condition::Always => (None, None),
            Condition::Absent => (Some(UpdateMode::InsertOnly), None),
            Condition::Matching(filter) => (Some(UpdateMode::UpdateOnly), Some(filter.clone())),
        };
        UpsertPoints {
            collection_name: self.name.clone(),
            wait: Some(true),
            points,
            update_mode: mode.map(i32::from),
            update_filter: filter,
            ..UpsertPoints::default()
        }
    }

    /// Deletes points: by id, and by filter.
    pub(crate) async fn delete(
        &self,
        doing: &str,
        ids: &[Uuid],
        filters: Vec<Filter>,
    ) -> Result<(), PortError> {
        let by_ids = ids.chunks(MAX_POINTS).map(|ids| {
            PointsSelectorOneOf::Points(PointsIdsList {
                ids: ids.iter().copied().map(point_id).collect(),
            })
        });
        let operations: Vec<PointsUpdateOperation> = by_ids
            .chain(filters.into_iter().map(PointsSelectorOneOf::Filter))
            .map(|selected| PointsUpdateOperation {
                operation: Some(Operation::DeletePoints(DeleteOperation {
                    points: Some(PointsSelector { points_selector_one_of: Some(selected) }),
                    shard_key_selector: None,
                })),
            })
            .collect();
        // One after the other: what the first calls delete no later one needs to look at.
        for operations in operations.chunks(MAX_HEADS) {
            let call = UpdateBatchPoints {
                collection_name: self.name.clone(),
                wait: Some(true),
                operations: operations.to_vec(),
                ..UpdateBatchPoints::default()
            };
            let send = |request| {
                let mut points = self.client.points();
                async move { points.update_batch(request).await }
            };
            let answer = self.client.call(doing, Effect::Writes, call, send).await?;
            completed(doing, &answer.result)?;
        }
        Ok(())
    }

    /// Changes fields of points, and leaves the others as they are.
    pub(crate) async fn set(
        &self,
        doing: &str,
        filter: Filter,
        payload: Payload,
    ) -> Result<(), PortError> {
        let call = SetPayloadPoints {
            collection_name: self.name.clone(),
            wait: Some(true),
            payload,
            points_selector: Some(PointsSelector {
                points_selector_one_of: Some(PointsSelectorOneOf::Filter(filter)),
            }),
            ..SetPayloadPoints::default()
        };
        let send = |request| {
            let mut points = self.client.points();
            async move { points.set_payload(request).await }
        };
        let answer = self.client.call(doing, Effect::Writes, call, send).await?;
        let result = answer.result.ok_or_else(|| no_result(doing))?;
        completed(doing, [&result])
    }
}

fn no_result(doing: &str) -> PortError {
    crate::error::unavailable(format!("cannot {doing}: the server answered no result"))
        .indeterminate()
}

/// Points in messages of bounded number and size.
fn chunks(points: Vec<PointStruct>, at_most: usize) -> Vec<Vec<PointStruct>> {
    let mut all: Vec<Vec<PointStruct>> = Vec::new();
    let mut bytes = 0;
    for point in points {
        let size = point.encoded_len();
        match all.last_mut() {
            Some(chunk) if chunk.len() < at_most && bytes + size <= MAX_MESSAGE_BYTES => {
                bytes += size;
                chunk.push(point);
            }
            _ => {
                bytes = size;
                all.push(vec![point]);
            }
        }
    }
    all
}
