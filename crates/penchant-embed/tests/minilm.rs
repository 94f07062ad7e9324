//! The sentence model against its reference and against the port's obligations.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use penchant_core::Vector;
use penchant_embed::{Choice, MiniLm, model, open};
use penchant_ports::{Embedder, Marked, Wish};

fn model_dir() -> PathBuf {
    std::env::var_os("PENCHANT_MODEL_DIR").map_or_else(model::default_dir, PathBuf::from)
}

fn minilm() -> &'static MiniLm {
    static MODEL: OnceLock<MiniLm> = OnceLock::new();
    // The error's own text names the directory and says to run `penchant model pull`.
    MODEL.get_or_init(|| MiniLm::load(&model_dir()).unwrap_or_else(|e| panic!("{e}")))
}

async fn embed(texts: &[&str]) -> Vec<Vector> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    minilm().embed(&texts).await.unwrap()
}

fn assert_same(a: &Vector, b: &Vector) {
    assert_eq!(a.dimension(), b.dimension());
    for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
        assert!((x - y).abs() < 1e-4, "{x} is not {y}");
    }
}

const HAPPY: &str = "That is a happy person";
const SIGNS: &str = "Naïve café owners in 東京 said: “it’s 3.5× better!” 🙂";

/// The expected numbers come from a separate implementation in double precision.
#[tokio::test]
async fn vectors_are_those_of_the_reference() {
    let long = "keep it short ".repeat(200);
    let vectors = embed(&[HAPPY, SIGNS, &long]).await;
    let expected = [
        [-0.033_876_9, 0.091_941_6, 0.048_701_3, -0.034_883_6, -0.064_829_2, -0.026_685_7],
        [0.074_369_1, 0.022_719_4, 0.065_953_6, 0.001_910_6, 0.018_915_1, -0.104_303_4],
        [-0.053_587_3, 0.081_466_4, 0.004_032, -0.025_813_9, -0.085_979_3, 0.045_911_6],
    ];
    for (vector, expected) in vectors.iter().zip(expected) {
        assert_eq!(vector.dimension(), 384);
        for (found, expected) in vector.as_slice().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
        }
    }
}

#[tokio::test]
async fn a_passage_shows_the_middle_layers_of_its_own_tokens() {
    let text = format!("no olives please, {}", "and so on ".repeat(300));
    let past = text.len() - 4..text.len();
    let short = Marked { text: "no olives please".to_owned(), passages: vec![0..9, 0..16] };
    let long = Marked { text, passages: vec![0..9, past] };
    let looks = minilm().look(&[short, long]).await.unwrap();
    let states = 384 * penchant_embed::minilm::SHOWN.len();
    assert_eq!(looks[0].passages[0].dimension(), states);
    // What stands around a passage colours it, but it stays itself.
    let here = looks[0].passages[0].cosine(&looks[1].passages[0]);
    assert!(here > 0.8 && here < 0.999, "{here}");
    assert!(looks[1].passages[1].is_empty(), "a passage past the window has states");
}

#[tokio::test]
async fn a_message_that_was_read_ends_what_it_is_about() {
    let text = "I've gone over to tea in the mornings, coffee keeps me awake".to_owned();
    let wish = Wish { place: 0..text.len(), text, ..Wish::default() };
    let notes = minilm().describe(&[wish]).await.unwrap();
    let ends = &notes[0].as_ref().unwrap().ends;
    let held = ["drinks coffee in the morning", "likes old jazz records", "wants short answers"];
    let odds = ends.odds(&held).unwrap();
    assert!(odds[0] > odds[1] + 2.0 && odds[0] > odds[2] + 2.0, "{odds:?}");
    let alike = ["drinks an espresso after lunch", "drinks coffee in the morning"];
    let odds = ends.odds(&alike).unwrap();
    assert!(odds[1] > odds[0] + 1.0, "of two alike the one that is meant: {odds:?}");
}

#[tokio::test]
async fn meaning_is_ordered_as_published() {
    let v = embed(&[
        HAPPY,
        "That is a happy dog",
        "That is a very happy person",
        "Today is a sunny day",
    ])
    .await;
    let cosines = [v[0].cosine(&v[1]), v[0].cosine(&v[2]), v[0].cosine(&v[3])];
    for (found, expected) in cosines.iter().zip([0.694_577, 0.942_915, 0.256_876]) {
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}

#[tokio::test]
async fn a_text_has_one_vector_alone_or_among_others() {
    let long = "The quarterly report should open with the outcome. ".repeat(12);
    let mut crowd: Vec<String> =
        (0..70).map(|n| format!("note {n} {}", "word ".repeat(n))).collect();
    crowd.insert(40, HAPPY.to_owned());
    crowd.insert(5, long.clone());
    crowd.insert(20, String::new());
    let vectors = minilm().embed(&crowd).await.unwrap();
    assert_eq!(vectors.len(), crowd.len());
    for text in [HAPPY, &long, "note 0 ", &format!("note 69 {}", "word ".repeat(69))] {
        let at = crowd.iter().position(|other| other == text).unwrap();
        assert_same(&vectors[at], &embed(&[text]).await[0]);
    }
    for (text, vector) in crowd.iter().zip(&vectors) {
        let norm: f32 = vector.as_slice().iter().map(|x| x * x).sum();
        assert!(text.is_empty() || (norm - 1.0).abs() < 1e-4, "{text}: {norm}");
    }
}

#[tokio::test]
async fn blank_texts_have_the_empty_vector() {
    for vectors in [embed(&["", " \n\t"]).await, embed(&["", "\u{a0}", "\u{200b}"]).await] {
        assert!(vectors.iter().all(Vector::is_empty));
    }
    assert!(embed(&[]).await.is_empty());
}

#[tokio::test]
async fn long_texts_are_cut_not_refused() {
    let window = "tea ".repeat(254);
    let beyond =
        format!("{window}{}", "completely different words about steam engines ".repeat(50_000));
    let vectors = embed(&[&window, &beyond]).await;
    assert_same(&vectors[0], &vectors[1]);
    let endless = "x".repeat(1 << 20);
    assert!(!embed(&[&endless]).await[0].is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_callers_of_the_opened_embedder_get_their_own_vectors() {
    let opened = open(&Choice::Auto, &model_dir(), 1 << 20).unwrap();
    assert_eq!(opened.warning, None, "run `penchant model pull`");
    assert_eq!(opened.embedder.info().model, "all-MiniLM-L6-v2@53aa5117");
    assert!(!opened.embedder.info().lexical_fallback);
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let embedder = Arc::clone(&opened.embedder);
            tokio::spawn(async move { embedder.embed(&[format!("text number {n}")]).await })
        })
        .collect();
    for (n, call) in calls.into_iter().enumerate() {
        let found = call.await.unwrap().unwrap();
        assert_same(&found[0], &embed(&[&format!("text number {n}")]).await[0]);
    }
    assert_eq!(opened.cache.unwrap().misses(), 20);
}

/// The model runs on its own threads: a single-threaded runtime goes on working meanwhile.
#[tokio::test]
async fn the_runtime_is_not_blocked() {
    minilm();
    let long = vec!["many words to keep the model busy for a while ".repeat(20); 16];
    let mut work = std::pin::pin!(minilm().embed(&long));
    let mut turns = 0_u32;
    loop {
        tokio::select! {
            biased;
            done = &mut work => { done.unwrap(); break; }
            () = tokio::task::yield_now() => turns += 1,
        }
    }
    assert!(turns > 100, "the runtime had only {turns} turns");
}

#[tokio::test]
async fn a_question_is_answered_with_the_note_that_matters_though_no_word_is_shared() {
    let notes = ["drinks espresso without sugar", "no comments in code", "grows dahlias"];
    let notes = notes.map(str::to_owned);
    let fits = minilm().fit("what do I order at the bar in Turin", "", &notes).await.unwrap();
    let fits = fits.unwrap();
    assert!(fits[0] > 0.5 && fits[1] < 0.5 && fits[2] < 0.5, "{fits:?}");
    assert_eq!(minilm().fit("what do I order", "", &[]).await.unwrap(), Some(Vec::new()));
}
