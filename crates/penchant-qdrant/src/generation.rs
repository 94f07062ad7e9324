//! A generation: one collection with its indexes and the point that says what it holds.

use std::time::Duration;

use penchant_ports::{Certainty, EmbedderInfo, PortError, PortErrorKind};
use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    CollectionOperationResponse, CreateCollection, CreateFieldIndexCollection, Distance, FieldType,
    GetCollectionInfoRequest, HnswConfigDiff, KeywordIndexParams, OptimizersConfigDiff,
    PayloadIndexParams, StrictModeConfig, VectorParams, VectorParamsMap, VectorsConfig,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::client::{Client, completed};
use crate::collection::{Collection, Condition, MAX_POINTS, Wanted};
use crate::error::{Effect, corrupt, invalid};
use crate::owner::{field, kind, meta_id};
use crate::payload::{CONTENT, CONTEXT, PointBuilder, blob, number, text};

/// How the points are written; a newer number is refused.
const SCHEMA: u64 = 1;
/// How long a new collection may take until its shards answer.
const READY: Duration = Duration::from_secs(5);

const FIELD_SCHEMA: &str = "schema";
const FIELD_MODEL: &str = "model";
const FIELD_DIMENSION: &str = "dimension";
const FIELD_SECRET: &str = "cursor_secret";
const FIELD_SERVED: &str = "served";

/// Indexed before the first point: filters over unindexed fields are refused, and the search graph
/// is built along the indexes that exist. The owner's comes first.
const KEYWORDS: [&str; 5] =
    [field::KIND, field::TENANT, field::PREFERENCE, field::WRITE_ID, field::STATUS];
const NUMBERS: [&str; 3] = [field::REVISION, field::EPOCH, field::RESIDUE];

/// What a generation says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) model: String,
    pub(crate) dimension: usize,
    pub(crate) secret: Vec<u8>,
    /// Whether it serves or has served; else it is under construction.
    pub(crate) served: bool,
}

/// The name of generation `number`.
pub(crate) fn name_of(alias: &str, number: u64) -> String {
    format!("{alias}-g{number}")
}

/// The way back.
pub(crate) fn number_of(alias: &str, name: &str) -> Option<u64> {
    let number = name.strip_prefix(alias)?.strip_prefix("-g")?.parse().ok()?;
    // `-g007` is not ours.
    (name_of(alias, number) == name).then_some(number)
}

fn vectors(dimension: usize) -> VectorsConfig {
    // Dot, not cosine: embeddings are of unit length already, and the server must not touch them;
    // what is loaded has to be what was committed, to the bit.
    let each = || VectorParams {
        size: dimension as u64,
        distance: Distance::Dot.into(),
        ..VectorParams::default()
    };
    let map = [(CONTEXT.to_owned(), each()), (CONTENT.to_owned(), each())].into();
    VectorsConfig { config: Some(Config::ParamsMap(VectorParamsMap { map })) }
}

/// Makes the collection if need be; several processes may do so at once.
pub(crate) async fn create(client: &Client, name: &str, dimension: usize) -> Result<(), PortError> {
    let message = CreateCollection {
        collection_name: name.to_owned(),
        vectors_config: Some(vectors(dimension)),
        // No search ever spans users: one graph per user, none across.
        hnsw_config: Some(HnswConfigDiff { m: Some(0), payload_m: Some(16), ..Default::default() }),
        // Deleted text leaves the segments early (defaults: a fifth of at least 1,000 vectors).
        optimizers_config: Some(OptimizersConfigDiff {
            deleted_threshold: Some(0.1),
            vacuum_min_vector_number: Some(100),
            ..Default::default()
        }),
        strict_mode_config: Some(StrictModeConfig {
            enabled: Some(true),
            unindexed_filtering_retrieve: Some(false),
            unindexed_filtering_update: Some(false),
            max_query_limit: Some(MAX_LIMIT),
            upsert_max_batchsize: Some(MAX_POINTS as u64),
            ..Default::default()
        }),
        ..CreateCollection::default()
    };
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.create(request).await }
    };
    let doing = format!("create the collection {name}");
    match client.call(&doing, Effect::Writes, message, send).await {
        Ok(CollectionOperationResponse { .. }) => {}
        // Another process was faster, or an earlier attempt of ours whose answer was lost.
        Err(error) if already(&error) => {}
        Err(error) if error.certainty == Certainty::Indeterminate => {
            ready(client, name).await.map_err(|_| error)?;
        }
        Err(error) => return Err(error),
    }
    ready(client, name).await?;
    index(client, name).await
}

/// Largest page of any read.
pub(crate) const MAX_LIMIT: u32 = 4096;

fn already(error: &PortError) -> bool {
    let status = error.source.as_ref().and_then(|s| s.downcast_ref::<tonic::Status>());
    status.is_some_and(|status| {
        status.code() == tonic::Code::AlreadyExists || status.message().contains("already exists")
    })
}

/// Waits until the collection answers: for a moment after its creation it may not.
async fn ready(client: &Client, name: &str) -> Result<(), PortError> {
    let deadline = Instant::now() + READY;
    loop {
        match info(client, name).await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(error) if error.transient() || error.kind == PortErrorKind::NotFound => {
                sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The dimension of each of its vectors.
async fn info(client: &Client, name: &str) -> Result<Vec<(String, u64)>, PortError> {
    let message = GetCollectionInfoRequest { collection_name: name.to_owned() };
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.get(request).await }
    };
    let doing = format!("look at the collection {name}");
    let answer = client.call(&doing, Effect::Reads, message, send).await?;
    let config = answer.result.and_then(|r| r.config?.params?.vectors_config?.config);
    let mut sizes: Vec<(String, u64)> = match config {
        Some(Config::ParamsMap(params)) => {
            params.map.into_iter().map(|(name, params)| (name, params.size)).collect()
        }
        _ => Vec::new(),
    };
    sizes.sort();
    Ok(sizes)
}

async fn index(client: &Client, name: &str) -> Result<(), PortError> {
    let tenant = KeywordIndexParams { is_tenant: Some(true), ..KeywordIndexParams::default() };
    let tenant =
        Some(PayloadIndexParams { index_params: Some(IndexParams::KeywordIndexParams(tenant)) });
    let owner = std::iter::once((field::OWNER, FieldType::Keyword, tenant));
    let keywords = KEYWORDS.iter().map(|name| (*name, FieldType::Keyword, None));
    let numbers = NUMBERS.iter().map(|name| (*name, FieldType::Integer, None));
    for (field_name, field_type, field_index_params) in owner.chain(keywords).chain(numbers) {
        let message = CreateFieldIndexCollection {
            collection_name: name.to_owned(),
            wait: Some(true),
            field_name: field_name.to_owned(),
            field_type: Some(field_type.into()),
            field_index_params,
            ..CreateFieldIndexCollection::default()
        };
        let send = |request| {
            let mut points = client.points();
            async move { points.create_field_index(request).await }
        };
        let doing = format!("index {field_name} of {name}");
        let answer = client.call(&doing, Effect::Writes, message, send).await?;
        completed(&doing, answer.result.as_ref())?;
    }
    Ok(())
}

/// Says what the collection holds, unless that is said already; answers what is said.
pub(crate) async fn claim(collection: &Collection, wanted: &Meta) -> Result<Meta, PortError> {
    let point = PointBuilder::new(meta_id(), kind::META)
        .number(FIELD_SCHEMA, SCHEMA)
        .text(FIELD_MODEL, wanted.model.as_str())
        .number(FIELD_DIMENSION, wanted.dimension as u64)
        .blob(FIELD_SECRET, &wanted.secret)
        .number(FIELD_SERVED, u64::from(wanted.served))
        .build("the description of the collection")?;
    collection.upsert("describe the collection", vec![point], &Condition::Absent, 1).await?;
    let found = meta(collection).await?;
    found.ok_or_else(|| corrupt(format!("{} has lost its description", collection.name())))
}

/// What the collection says it holds; `None` when it says nothing yet.
pub(crate) async fn meta(collection: &Collection) -> Result<Option<Meta>, PortError> {
    let found =
        collection.get("read what the collection holds", [meta_id()], Wanted::Payload, 1).await?;
    let Some(point) = found.into_iter().next() else {
        return Ok(None);
    };
    let schema = number(&point.payload, FIELD_SCHEMA)?;
    if schema != SCHEMA {
        return Err(invalid(format!(
            "{} is written in format {schema}, this penchant knows format {SCHEMA}; use the \
             penchant that wrote it, or rebuild it from the log with `penchant replay`",
            collection.name()
        )));
    }
    Ok(Some(Meta {
        model: text(&point.payload, FIELD_MODEL)?.to_owned(),
        dimension: usize::try_from(number(&point.payload, FIELD_DIMENSION)?).unwrap_or(usize::MAX),
        secret: blob(&point.payload, FIELD_SECRET)?,
        served: number(&point.payload, FIELD_SERVED)? > 0,
    }))
}

/// Notes that a generation serves from now on.
pub(crate) async fn mark_served(collection: &Collection) -> Result<(), PortError> {
    let filter = qdrant_client::qdrant::Filter::must([qdrant_client::qdrant::Condition::has_id([
        crate::owner::point_id(meta_id()),
    ])]);
    let payload = [(FIELD_SERVED.to_owned(), 1_i64.into())].into();
    collection.set("mark the generation as served", filter, payload).await
}

/// Vectors of different models must never meet.
pub(crate) async fn check_model(
    collection: &Collection,
    held: &Meta,
    embedder: &EmbedderInfo,
) -> Result<(), PortError> {
    let sizes = info(collection.client(), collection.name()).await?;
    let size = embedder.dimension as u64;
    let fits = sizes == [(CONTENT.to_owned(), size), (CONTEXT.to_owned(), size)];
    if fits && held.model == embedder.model && held.dimension == embedder.dimension {
        return Ok(());
    }
    Err(invalid(format!(
        "{} holds vectors of the embedding model {} ({} dimensions), but {} ({} dimensions) is \
         configured; configure the former again, or let `penchant replay` build a new generation \
         from the log with the new model",
        collection.name(),
        held.model,
        held.dimension,
        embedder.model,
        embedder.dimension
    )))
}

/// A secret that nobody can guess: 256 bits from the system.
pub(crate) fn new_secret() -> Vec<u8> {
    [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].iter().flat_map(|u| u.into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_generations_go_both_ways() {
        assert_eq!(number_of("penchant", &name_of("penchant", 12)), Some(12));
        for foreign in ["penchant", "penchant-g", "penchant-g01", "penchant-gx", "other-g1"] {
            assert_eq!(number_of("penchant", foreign), None, "{foreign}");
        }
    }
}
