//! Points as this crate writes and reads them.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use penchant_core::invariants::{Invariant, Violation};
use penchant_core::{Claim, Preference, Revision, UserKey, Vector};
use penchant_ports::PortError;
use penchant_ports::blob::{decode, encode, without_vectors};
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{
    DenseVector, NamedVectors, PointStruct, RetrievedPoint, Value, Vector as WireVector, Vectors,
    VectorsOutput, vector, vector_output, vectors,
};
use uuid::Uuid;

use crate::error::{corrupt, invalid};
use crate::owner::{Owner, field, kind, point_id};

/// Names of the two vectors. Never rename.
pub(crate) const CONTEXT: &str = "context";
pub(crate) const CONTENT: &str = "content";

/// Longest payload of a point, in bytes of its encoded parts.
const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// Longest payload of a head: it holds the fold's whole state besides the preferences.
const MAX_HEAD_BYTES: usize = 128 * 1024;

pub(crate) type Payload = HashMap<String, Value>;

/// A point on its way to the server.
pub(crate) struct PointBuilder {
    id: Uuid,
    payload: Payload,
    vectors: HashMap<String, WireVector>,
    bytes: usize,
}

impl PointBuilder {
    pub(crate) fn new(id: Uuid, of_kind: &str) -> Self {
        let empty = Self { id, payload: HashMap::new(), vectors: HashMap::new(), bytes: 0 };
        empty.text(field::KIND, of_kind)
    }

    /// A point of one user's.
    pub(crate) fn owned(id: Uuid, of_kind: &str, owner: Owner<'_>) -> Self {
        Self::new(id, of_kind).text(field::OWNER, owner.key())
    }

    pub(crate) fn text(mut self, name: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        self.bytes += name.len() + text.len();
        self.payload.insert(name.to_owned(), text.into());
        self
    }

    /// Epochs, offsets and revisions are far below the sign bit.
    pub(crate) fn number(mut self, name: &str, number: u64) -> Self {
        self.bytes += name.len() + 8;
        self.payload.insert(name.to_owned(), i64::try_from(number).unwrap_or(i64::MAX).into());
        self
    }

    /// Payloads are JSON: bytes travel as base64.
    pub(crate) fn blob(self, name: &str, bytes: &[u8]) -> Self {
        self.text(name, STANDARD_NO_PAD.encode(bytes))
    }

    pub(crate) fn vector(mut self, name: &str, vector: &Vector) -> Self {
        if !vector.is_empty() {
            let dense = DenseVector { data: vector.as_slice().to_vec() };
            let wire =
                WireVector { vector: Some(vector::Vector::Dense(dense)), ..Default::default() };
            self.vectors.insert(name.to_owned(), wire);
        }
        self
    }

    /// What is said about its size when it is refused.
    pub(crate) fn build(self, what: &str) -> Result<PointStruct, PortError> {
        let head = self.payload.get(field::KIND).and_then(text_of) == Some(kind::HEAD);
        let limit = if head { MAX_HEAD_BYTES } else { MAX_PAYLOAD_BYTES };
        if self.bytes > limit {
            return Err(invalid(format!(
                "{what} has {} bytes, at most {limit} are stored",
                self.bytes
            )));
        }
        // A point without vectors still says so: the server refuses one that does not.
        let named = vectors::VectorsOptions::Vectors(NamedVectors { vectors: self.vectors });
        Ok(PointStruct {
            id: Some(point_id(self.id)),
            payload: self.payload,
            vectors: Some(Vectors { vectors_options: Some(named) }),
        })
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match &value.kind {
        Some(Kind::StringValue(text)) => Some(text),
        _ => None,
    }
}

/// A text field.
pub(crate) fn text<'a>(payload: &'a Payload, name: &str) -> Result<&'a str, PortError> {
    payload.get(name).and_then(text_of).ok_or_else(|| corrupt(format!("a point has no {name}")))
}

/// A number field.
pub(crate) fn number(payload: &Payload, name: &str) -> Result<u64, PortError> {
    match payload.get(name).and_then(|value| value.kind.as_ref()) {
        Some(Kind::IntegerValue(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
    .ok_or_else(|| corrupt(format!("a point has no {name}")))
}

/// An id field.
pub(crate) fn uuid(payload: &Payload, name: &str) -> Result<Uuid, PortError> {
    text(payload, name)?.parse().map_err(|_| corrupt(format!("a point's {name} is no id")))
}

/// A bytes field.
pub(crate) fn blob(payload: &Payload, name: &str) -> Result<Vec<u8>, PortError> {
    STANDARD_NO_PAD
        .decode(text(payload, name)?)
        .map_err(|_| corrupt(format!("a point's {name} is not base64")))
}

/// The id of a point found.
pub(crate) fn id_of(point: &RetrievedPoint) -> Result<Uuid, PortError> {
    use qdrant_client::qdrant::point_id::PointIdOptions;
    match point.id.as_ref().and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Uuid(id)) => {
            id.parse().map_err(|_| corrupt("a point's id is no uuid"))
        }
        _ => Err(corrupt("a point's id is no uuid")),
    }
}

/// Fails unless the point is this user's: ids are derived from users, so another's can only come
/// from a server that answers what was not asked for (INV-6).
pub(crate) fn must_be_of(owner: Owner<'_>, payload: &Payload) -> Result<(), PortError> {
    if text(payload, field::OWNER)? == owner.key() {
        return Ok(());
    }
    let violation = Violation {
        invariant: Invariant::NoCrossing,
        seen: format!("a point asked for as {}'s is another's", owner.user()),
    };
    Err(corrupt(violation.to_string()).caused_by(violation))
}

/// One version of a preference, at its own place for good.
pub(crate) fn preference_point(
    owner: Owner<'_>,
    revision: u64,
    preference: &Preference,
) -> Result<(Uuid, PointStruct), PortError> {
    let body = encode("a preference", &without_vectors(preference))?;
    let bytes = |vector: &Vector| -> Vec<u8> {
        vector.as_slice().iter().flat_map(|v| v.to_le_bytes()).collect()
    };
    let content = [&body[..], &bytes(&preference.context), &bytes(&preference.content)];
    let id = owner.content_id(kind::PREFERENCE, revision, &content);
    let claim = match &preference.kind {
        Claim::Facet { facet, .. } => facet.as_str(),
        Claim::Affinity { .. } => "affinity",
        Claim::Statement { .. } => "statement",
    };
    // Status, claim and description are for people who look into the collection; the body counts.
    let point = PointBuilder::owned(id, kind::PREFERENCE, owner)
        .number(field::REVISION, revision)
        .text(field::PREFERENCE, preference.id.as_str())
        .text(field::STATUS, preference.status.as_str())
        .text(field::CLAIM, claim)
        .text(field::DESCRIPTION, preference.description.as_str())
        .blob(field::BODY, &body)
        .vector(CONTEXT, &preference.context)
        .vector(CONTENT, &preference.content)
        .build(&format!("preference {}", preference.id))?;
    Ok((id, point))
}

/// The way back.
pub(crate) fn preference(
    user: &UserKey,
    payload: &Payload,
    vectors: Option<&VectorsOutput>,
) -> Result<Preference, PortError> {
    must_be_of(Owner::of(user), payload)?;
    let body: Preference = decode("a preference", &blob(payload, field::BODY)?)?;
    let named = |name: &str| match vectors.and_then(|v| v.get_vector_by_name(name)) {
        None => Ok(Vector::default()),
        Some(vector_output::Vector::Dense(dense)) => Ok(Vector::new(dense.data)),
        Some(_) => Err(corrupt(format!("the {name} vector of {} is not dense", body.id))),
    };
    Ok(Preference { context: named(CONTEXT)?, content: named(CONTENT)?, ..body })
}

/// One step of a preference's history, which names the step before it.
pub(crate) fn revision_point(
    owner: Owner<'_>,
    head_revision: u64,
    revision: &Revision,
    previous: Option<Uuid>,
) -> Result<(Uuid, PointStruct), PortError> {
    let body = encode("a revision", revision)?;
    let chained = previous.map_or([0; 16], Uuid::into_bytes);
    let id = owner.content_id(kind::REVISION, head_revision, &[&body, &chained]);
    let mut point = PointBuilder::owned(id, kind::REVISION, owner)
        .number(field::REVISION, head_revision)
        .text(field::PREFERENCE, revision.preference.as_str())
        .number(field::VERSION, revision.version)
        .blob(field::BODY, &body);
    if let Some(previous) = previous {
        point = point.text(field::PREVIOUS, previous.to_string());
    }
    Ok((id, point.build(&format!("a revision of {}", revision.preference))?))
}

/// A step of a history with the id of the step before it.
pub(crate) fn revision(
    user: &UserKey,
    payload: &Payload,
) -> Result<(Option<Uuid>, Revision), PortError> {
    must_be_of(Owner::of(user), payload)?;
    let previous = match payload.contains_key(field::PREVIOUS) {
        true => Some(uuid(payload, field::PREVIOUS)?),
        false => None,
    };
    Ok((previous, decode("a revision", &blob(payload, field::BODY)?)?))
}
