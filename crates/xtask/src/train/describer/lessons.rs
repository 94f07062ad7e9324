//! What the describer learns from: wishes, and the notes that people would make of them.

use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use penchant_core::telling;
use penchant_embed::MiniLm;
use penchant_embed::describer::source::Source;
use penchant_embed::describer::{END, LONGEST, SCOPES, UNWANTED, WANTED};
use penchant_learn::words::{self, language, text};
use penchant_ports::Wish;
use rand::SeedableRng as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;

use super::swaps::Swaps;
use crate::train::FILES;
use crate::train::corpus::{self, Gold, Noted, Told};

/// Labels of messages, of stories, and notes proper.
const STYLES: [u32; 3] = [0, 1, 2];
/// Folders of notes. New ones come last, so that what was held out stays held out where training
/// goes on from earlier weights.
const NOTES: [&str; 5] =
    ["notes", "memories", "memories/more", "memories/people", "memories/changes"];
/// Most clauses of one message that teach where no wish stands. They are taken from anywhere in it:
/// reasons, which are most easily taken for wishes, stand after them.
const IDLE: usize = 3;
/// Notes of other people that are held beside a lesson's own. The older notes of a line are of one
/// corner of life; a memory holds mostly what has nothing to do with a message, and hardly any of
/// it ends.
const STRANGERS: usize = 2;
/// Wishes whose texts are read at once.
const AT_ONCE: usize = 256;

/// Some words of a message with the note that they should become.
pub(super) struct Lesson {
    pub(super) wish: Wish,
    /// The note in pieces; none where the words carry no wish.
    pub(super) note: Vec<u32>,
    /// The note as it was written.
    pub(super) text: String,
    pub(super) style: u32,
    /// The piece of its scope.
    pub(super) scope: u32,
    pub(super) source: Source,
    pub(super) olds: Vec<Old>,
    /// Whether it is another lesson told again with other words.
    pub(super) again: bool,
}

/// An older note that was held when a message came.
#[derive(Clone)]
pub(super) struct Old {
    pub(super) text: String,
    /// Whether the wish takes its place; one for now only sets it aside.
    pub(super) ended: bool,
}

impl Old {
    fn new(text: &str, ended: bool) -> Self {
        Self { text: text.to_owned(), ended }
    }
}

impl Lesson {
    fn new(wish: Wish, text: &str, style: u32, scope: u32) -> Self {
        Self {
            wish,
            note: Vec::new(),
            text: text.to_owned(),
            style,
            scope,
            source: Source::default(),
            olds: Vec::new(),
            again: false,
        }
    }

    /// Whether it is kept for measuring. Those of one message go together.
    pub(super) fn held_out(&self) -> bool {
        corpus::held_out(&self.wish.text)
    }

    /// The pieces that are to be said.
    pub(super) fn said(&self) -> Vec<u32> {
        if self.text.is_empty() {
            return vec![END];
        }
        let opening = if self.wish.avoid { UNWANTED } else { WANTED };
        let mut said = vec![opening, self.scope];
        said.extend(self.note.iter().take(LONGEST - 3));
        said.push(END);
        said
    }
}

/// All lessons of the corpora, without what the model sees in them.
pub(super) fn read(folder: &Path) -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for name in FILES {
        for line in corpus::read(&folder.join(format!("{name}.jsonl")))? {
            let golds = line.preferences.iter();
            lessons.extend(of(&line.user, &line.assistant, &line.task, golds, STYLES[0]));
        }
    }
    for story in corpus::stories(&folder.join("stories"))? {
        let mut live: Vec<&Told> = Vec::new();
        for turn in &story.turns {
            let golds = turn.preferences.iter().map(|told| &told.gold);
            let mut own = of(&turn.user, &turn.assistant, &turn.task, golds, STYLES[1]);
            for lesson in own.iter_mut().filter(|lesson| !lesson.text.is_empty()) {
                let same = |told: &&Told| told.gold.text == lesson.text;
                let Some(told) = turn.preferences.iter().find(same) else { continue };
                let ended = |old: &&&Told| told.of.contains(&old.key);
                let ends = told.relation == if told.passing() { "for_now" } else { "replaces" };
                let known = |old: &&&Told| !turn.retracts.contains(&old.key);
                lesson.olds = live
                    .iter()
                    .filter(known)
                    .map(|old| Old::new(&old.gold.text, ends && ended(&old)))
                    .collect();
            }
            lessons.append(&mut own);
            if turn.preferences.is_empty() {
                let olds = live
                    .iter()
                    .map(|old| Old::new(&old.gold.text, turn.retracts.contains(&old.key)))
                    .collect();
                let (user, reply, task) = (&turn.user, &turn.assistant, &turn.task);
                lessons.extend(idle(user, reply, task, STYLES[1], olds));
            }
            let gone = |old: &Told| {
                let replaced =
                    |told: &Told| told.relation == "replaces" && told.of.contains(&old.key);
                turn.retracts.contains(&old.key) || turn.preferences.iter().any(replaced)
            };
            live.retain(|old| !gone(old));
            live.extend(&turn.preferences);
        }
    }
    lessons.extend(notes(folder)?.iter().flat_map(noted));
    Ok(lessons)
}

/// The notes among the corpora.
fn notes(folder: &Path) -> Result<Vec<Noted>> {
    let mut notes = Vec::new();
    for name in NOTES {
        notes.extend(corpus::notes(&folder.join(name))?);
    }
    Ok(notes)
}

/// Lessons of notes, told again twice with other words; none of what is held out.
pub(super) async fn again(folder: &Path, model: &MiniLm) -> Result<Vec<Lesson>> {
    let mut notes = notes(folder)?;
    let swaps = Swaps::of(&notes, model).await?;
    notes.retain(|noted| !corpus::held_out(&noted.user));
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let twice = notes.iter().chain(&notes);
    let told = twice.filter_map(|noted| swaps.tell(noted, &mut rng));
    let mut lessons: Vec<Lesson> = told.flat_map(|told| self::noted(&told)).collect();
    lessons.retain(|lesson| !lesson.text.is_empty());
    lessons.iter_mut().for_each(|lesson| lesson.again = true);
    Ok(lessons)
}

/// The lesson of a message that carries no wish: what it ends nonetheless.
fn idle(user: &str, assistant: &str, task: &str, style: u32, olds: Vec<Old>) -> Option<Lesson> {
    if olds.is_empty() || language::detect(user) != "eng" {
        return None;
    }
    let wish = words::idle(user, assistant, task);
    Some(Lesson { olds, ..Lesson::new(wish, "", style, SCOPES[0]) })
}

/// The lessons of one message with notes.
fn noted(noted: &Noted) -> Vec<Lesson> {
    let golds = noted.preferences.iter();
    let mut own = of(&noted.user, &noted.assistant, &noted.task, golds, STYLES[2]);
    let wishes = || own.iter().filter(|lesson| !lesson.text.is_empty());
    let texts: Vec<String> = wishes().map(|lesson| lesson.text.clone()).collect();
    for (at, lesson) in own.iter_mut().filter(|l| !l.text.is_empty()).enumerate() {
        let same = |gold: &&Gold| gold.text == lesson.text;
        let Some(gold) = noted.preferences.iter().find(same) else { continue };
        let fate = if gold.scope == "this_time" { "paused" } else { "closed" };
        let unclear = if gold.scope == "this_time" { "closed" } else { "" };
        let olds = noted.old.iter().filter(|old| old.fate != unclear);
        lesson.olds = olds
            .filter_map(|old| {
                if old.fate != fate {
                    return Some(Old::new(&old.text, false));
                }
                let nearest = nearest(&texts, &old.text)?;
                Some(Old::new(&old.text, nearest == at))
            })
            .collect();
    }
    if noted.preferences.is_empty() {
        let clear = noted.old.iter().filter(|old| old.fate != "paused");
        let olds = clear.map(|old| Old::new(&old.text, old.fate == "closed")).collect();
        own.extend(idle(&noted.user, &noted.assistant, &noted.task, STYLES[2], olds));
    }
    own
}

/// Puts other people's notes among the older ones of each lesson that has any.
pub(super) fn among_strangers(lessons: &mut [Lesson]) {
    let pool: Vec<Old> = lessons.iter().flat_map(|lesson| &lesson.olds).cloned().collect();
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let learns = |lesson: &&mut Lesson| !lesson.olds.is_empty() && !lesson.held_out();
    for lesson in lessons.iter_mut().filter(learns) {
        let strangers = pool.choose_multiple(&mut rng, STRANGERS);
        lesson.olds.extend(strangers.map(|old| Old { ended: false, ..old.clone() }));
    }
}

/// Puts wishes and notes in pieces.
pub(super) async fn see(lessons: &mut [Lesson], model: &MiniLm) -> Result<()> {
    for some in lessons.chunks_mut(AT_ONCE) {
        let wishes = some.iter().map(|lesson| lesson.wish.clone()).collect();
        let notes = some.iter().map(|lesson| lesson.text.clone()).collect();
        let sources = model.sources(wishes).await?;
        let pieces = model.pieces(notes).await?;
        for ((lesson, source), note) in some.iter_mut().zip(sources).zip(pieces) {
            (lesson.source, lesson.note) = (source, note);
        }
    }
    Ok(())
}

/// The lessons of one message. Notes are English; wishes in other languages teach nothing.
fn of<'g>(
    user: &str,
    assistant: &str,
    task: &str,
    golds: impl Iterator<Item = &'g Gold>,
    style: u32,
) -> Vec<Lesson> {
    if language::detect(user) != "eng" {
        return Vec::new();
    }
    let lesson = |place: Range<usize>, text: &str, avoid: bool, scope: u32| {
        Lesson::new(words::wish(user, place, assistant, task, avoid), text, style, scope)
    };
    let mut lessons = Vec::new();
    let mut parted = true;
    for gold in golds {
        let Some(from) = user.find(&gold.span) else { continue };
        parted &= !gold.span.is_empty();
        let end = if gold.span.is_empty() { user.len() } else { from + gold.span.len() };
        let scope = match gold.scope.as_str() {
            "context" => SCOPES[1],
            "this_time" => SCOPES[2],
            _ => SCOPES[0],
        };
        lessons.push(lesson(from..end, &gold.text, gold.polarity == "avoid", scope));
    }
    if parted {
        let apart = |place: &Range<usize>| {
            lessons
                .iter()
                .all(|l| place.end <= l.wish.place.start || l.wish.place.end <= place.start)
        };
        let says = |place: &Range<usize>| {
            user.get(place.clone()).is_some_and(|words| words.split_whitespace().count() > 1)
        };
        let mut idle: Vec<Range<usize>> =
            clauses(user).into_iter().filter(says).filter(apart).collect();
        // The same ones on every run: by a number of the message's own.
        let seed = penchant_core::head::fnv1a(user.as_bytes());
        idle.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        idle.truncate(IDLE);
        lessons.extend(idle.into_iter().map(|place| lesson(place, "", false, SCOPES[0])));
    }
    lessons
}

/// Which of some notes is nearest to another by its words; `None` where several are.
fn nearest(notes: &[String], other: &str) -> Option<usize> {
    if notes.len() == 1 {
        return Some(0);
    }
    let other = telling::telling(other);
    let shared: Vec<usize> =
        notes.iter().map(|note| telling::shared(&telling::telling(note), &other)).collect();
    let most = shared.iter().max()?;
    let mut best = shared.iter().enumerate().filter(|(_, n)| *n == most);
    let first = best.next()?.0;
    best.next().is_none().then_some(first)
}

/// Where the clauses of a message stand.
pub(super) fn clauses(user: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for sentence in text::sentences(user) {
        let Some(start) = user.find(&sentence.text) else { continue };
        let own = text::clause_places(&sentence).into_iter();
        places.extend(own.map(|place| start + place.start..start + place.end));
    }
    places
}

/// Where its sentences stand.
pub(super) fn sentences(user: &str) -> Vec<Range<usize>> {
    let place = |sentence: text::Sentence| {
        let start = user.find(&sentence.text)?;
        Some(start..start + sentence.text.len())
    };
    text::sentences(user).into_iter().filter_map(place).collect()
}
