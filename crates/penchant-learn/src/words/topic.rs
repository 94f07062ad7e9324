//! What a wish is about, where its own words do not say it: "dark roast only", said while ordering
//! coffee, is about coffee.

use penchant_core::telling;

use crate::words::describe::lower_first;
use crate::words::polish;
use crate::words::scope::Reach;

/// Tasks that name no topic.
const VAGUE: &[&str] = &[
    "chat",
    "general",
    "misc",
    "other",
    "conversation",
    "assistant",
    "default",
    "edit",
    "question",
    "questions",
    "own",
    "test",
    "help",
    "answers",
    "talk",
];

/// `description` with its occasion, or else with the task it was said in, unless it names them.
#[must_use]
pub(crate) fn complete(description: &str, reach: &Reach, task: &str) -> String {
    let said = telling::telling(description);
    let named = |words: &[String]| words.is_empty() || telling::shared(words, &said) > 0;
    if reach.leading
        && let Some(occasion) = reach.occasion.as_deref()
        && !named(&telling::telling(occasion))
    {
        return format!("{description} {}", phrase(&polish::third_person(occasion)));
    }
    let task = task.trim();
    let vague = VAGUE.contains(&task.to_ascii_lowercase().as_str());
    if vague || task.split_whitespace().count() > 4 || named(&telling::telling(task)) {
        return description.to_owned();
    }
    format!("{description} {}", phrase(task))
}

/// "when they travel alone" as it is, "throwaway scripts" as "for throwaway scripts".
fn phrase(occasion: &str) -> String {
    const JOINS: &[&str] = &[
        "when", "whenever", "if", "while", "once", "after", "before", "during", "with", "for",
        "in", "at", "on", "as", "from", "without",
    ];
    let occasion = lower_first(occasion);
    let first = occasion.split_whitespace().next().unwrap_or_default();
    if JOINS.contains(&first) { occasion } else { format!("for {occasion}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_that_does_not_say_what_it_is_about_takes_its_topic_from_the_task() {
        let nowhere = Reach::default();
        assert_eq!(
            complete("prefers linen, never polyester", &nowhere, "bedding"),
            "prefers linen, never polyester for bedding"
        );
        assert_eq!(complete("likes long novels", &nowhere, "novel"), "likes long novels");
        assert_eq!(complete("prefers blunt words", &nowhere, "chat"), "prefers blunt words");
        let leading = Reach {
            occasion: Some("When the twins visit".to_owned()),
            leading: true,
            ..Reach::default()
        };
        assert_eq!(
            complete("wants everything mild", &leading, "food"),
            "wants everything mild when the twins visit"
        );
    }
}
