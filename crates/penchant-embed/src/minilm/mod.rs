//! all-MiniLM-L6-v2 in process.

mod encoder;
mod layers;
mod plan;
mod reader;
mod sources;
mod threads;
mod weights;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, Look, Marked, Note, PortError, PortErrorKind, Wish};

use crate::describer::Describer;
use crate::describer::source::Source;
use crate::model::{MODEL_NAME, ModelError, ModelFiles};
use encoder::{Encoder, Row};
use reader::Reader;
use threads::Threads;

pub use weights::Weights;

/// Numbers per vector of this model.
pub const DIMENSION: usize = 384;

/// The layers that [`Embedder::look`] shows, counted from 1: the middle ones. Measured on labelled
/// messages, they tell wishes from other words with an area under the curve of 0.86 where the last
/// layer alone reaches 0.78.
pub const SHOWN: [usize; 4] = [2, 3, 4, 5];

/// Wishes described before others have a turn: one takes some 80 ms, and a question that is to be
/// answered waits for its turn too. More at once would hardly make any of them faster.
const WISHES_OF_A_PASS: usize = 4;
/// Notes that are read with a question at once. The question is read again for each lot, which costs
/// as much as two notes; lots run side by side, and whoever waits for an answer waits half as long.
const NOTES_OF_A_PASS: usize = 6;

/// The sentence model, run on blocking threads so that the async runtime stays free.
///
/// Texts past 256 tokens are cut. Long requests are done in passes of at most 32 texts or 512
/// tokens; as many passes run at once as there are cores, and concurrent callers take turns.
/// Memory: about 330 MB of weights, plus up to 40 MB for each pass of long texts that runs.
#[derive(Clone)]
pub struct MiniLm {
    info: EmbedderInfo,
    encoder: Arc<Encoder>,
    threads: Arc<Threads>,
}

impl std::fmt::Debug for MiniLm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MiniLm").field("model", &self.info.model).finish_non_exhaustive()
    }
}

impl MiniLm {
    /// Verifies and loads the model in `dir`. Takes about half a second: call it at start-up or on
    /// a blocking thread.
    ///
    /// # Errors
    /// [`ModelError::Incomplete`] when files are missing or wrong, [`ModelError::Load`] when the
    /// model cannot be built from them.
    pub fn load(dir: &Path) -> Result<Self, ModelError> {
        let contents = ModelFiles::new(dir).read()?;
        let info = EmbedderInfo {
            model: format!("{MODEL_NAME}@{}", ModelFiles::version()),
            dimension: DIMENSION,
            lexical_fallback: false,
        };
        let encoder = Arc::new(Encoder::load(contents)?);
        let threads = Threads::new().map_err(|e| ModelError::Load(e.to_string()))?;
        Ok(Self { info, encoder, threads })
    }

    /// How many passes run at once: as many as there are cores.
    #[must_use]
    pub fn passes_at_once(&self) -> usize {
        self.threads.count()
    }

    /// Runs `work` on a blocking thread when it is this caller's turn.
    async fn in_turn<T, F>(&self, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: FnOnce(&Arc<Encoder>) -> Result<T, String> + Send + 'static,
    {
        let turn = self.threads.turn().await.map_err(|e| {
            PortError::new(PortErrorKind::Unavailable, "the embedder is closed").caused_by(e)
        })?;
        let encoder = Arc::clone(&self.encoder);
        let run = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the caller: a caller that gives up does not let more
            // passes run at once.
            turn.run(|| work(&encoder))
        });
        match run.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(message)) => Err(PortError::new(
                PortErrorKind::Invalid,
                format!("the sentence model refused the input: {message}"),
            )),
            Err(e) if e.is_panic() => {
                Err(PortError::new(PortErrorKind::Invariant, "the sentence model panicked")
                    .caused_by(e))
            }
            Err(e) => {
                Err(PortError::new(PortErrorKind::Unavailable, "the runtime is stopping")
                    .caused_by(e))
            }
        }
    }
}

/// What training the describer needs.
impl MiniLm {
    /// What descriptions of some wishes are made from, in order.
    ///
    /// # Errors
    /// As [`Embedder::describe`].
    pub async fn sources(&self, wishes: Vec<Wish>) -> Result<Vec<Source>, PortError> {
        self.in_turn(move |encoder| encoder.sources(&wishes)).await
    }

    /// The pieces of some notes.
    ///
    /// # Errors
    /// As [`Embedder::describe`].
    pub async fn pieces(&self, notes: Vec<String>) -> Result<Vec<Vec<u32>>, PortError> {
        let pieces = move |encoder: &Arc<Encoder>| {
            notes.iter().map(|note| Ok(encoder.split(note)?.ids)).collect()
        };
        self.in_turn(pieces).await
    }

    /// The word vectors, one row per piece of the tokenizer.
    #[must_use]
    pub fn words(&self) -> candle_core::Tensor {
        self.encoder.words().clone()
    }

    /// Notes by a describer other than the one in the binary.
    ///
    /// # Errors
    /// As [`Embedder::describe`].
    pub async fn describe_with(
        &self,
        describer: Arc<Describer>,
        wishes: Vec<Wish>,
    ) -> Result<Vec<Option<Note>>, PortError> {
        let threads = Arc::clone(&self.threads);
        let describe = move |encoder: &Arc<Encoder>| {
            let encoder = Arc::clone(encoder);
            Reader { encoder, describer, threads }.describe(&wishes)
        };
        self.in_turn(describe).await
    }
}

impl MiniLm {
    /// Looks at texts in passes of bounded size.
    async fn passes(&self, texts: Vec<Marked>) -> Result<Vec<Look>, PortError> {
        let blank = |marked: &Marked| Look {
            vector: Vector::default(),
            passages: vec![Vector::default(); marked.passages.len()],
        };
        let mut looks: Vec<Look> = texts.iter().map(blank).collect();
        if texts.iter().all(|marked| crate::text::is_blank(&marked.text)) {
            return Ok(looks);
        }
        let mut rows: Vec<Row> = self
            .in_turn(move |encoder| texts.iter().map(|text| encoder.tokenize(text)).collect())
            .await?;
        let lengths: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        let groups = plan::groups(&lengths);
        let blocks: Vec<Vec<Row>> = groups
            .iter()
            .map(|group| {
                group.iter().filter_map(|at| rows.get_mut(*at).map(std::mem::take)).collect()
            })
            .collect();
        let passes = blocks.into_iter().map(|block| {
            self.in_turn(move |encoder| encoder.encode(&block).map_err(|e| e.to_string()))
        });
        // No more at once than can run: others' turns come in between.
        let done: Vec<Vec<Look>> =
            stream::iter(passes).buffered(self.threads.count()).try_collect().await?;
        for (at, look) in groups.into_iter().flatten().zip(done.into_iter().flatten()) {
            if let Some(slot) = looks.get_mut(at) {
                *slot = look;
            }
        }
        Ok(looks)
    }
}

#[async_trait]
impl Embedder for MiniLm {
    fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let plain = texts.iter().cloned().map(Marked::from).collect();
        Ok(self.passes(plain).await?.into_iter().map(|look| look.vector).collect())
    }

    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        self.passes(texts.to_vec()).await
    }

    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        let Some(describer) = self.encoder.describer() else {
            return Ok(vec![None; wishes.len()]);
        };
        let parts = wishes.chunks(WISHES_OF_A_PASS).map(<[Wish]>::to_vec);
        let passes = parts.map(|some| self.describe_with(Arc::clone(describer), some));
        let done: Vec<Vec<Option<Note>>> =
            stream::iter(passes).buffered(self.threads.count()).try_collect().await?;
        Ok(done.into_iter().flatten().collect())
    }

    async fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, PortError> {
        let lots = notes.chunks(NOTES_OF_A_PASS).map(<[String]>::to_vec);
        let passes = lots.map(|notes| {
            let (text, task) = (text.to_owned(), task.to_owned());
            self.in_turn(move |encoder| encoder.fit(&text, &task, &notes))
        });
        let done: Vec<Option<Vec<f32>>> =
            stream::iter(passes).buffered(self.threads.count()).try_collect().await?;
        let all: Option<Vec<Vec<f32>>> = done.into_iter().collect();
        Ok(all.map(|parts| parts.concat()))
    }
}
