use super::*;

fn style(text: &str) -> Style {
    Style::of(text)
}

#[test]
fn nothing_is_known_of_an_empty_text() {
    assert!(style("  \n").is_empty());
    assert_eq!(style("").get(Measure::Emoji), 0.0);
}

#[test]
fn names_are_unique() {
    let names: std::collections::BTreeSet<_> = Measure::ALL.iter().map(|m| m.as_str()).collect();
    assert_eq!(names.len(), MEASURES);
}

#[test]
fn every_measure_is_finite_and_bounded() {
    for text in ["?", "!!! ???", "- \n- \n-", "a", "1. 1. 1.", "\u{1f600}\u{1f600}", "Dear"] {
        assert!(style(text).as_slice().iter().all(|v| v.is_finite() && v.abs() <= 2.0), "{text}");
    }
}

fn level(text: &str, measure: Measure) -> f32 {
    style(text).get(measure)
}

#[test]
fn layout_is_measured() {
    assert!(level("- One thing\n- Two things\n- Three things", Measure::Bullets) > 0.9);
    assert!(level("1. Open it.\n2. Close it now.\n3. Wait a while.", Measure::Numbered) > 0.9);
    assert!(level("A plain sentence about boats.", Measure::Bullets) == 0.0);
    assert!(level("Great news 🎉🚀", Measure::Emoji) >= 1.0);
    assert!(level("TL;DR: it works.\nLong story follows here.", Measure::GistFirst) > 1.0);
}

#[test]
fn person_and_tense_are_measured() {
    assert!(level("You open your door and you see the sea.", Measure::SecondPerson) > 1.0);
    assert!(level("I took my bag and went to my room.", Measure::FirstPerson) > 1.0);
    assert!(
        level("She is here. He has a map. It is late and there is rain.", Measure::PresentTense)
            > 0.5
    );
    assert!(
        level("She was here. He had a map. They went home and said so.", Measure::PresentTense)
            < -0.5
    );
    assert!(level("The door was opened. The room was cleaned.", Measure::Passive) > 0.9);
}

#[test]
fn tone_is_measured() {
    let formal = "We would be pleased to provide further assistance regarding your request.";
    let casual = "Hey, yeah, that's totally fine, just grab some stuff and come, okay?";
    assert!(level(formal, Measure::Formality) > 0.5 && level(casual, Measure::Formality) < -0.5);
    assert!(level(casual, Measure::Contractions) > level(formal, Measure::Contractions));
    assert!(level("Whoosh! Splash! The duck went plop.", Measure::Playful) > 1.0);
    assert!(level("Perhaps it might possibly rain.", Measure::Hedging) > 1.0);
    assert!(level("I'm so sorry, I apologise for the delay.", Measure::Apology) > 1.0);
    assert!(level("The lessee shall pay pursuant to this agreement.", Measure::Legal) > 1.0);
    assert!(level("Thou hast spoken, and verily thy words are wise.", Measure::Archaic) > 1.0);
}

#[test]
fn conventions_are_measured() {
    assert!(level("My favorite color, organized by neighbors.", Measure::American) > 0.5);
    assert!(level("My favourite colour, organised by neighbours.", Measure::American) < -0.5);
    assert!(level("It is 5 km long and weighs 3 kg.", Measure::Metric) > 0.5);
    assert!(level("It is 5 miles long and 3 feet high.", Measure::Metric) < -0.5);
}

#[test]
fn forms_show_in_several_measures_at_once() {
    let children = "Look! A tiny duck! It can not fly. Oh no!\n\nSplash! It hops in the pond. Hooray! Can you hop too?";
    let answers = "What is it?\nA bridge.\n\nWho built it?\nA farmer.\n\nIs it open?\nYes.";
    let post = "Bridges can talk 🤔 Want to hear one? 👀 #bridges";
    let steps = "1. Unplug the lamp.\n2. Hold the back button.\n3. Wait for one minute.";
    let letter = "Dear Dr. Ito,\n\nI have two questions:\n1. Cost: what is the price?\n2. Time: when is it due?\n\nKind regards,\nAn Lee";
    let verse = "The boat is asleep in the bay\nThe gulls have all wandered away\nThe lamp on the pier\nStill glows for you here";
    for (text, form) in [
        (children, Measure::Children),
        (answers, Measure::QuestionAnswer),
        (post, Measure::Post),
        (steps, Measure::Instructions),
        (letter, Measure::BusinessLetter),
        (verse, Measure::Verse),
    ] {
        let others = [children, answers, post, steps, letter, verse];
        let own = level(text, form);
        assert!(own >= 0.5, "{form:?} {own}");
        assert!(others.iter().filter(|t| **t != text).all(|t| level(t, form) < own), "{form:?}");
    }
}
