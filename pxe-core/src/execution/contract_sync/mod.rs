//! Contracts are synced before they run: their notes and events are found, spent notes are marked, and the class known
//! here is the one they run.
//!
//! That a contract is synced is written into the job, so that it is known exactly when what was found is: a job that is
//! dropped takes both with it. It holds for an anchor.
//!
//! Protocol source: `@aztec/pxe/src/contract_sync/`.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::block::BlockHash;
use protocol::codec::Encode;
use protocol::contract::protocol::ProtocolContract;

use super::utility::{self, Run};
use super::{Env, ExecutionError, ExecutionFailure};
use crate::keystore::KeyStore;
use crate::node::{PrivateLogs, Questions};
use crate::scopes::Scopes;
use crate::store::{Job, StoreError, Table, notes};
use crate::sync::logs::{self, Inbox};
use crate::sync::{self, SyncError};

/// The utility function by which contracts find their notes and events.
const SYNC_STATE: &str = "sync_state";
/// Keys of [`Table::Sync`] that start with this say at which anchor a contract was synced for an account, or for all.
const SYNCED: u8 = b'c';

fn key(contract: AztecAddress, scope: Option<AztecAddress>) -> Vec<u8> {
    let mut key = Vec::from([SYNCED]);
    contract.encode(&mut key);
    scope.into_iter().for_each(|scope| scope.encode(&mut key));
    key
}

/// What was synced is synced again: whose messages are looked for has changed, or what contracts run.
pub async fn forget(job: &mut Job) -> Result<(), StoreError> {
    for (key, _) in job.scan(Table::Sync, &[SYNCED], &[], usize::MAX).await? {
        job.delete(Table::Sync, key);
    }
    Ok(())
}

/// Asks the node in one go what syncing these contracts asks first, so that none of them waits for it. Those that are
/// replaced, or synced, or not known here are left out. For an own account that sends, the tags of its next logs are asked
/// for too.
///
/// # Errors
/// If the node does not answer, or an answer is false.
pub(super) async fn prefetch(
    env: &Env,
    job: &Job,
    contracts: &BTreeSet<AztecAddress>,
    scopes: &Scopes,
    sender: AztecAddress,
) -> Result<(), ExecutionError> {
    let mut asked = Questions::new();
    if KeyStore::account(job, sender).await.map_err(ExecutionFailure::from)?.is_some() {
        asked.extend(sync::tags::questions(job, &env.keys, sender, contracts).await?);
    }
    for contract in contracts.iter().filter(|contract| !env.contracts.is_overridden(**contract)) {
        if env.contracts.instance(job, *contract).await?.is_none() {
            continue;
        }
        if let Some(scopes) = not_synced(job, *contract, env.node.hash(), scopes).await? {
            let inboxes = inboxes(env, job, *contract, &scopes).await?;
            asked.extend(questions(env, job, *contract, &scopes, &inboxes).await?);
        }
    }
    env.node.ask(asked).await.map_err(SyncError::from)?;
    Ok(())
}

/// What syncing a contract asks first.
async fn questions(
    env: &Env,
    job: &Job,
    contract: AztecAddress,
    scopes: &Scopes,
    inboxes: &[Inbox],
) -> Result<Questions, ExecutionFailure> {
    let mut questions = sync::class_id::questions(&env.node, &[contract]);
    let nullifiers = notes::active_nullifiers(job, contract, scopes).await?;
    questions.extend(env.node.nullifier_questions(&nullifiers));
    let tags = logs::first_tags(job, inboxes).await?;
    questions.add_all(tags.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
    Ok(questions)
}

/// Syncs a contract for the accounts for which it is not synced at the anchor, before one of its functions is called.
/// Contracts that are replaced are not synced, and for no account nothing is.
///
/// # Errors
/// If the contract's own function fails, the chain says that it runs another class, or the called function is the one
/// that syncs.
pub async fn ensure_synced(
    env: &Env,
    job: &mut Job,
    contract: AztecAddress,
    called: Option<FunctionSelector>,
    scopes: &Scopes,
) -> Result<(), ExecutionError> {
    if env.contracts.is_overridden(contract) {
        return Ok(());
    }
    let anchor = env.node.hash();
    let Some(scopes) = not_synced(job, contract, anchor, scopes).await? else { return Ok(()) };
    if ProtocolContract::at(contract).is_some() {
        check_class(env, job, contract).await?;
    } else {
        let sync_state = env.contracts.function_named(job, contract, SYNC_STATE).await?.selector;
        if called == Some(sync_state) {
            return Err(ExecutionFailure::SyncStateCalled.into());
        }
        let inboxes = inboxes(env, job, contract, &scopes).await?;
        let asked = questions(env, job, contract, &scopes, &inboxes).await?;
        env.node.ask(asked).await.map_err(SyncError::from)?;
        check_class(env, job, contract).await?;
        sync::notes::sync_nullifiers(job, &env.node, contract, &scopes).await?;
        let run = Run { inboxes: Some(inboxes), ..Run::new(contract, sync_state, &[], &scopes) };
        utility::execute(env, job, run).await?;
    }
    match &scopes {
        Scopes::All => job.write(Table::Sync, key(contract, None), &anchor),
        Scopes::Accounts(accounts) => {
            accounts.iter().for_each(|account| job.write(Table::Sync, key(contract, Some(*account)), &anchor));
        }
    }
    Ok(())
}

/// Where the accounts in the scopes, or all when they name none, find logs of a contract. Those without keys here find
/// none, and in contracts of the protocol nobody does.
pub(super) async fn inboxes(
    env: &Env,
    job: &Job,
    contract: AztecAddress,
    scopes: &Scopes,
) -> Result<Vec<Inbox>, ExecutionFailure> {
    if ProtocolContract::at(contract).is_some() {
        return Ok(Vec::new());
    }
    let accounts: Vec<_> = KeyStore::accounts(job).await?.iter().map(|account| account.complete.address()).collect();
    let recipients = match scopes {
        Scopes::Accounts(recipients) if !recipients.is_empty() => recipients,
        _ => &accounts,
    };
    let own: Vec<_> = recipients.iter().copied().filter(|recipient| accounts.contains(recipient)).collect();
    Ok(logs::inboxes(job, &env.keys, contract, &own, &accounts).await?)
}

/// Those of the accounts for which a contract is not synced; nothing if it is for all of them.
async fn not_synced(
    job: &Job,
    contract: AztecAddress,
    anchor: BlockHash,
    scopes: &Scopes,
) -> Result<Option<Scopes>, StoreError> {
    let synced_at = async |scope| job.read::<BlockHash>(Table::Sync, &key(contract, scope)).await;
    if scopes.is_empty() || synced_at(None).await? == Some(anchor) {
        return Ok(None);
    }
    let Scopes::Accounts(accounts) = scopes else { return Ok(Some(Scopes::All)) };
    let mut missing = Vec::new();
    for account in accounts {
        if synced_at(Some(*account)).await? != Some(anchor) {
            missing.push(*account);
        }
    }
    Ok((!missing.is_empty()).then_some(Scopes::Accounts(missing)))
}

async fn check_class(env: &Env, job: &Job, contract: AztecAddress) -> Result<(), ExecutionError> {
    let instance = env.contracts.known_instance(job, contract).await?.instance;
    let (known, original) = (instance.current_contract_class_id, instance.original_contract_class_id);
    let current = sync::class_id::current_class_id(&env.node, contract, original).await?;
    match current == known {
        true => Ok(()),
        false => Err(SyncError::ClassChanged { contract, current, known }.into()),
    }
}

#[cfg(test)]
mod tests;
