//! What an event must be like to enter the log. Checked once, at the edge, and again where
//! records arrive from elsewhere (an app that produces to Kafka by itself).

use std::collections::BTreeMap;

use crate::context::Context;
use crate::event::{DirectiveAction, Event, EventBody, Item};
use crate::limits::{
    MAX_ATTRIBUTE_NAME_BYTES, MAX_ATTRIBUTE_VALUE_BYTES, MAX_ATTRIBUTES, MAX_CONTEXT_BYTES,
    MAX_DESCRIPTION_CHARS, MAX_OPTIONS, MAX_TASK_BYTES, MAX_TEXT_BYTES,
};
use crate::sanitize;

/// Which field is wrong, and why. The path is that of the wire format: `edit.revised`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct InvalidField {
    /// Path of the field.
    pub field: String,
    /// What is wrong with it, for the person who sent it.
    pub reason: String,
}

impl InvalidField {
    /// Names a field and a reason.
    #[must_use]
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

fn text(field: &str, text: &str, max: usize) -> Result<(), InvalidField> {
    if text.len() > max {
        return Err(InvalidField::new(
            field,
            format!("must be at most {max} bytes, is {}", text.len()),
        ));
    }
    if text.contains('\0') {
        return Err(InvalidField::new(field, "must not contain NUL"));
    }
    Ok(())
}

fn present(field: &str, value: &str) -> Result<(), InvalidField> {
    if value.trim().is_empty() {
        return Err(InvalidField::new(field, "must not be empty"));
    }
    text(field, value, MAX_TEXT_BYTES)
}

fn unit(field: &str, value: f32, low: f32, high: f32) -> Result<(), InvalidField> {
    if !value.is_finite() || value < low || value > high {
        return Err(InvalidField::new(
            field,
            format!("must be a number from {low} to {high}, is {value}"),
        ));
    }
    Ok(())
}

fn attributes(field: &str, map: &BTreeMap<String, String>) -> Result<(), InvalidField> {
    if map.len() > MAX_ATTRIBUTES {
        return Err(InvalidField::new(
            field,
            format!("must have at most {MAX_ATTRIBUTES} entries, has {}", map.len()),
        ));
    }
    for (name, value) in map {
        if name.is_empty() || name.len() > MAX_ATTRIBUTE_NAME_BYTES {
            return Err(InvalidField::new(
                field,
                format!("names must have 1 to {MAX_ATTRIBUTE_NAME_BYTES} bytes"),
            ));
        }
        text(
            &format!("{field}.{}", sanitize::one_line(name, 64)),
            value,
            MAX_ATTRIBUTE_VALUE_BYTES,
        )?;
    }
    Ok(())
}

/// Checks a context.
///
/// # Errors
/// The first field that is out of bounds.
pub fn context(field: &str, context: &Context) -> Result<(), InvalidField> {
    text(&format!("{field}.text"), &context.text, MAX_CONTEXT_BYTES)?;
    text(&format!("{field}.task"), &context.task, MAX_TASK_BYTES)?;
    attributes(&format!("{field}.attributes"), &context.attributes)
}

/// Checks an item.
///
/// # Errors
/// The first field that is out of bounds, or `field` itself when nothing is said.
pub fn item(field: &str, item: &Item) -> Result<(), InvalidField> {
    if item.id.is_empty() && item.text.is_empty() && item.attributes.is_empty() {
        return Err(InvalidField::new(field, "needs an id, a text or attributes"));
    }
    text(&format!("{field}.id"), &item.id, MAX_ATTRIBUTE_VALUE_BYTES)?;
    text(&format!("{field}.text"), &item.text, MAX_TEXT_BYTES)?;
    attributes(&format!("{field}.attributes"), &item.attributes)
}

fn items(field: &str, list: &[Item], at_least: usize) -> Result<(), InvalidField> {
    if list.len() < at_least || list.len() > MAX_OPTIONS {
        return Err(InvalidField::new(
            field,
            format!("must have {at_least} to {MAX_OPTIONS} items, has {}", list.len()),
        ));
    }
    list.iter().enumerate().try_for_each(|(n, one)| item(&format!("{field}[{n}]"), one))
}

/// Checks a description that a person wrote.
///
/// # Errors
/// Empty, too long, or more than one line of visible text.
pub fn description(field: &str, words: &str) -> Result<(), InvalidField> {
    present(field, words)?;
    if words.chars().count() > MAX_DESCRIPTION_CHARS {
        return Err(InvalidField::new(
            field,
            format!("must be at most {MAX_DESCRIPTION_CHARS} characters"),
        ));
    }
    if sanitize::hostile_characters(words) {
        return Err(InvalidField::new(
            field,
            "must be one line without control, bidirectional or invisible characters",
        ));
    }
    Ok(())
}

/// Checks a whole event.
///
/// # Errors
/// The first field that is out of bounds.
pub fn event(event: &Event) -> Result<(), InvalidField> {
    context("context", &event.context)?;
    match &event.body {
        EventBody::Message(message) => {
            present("message.text", &message.text)?;
            text("message.reply_to", message.reply_to.as_deref().unwrap_or(""), MAX_TEXT_BYTES)
        }
        EventBody::Edit(edit) => {
            present("edit.draft", &edit.draft)?;
            text("edit.revised", &edit.revised, MAX_TEXT_BYTES)
        }
        EventBody::Statement(statement) => present("statement.text", &statement.text),
        EventBody::Feedback(feedback) => {
            text("feedback.target", &feedback.target, MAX_TEXT_BYTES)?;
            text("feedback.comment", &feedback.comment, MAX_TEXT_BYTES)?;
            unit("feedback.rating", feedback.rating, -1.0, 1.0)
        }
        EventBody::Comparison(comparison) => {
            items("comparison.chosen", &comparison.chosen, 1)?;
            items("comparison.rejected", &comparison.rejected, 1)?;
            text("comparison.rationale", &comparison.rationale, MAX_TEXT_BYTES)?;
            unit("comparison.strength", comparison.strength, f32::EPSILON, 1.0)
        }
        EventBody::Interaction(interaction) => item("interaction.item", &interaction.item),
        EventBody::Directive(directive) => match &directive.action {
            DirectiveAction::Edit(words) => description("directive.description", words),
            DirectiveAction::Confirm
            | DirectiveAction::Retract
            | DirectiveAction::Restore
            | DirectiveAction::Pin => Ok(()),
        },
        EventBody::Erase => Ok(()),
    }
}
