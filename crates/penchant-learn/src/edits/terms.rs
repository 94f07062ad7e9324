//! Each term of the vocabulary that the design names, shown by an edit that is about it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use penchant_core::event::Edit;
use penchant_core::{Claim, FacetValue, Scope};

use super::EditReader;
use super::vocabulary::built_in;

/// `facet=class` of everything that an edit claims.
fn claimed(draft: &str, revised: &str) -> Vec<String> {
    let edit = Edit { draft: draft.to_owned(), revised: revised.to_owned() };
    let claims = EditReader::new().claims(&edit, &Scope::Always);
    claims
        .into_iter()
        .filter_map(|c| match c.claim {
            Claim::Facet { facet, value: FacetValue::Class(class) } => {
                Some(format!("{facet}={class}"))
            }
            Claim::Facet { facet, value: FacetValue::Number(n) } => Some(format!("{facet}={n:.0}")),
            _ => None,
        })
        .collect()
}

const TOWER: &str = "The tower stands by the river and was built by two brothers. It holds a clock \
    and a small library. Visitors reach the top by a narrow stair and see the whole town.";
const NOTE: &str = "The meeting moves to Friday at noon in the large room.";

/// Term of the design, draft, revision, what has to be among the claims.
const TERMS: &[(&str, &str, &str, &str)] = &[
    ("length", TOWER, "A tower with a clock, a library and a view.", "length=10"),
    (
        "sentence length",
        TOWER,
        "The tower stands by the river. Two brothers built it. It holds a clock. It holds books. \
         A stair leads up. It is narrow. The top shows the town. All of it.",
        "sentence_length=short",
    ),
    (
        "bullets",
        TOWER,
        "- Stands by the river\n- Holds a clock\n- Shows the whole town",
        "bullets=yes",
    ),
    (
        "numbered list",
        TOWER,
        "1. It stands by the river.\n2. It holds a clock.\n3. It shows the town.",
        "numbered_list=yes",
    ),
    (
        "headings",
        TOWER,
        "# The tower\nIt stands by the river and was built by two brothers, long ago.\n# The \
         view\nVisitors reach the top by a narrow stair and see the whole town.",
        "headings=yes",
    ),
    (
        "table",
        TOWER,
        "| part | what |\n|---|---|\n| clock | on top |\n| library | small |",
        "table=yes",
    ),
    (
        "code",
        "Call the function with the name and print what it returns.",
        "Call it:\n```\nprint(greet(name))\n```\nand read `greet` and `name`.",
        "code=yes",
    ),
    ("emoji", NOTE, "The meeting moves to Friday at noon in the large room 🎉🙂", "emoji=yes"),
    (
        "markdown",
        NOTE,
        "The meeting moves to **Friday** at **noon** in the **large room**.",
        "markdown=yes",
    ),
    (
        "paragraphs",
        TOWER,
        "The tower stands by the river.\n\nTwo brothers built it, with a clock.\n\nVisitors \
         reach the top by a stair.\n\nThere they see the whole town.",
        "paragraphs=short",
    ),
    (
        "first person",
        TOWER,
        "I climbed the tower by the river. I saw its clock and its small library, and from the \
         top I saw my whole town, which I love.",
        "first_person=first",
    ),
    (
        "second person",
        TOWER,
        "You find the tower by the river. You see its clock and its small library, and from the \
         top you see your whole town.",
        "second_person=second",
    ),
    (
        "third person",
        "I tested the tool for a week. I liked it, but I found two faults in my tests.",
        "The reviewer tested the tool for a week. He liked it, but he found two faults in his \
         tests, the author says.",
        "third_person=third",
    ),
    (
        "tense",
        "The boat left at dawn. It was old and had one sail. The crew went below and slept.",
        "The boat leaves at dawn. It is old and has one sail. The crew goes below and there is \
         silence.",
        "tense=present",
    ),
    (
        "voice",
        "The brothers built the tower. The council restored the clock. Children painted the door.",
        "The tower was built by the brothers. The clock was restored by the council. The door was \
         painted by children.",
        "voice=passive",
    ),
    (
        "formality",
        "Hey, yeah, that's totally fine, just grab some stuff and come, okay?",
        "We would be pleased to provide further assistance regarding your request.",
        "formality=formal",
    ),
    (
        "contractions",
        "I do not think that it is late. We are here and there is time.",
        "I don't think it's late. We're here and there's time.",
        "contractions=yes",
    ),
    (
        "warmth",
        NOTE,
        "Hope you are well! The meeting moves to Friday at noon. Looking forward to it, it will \
         be lovely to see you. Take care!",
        "warmth=warm",
    ),
    (
        "playfulness",
        "The duck jumped into the pond and the water moved.",
        "Whoosh! Splash! The duck went plop into the pond. Hooray!",
        "playfulness=yes",
    ),
    (
        "hedging",
        "The delay is caused by the supplier. It will end on Monday.",
        "The delay is perhaps caused by the supplier. It might possibly end on Monday, it seems.",
        "hedging=cautious",
    ),
    (
        "question form",
        TOWER,
        "Have you seen the tower by the river? Who built it? Would you climb a narrow stair? What \
         would you see from its top?",
        "questions=yes",
    ),
    (
        "greeting",
        "The parcel arrived this morning and is in the office now.",
        "Dear Ms. Ito,\n\nThe parcel arrived this morning and is in the office now.",
        "greeting=yes",
    ),
    (
        "closing",
        "The parcel arrived this morning and is in the office now.",
        "The parcel arrived this morning and is in the office now.\n\nKind regards,\nAn Lee",
        "closing=yes",
    ),
    (
        "call to action",
        "The fair is on Sunday in the park. There are boats and music.",
        "The fair is on Sunday in the park. Sign up today, bring a friend and save the date! Let \
         me know.",
        "call_to_action=yes",
    ),
    (
        "thanks",
        "The files came through. The second one is complete.",
        "Thank you for the files. I am grateful for the second one, thanks.",
        "thanks=yes",
    ),
    ("hashtags", NOTE, "The meeting moves to Friday at noon #team #planning", "hashtags=yes"),
    (
        "exclamation",
        "The fair is on. There are boats. There is music.",
        "The fair is on! There are boats! There is music!",
        "exclamation=yes",
    ),
    (
        "letter case",
        "The fair is on Sunday. There are boats in the Park. Anna brings music.",
        "the fair is on sunday. there are boats in the park. anna brings music.",
        "letter_case=lower",
    ),
    (
        "numbers kept",
        "Sales grew a lot last year, and most shops are open again in nearly all towns.",
        "Sales grew 14 percent in 2021, and 312 of 340 shops are open again in 27 towns.",
        "figures=kept",
    ),
    (
        "quotes kept",
        "The mayor said that the bridge would be open soon and praised the builders for it.",
        "The mayor said: \"The bridge opens soon.\" She added: \"The builders were great.\"",
        "quotes=yes",
    ),
    (
        "jargon",
        "We show that people sleep less when it is hot, and that a fan helps them a bit.",
        "The investigation demonstrates a significant correlation between temperature and \
         duration of sleep, with measurable improvement through ventilation.",
        "academic=academic",
    ),
    (
        "plain English",
        "The investigation demonstrates significant correlations between environmental \
         temperature and nocturnal recuperation, necessitating ventilation.",
        "We found that hot nights are bad for sleep. A fan can help a lot.",
        "plain_words=simple",
    ),
    (
        "adjectives",
        "The lake lies in the woods. A path leads round it to a hut.",
        "The truly gorgeous lake lies quietly in the wonderfully dark woods. A really lovely path \
         gently leads to an incredibly cozy hut.",
        "colour=vivid",
    ),
    (
        "spelling variant",
        "My favorite color is organized by neighbors at the harbor.",
        "My favourite colour is organised by neighbours at the harbour.",
        "spelling=british",
    ),
    (
        "units",
        "It is 5 miles long, 300 feet high and weighs 40 pounds.",
        "It is 8 km long, 90 m high and weighs 18 kg.",
        "units=metric",
    ),
    (
        "narrative",
        "The bridge is closed. The repair takes a week. A ferry runs instead.",
        "One day the keeper came and found the bridge broken. At first he said nothing; then he \
         told the miller, and from then on they took the ferry. In the end they laughed.",
        "narrative=story",
    ),
    (
        "takeaway first",
        TOWER,
        "TL;DR: a tower with a view.\nThe tower stands by the river. It holds a clock and a small \
         library. Visitors see the whole town.",
        "takeaway_first=yes",
    ),
    (
        "citations",
        "Sleep gets worse in hot nights, as studies have shown.",
        "Sleep gets worse in hot nights [1], as Ito et al. have shown [2], see \
         https://example.org/sleep.",
        "citations=yes",
    ),
    (
        "language",
        TOWER,
        "La torre se levanta junto al río y fue construida por dos hermanos. Los visitantes suben \
         por una escalera estrecha y ven toda la ciudad desde arriba.",
        "language=spa",
    ),
];

#[test]
fn every_term_is_read_from_an_edit_that_is_about_it() {
    let missed: Vec<String> = TERMS
        .iter()
        .filter_map(|(term, draft, revised, wanted)| {
            let found = claimed(draft, revised);
            (!found.iter().any(|f| f == wanted))
                .then(|| format!("{term}: {wanted} not in {found:?}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_opposite_edit_never_claims_the_same_value() {
    let wrong: Vec<String> = TERMS
        .iter()
        .filter(|(.., wanted)| !wanted.starts_with("length"))
        .filter(|(_, draft, revised, wanted)| claimed(revised, draft).iter().any(|f| f == wanted))
        .map(|(term, ..)| (*term).to_owned())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_facet_of_the_vocabulary_has_words_for_both_of_its_sides() {
    for facet in &built_in().facets {
        for side in [Some(&facet.high), facet.low.as_ref()].into_iter().flatten() {
            assert!(!side.says.trim().is_empty() && !side.class.is_empty(), "{}", facet.id);
        }
    }
}

#[test]
fn a_slip_of_the_keys_put_right_teaches_nothing() {
    for (wrong, right) in [
        ("The recieved parcel is blue and heavy.", "The received parcel is blue and heavy."),
        ("Teh tower stands by the river.", "The tower stands by the river."),
        ("It opens on Firday at noon.", "It opens on Friday at noon."),
        ("The tower stnads by the river.", "The tower stands by the river."),
    ] {
        assert!(claimed(wrong, right).is_empty(), "{wrong}: {:?}", claimed(wrong, right));
    }
}

#[test]
fn other_units_or_another_spelling_are_no_corrections() {
    let units = claimed(
        "It is 5 miles to the lake and 300 feet up.",
        "It is 8 km to the lake and 90 m up.",
    );
    assert!(units.contains(&"units=metric".to_owned()), "{units:?}");
    let spelling = claimed("The color of my favorite door.", "The colour of my favourite door.");
    assert!(spelling.contains(&"spelling=british".to_owned()), "{spelling:?}");
    assert!(claimed("It is 5 km to the lake.", "It is 6 km to the lake.").is_empty());
}
