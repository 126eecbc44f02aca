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
use protocol::hash::silo::silo_nullifier;

use super::utility::{self, Run};
use super::{Env, ExecutionError, ExecutionFailure};
use crate::keystore::KeyStore;
use crate::node::{NullifierAt, PrivateLogs, Questions};
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
/// replaced, or synced, or not known here are left out. Whether they were initialized is asked, too, and for an own account
/// that sends the tags of its next logs.
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
    let (mut asked, mut own) = (Questions::new(), Vec::new());
    if KeyStore::has_account(job, sender).await.map_err(ExecutionFailure::from)? {
        let mut new = BTreeSet::new();
        for contract in contracts {
            if is_new(job, *contract, sender).await? {
                new.insert(*contract);
            }
        }
        own = sync::tags::first_tags(job, &env.keys, sender, contracts, &new).await?;
        asked.add_all(own.iter().map(|tag| PrivateLogs { page: 0, tag: *tag }));
        asked.add_all(sync::tags::receipts_of_pending(job).await?);
    }
    for contract in contracts.iter().filter(|contract| !env.contracts.is_overridden(**contract)) {
        if env.contracts.instance(job, *contract).await?.is_none() {
            continue;
        }
        if let Some(scopes) = not_synced(job, *contract, env.node.hash(), scopes).await? {
            // Functions with an initialization check ask for this first.
            let nullifier = silo_nullifier(*contract, contract.to_field());
            asked.add(NullifierAt { block: env.node.hash(), nullifier });
            let inboxes = inboxes(env, job, *contract, &scopes).await?;
            asked.extend(questions(env, job, *contract, &scopes, &inboxes).await?);
        }
    }
    let facts = env.node.ask(asked).await.map_err(SyncError::from)?;
    env.node.ask_later(sync::tags::receipts_of_users(&own, &facts)).await;
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
    let tags = logs::first_tags(job, inboxes.to_vec()).await?;
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
        let mut found = logs::find(job, &env.node, inboxes).await?;
        loop {
            let before = found.len();
            let run = Run { found: Some(&mut found), ..Run::new(contract, sync_state, &[], &scopes) };
            utility::execute(env, job, run).await?;
            // Not every contract asks for its logs.
            if found.is_empty() || found.len() == before {
                break;
            }
        }
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
    let accounts = KeyStore::addresses(job).await?;
    let recipients = match scopes {
        Scopes::Accounts(recipients) if !recipients.is_empty() => recipients,
        _ => &accounts,
    };
    let own: Vec<_> = recipients.iter().copied().filter(|recipient| accounts.contains(recipient)).collect();
    let mut inboxes = logs::inboxes(job, &env.keys, contract, &own, &accounts).await?;
    for inbox in &mut inboxes {
        inbox.is_new = is_new(job, contract, inbox.recipient).await?;
    }
    Ok(inboxes)
}

/// Whether a contract was never synced for an account, or whose messages are looked for has changed since.
async fn is_new(job: &Job, contract: AztecAddress, account: AztecAddress) -> Result<bool, StoreError> {
    Ok(job.get(Table::Sync, &key(contract, Some(account))).await?.is_none()
        && job.get(Table::Sync, &key(contract, None)).await?.is_none())
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
