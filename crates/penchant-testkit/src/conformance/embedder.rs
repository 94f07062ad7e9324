//! `Embedder`.

use std::sync::Arc;

use penchant_core::Vector;
use penchant_ports::{Embedder, Ends, Marked, Note, Wish};

use crate::subject::Subject;
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

type Model = Arc<dyn Embedder>;

/// Largest difference per component between two embeddings of the same text.
const TOLERANCE: f32 = 1e-4;

/// Asserts every obligation of [`Embedder`]. Loading a model is slow, so all checks share the one
/// that `fresh` opens; the last compares it with a second one.
///
/// # Panics
/// Naming all obligations that do not hold.
pub async fn embedder(fresh: impl AsyncFn() -> Subject<dyn Embedder>) {
    let subject = fresh().await;
    let model = || Arc::clone(subject.port());
    let mut suite = Suite::new("Embedder");
    let s = &mut suite;
    s.check("one vector of the model's dimension per text", shape(model())).await;
    s.check("vectors have unit length", unit(model())).await;
    s.check("vectors come in the order of the texts", in_order(model())).await;
    s.check("the same text gives the same vector, alone or in a batch", same_text(model())).await;
    s.check("a blank text gives the empty vector", blank(model())).await;
    s.check("a text past the window is cut, not refused", long(model())).await;
    s.check("any text is taken", odd(model())).await;
    s.check("different texts differ", differ(model())).await;
    s.check("looking into passages changes no vector", passages(model())).await;
    s.check("one note or none per wish, alone or in a batch", notes(model())).await;
    s.check("notes fit a question, together or alone", fits(model())).await;
    s.check("another instance of the model agrees", instances(model(), fresh().await)).await;
    suite.finish();
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn one(model: &Model, text: &str) -> Result<Vector, Broken> {
    let mut vectors = model.embed(&texts(&[text])).await?;
    ensure_eq!(vectors.len(), 1, "vectors of one text");
    Ok(vectors.remove(0))
}

fn close(a: &Vector, b: &Vector) -> bool {
    a.dimension() == b.dimension()
        && a.as_slice().iter().zip(b.as_slice()).all(|(x, y)| (x - y).abs() <= TOLERANCE)
}

const SAMPLE: [&str; 5] = [
    "I prefer short answers.",
    "Write an e-mail to a customer about a late parcel",
    "tea",
    "Ich hätte gerne mehr Beispiele, bitte.",
    "A much longer sentence, which makes the batch pad the short ones, so that padding that leaks \
     into the mean would show in the vectors of the others.",
];

async fn shape(model: Model) -> Check {
    ensure!(model.embed(&[]).await?.is_empty(), "a vector of no text");
    let vectors = model.embed(&texts(&SAMPLE)).await?;
    ensure_eq!(vectors.len(), SAMPLE.len(), "vectors");
    let dimension = model.info().dimension;
    ensure!(!model.info().model.is_empty() && dimension > 0, "{:?}", model.info());
    ensure!(vectors.iter().all(|v| v.dimension() == dimension), "not all have {dimension}");
    Ok(())
}

async fn unit(model: Model) -> Check {
    for (text, vector) in SAMPLE.iter().zip(model.embed(&texts(&SAMPLE)).await?) {
        let norm: f32 = vector.as_slice().iter().map(|v| v * v).sum();
        ensure!((norm - 1.0).abs() < 1e-3, "{text:?} has squared length {norm}");
    }
    Ok(())
}

async fn in_order(model: Model) -> Check {
    let forth = model.embed(&texts(&SAMPLE)).await?;
    let reversed: Vec<&str> = SAMPLE.iter().rev().copied().collect();
    let back = model.embed(&texts(&reversed)).await?;
    for ((text, a), b) in SAMPLE.iter().zip(&forth).zip(back.iter().rev()) {
        ensure!(close(a, b), "{text:?} depends on its place");
    }
    Ok(())
}

async fn same_text(model: Model) -> Check {
    let together = model.embed(&texts(&SAMPLE)).await?;
    for (text, vector) in SAMPLE.iter().zip(&together) {
        ensure!(close(&one(&model, text).await?, vector), "{text:?} alone differs");
    }
    let many: Vec<String> = SAMPLE.iter().cycle().take(70).map(|t| (*t).to_owned()).collect();
    for (text, vector) in many.iter().zip(model.embed(&many).await?) {
        let at = SAMPLE.iter().position(|t| t == text).unwrap_or(0);
        ensure!(close(&together[at], &vector), "{text:?} differs in a large batch");
    }
    Ok(())
}

async fn blank(model: Model) -> Check {
    let vectors = model.embed(&texts(&["", "tea", " \t\n "])).await?;
    ensure_eq!(vectors.len(), 3, "vectors");
    ensure!(vectors[0].is_empty() && vectors[2].is_empty(), "a blank text has a vector");
    ensure!(close(&vectors[1], &one(&model, "tea").await?), "a blank neighbour changes a vector");
    Ok(())
}

async fn long(model: Model) -> Check {
    let long = "the user prefers short answers with examples ".repeat(1_000);
    let vector = one(&model, &long).await?;
    ensure_eq!(vector.dimension(), model.info().dimension, "dimension of a long text");
    Ok(())
}

async fn odd(model: Model) -> Check {
    let odd = texts(&["👩\u{200d}🚀", "\u{0}", "e\u{301}", "漢字", "!!!", "🙂🙂🙂"]);
    for (text, vector) in odd.iter().zip(model.embed(&odd).await?) {
        let finite = vector.as_slice().iter().all(|v| v.is_finite());
        let fits = vector.is_empty() || vector.dimension() == model.info().dimension;
        ensure!(finite && fits, "{text:?} gives {vector:?}");
    }
    Ok(())
}

async fn differ(model: Model) -> Check {
    let (a, b) = (one(&model, "I prefer green tea").await?, one(&model, "quarterly report").await?);
    ensure!(a.cosine(&b) < 0.99, "two different texts have cosine {}", a.cosine(&b));
    Ok(())
}

async fn passages(model: Model) -> Check {
    let marked: Vec<Marked> = SAMPLE
        .iter()
        .map(|text| Marked { text: (*text).to_owned(), passages: vec![0..text.len(), 0..3] })
        .chain([Marked::from(SAMPLE[0].to_owned()), Marked::default()])
        .collect();
    let looks = model.look(&marked).await?;
    ensure_eq!(looks.len(), marked.len(), "looks");
    let vectors = model.embed(&texts(&SAMPLE)).await?;
    for ((text, look), vector) in SAMPLE.iter().zip(&looks).zip(&vectors) {
        ensure!(close(&look.vector, vector), "{text:?} differs when looked into");
    }
    let whole = looks[0].passages.first().map_or(0, Vector::dimension);
    for (marked, look) in marked.iter().zip(&looks) {
        ensure_eq!(look.passages.len(), marked.passages.len(), "passages of {:?}", marked.text);
        let fits = |states: &Vector| states.is_empty() || states.dimension() == whole;
        ensure!(look.passages.iter().all(fits), "passages of {:?} differ in size", marked.text);
    }
    Ok(())
}

async fn notes(model: Model) -> Check {
    let said = ["tea", "", "I like my tea green, no sugar.", "漢字", SAMPLE[0], SAMPLE[4]];
    let mut wishes: Vec<Wish> = said
        .iter()
        .map(|text| Wish { text: (*text).to_owned(), place: 0..text.len(), ..Wish::default() })
        .collect();
    wishes.push(Wish { task: "kitchen".to_owned(), ..wishes[2].clone() });
    wishes.push(Wish { reply: "Here is a cup of black tea.".to_owned(), ..wishes[2].clone() });
    wishes.push(Wish { text: "so, tea. ".repeat(2_000), place: 17_000..17_008, ..Wish::default() });
    wishes.push(Wish { idle: true, ..wishes[2].clone() });
    let notes = model.describe(&wishes).await?;
    let idle = notes.last().and_then(Option::as_ref);
    ensure!(idle.is_none_or(|note| note.text.is_none()), "a text of what is no wish");
    let asked = notes.get(2).and_then(Option::as_ref);
    let alike = idle.zip(asked).is_none_or(|(idle, asked)| end_alike(&idle.ends, &asked.ends));
    ensure!(alike, "an idle wish ends something else");
    ensure_eq!(notes.len(), wishes.len(), "notes");
    for (wish, note) in wishes.iter().zip(&notes) {
        let alone = model.describe(std::slice::from_ref(wish)).await?;
        let alone = alone.first().cloned().flatten();
        let text = |note: &Option<Note>| note.as_ref().and_then(|note| note.text.clone());
        ensure_eq!(text(&alone), text(note), "note of {:?} alone", wish.text.get(..40));
        ensure_eq!(alone.is_some(), note.is_some(), "{:?} alone", wish.text.get(..40));
        let (Some(note), Some(alone)) = (note, alone) else { continue };
        ensure_eq!(alone.avoid, note.avoid, "polarity of {:?} alone", wish.text.get(..40));
        ensure!((alone.wished - note.wished).abs() < 1e-3, "{:?} is wished otherwise", wish.text);
        ensure!((0.0..=1.0).contains(&note.wished), "a probability of {}", note.wished);
        ensure!(note.text.as_ref().is_none_or(|text| !text.trim().is_empty()), "a blank note");
        let sum: f32 = note.scopes.iter().sum();
        ensure!((sum - 1.0).abs() < 1e-3 || sum == 0.0, "scopes that sum up to {sum}");
        for (own, other) in note.scopes.iter().zip(alone.scopes) {
            ensure!((own - other).abs() < 1e-3, "{:?} reaches otherwise", wish.text);
        }
        ensure!(end_alike(&note.ends, &alone.ends), "{:?} ends something else", wish.text);
        answers(&note.ends)?;
        if !note.meaning.is_empty() {
            let kept = note.text.as_ref().unwrap_or(&wish.told);
            ensure!(close(&note.meaning, &one(&model, kept).await?), "{kept:?} means otherwise");
        }
    }
    ensure!(model.describe(&[]).await?.is_empty(), "a note of no wish");
    Ok(())
}

/// Older notes to ask about.
const HELD: [&str; 5] =
    ["drinks black tea", "", "no sugar", "漢字", "wants short answers in emails"];

/// Whether two readings of a message end the same.
fn end_alike(own: &Ends, other: &Ends) -> bool {
    match (own.odds(&HELD), other.odds(&HELD)) {
        (Some(own), Some(other)) => {
            own.len() == other.len() && own.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-2)
        }
        (own, other) => own.is_none() && other.is_none(),
    }
}

/// What a message ends, asked twice.
fn answers(ends: &Ends) -> Check {
    let Some(together) = ends.odds(&HELD) else { return Ok(()) };
    ensure_eq!(together.len(), HELD.len(), "answers");
    for (note, odds) in HELD.iter().zip(together) {
        ensure!(odds.is_finite(), "{note:?} is ended by log-odds of {odds}");
        let alone = ends.odds(&[*note]).unwrap_or_default();
        ensure!(alone.len() == 1 && alone.iter().all(|odds| odds.is_finite()), "{note:?} alone");
    }
    ensure!(end_alike(ends, ends), "the same notes are ended otherwise when asked again");
    Ok(())
}

async fn fits(model: Model) -> Check {
    let notes = texts(&HELD);
    let Some(together) = model.fit("a cup for the guests", "kitchen", &notes).await? else {
        return Ok(());
    };
    ensure_eq!(together.len(), notes.len(), "probabilities");
    for (note, fits) in notes.iter().zip(together) {
        ensure!((0.0..=1.0).contains(&fits), "{note:?} fits with a probability of {fits}");
        let own = std::slice::from_ref(note);
        let alone = model.fit("a cup for the guests", "kitchen", own).await?.unwrap_or_default();
        let same = alone.iter().all(|alone| (alone - fits).abs() < 1e-2);
        ensure!(alone.len() == 1 && same, "{note:?} alone fits otherwise: {alone:?}, {fits}");
    }
    Ok(())
}

async fn instances(model: Model, other: Subject<dyn Embedder>) -> Check {
    ensure_eq!(other.port().info(), model.info(), "model of another instance");
    for text in SAMPLE {
        let (a, b) = (one(&model, text).await?, one(other.port(), text).await?);
        ensure!(close(&a, &b), "{text:?} differs between instances");
    }
    Ok(())
}
