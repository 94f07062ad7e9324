//! `Feedback`.

use penchant_core::event::Feedback;

use crate::v1;

pub(super) fn decode(wire: v1::Feedback) -> Feedback {
    Feedback { target: wire.target, rating: wire.rating, comment: wire.comment }
}

impl From<&Feedback> for v1::Feedback {
    fn from(feedback: &Feedback) -> Self {
        Self {
            target: feedback.target.clone(),
            rating: feedback.rating,
            comment: feedback.comment.clone(),
        }
    }
}
