//! Search. The filter holds the user and the very points that the head names as active, so nothing
//! that is closed, half committed or another's can be found; a user's points are few enough for the
//! server to compare each (`exact`).

use std::cmp::Reverse;
use std::collections::BTreeSet;

use penchant_core::aggregate::Neighbour;
use penchant_core::revision::as_held_at;
use penchant_core::{Preference, Status, Timestamp, UserKey, Vector};
use penchant_ports::nearest::{Scores, select};
use penchant_ports::{NearestQuery, Neighbourhood, PortError};
use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{
    DenseVector, Filter, Query, QueryPoints, SearchParams, VectorInput, vector_input,
};

use super::history::Steps;
use super::{Attempts, at_entries};
use crate::collection::Collection;
use crate::error::invalid;
use crate::generation::MAX_LIMIT;
use crate::heads::Known;
use crate::manifest::Entry;
use crate::owner::Owner;
use crate::payload::{CONTENT, CONTEXT, preference};

/// The user's preferences nearest to a context, now or as of a past instant.
pub(crate) async fn nearest(
    collection: &Collection,
    dimension: usize,
    query: &NearestQuery,
) -> Result<Neighbourhood, PortError> {
    if !query.context.is_empty() && query.context.dimension() != dimension {
        return Err(invalid(format!(
            "the asked context has {} dimensions, the store holds {dimension}",
            query.context.dimension()
        )));
    }
    let mut attempts = Attempts::on(&query.user);
    while let Some(known) = attempts.head(collection).await? {
        let found = match query.as_of {
            None => current(collection, &known, query).await?,
            Some(at) => past(collection, &known, query, at).await?,
        };
        if let Some((neighbours, truncated)) = found {
            return Ok(Neighbourhood { head: known.head, neighbours, truncated });
        }
    }
    Ok(Neighbourhood::default())
}

type Found = Option<(Vec<Neighbour>, bool)>;

async fn current(
    collection: &Collection,
    known: &Known,
    query: &NearestQuery,
) -> Result<Found, PortError> {
    let active = known.manifest.entries().filter(|entry| entry.status == Status::Active);
    let mut active: Vec<&Entry> = active.collect();
    // Among equals the newest, then the first: what `select` does with equal similarities.
    active.sort_by_key(|entry| (Reverse(entry.updated_at), entry.preference.clone()));
    let all = active.len();
    if all <= query.limit || query.context.is_empty() {
        active.truncate(query.limit);
        let found = at_entries(collection, &query.user, active).await?;
        return Ok(found.map(|found| (neighbours(found, query), query.limit < all)));
    }
    Ok(search(collection, &active, query).await?.map(|found| {
        let truncated = found.len() < all;
        (neighbours(found, query), truncated)
    }))
}

/// The best of many by each similarity; `None` when a point is gone.
async fn search(
    collection: &Collection,
    active: &[&Entry],
    query: &NearestQuery,
) -> Result<Option<Vec<Preference>>, PortError> {
    let filter = Owner::of(&query.user).among(active.iter().map(|entry| entry.point()));
    let limit = query.limit.min(MAX_LIMIT as usize);
    let by = |name| similar(&query.context, name, filter.clone(), limit);
    let found = collection.search("search", vec![by(CONTEXT), by(CONTENT)]).await?;
    // Counted afterwards: what is still there was there to be found.
    let present = collection.count("count preferences", filter.clone()).await?;
    if present != active.len() as u64 {
        return Ok(None);
    }
    let mut seen = BTreeSet::new();
    let mut best = Vec::new();
    let mut fill = false;
    for points in found {
        fill |= points.len() < limit;
        for point in points {
            let read = preference(&query.user, &point.payload, point.vectors.as_ref())?;
            if seen.insert(read.id.clone()) {
                best.push(read);
            }
        }
    }
    if fill {
        // Preferences without a vector are similar to nothing, and come last.
        let rest = active.iter().filter(|entry| !seen.contains(&entry.preference));
        let rest: Vec<&Entry> = rest.take(limit.saturating_sub(best.len())).copied().collect();
        match at_entries(collection, &query.user, rest).await? {
            Some(rest) => best.extend(rest),
            None => return Ok(None),
        }
    }
    Ok(Some(best))
}

fn similar(context: &Vector, using: &str, filter: Filter, limit: usize) -> QueryPoints {
    let dense = DenseVector { data: context.as_slice().to_vec() };
    let input = VectorInput { variant: Some(vector_input::Variant::Dense(dense)) };
    QueryPoints {
        query: Some(Query { variant: Some(Variant::Nearest(input)) }),
        using: Some(using.to_owned()),
        filter: Some(filter),
        params: Some(SearchParams { exact: Some(true), ..SearchParams::default() }),
        limit: Some(limit as u64),
        ..QueryPoints::default()
    }
}

/// Rolls each preference back to its last revision at that time.
async fn past(
    collection: &Collection,
    known: &Known,
    query: &NearestQuery,
    at: Timestamp,
) -> Result<Found, PortError> {
    let user: &UserKey = &query.user;
    let mut entries: Vec<&Entry> = known.manifest.entries().collect();
    entries.sort_by(|a, b| a.preference.cmp(&b.preference));
    let (preferences, steps) = tokio::try_join!(
        at_entries(collection, user, entries.clone()),
        Steps::read(collection, user, None),
    )?;
    let Some(preferences) = preferences else {
        return Ok(None);
    };
    let mut held = Vec::new();
    for (entry, preference) in entries.iter().zip(preferences) {
        let Some(history) = steps.of(entry) else {
            return Ok(None);
        };
        held.extend(as_held_at(&preference, &history, at));
    }
    let all = neighbours(held, query);
    let scores: Vec<Scores> = all
        .iter()
        .map(|n| (n.context_similarity, n.content_similarity, n.preference.updated_at))
        .collect();
    let chosen = select(&scores, query.limit);
    let truncated = chosen.len() < all.len();
    let of_chosen = |(n, found)| chosen.contains(&n).then_some(found);
    Ok(Some((all.into_iter().enumerate().filter_map(of_chosen).collect(), truncated)))
}

fn neighbours(found: Vec<Preference>, query: &NearestQuery) -> Vec<Neighbour> {
    found
        .into_iter()
        .map(|preference| Neighbour {
            context_similarity: query.context.cosine(&preference.context),
            content_similarity: query.context.cosine(&preference.content),
            lexical: 0.0,
            preference,
        })
        .collect()
}
