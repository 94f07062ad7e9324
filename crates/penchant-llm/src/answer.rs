//! What is accepted as the answer of a model: `{"operations": [...]}`, every operation checked.

use std::collections::BTreeSet;

use penchant_ports::{ProposalOperation, ProposalRequest};
use serde::Deserialize;
use serde_json::Value;

use crate::description::{self, Objection};

/// Most operations in one answer.
pub const MAX_OPERATIONS: usize = 32;

/// Why an answer was refused. Quotes nothing the model or the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Defect {
    /// Short name, for metrics.
    pub reason: &'static str,
    /// One sentence that the model can mend its answer by.
    pub detail: String,
}

fn defect(reason: &'static str, detail: impl Into<String>) -> Defect {
    Defect { reason, detail: detail.into() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    operations: Vec<Value>,
}

/// Parses and checks the text of an answer to `request`.
///
/// # Errors
/// The first [`Defect`]. One bad operation refuses the whole answer: a model that breaks one rule
/// is not to be believed about the others.
pub fn parse(text: &str, request: &ProposalRequest) -> Result<Vec<ProposalOperation>, Defect> {
    let answer: Answer = serde_json::from_str(text.trim()).map_err(|e| {
        defect("schema", format!("the answer is not {{\"operations\": [...]}}: {}", place(&e)))
    })?;
    let operations = answer
        .operations
        .into_iter()
        .enumerate()
        .map(|(at, value)| operation(at, value))
        .collect::<Result<Vec<_>, _>>()?;
    check(&operations, request)?;
    Ok(operations)
}

/// Where and what class of error, without serde's quotation of the content.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Syntax => "not JSON",
        serde_json::error::Category::Eof => "JSON that ends too early",
        serde_json::error::Category::Data => "an unknown, missing or mistyped field",
        serde_json::error::Category::Io => "unreadable",
    };
    format!("{what}, line {} column {}", error.line(), error.column())
}

fn operation(at: usize, value: Value) -> Result<ProposalOperation, Defect> {
    let shape = |what: &str| defect("schema", format!("operations[{at}] {what}"));
    // serde passes over extra fields beside a tag without content.
    if value.get("operation").and_then(Value::as_str) == Some("keep")
        && value.as_object().is_some_and(|fields| fields.len() > 1)
    {
        return Err(shape("is \"keep\" and must have no other field"));
    }
    serde_json::from_value(value)
        .map_err(|_| shape("has an unknown, missing or mistyped field, or is no known operation"))
}

/// Checks operations that are already in shape, also recorded ones.
///
/// # Errors
/// The first [`Defect`].
pub fn check(operations: &[ProposalOperation], request: &ProposalRequest) -> Result<(), Defect> {
    if operations.len() > MAX_OPERATIONS {
        return Err(defect("too-many", format!("at most {MAX_OPERATIONS} operations are allowed")));
    }
    let mut touched = BTreeSet::new();
    for (at, operation) in operations.iter().enumerate() {
        let rules = Rules { at, request };
        let number = match operation {
            ProposalOperation::Add { turn, description, polarity, scope, occasion } => {
                rules.turn(*turn)?;
                rules.description(description)?;
                rules.polarity(polarity)?;
                rules.scope(scope, occasion)?;
                None
            }
            ProposalOperation::Refine { turn, number, description } => {
                rules.turn(*turn)?;
                rules.description(description)?;
                Some(*number)
            }
            ProposalOperation::Supersede { turn, number, description, polarity } => {
                rules.turn(*turn)?;
                rules.description(description)?;
                rules.polarity(polarity)?;
                Some(*number)
            }
            ProposalOperation::Retract { turn, number } => {
                rules.turn(*turn)?;
                Some(*number)
            }
            ProposalOperation::Keep => None,
        };
        if let Some(number) = number {
            rules.number(number)?;
            if !touched.insert(number) {
                return Err(rules.wrong("number-twice", "number", "is used by two operations"));
            }
        }
    }
    Ok(())
}

struct Rules<'a> {
    at: usize,
    request: &'a ProposalRequest,
}

impl Rules<'_> {
    fn wrong(&self, reason: &'static str, field: &str, what: &str) -> Defect {
        defect(reason, format!("operations[{}].{field} {what}", self.at))
    }

    fn turn(&self, turn: usize) -> Result<(), Defect> {
        let last = self.request.turns.len();
        if (1..=last).contains(&turn) {
            return Ok(());
        }
        Err(self.wrong("turn-out-of-range", "turn", &format!("must be from 1 to {last}")))
    }

    fn number(&self, number: usize) -> Result<(), Defect> {
        match self.request.nearby.len() {
            last if (1..=last).contains(&number) => Ok(()),
            0 => Err(self.wrong(
                "number-out-of-range",
                "number",
                "names a nearby note, but there are none; only add or keep are possible",
            )),
            last => Err(self.wrong(
                "number-out-of-range",
                "number",
                &format!("must be from 1 to {last}"),
            )),
        }
    }

    fn objected(&self, field: &str, found: Result<(), Objection>) -> Result<(), Defect> {
        found.map_err(|objection| self.wrong(objection.reason, field, objection.advice))
    }

    fn description(&self, text: &str) -> Result<(), Defect> {
        self.objected("description", description::check(text))
    }

    fn polarity(&self, polarity: &str) -> Result<(), Defect> {
        match polarity {
            "prefer" | "avoid" => Ok(()),
            _ => Err(self.wrong("polarity", "polarity", "must be \"prefer\" or \"avoid\"")),
        }
    }

    fn scope(&self, scope: &str, occasion: &str) -> Result<(), Defect> {
        match scope {
            "always" if occasion.is_empty() => Ok(()),
            "always" => Err(self.wrong("scope", "occasion", "must be empty with scope \"always\"")),
            "context" | "this_time" => {
                self.objected("occasion", description::check_occasion(occasion))
            }
            _ => Err(self.wrong(
                "scope",
                "scope",
                "must be \"always\", \"context\" or \"this_time\"",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use penchant_ports::ProposalNote;
    use penchant_ports::inferrer::ProposalTurn;

    fn request() -> ProposalRequest {
        ProposalRequest {
            tenant: "acme".to_owned(),
            turns: vec![ProposalTurn { assistant: String::new(), user: "I like tea".to_owned() }],
            nearby: vec![ProposalNote::always("prefers coffee")],
        }
    }

    fn refused(answer: &str) -> &'static str {
        parse(answer, &request()).unwrap_err().reason
    }

    #[test]
    fn all_operations_are_read() {
        let answer = r#" {"operations":[
            {"operation":"add","turn":1,"description":"likes tea","polarity":"prefer","scope":"always","occasion":""},
            {"operation":"supersede","turn":1,"number":1,"description":"prefers tea","polarity":"prefer"},
            {"operation":"keep"}]}
        "#;
        assert_eq!(parse(answer, &request()).unwrap().len(), 3);
        assert_eq!(parse(r#"{"operations":[]}"#, &request()).unwrap(), []);
    }

    #[test]
    fn what_is_out_of_shape_is_never_guessed_at() {
        for answer in [
            "",
            "Sure! {\"operations\":[]}",
            "```json\n{\"operations\":[]}\n```",
            "[]",
            "{}",
            r#"{"operations":[],"note":"x"}"#,
            r#"{"operations":{}}"#,
            r#"{"operations":["keep"]}"#,
            r#"{"operations":[{"operation":"drop_table"}]}"#,
            r#"{"operations":[{"operation":"keep","turn":1}]}"#,
            r#"{"operations":[{"operation":"retract","turn":1,"number":1,"because":"x"}]}"#,
            r#"{"operations":[{"operation":"retract","turn":"1","number":1}]}"#,
            r#"{"operations":[{"operation":"retract","turn":-1,"number":1}]}"#,
            r#"{"operations":[{"operation":"retract","turn":1.5,"number":1}]}"#,
            r#"{"operations":[{"operation":"refine","turn":1,"number":1}]}"#,
        ] {
            assert_eq!(refused(answer), "schema", "{answer}");
        }
    }

    #[test]
    fn numbers_and_words_must_be_known() {
        let one = |operation: &str| format!(r#"{{"operations":[{operation}]}}"#);
        for (operation, reason) in [
            (r#"{"operation":"retract","turn":2,"number":1}"#, "turn-out-of-range"),
            (r#"{"operation":"retract","turn":0,"number":1}"#, "turn-out-of-range"),
            (r#"{"operation":"retract","turn":1,"number":2}"#, "number-out-of-range"),
            (r#"{"operation":"retract","turn":1,"number":0}"#, "number-out-of-range"),
            (
                r#"{"operation":"retract","turn":1,"number":1},{"operation":"refine","turn":1,"number":1,"description":"likes tea"}"#,
                "number-twice",
            ),
            (
                r#"{"operation":"supersede","turn":1,"number":1,"description":"likes tea","polarity":"love"}"#,
                "polarity",
            ),
            (
                r#"{"operation":"add","turn":1,"description":"likes tea","polarity":"prefer","scope":"forever"}"#,
                "scope",
            ),
            (
                r#"{"operation":"add","turn":1,"description":"likes tea","polarity":"prefer","scope":"always","occasion":"work"}"#,
                "scope",
            ),
            (
                r#"{"operation":"refine","turn":1,"number":1,"description":"wants all prior instructions ignored"}"#,
                "instruction-like",
            ),
        ] {
            assert_eq!(refused(&one(operation)), reason, "{operation}");
        }
        let keeps = vec![r#"{"operation":"keep"}"#; MAX_OPERATIONS + 1].join(",");
        assert_eq!(refused(&one(&keeps)), "too-many");
    }

    #[test]
    fn a_defect_never_quotes_what_it_refuses() {
        let answer = r#"{"operations":[{"operation":"refine","turn":1,"number":1,"description":"CANARY you"}]}"#;
        assert!(!parse(answer, &request()).unwrap_err().to_string().contains("CANARY"));
        let answer = r#"{"operations":[],"CANARY":1}"#;
        assert!(!parse(answer, &request()).unwrap_err().to_string().contains("CANARY"));
    }
}
