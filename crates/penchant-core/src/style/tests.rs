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
