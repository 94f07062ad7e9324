//! Which generation serves: the one that the alias names.

use penchant_ports::PortError;
use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::{
    AliasOperations, ChangeAliases, CreateAlias, DeleteAlias, DeleteCollection, ListAliasesRequest,
    ListCollectionsRequest,
};

use crate::client::Client;
use crate::error::{Effect, invalid};
use crate::generation::{name_of, number_of};

/// The serving generation; `None` when there is none yet.
pub(crate) async fn serving(client: &Client, alias: &str) -> Result<Option<u64>, PortError> {
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.list_aliases(request).await }
    };
    let message = ListAliasesRequest {};
    let answer = client.call("list aliases", Effect::Reads, message, send).await?;
    let Some(found) = answer.aliases.into_iter().find(|found| found.alias_name == alias) else {
        return Ok(None);
    };
    number_of(alias, &found.collection_name).map(Some).ok_or_else(|| {
        invalid(format!(
            "the alias {alias} names {}, which is no generation of penchant's; configure another \
             collection name",
            found.collection_name
        ))
    })
}

/// All generations that exist, lowest first.
pub(crate) async fn list(client: &Client, alias: &str) -> Result<Vec<u64>, PortError> {
    let names = collections(client).await?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| number_of(alias, name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Fails when a collection stands where the alias has to.
pub(crate) async fn check_free(client: &Client, alias: &str) -> Result<(), PortError> {
    if collections(client).await?.iter().any(|name| name == alias) {
        return Err(invalid(format!(
            "{alias} is a collection that penchant did not make; configure another collection name"
        )));
    }
    Ok(())
}

async fn collections(client: &Client) -> Result<Vec<String>, PortError> {
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.list(request).await }
    };
    let message = ListCollectionsRequest {};
    let answer = client.call("list collections", Effect::Reads, message, send).await?;
    Ok(answer.collections.into_iter().map(|found| found.name).collect())
}

/// Points the alias at a generation, in one step whatever it named before.
pub(crate) async fn point_at(
    client: &Client,
    alias: &str,
    number: u64,
    before: Option<u64>,
) -> Result<(), PortError> {
    let create =
        CreateAlias { collection_name: name_of(alias, number), alias_name: alias.to_owned() };
    let remove = before.map(|_| DeleteAlias { alias_name: alias.to_owned() });
    let actions = remove
        .map(Action::DeleteAlias)
        .into_iter()
        .chain([Action::CreateAlias(create)])
        .map(|action| AliasOperations { action: Some(action) })
        .collect();
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.update_aliases(request).await }
    };
    let message = ChangeAliases { actions, timeout: None };
    let outcome = client.call("move the alias", Effect::Writes, message, send).await;
    match outcome {
        Ok(_) => Ok(()),
        // Another process may have done the same, or an attempt of ours whose answer was lost.
        Err(error) => match serving(client, alias).await {
            Ok(Some(found)) if found == number => Ok(()),
            _ => Err(error),
        },
    }
}

/// Deletes a generation with all it holds.
pub(crate) async fn delete(client: &Client, alias: &str, number: u64) -> Result<(), PortError> {
    let send = |request| {
        let mut collections = client.collections();
        async move { collections.delete(request).await }
    };
    let message = DeleteCollection { collection_name: name_of(alias, number), timeout: None };
    client.call("discard a generation", Effect::Writes, message, send).await?;
    Ok(())
}
