//! One question through the whole read path.

use std::collections::BTreeMap;
use std::sync::Arc;

use penchant_core::aggregate::{Conflict, Neighbour, Served, aggregate};
use penchant_core::posterior::HalfLives;
use penchant_core::render::{Rendered, render};
use penchant_core::{
    Checkpoint, Claim, Context, PreferenceId, Scope, SessionId, Timestamp, UserKey, Vector,
    invariants, telling,
};
use penchant_ports::{
    Clock, Embedder, EmbedderInfo, NearestQuery, Neighbourhood, PortError, PreferenceReader,
};

use crate::adapter::Adapter;
use crate::candidates::Taste;
use crate::population::Populations;
use crate::relevance::{self, Asked};
use crate::{candidates, contexts};

/// How many neighbours are fetched by each similarity: ranking needs more than are served,
/// because what holds for every answer is near to no question.
const FETCHED: usize = 128;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RetrieveQuery {
    /// Whose preferences.
    pub user: UserKey,
    /// The situation a response is to be written for.
    pub context: Context,
    /// At most this many preferences.
    pub k: usize,
    /// Size of the summary, in estimated tokens.
    pub max_tokens: u32,
    /// Only those at least this probable, in [0, 1].
    pub min_confidence: f32,
    /// Only these facets (and no statements); empty: everything.
    pub facets: Vec<String>,
    /// What was held at this past instant; `None`: what is held now.
    pub as_of: Option<Timestamp>,
    /// The time of asking; `None`: the clock's.
    pub now: Option<Timestamp>,
    /// Whether the caller wants to know why; conflicts are empty otherwise.
    pub explain: bool,
    /// The session of asking: wishes for another session are left out.
    pub session: Option<SessionId>,
}

impl RetrieveQuery {
    /// A question with the usual bounds.
    #[must_use]
    pub fn new(user: UserKey, context: Context) -> Self {
        Self {
            user,
            context,
            k: 8,
            max_tokens: 512,
            min_confidence: 0.0,
            facets: Vec::new(),
            as_of: None,
            now: None,
            explain: true,
            session: None,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieved {
    /// The summary for a prompt.
    pub rendered: Rendered,
    /// The preferences in it, heaviest first, with similarities and weights.
    pub served: Vec<Served>,
    /// Contradictions that were resolved.
    pub conflicts: Vec<Conflict>,
    /// How far the log is reflected in what was read.
    pub checkpoint: Checkpoint,
    /// The revision of the user's memory that was read; 0 for an unknown user.
    pub revision: u64,
    /// How many preferences were looked at before aggregation.
    pub considered: usize,
    /// Whether something relevant did not fit `k` or `max_tokens`.
    pub truncated: bool,
    /// What embedded the question.
    pub embedder: EmbedderInfo,
}

/// A draft with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedCandidate {
    /// Its place among the drafts as given, from 0.
    pub index: usize,
    /// Higher is better; comparable within one call only.
    pub score: f32,
}

/// Answers what matters to a user here and now.
#[derive(Clone)]
pub struct Retriever {
    /// Where preferences are read from.
    pub reader: Arc<dyn PreferenceReader>,
    /// Embeds questions; must be the model that embedded the preferences.
    pub embedder: Arc<dyn Embedder>,
    /// Tells the time when the question does not.
    pub clock: Arc<dyn Clock>,
    /// How fast evidence fades; the learner's.
    pub rates: HalfLives,
    /// What the users of a tenant hold together; nobody unless somebody refreshes it.
    pub populations: Arc<Populations>,
}

impl std::fmt::Debug for Retriever {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retriever").field("embedder", self.embedder.info()).finish_non_exhaustive()
    }
}

impl Retriever {
    /// A retriever over these parts.
    #[must_use]
    pub fn new(
        reader: Arc<dyn PreferenceReader>,
        embedder: Arc<dyn Embedder>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { reader, embedder, clock, rates: HalfLives::default(), populations: Arc::default() }
    }

    /// With evidence that fades at these rates, which are to be the learner's.
    #[must_use]
    pub fn fading(self, rates: HalfLives) -> Self {
        Self { rates, ..self }
    }

    /// With these populations as the prior for what is inferred.
    #[must_use]
    pub fn beside(self, populations: Arc<Populations>) -> Self {
        Self { populations, ..self }
    }

    /// Answers one question.
    ///
    /// # Errors
    /// [`PortError`] when the store or the embedder fails, or an invariant would be broken.
    pub async fn retrieve(&self, query: &RetrieveQuery) -> Result<Retrieved, PortError> {
        let vectors = self.embedder.embed(&texts(&query.context)).await?;
        self.answer(query, &vectors).await
    }

    /// Answers several questions with one call of the embedder, in order.
    ///
    /// # Errors
    /// As [`Self::retrieve`], of the first that fails.
    pub async fn batch(&self, queries: &[RetrieveQuery]) -> Result<Vec<Retrieved>, PortError> {
        let all: Vec<String> = queries.iter().flat_map(|q| texts(&q.context)).collect();
        let vectors = if all.is_empty() { Vec::new() } else { self.embedder.embed(&all).await? };
        let mut answers = Vec::with_capacity(queries.len());
        for (query, pair) in queries.iter().zip(vectors.chunks(2)) {
            answers.push(self.answer(query, pair).await?);
        }
        Ok(answers)
    }

    /// Scores drafts for this user and context, best first; ties keep the given order.
    ///
    /// # Errors
    /// As [`Self::retrieve`].
    pub async fn rank(
        &self,
        query: &RetrieveQuery,
        drafts: &[String],
    ) -> Result<(Vec<RankedCandidate>, Retrieved), PortError> {
        let mut all = texts(&query.context).to_vec();
        all.extend(drafts.iter().cloned());
        let vectors = self.embedder.embed(&all).await?;
        let (own, rest) = vectors.split_at(vectors.len().min(2));
        let (answer, mut taste) = self.answer_with_taste(query, own).await?;
        taste.served.clone_from(&answer.served);
        let mut ranked: Vec<RankedCandidate> = drafts
            .iter()
            .zip(rest)
            .enumerate()
            .map(|(index, (draft, vector))| RankedCandidate {
                index,
                score: candidates::score(&taste, draft, vector),
            })
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.index.cmp(&b.index)));
        Ok((ranked, answer))
    }

    async fn answer(
        &self,
        query: &RetrieveQuery,
        vectors: &[Vector],
    ) -> Result<Retrieved, PortError> {
        self.answer_with_taste(query, vectors).await.map(|(answer, _)| answer)
    }

    /// The answer, and what drafts for it are scored against.
    async fn answer_with_taste(
        &self,
        query: &RetrieveQuery,
        vectors: &[Vector],
    ) -> Result<(Retrieved, Taste), PortError> {
        let situation = vectors.first().cloned().unwrap_or_default();
        let text = vectors.get(1).cloned().unwrap_or_default();
        let now = query.as_of.or(query.now).unwrap_or_else(|| self.clock.now());
        let found = self
            .reader
            .nearest(&NearestQuery {
                user: query.user.clone(),
                context: situation.clone(),
                limit: FETCHED.max(query.k.saturating_mul(4)),
                as_of: query.as_of,
            })
            .await?;
        let Neighbourhood { head, mut neighbours, .. } = found;
        let elsewhere = |session: &SessionId| head.session.as_ref().is_some_and(|s| s != session);
        let other_session = query.session.as_ref().is_some_and(elsewhere);
        neighbours.retain(|n| {
            let preference = &n.preference;
            let bound = matches!(preference.scope, Scope::ThisTime { until: None, .. });
            preference.current_at(now)
                && !(bound && other_session)
                && wanted(&preference.kind, &query.facets)
        });
        let mut asked = Asked {
            text: if text.is_empty() { situation.clone() } else { text },
            words: sorted_words(&format!("{} {}", query.context.text, query.context.task)),
            occasion: sorted_words(&occasion(&query.context)),
            membership: contexts::membership(&head, &situation, &query.context),
            distinction: contexts::distinction(&head),
            fits: BTreeMap::new(),
            adapter: Adapter::of(self.embedder.info()),
            meaning: !self.embedder.info().lexical_fallback,
            // The past is answered as it was: without what others have come to hold since.
            population: match query.as_of {
                Some(_) => Arc::default(),
                None => self.populations.of(&query.user.tenant),
            },
            now,
        };
        let considered = neighbours.len();
        if query.as_of.is_some() {
            self.embed_former(&mut neighbours).await?;
        }
        relevance::compare(&mut neighbours, &asked);
        asked.fits = self.fits(&query.context, &neighbours, &asked).await?;
        let mut scored = relevance::score(neighbours, &asked, self.rates);
        scored.retain(|s| s.confidence >= query.min_confidence);
        let relevant = scored.len();
        let mut merged = aggregate(scored, query.k, now);
        let rendered = render(&merged.served, query.max_tokens);
        let left_out = relevant > merged.served.len() + merged.conflicts.len();
        invariants::check_served(merged.served.iter().map(|s| &s.neighbour.preference), now)
            .map_err(PortError::breaking)?;
        if !query.explain {
            merged.conflicts.clear();
        }
        let taste =
            Taste { served: Vec::new(), clusters: head.contexts, membership: asked.membership };
        let answer = Retrieved {
            truncated: rendered.truncated || (left_out && merged.served.len() >= query.k),
            rendered,
            served: merged.served,
            conflicts: merged.conflicts,
            checkpoint: head.checkpoint,
            revision: head.revision,
            considered,
            embedder: self.embedder.info().clone(),
        };
        Ok((answer, taste))
    }

    /// What a model that has read the question says of the likeliest notes, if there is one.
    async fn fits(
        &self,
        context: &Context,
        neighbours: &[Neighbour],
        asked: &Asked,
    ) -> Result<BTreeMap<PreferenceId, f32>, PortError> {
        if context.text.trim().is_empty() && context.task.trim().is_empty() {
            return Ok(BTreeMap::new());
        }
        let likeliest = relevance::likeliest(neighbours, asked);
        if likeliest.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (ids, notes): (Vec<PreferenceId>, Vec<String>) = likeliest.into_iter().unzip();
        let fits = self.embedder.fit(&context.text, &context.task, &notes).await?;
        Ok(ids.into_iter().zip(fits.unwrap_or_default()).collect())
    }

    /// Gives descriptions that have changed since the past that is asked about the vectors that
    /// nobody has kept.
    async fn embed_former(&self, neighbours: &mut [Neighbour]) -> Result<(), PortError> {
        let unknown = |n: &&mut Neighbour| n.preference.content.is_empty();
        let mut former: Vec<&mut Neighbour> = neighbours.iter_mut().filter(unknown).collect();
        if former.is_empty() {
            return Ok(());
        }
        let texts: Vec<String> = former.iter().map(|n| n.preference.description.clone()).collect();
        let vectors = self.embedder.embed(&texts).await?;
        for (neighbour, vector) in former.iter_mut().zip(vectors) {
            neighbour.preference.content = vector;
        }
        Ok(())
    }
}

/// What is embedded for one question: the situation as it is learnt by, and its bare text.
fn texts(context: &Context) -> [String; 2] {
    let text = context.text.trim();
    [context.embedding_text(), if text.is_empty() { context.task.clone() } else { text.to_owned() }]
}

fn occasion(context: &Context) -> String {
    let mut words = context.task.clone();
    for value in context.attributes.values() {
        words.push(' ');
        words.push_str(value);
    }
    words
}

fn sorted_words(text: &str) -> Vec<String> {
    // Long contexts are articles and notes; their beginning says what they are about.
    telling::telling(&text.chars().take(4_000).collect::<String>())
}

fn wanted(kind: &Claim, facets: &[String]) -> bool {
    facets.is_empty()
        || match kind {
            Claim::Facet { facet, .. } => facets.iter().any(|f| f == facet.as_str()),
            Claim::Affinity { .. } | Claim::Statement { .. } => false,
        }
}
