//! The store: which collection a call goes to, and the traits.

use std::sync::Arc;

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, Partition, Preference, PreferenceId, Revision, TenantId, UserId, UserKey, UserState,
};
use penchant_ports::cursor::Sealer;
use penchant_ports::generations::EPOCH_BITS;
use penchant_ports::{
    Building, CommitBatch, Cursor, EmbedderInfo, Epoch, Generation, Generations, ListQuery,
    NearestQuery, Neighbourhood, Page, PortError, PortErrorKind, PreferenceReader, PreferenceStore,
};
use qdrant_client::qdrant::HealthCheckRequest;

use crate::client::Client;
use crate::collection::Collection;
use crate::config::QdrantConfig;
use crate::error::{Effect, fenced, invalid, refused_key};
use crate::generation::{self, Meta, name_of};
use crate::write::{Dirty, StillServing};
use crate::{aliases, partition, read, version, write};

/// A [`PreferenceStore`], [`PreferenceReader`] and [`Generations`] on a Qdrant server. Cheap to
/// share behind an [`Arc`].
#[derive(Debug)]
pub struct QdrantStore {
    client: Client,
    alias: String,
    embedder: EmbedderInfo,
    sealer: Arc<Sealer>,
    secret: Vec<u8>,
    dirty: Dirty,
    warnings: Vec<String>,
    /// The generation this one is bound to; `None`: whichever serves.
    only: Option<u64>,
}

/// Whether a connection insists on the configured model.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Model {
    Must,
    May,
}

impl QdrantStore {
    /// Connects, and makes the first generation if there is none; several processes may do so at
    /// once.
    ///
    /// # Errors
    /// `Unavailable` while the server cannot be reached. `Invalid`, saying what to do, when the
    /// address or the key is wrong, the server too old, the name taken by a foreign collection, or
    /// the serving generation of another embedding model.
    pub async fn connect(config: QdrantConfig, embedder: &EmbedderInfo) -> Result<Self, PortError> {
        Self::open(config, embedder, Model::Must).await
    }

    /// Connects in order to build a generation with another embedding model than the serving one's.
    /// Only its [`Generations`] side is of use until that generation serves.
    ///
    /// # Errors
    /// As [`QdrantStore::connect`], but for the model.
    pub async fn connect_to_rebuild(
        config: QdrantConfig,
        embedder: &EmbedderInfo,
    ) -> Result<Self, PortError> {
        Self::open(config, embedder, Model::May).await
    }

    async fn open(
        config: QdrantConfig,
        embedder: &EmbedderInfo,
        model: Model,
    ) -> Result<Self, PortError> {
        check_name(&config.collection)?;
        if embedder.dimension == 0 {
            return Err(invalid("the embedder has no dimension"));
        }
        let client = Client::new(&config)?;
        let mut warnings = plaintext(&config);
        let version = server_version(&client).await?;
        warnings.extend(version::check(&version, config.allow_old_server)?);
        let alias = config.collection;
        let (serving, meta) = first_use(&client, &alias, embedder).await.map_err(start_up)?;
        if model == Model::Must {
            let collection = Collection::new(client.clone(), name_of(&alias, serving));
            generation::check_model(&collection, &meta, embedder).await?;
        }
        Ok(Self {
            client,
            alias,
            embedder: embedder.clone(),
            sealer: Arc::new(Sealer::new(meta.secret.clone())),
            secret: meta.secret,
            dirty: Dirty::default(),
            warnings,
            only: None,
        })
    }

    /// What a person should know about this server and connection; empty when all is well.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// Where reads go: the server follows the alias, so a switch is seen at once.
    fn readable(&self) -> Collection {
        let name = match self.only {
            None => self.alias.clone(),
            Some(number) => name_of(&self.alias, number),
        };
        Collection::new(self.client.clone(), name)
    }

    /// Where writes of a generation go: never through the alias, so that a writer of an earlier
    /// generation cannot write into a later one.
    fn writable(&self, number: u64) -> Collection {
        Collection::new(self.client.clone(), name_of(&self.alias, number))
    }

    async fn serving_now(&self) -> Result<u64, PortError> {
        let serving = aliases::serving(&self.client, &self.alias).await?;
        serving.ok_or_else(|| {
            PortError::new(
                PortErrorKind::Corrupt,
                format!("the alias {} is gone; point it at a generation again", self.alias),
            )
        })
    }

    /// The generation that writes go to.
    async fn written(&self) -> Result<u64, PortError> {
        match self.only {
            Some(number) => Ok(number),
            None => self.serving_now().await,
        }
    }

    async fn must_write_to(&self, number: u64) -> Result<(), PortError> {
        let written = self.written().await?;
        if written == number {
            return Ok(());
        }
        Err(fenced(format!("generation {written} is written, refuses an epoch of {number}")))
    }

    async fn must_exist(&self, number: u64) -> Result<(), PortError> {
        if aliases::list(&self.client, &self.alias).await?.contains(&number) {
            return Ok(());
        }
        let what = format!("there is no generation {number}");
        Err(PortError::new(PortErrorKind::NotFound, what))
    }

    /// This store bound to one generation.
    fn bound(&self, number: u64) -> Self {
        Self {
            client: self.client.clone(),
            alias: self.alias.clone(),
            embedder: self.embedder.clone(),
            sealer: Arc::clone(&self.sealer),
            secret: self.secret.clone(),
            dirty: Dirty::default(),
            warnings: Vec::new(),
            only: Some(number),
        }
    }

    fn meta(&self) -> Meta {
        Meta {
            model: self.embedder.model.clone(),
            dimension: self.embedder.dimension,
            // One secret for all generations: cursors outlive a switch.
            secret: self.secret.clone(),
            served: false,
        }
    }
}

/// A name that leaves no doubt which collections are ours.
fn check_name(name: &str) -> Result<(), PortError> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if name.is_empty() || name.len() > 128 || !name.chars().all(fine) {
        return Err(invalid(format!(
            "{name:?} is no collection name; it is made of letters, digits and _ . -"
        )));
    }
    Ok(())
}

/// A key must not travel in the open.
fn plaintext(config: &QdrantConfig) -> Vec<String> {
    let host = config.url.strip_prefix("http://").unwrap_or_default();
    let local = ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| host.starts_with(local));
    if config.api_key.is_none() || host.is_empty() || local {
        return Vec::new();
    }
    vec![format!("the API key travels unencrypted to {}; use https", config.url)]
}

async fn server_version(client: &Client) -> Result<String, PortError> {
    let send = |request| {
        let mut root = client.root();
        async move { root.health_check(request).await }
    };
    let doing = format!("reach the server at {}", client.url());
    Ok(client.call(&doing, Effect::Reads, HealthCheckRequest {}, send).await?.version)
}

/// At start a refused key is a wrong setting, not something that passes.
fn start_up(error: PortError) -> PortError {
    match refused_key(&error) {
        true => PortError { kind: PortErrorKind::Invalid, ..error },
        false => error,
    }
}

/// The serving generation and what it holds; the first one is made here.
async fn first_use(
    client: &Client,
    alias: &str,
    embedder: &EmbedderInfo,
) -> Result<(u64, Meta), PortError> {
    let wanted = Meta {
        model: embedder.model.clone(),
        dimension: embedder.dimension,
        secret: generation::new_secret(),
        served: true,
    };
    let collection = |number| Collection::new(client.clone(), name_of(alias, number));
    if let Some(serving) = aliases::serving(client, alias).await? {
        return Ok((serving, generation::claim(&collection(serving), &wanted).await?));
    }
    aliases::check_free(client, alias).await?;
    if let Some(other) = aliases::list(client, alias).await?.into_iter().find(|n| *n > 0) {
        return Err(invalid(format!(
            "the alias {alias} is gone, but there are generations; point it at the right one, \
             such as {}",
            name_of(alias, other)
        )));
    }
    generation::create(client, &name_of(alias, 0), embedder.dimension).await?;
    let meta = generation::claim(&collection(0), &wanted).await?;
    // Whoever was faster may have moved it on already; it is never moved back.
    match aliases::serving(client, alias).await? {
        Some(serving) => Ok((serving, generation::claim(&collection(serving), &wanted).await?)),
        None => {
            aliases::point_at(client, alias, 0, None).await?;
            Ok((0, meta))
        }
    }
}

#[async_trait]
impl PreferenceStore for QdrantStore {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        let number = self.written().await?;
        let collection = self.writable(number);
        let epoch = partition::fence(&collection, number, partition).await?;
        write::remains(&collection).await.map_err(PortError::indeterminate)?;
        Ok(epoch)
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        read::load(&self.readable(), users).await
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        let number = batch.epoch >> EPOCH_BITS;
        let still: Box<StillServing<'_>> = Box::new(|| Box::pin(self.must_write_to(number)));
        let collection = self.writable(number);
        let committed =
            write::commit(&collection, self.embedder.dimension, &self.dirty, &batch, &*still).await;
        match committed {
            // Its generation was discarded.
            Err(error) if error.kind == PortErrorKind::NotFound => {
                self.must_write_to(number).await?;
                Err(PortError { kind: PortErrorKind::Corrupt, ..error })
            }
            committed => committed,
        }
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        partition::checkpoint(&self.readable()).await
    }
}

#[async_trait]
impl PreferenceReader for QdrantStore {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        read::nearest(&self.readable(), self.embedder.dimension, query).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        read::preferences(&self.readable(), &self.sealer, query).await
    }

    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        read::get(&self.readable(), user, preference).await
    }

    async fn histories(&self, user: &UserKey) -> Result<Vec<Revision>, PortError> {
        read::histories(&self.readable(), user).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        read::users(&self.readable(), &self.sealer, tenant, limit, cursor).await
    }

    async fn check(&self) -> Result<(), PortError> {
        match generation::meta(&self.readable()).await? {
            Some(_) => Ok(()),
            None => Err(PortError::new(
                PortErrorKind::Corrupt,
                format!("{} does not say what it holds", self.readable().name()),
            )),
        }
    }
}

#[async_trait]
impl Generations for QdrantStore {
    async fn serving(&self) -> Result<u64, PortError> {
        self.serving_now().await
    }

    async fn build(&self) -> Result<Building, PortError> {
        let serving = self.serving_now().await?;
        let all = aliases::list(&self.client, &self.alias).await?;
        let mut unfinished = None;
        for number in all.iter().copied().filter(|number| *number > serving) {
            let meta = generation::meta(&self.writable(number)).await?;
            // Without a description it was hardly begun.
            if meta.is_none_or(|meta| !meta.served) {
                unfinished = Some(number);
            }
        }
        let number = unfinished.unwrap_or_else(|| all.iter().max().map_or(1, |last| last + 1));
        let collection = self.writable(number);
        generation::create(&self.client, collection.name(), self.embedder.dimension).await?;
        let meta = generation::claim(&collection, &self.meta()).await?;
        generation::check_model(&collection, &meta, &self.embedder).await.map_err(|error| {
            let advice = format!("{error}, or discard generation {number} and begin again");
            PortError { message: advice, ..error }
        })?;
        let bound = Arc::new(self.bound(number));
        Ok(Building {
            number,
            resumed: unfinished.is_some(),
            store: Arc::clone(&bound) as Arc<dyn PreferenceStore>,
            reader: bound,
        })
    }

    async fn open(&self, number: u64) -> Result<Generation, PortError> {
        self.must_exist(number).await?;
        let bound = Arc::new(self.bound(number));
        let store = Arc::clone(&bound) as Arc<dyn PreferenceStore>;
        Ok(Generation { number, store, reader: bound })
    }

    async fn switch(&self, number: u64) -> Result<(), PortError> {
        let serving = self.serving_now().await?;
        if serving == number {
            return Ok(());
        }
        self.must_exist(number).await?;
        generation::mark_served(&self.writable(number)).await?;
        aliases::point_at(&self.client, &self.alias, number, Some(serving)).await
    }

    async fn list(&self) -> Result<Vec<u64>, PortError> {
        aliases::list(&self.client, &self.alias).await
    }

    async fn discard(&self, number: u64) -> Result<(), PortError> {
        if self.serving_now().await? == number {
            return Err(invalid(format!("generation {number} serves; switch to another first")));
        }
        aliases::delete(&self.client, &self.alias, number).await
    }
}
