#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

fn claims(draft: &str, revised: &str) -> Vec<ClaimReading> {
    let edit = Edit { draft: draft.to_owned(), revised: revised.to_owned() };
    EditReader::new().claims(&edit, &Scope::Always)
}

fn says(draft: &str, revised: &str) -> Vec<String> {
    claims(draft, revised).into_iter().map(|c| c.description).collect()
}

const PROSE: &str = "The museum opened in the old harbour in June and shows ships, maps and \
    tools of three centuries. Visitors may also climb the tower, which was restored last year.";

#[test]
fn rewriting_as_a_list_asks_for_bullet_points() {
    let said = says(PROSE, "- Opened: June\n- Shows: ships, maps, tools\n- Extra: restored tower");
    assert!(said.contains(&"bullet points".to_owned()), "{said:?}");
    assert!(said.iter().any(|s| s.starts_with("brief")), "{said:?}");
}

#[test]
fn rewriting_as_questions_and_answers_is_a_form_of_its_own() {
    let said = says(
        PROSE,
        "When did it open?\nIn June.\n\nWhat is shown?\nShips and maps.\n\nIs there more?\nA tower.",
    );
    assert!(said.iter().any(|s| s.starts_with("question answering")), "{said:?}");
}

#[test]
fn a_corrected_fact_teaches_nothing() {
    assert!(claims(PROSE, &PROSE.replace("June", "July")).is_empty());
}

#[test]
fn taking_the_closing_away_is_seen() {
    let said = says("Hi Jo, see you at noon.\n\nKind regards,\nAn", "Hi Jo, see you at noon.");
    assert!(said.contains(&"no closing or signature".to_owned()), "{said:?}");
}

#[test]
fn another_language_is_a_preference_for_it() {
    let said = says(
        PROSE,
        "El museo abrió en el antiguo puerto en junio y muestra barcos, mapas y herramientas de \
         tres siglos. Los visitantes también pueden subir a la torre restaurada.",
    );
    assert!(said.contains(&"written in Spanish".to_owned()), "{said:?}");
}

#[test]
fn a_text_kept_as_it_was_shows_its_values() {
    let shown = EditReader::new().shown("- One: a\n- Two: b\n- Three: c");
    let bullets =
        Claim::Facet { facet: FacetId::new("bullets"), value: FacetValue::Class("yes".to_owned()) };
    assert!(shown.contains(&bullets));
}
