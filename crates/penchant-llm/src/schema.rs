//! The answer's shape as a JSON schema, for servers that hold their model to it.

use serde_json::{Value, json};

use crate::answer::MAX_OPERATIONS;

/// The schema of `{"operations": [...]}` in the strict subset: every property required, none
/// beside them, alternatives below the root only.
#[must_use]
pub fn operations() -> Value {
    let number = json!({"type": "integer"});
    let text = json!({"type": "string"});
    let polarity = json!({"type": "string", "enum": ["prefer", "avoid"]});
    let scope = json!({"type": "string", "enum": ["always", "context", "this_time"]});
    let alternatives = [
        operation(
            "add",
            &[
                ("turn", &number),
                ("description", &text),
                ("polarity", &polarity),
                ("scope", &scope),
                ("occasion", &text),
            ],
        ),
        operation("refine", &[("turn", &number), ("number", &number), ("description", &text)]),
        operation(
            "supersede",
            &[
                ("turn", &number),
                ("number", &number),
                ("description", &text),
                ("polarity", &polarity),
            ],
        ),
        operation("retract", &[("turn", &number), ("number", &number)]),
        operation("keep", &[]),
    ];
    json!({
        "type": "object",
        "properties": {
            "operations": {
                "type": "array",
                "description": format!("At most {MAX_OPERATIONS}."),
                "items": {"anyOf": alternatives},
            },
        },
        "required": ["operations"],
        "additionalProperties": false,
    })
}

fn operation(name: &str, fields: &[(&str, &Value)]) -> Value {
    let mut properties = serde_json::Map::new();
    properties.insert("operation".to_owned(), json!({"type": "string", "enum": [name]}));
    for (field, shape) in fields {
        properties.insert((*field).to_owned(), (*shape).clone());
    }
    let required: Vec<String> = properties.keys().cloned().collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use penchant_ports::ProposalOperation;

    /// What the schema says and what is parsed are written down twice; this keeps them equal.
    #[test]
    fn the_schema_names_exactly_the_fields_of_the_operations() {
        let every = [
            ProposalOperation::Add {
                turn: 1,
                description: String::new(),
                polarity: String::new(),
                scope: String::new(),
                occasion: String::new(),
            },
            ProposalOperation::Refine { turn: 1, number: 1, description: String::new() },
            ProposalOperation::Supersede {
                turn: 1,
                number: 1,
                description: String::new(),
                polarity: String::new(),
            },
            ProposalOperation::Retract { turn: 1, number: 1 },
            ProposalOperation::Keep,
        ];
        let schema = operations();
        let alternatives =
            schema["properties"]["operations"]["items"]["anyOf"].as_array().unwrap().clone();
        assert_eq!(alternatives.len(), every.len());
        for (alternative, operation) in alternatives.iter().zip(every) {
            let value = serde_json::to_value(operation).unwrap();
            let mut written: Vec<_> = value.as_object().unwrap().keys().collect();
            let mut allowed: Vec<_> =
                alternative["properties"].as_object().unwrap().keys().collect();
            written.sort();
            allowed.sort();
            assert_eq!(written, allowed);
            assert_eq!(alternative["properties"]["operation"]["enum"][0], value["operation"]);
        }
    }
}
