//! The read path over an in-memory store and hand-made vectors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::cues::Cues;
use penchant_core::head::{Belief, ContextCluster, ValueBelief};
use penchant_core::posterior::HalfLives;
use penchant_core::preference::Support;
use penchant_core::style::Style;
use penchant_core::{
    CheckpointDelta, Claim, Context, EventId, EvidenceRef, FacetId, FacetValue, Head, Origin,
    Partition, Polarity, Position, Preference, PreferenceId, Revision, RevisionKind, Scope,
    SourceClass, Status, TenantId, Timestamp, UserCommit, UserId, UserKey, Vector, telling,
};
use penchant_ports::memory::MemoryStore;
use penchant_ports::{
    CommitBatch, Embedder, EmbedderInfo, ManualClock, PortError, PreferenceStore,
};

use crate::{Populations, RetrieveQuery, Retrieved, Retriever};

mod reads;

/// Texts with common telling words lie close.
struct Words(EmbedderInfo);

impl Words {
    fn new() -> Self {
        Self(EmbedderInfo { model: "words".to_owned(), dimension: 64, lexical_fallback: true })
    }
}

fn vector(text: &str) -> Vector {
    let mut values = vec![0.0_f32; 64];
    for word in telling::telling(text) {
        let hash = penchant_core::head::fnv1a(word.as_bytes());
        values[(hash % 64) as usize] += 1.0;
    }
    Vector::normalized(values)
}

#[async_trait]
impl Embedder for Words {
    fn info(&self) -> &EmbedderInfo {
        &self.0
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        Ok(texts.iter().map(|t| vector(t)).collect())
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

fn user() -> UserKey {
    UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("u").unwrap())
}

pub(crate) fn holds(id: &str, description: &str) -> Preference {
    let mut support = Support::default();
    support.add(SourceClass::Statement);
    Preference {
        id: PreferenceId::try_new(id).unwrap(),
        kind: Claim::Statement { text: description.to_owned() },
        description: description.to_owned(),
        polarity: Polarity::Prefer,
        scope: Scope::Always,
        confidence: 0.95,
        log_odds: 3.0,
        support,
        origin: Origin::Stated,
        status: Status::Active,
        pinned: false,
        valid_from: now(),
        valid_to: None,
        superseded_by: None,
        sets_aside: None,
        evidence: vec![EvidenceRef {
            event: EventId::try_new("e").unwrap(),
            position: Position::new(0, 0),
            occurred_at: now(),
            source: SourceClass::Statement,
            snippet: String::new(),
        }],
        version: 1,
        updated_at: now(),
        language: String::new(),
        cluster: None,
        context: Vector::default(),
        content: vector(description),
    }
}

async fn retriever(preferences: Vec<Preference>) -> Retriever {
    knowing(Head::default(), preferences, Vec::new()).await
}

/// A retriever over one user with this head, these preferences and this history.
async fn knowing(head: Head, preferences: Vec<Preference>, revisions: Vec<Revision>) -> Retriever {
    let store = Arc::new(MemoryStore::new());
    let epoch = store.fence(Partition(0)).await.unwrap();
    let checkpoint = CheckpointDelta { partition: Partition(0), next_offset: 1 };
    let mut head = Head { revision: 1, epoch, ..head };
    head.checkpoint.advance(checkpoint).unwrap();
    let commit =
        UserCommit { user: user(), base_revision: 0, head, preferences, revisions, erase: false };
    store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await.unwrap();
    Retriever::new(store, Arc::new(Words::new()), Arc::new(ManualClock::new(now())))
}

fn query(text: &str) -> RetrieveQuery {
    let context = Context { text: text.to_owned(), ..Context::default() };
    RetrieveQuery::new(user(), context)
}

fn lines(answer: &Retrieved) -> Vec<&str> {
    answer.served.iter().map(|s| s.neighbour.preference.description.as_str()).collect()
}

#[tokio::test]
async fn what_the_question_is_about_comes_first_and_the_irrelevant_not_at_all() {
    let them = vec![
        holds("a", "likes hiking in the alps"),
        holds("b", "prefers rye bread for breakfast"),
        holds("c", "collects stamps from Peru"),
    ];
    let answer = retriever(them).await.retrieve(&query("bread for my breakfast")).await.unwrap();
    assert_eq!(lines(&answer), ["prefers rye bread for breakfast"]);
    assert!(answer.rendered.text.contains("rye bread"));
    assert_eq!(answer.revision, 1);
}

#[tokio::test]
async fn how_to_answer_is_served_whatever_the_question_is_about() {
    let them = vec![holds("a", "wants short answers"), holds("b", "collects stamps from Peru")];
    let answer = retriever(them).await.retrieve(&query("why is the sky blue")).await.unwrap();
    assert_eq!(lines(&answer), ["wants short answers"]);
}

#[tokio::test]
async fn how_to_answer_is_served_beside_what_fits_the_question_much_better() {
    let them =
        vec![holds("a", "wants short answers"), holds("b", "prefers rye bread for breakfast")];
    let answer = retriever(them).await.retrieve(&query("rye bread for breakfast")).await.unwrap();
    assert_eq!(lines(&answer), ["prefers rye bread for breakfast", "wants short answers"]);
}

#[tokio::test]
async fn contradictions_never_stand_side_by_side_and_a_wish_for_now_wins() {
    let mut brief = holds("b", "wants short summaries");
    brief.scope = Scope::ThisTime { label: "today".to_owned(), until: None };
    brief.valid_to = Some(now().plus(Duration::from_secs(60)));
    let them = vec![holds("a", "wants long summaries"), brief];
    let retriever = retriever(them).await;
    let answer = retriever.retrieve(&query("summaries of this article")).await.unwrap();
    assert_eq!(lines(&answer), ["wants short summaries"]);
    assert_eq!(answer.conflicts[0].reason, "a temporary wish is in force");
    let later = RetrieveQuery {
        now: Some(now().plus(Duration::from_secs(120))),
        ..query("summaries of this article")
    };
    let answer = retriever.retrieve(&later).await.unwrap();
    assert_eq!(lines(&answer), ["wants long summaries"]);
}

/// What is served of a lasting wish and one for now, whose words have nothing in common but whose
/// meanings are near; `hours` after the wish for now the lasting one was said.
async fn beside_a_wish_for_now(lasting: Polarity, for_now: Polarity, hours: i64) -> usize {
    beside(lasting, for_now, hours, Origin::Stated).await
}

/// The same, the wish for now being of this origin.
async fn beside(lasting: Polarity, for_now: Polarity, hours: i64, origin: Origin) -> usize {
    served_of(usual_and_january(lasting, for_now, hours, origin)).await
}

async fn served_of(them: [Preference; 2]) -> usize {
    let retriever = retriever(them.into()).await;
    retriever.retrieve(&query("evening drink")).await.unwrap().served.len()
}

fn usual_and_january(
    lasting: Polarity,
    for_now: Polarity,
    hours: i64,
    origin: Origin,
) -> [Preference; 2] {
    let said = Timestamp::from_millis(now().as_millis() + hours * 3_600_000 - 86_400_000);
    let usual = Preference {
        polarity: lasting,
        valid_from: said,
        content: vector("evening drink"),
        ..holds("a", "gin at sundown")
    };
    let january = Preference {
        polarity: for_now,
        scope: Scope::ThisTime { label: String::new(), until: None },
        valid_from: Timestamp::from_millis(now().as_millis() - 86_400_000),
        valid_to: Some(Timestamp::from_millis(now().as_millis() + 86_400_000)),
        // A cosine of 0.8 to the other one.
        content: vector("evening drink garden"),
        origin,
        ..holds("b", "lemonade")
    };
    [usual, january]
}

#[tokio::test]
async fn a_wish_for_now_sets_an_older_one_aside_that_no_word_of_it_contradicts() {
    use Polarity::{Avoid, Prefer};
    for (lasting, for_now) in [(Prefer, Prefer), (Prefer, Avoid), (Avoid, Prefer)] {
        assert_eq!(beside_a_wish_for_now(lasting, for_now, -1).await, 1, "{lasting:?} {for_now:?}");
        assert_eq!(beside_a_wish_for_now(lasting, for_now, 1).await, 2, "said knowing of it");
    }
    assert_eq!(beside_a_wish_for_now(Avoid, Avoid, -1).await, 2, "both can be kept to");
    assert_eq!(beside(Prefer, Avoid, -1, Origin::Inferred).await, 2, "said beats concluded");
    assert_eq!(beside(Prefer, Avoid, -1, Origin::Directed).await, 1);
}

#[tokio::test]
async fn a_wish_for_now_that_names_what_it_sets_aside_sets_nothing_else_aside() {
    let named = |ids: &[&str]| {
        let [usual, mut january] =
            usual_and_january(Polarity::Prefer, Polarity::Avoid, -1, Origin::Stated);
        let ids = ids.iter().map(|id| PreferenceId::try_new(*id).unwrap());
        january.sets_aside = Some(ids.collect());
        [usual, january]
    };
    assert_eq!(served_of(named(&[])).await, 2);
    assert_eq!(served_of(named(&["c"])).await, 2);
    assert_eq!(served_of(named(&["c", "a"])).await, 1);
}

#[tokio::test]
async fn of_two_wishes_about_one_thing_the_asked_occasions_is_served() {
    let music = |id: &str, place: &str, how: &str| Preference {
        scope: Scope::Context { label: place.to_owned() },
        content: vector(&format!("music {place}")),
        ..holds(id, how)
    };
    let them = vec![music("a", "van", "loud ballads"), music("b", "studio", "cello suites")];
    let answer = retriever(them).await.retrieve(&query("music van")).await.unwrap();
    assert_eq!(lines(&answer), ["loud ballads"]);
    let them = vec![music("a", "van", "loud ballads"), music("b", "studio van", "cello suites")];
    let answer = retriever(them).await.retrieve(&query("music van")).await.unwrap();
    assert_eq!(answer.served.len(), 2, "both are for the van");
}

#[tokio::test]
async fn only_what_is_current_is_served() {
    let mut closed = holds("a", "likes rye bread");
    closed.status = Status::Superseded;
    let mut held_back = holds("b", "likes white bread");
    held_back.status = Status::Quarantined;
    let answer = retriever(vec![closed, held_back]).await.retrieve(&query("bread")).await.unwrap();
    assert!(answer.served.is_empty() && answer.rendered.text.is_empty());
}

#[tokio::test]
async fn at_most_k_are_served_and_the_answer_says_that_there_are_more() {
    let them =
        (0..9).map(|n| holds(&format!("p{n}"), &format!("likes bread with topping{n}"))).collect();
    let asked = RetrieveQuery { k: 3, ..query("bread") };
    let answer = retriever(them).await.retrieve(&asked).await.unwrap();
    assert_eq!(answer.served.len(), 3);
    assert!(answer.truncated);
}

#[tokio::test]
async fn doubtful_preferences_can_be_left_out() {
    let mut doubtful = holds("a", "likes rye bread");
    doubtful.log_odds = 0.3;
    let asked = RetrieveQuery { min_confidence: 0.8, ..query("bread") };
    let answer = retriever(vec![doubtful]).await.retrieve(&asked).await.unwrap();
    assert!(answer.served.is_empty());
}

#[tokio::test]
async fn an_unknown_user_gets_an_empty_answer() {
    let mut asked = query("bread");
    asked.user.user = UserId::try_new("someone-else").unwrap();
    let answer =
        retriever(vec![holds("a", "likes rye bread")]).await.retrieve(&asked).await.unwrap();
    assert!(answer.served.is_empty());
    assert_eq!(answer.revision, 0);
}

#[tokio::test]
async fn a_batch_answers_each_question_as_if_it_were_asked_alone() {
    let them = vec![holds("a", "likes hiking in the alps"), holds("b", "prefers rye bread")];
    let retriever = retriever(them).await;
    let questions = [query("bread"), query("hiking")];
    let batch = retriever.batch(&questions).await.unwrap();
    for (question, answer) in questions.iter().zip(&batch) {
        assert_eq!(&retriever.retrieve(question).await.unwrap(), answer);
    }
    assert_ne!(lines(&batch[0]), lines(&batch[1]));
}

#[tokio::test]
async fn for_an_occasion_its_own_wish_beats_the_general_one() {
    let mut bound = holds("b", "wants a formal tone in mails");
    bound.scope = Scope::Context { label: "customers".to_owned() };
    let them = vec![holds("a", "wants a casual tone in mails"), bound];
    let retriever = retriever(them).await;
    let mut asked = query("mails to the customers");
    asked.context.task = "mails".to_owned();
    let answer = retriever.retrieve(&asked).await.unwrap();
    assert_eq!(lines(&answer), ["wants a formal tone in mails"]);
}

const PLAIN: &str = "The museum opened in June and shows ships, maps and tools of three centuries. \
    Visitors may also climb the tower, which was restored last year.";
const BULLETS: &str = "- Opened: June\n- Shows: ships, maps, tools\n- Extra: restored tower";
const CHATTY: &str = "Hey, guess what? The museum's open again, and it's got ships and maps and \
    stuff. Wanna climb the tower with me?";

/// A kind of situation: where it was seen, and how texts were left and changed in it.
fn kind(id: u32, task: &str, place: &str, from: &str, to: &str) -> ContextCluster {
    let (draft, revised) = (Style::of(from), Style::of(to));
    let context = Context { text: place.into(), task: task.into(), ..Context::default() };
    ContextCluster {
        id,
        centroid: vector(&context.embedding_text()),
        cues: Cues::of(place),
        drift: draft.change_to(&revised),
        style: revised,
        count: 4,
        task: task.to_owned(),
        last_at: now(),
    }
}

fn two_kinds() -> Head {
    let kinds = vec![
        kind(1, "report", "quarterly figures of the harbour", PLAIN, BULLETS),
        kind(2, "postcard", "holiday with old friends", PLAIN, CHATTY),
    ];
    Head { contexts: kinds.into(), ..Head::default() }
}

fn in_kind(id: &str, cluster: u32, facet: &str, class: &str, words: &str) -> Preference {
    Preference {
        kind: Claim::Facet {
            facet: FacetId::new(facet),
            value: FacetValue::Class(class.to_owned()),
        },
        scope: Scope::Context { label: String::new() },
        origin: Origin::Inferred,
        cluster: Some(cluster),
        ..holds(id, words)
    }
}

fn asked(task: &str, text: &str) -> RetrieveQuery {
    let context = Context { text: text.into(), task: task.into(), ..Context::default() };
    RetrieveQuery::new(user(), context)
}

async fn best(retriever: &Retriever, query: &RetrieveQuery, drafts: &[&str]) -> usize {
    let drafts: Vec<String> = drafts.iter().map(|d| (*d).to_owned()).collect();
    let (ranked, _) = retriever.rank(query, &drafts).await.unwrap();
    assert!(ranked.is_sorted_by(|a, b| a.score >= b.score));
    ranked[0].index
}

#[tokio::test]
async fn the_draft_written_as_the_user_leaves_texts_here_ranks_first_wherever_it_stands() {
    let retriever = knowing(two_kinds(), Vec::new(), Vec::new()).await;
    let report = asked("report", "quarterly figures of the harbour");
    let postcard = asked("postcard", "holiday with old friends");
    for drafts in [[PLAIN, BULLETS, CHATTY], [CHATTY, BULLETS, PLAIN]] {
        assert_eq!(drafts[best(&retriever, &report, &drafts).await], BULLETS);
        assert_eq!(drafts[best(&retriever, &postcard, &drafts).await], CHATTY);
    }
}

#[tokio::test]
async fn drafts_about_what_is_wanted_rank_above_those_about_what_is_not() {
    let mut unwanted = holds("b", "wants no raisins in bread");
    unwanted.polarity = Polarity::Avoid;
    unwanted.description = "raisins in bread".to_owned();
    unwanted.content = vector("raisins in bread");
    let retriever = retriever(vec![holds("a", "likes walnuts in bread"), unwanted]).await;
    let drafts =
        ["Bread with raisins for you.", "Bread with walnuts for you.", "Bread with seeds for you."];
    let query = query("a bread recipe");
    assert_eq!(best(&retriever, &query, &drafts).await, 1);
    let owned: Vec<String> = drafts.iter().map(|d| (*d).to_owned()).collect();
    let (ranked, _) = retriever.rank(&query, &owned).await.unwrap();
    assert_eq!(ranked[2].index, 0, "what is avoided comes last");
}

#[tokio::test]
async fn equal_drafts_keep_the_given_order_and_none_is_lost() {
    let retriever = knowing(two_kinds(), Vec::new(), Vec::new()).await;
    let drafts = vec![PLAIN.to_owned(); 4];
    let (ranked, _) = retriever.rank(&asked("report", "figures"), &drafts).await.unwrap();
    assert_eq!(ranked.iter().map(|r| r.index).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(retriever.rank(&asked("report", "figures"), &[]).await.unwrap().0.is_empty());
}

#[tokio::test]
async fn what_was_learnt_in_another_kind_of_situation_is_not_served_here() {
    let them = vec![
        in_kind("a", 1, "bullets", "yes", "bullet points"),
        in_kind("b", 2, "formality", "informal", "informal, casual tone"),
    ];
    let retriever = knowing(two_kinds(), them, Vec::new()).await;
    let report = retriever.retrieve(&asked("report", "figures of the harbour")).await.unwrap();
    assert_eq!(lines(&report), ["bullet points"]);
    let postcard = retriever.retrieve(&asked("postcard", "a holiday")).await.unwrap();
    assert_eq!(lines(&postcard), ["informal, casual tone"]);
}

#[tokio::test]
async fn what_holds_everywhere_answers_where_nothing_is_known_and_steps_back_where_much_is() {
    let mut wide = in_kind("w", 1, "emoji", "no", "no emojis");
    wide.scope = Scope::Always;
    wide.cluster = None;
    let them = vec![in_kind("a", 1, "bullets", "yes", "bullet points"), wide];
    let retriever = knowing(two_kinds(), them, Vec::new()).await;
    let strange = retriever.retrieve(&asked("speech", "toast at a wedding")).await.unwrap();
    assert_eq!(lines(&strange).first(), Some(&"no emojis"));
    let known = retriever.retrieve(&asked("report", "figures of the harbour")).await.unwrap();
    assert_eq!(lines(&known).first(), Some(&"bullet points"));
}

#[test]
fn membership_is_a_share_and_follows_task_and_topic() {
    let head = two_kinds();
    let context = |task: &str, text: &str| Context {
        text: text.into(),
        task: task.into(),
        ..Context::default()
    };
    let share = |asked: &Context| {
        crate::contexts::membership(&head, &vector(&asked.embedding_text()), asked)
    };
    for asked in [context("report", "figures"), context("", "holiday with friends")] {
        assert!(share(&asked).values().sum::<f32>() <= 1.0 + 1e-5);
    }
    assert!(share(&context("report", "figures"))[&1] > share(&context("report", "figures"))[&2]);
    let untold = share(&context("", "holiday with old friends"));
    assert!(untold[&2] > untold[&1], "{untold:?}");
    assert!(share(&Context::default()).is_empty());
    assert!(
        crate::contexts::membership(&Head::default(), &vector("x"), &untold_context()).is_empty()
    );
}

fn untold_context() -> Context {
    Context { text: "anything".to_owned(), ..Context::default() }
}

#[test]
fn values_that_set_a_kind_of_situation_apart_are_more_telling_than_shared_ones() {
    let mut head = two_kinds();
    for (key, slot) in [("1|f:bullets", "yes"), ("1|f:emoji", "no"), ("2|f:emoji", "no")] {
        let value = ValueBelief { log_odds: 2.0, count: 3, ..ValueBelief::default() };
        let values = [(slot.to_owned(), value)].into();
        head.beliefs.insert(key.to_owned(), Belief { values, last_at: now() });
    }
    let telling = crate::contexts::distinction(&head);
    let of = |value: &str| telling[&(1, value.to_owned())];
    assert!(of("f:bullets=yes") > of("f:emoji=no"), "{telling:?}");
}

#[tokio::test]
async fn evidence_fades_at_the_rates_that_are_configured() {
    let mut old = holds("a", "likes rye bread");
    old.updated_at = now().minus(Duration::from_secs(10 * 86_400));
    let asked = query("bread");
    let slow = retriever(vec![old.clone()]).await;
    let day = Duration::from_secs(86_400);
    let quick = retriever(vec![old]).await.fading(HalfLives { inferred: day, stated: day });
    let confidence = |answer: Retrieved| answer.served[0].confidence;
    let slow = confidence(slow.retrieve(&asked).await.unwrap());
    let quick = confidence(quick.retrieve(&asked).await.unwrap());
    assert!(slow > 0.9 && quick < 0.55, "{slow} {quick}");
}

#[tokio::test]
async fn the_past_is_found_by_what_was_said_then() {
    let was = holds("a", "likes rye bread");
    let before = now().minus(Duration::from_secs(86_400));
    let mut then = was.clone();
    then.valid_from = before;
    let revision = |p: &Preference, version, at| {
        let mut p = p.clone();
        p.version = version;
        Revision::of(&p, RevisionKind::Refine, at, Position::new(0, 0), String::new(), None)
    };
    let mut is = holds("a", "collects stamps from Peru");
    is.version = 2;
    let history = vec![revision(&then, 1, before), revision(&is, 2, now())];
    let retriever = knowing(Head::default(), vec![is], history).await;
    let asked =
        RetrieveQuery { as_of: Some(before.plus(Duration::from_secs(60))), ..query("bread") };
    let answer = retriever.retrieve(&asked).await.unwrap();
    assert_eq!(lines(&answer), ["likes rye bread"]);
    assert!(
        answer.served[0].neighbour.content_similarity > 0.3,
        "by today's words it is a stranger"
    );
}

/// A liking of an item's attribute that behaviour showed, not strongly.
fn shown(genre: &str) -> Preference {
    let mut preference = holds("liking", &format!("likes {genre} music"));
    preference.kind = Claim::Affinity { attribute: "genre".to_owned(), value: genre.to_owned() };
    preference.support = Support::default();
    preference.support.add(SourceClass::Behaviour);
    preference.origin = Origin::Inferred;
    preference.log_odds = 0.6;
    preference
}

#[tokio::test]
async fn what_is_inferred_is_surer_where_the_tenants_other_users_hold_it_too() {
    let store = Arc::new(MemoryStore::new());
    let epoch = store.fence(Partition(0)).await.unwrap();
    for (n, tenant) in (0..30).map(|n| (n, "t")).chain([(30, "elsewhere")]) {
        let checkpoint = CheckpointDelta { partition: Partition(0), next_offset: n + 1 };
        let mut head = Head { revision: 1, epoch, ..Head::default() };
        head.checkpoint.advance(checkpoint).unwrap();
        let user = UserKey::new(
            TenantId::try_new(tenant).unwrap(),
            UserId::try_new(format!("u{n}")).unwrap(),
        );
        let preferences = vec![shown("jazz")];
        let commit = UserCommit {
            user,
            base_revision: 0,
            head,
            preferences,
            revisions: Vec::new(),
            erase: false,
        };
        store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await.unwrap();
    }
    let populations = Arc::new(Populations::default());
    let retriever =
        Retriever::new(store.clone(), Arc::new(Words::new()), Arc::new(ManualClock::new(now())))
            .beside(Arc::clone(&populations));
    let confidence = async |tenant: &str, user: &str| {
        let user = UserKey::new(TenantId::try_new(tenant).unwrap(), UserId::try_new(user).unwrap());
        let answer = retriever.retrieve(&RetrieveQuery { user, ..query("jazz music") }).await;
        answer.unwrap().served[0].confidence
    };
    let before = [confidence("t", "u3").await, confidence("elsewhere", "u30").await];
    populations.refresh(&*store, 1_000).await.unwrap();
    let after = [confidence("t", "u3").await, confidence("elsewhere", "u30").await];
    assert!(after[0] > before[0] + 0.1, "{before:?} then {after:?}");
    assert_eq!(after[1], before[1], "one user says nothing, and other tenants are none of his");

    let (few, tenant) = (Populations::default(), TenantId::try_new("t").unwrap());
    assert_eq!(few.of(&tenant).lean(&shown("jazz")), 0.0, "nobody is counted yet");
    few.refresh(&*store, 19).await.unwrap();
    assert_eq!(few.of(&tenant).lean(&shown("jazz")), 0.0, "too few are counted");
    few.refresh(&*store, 20).await.unwrap();
    assert!(few.of(&tenant).lean(&shown("jazz")) > 0.0);
}
