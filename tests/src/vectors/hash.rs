//! Poseidon2, SHA-256, the separators, the constants and every hash formula that belongs to no type of its own.

use protocol::address::AztecAddress;
use protocol::constants;
use protocol::field::Fr;
use protocol::hash::{self, DomainSeparator, silo};
use protocol::keys::{PartialAddress, Preaddress, PublicKeysHash};
use protocol::message::{
    EpochPlace, InboxLeaf, L1ToL2Message, L1ToL2MessageHash, block_out_hash, checkpoint_out_hash, epoch_out_hash,
    in_hash, l2_to_l1_message_hash, l2_to_l1_witness, message_nullifier, tx_out_hash,
};
use protocol::signature::pedersen;
use serde_json::{Value, json};

use super::form::{Answer, arg, as_fields, bytes, decoded, fields, hex, member, ok, or, text};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    finite("separator", 40, |input| ok(separator(input)?.value())),
    finite("constants", 1, constants),
    many("poseidon2", |input| ok(hash::poseidon2(&fields(input)?))),
    many("poseidon2Permutation", |input| ok(hash::poseidon2_permutation(arg(input)?))),
    many("poseidon2Bytes", |input| ok(hash::poseidon2_bytes(&bytes(input)?))),
    many("poseidon2Separated", |input| {
        let list: Vec<Fr> = member(input, "input")?;
        ok(hash::poseidon2_with_separator(&list, separator(&input["separator"])?))
    }),
    many("sha256", |input| Ok(hex(hash::sha256(&[&bytes(input)?])))),
    many("sha256ToField", |input| ok(hash::sha256_to_field(&[&bytes(input)?]))),
    many("sha256Reduce", |input| ok(hash::sha256_reduced(&[&bytes(input)?]))),
    many("pedersenHash", |input| ok(pedersen::hash(&member::<Vec<Fr>>(input, "input")?, member(input, "index")?))),
    many("pedersenCommit", |input| {
        let point = pedersen::commit(&member::<Vec<Fr>>(input, "input")?, member(input, "offset")?);
        ok([point.x, point.y])
    }),
    many("noteHashNonce", |input| ok(silo::note_hash_nonce(member(input, "nullifierZero")?, member(input, "index")?))),
    many("siloNoteHash", |input| pair(input, |a, b| silo::silo_note_hash(AztecAddress::from_field(a), b))),
    many("uniqueNoteHash", |input| pair(input, silo::unique_note_hash)),
    many("siloNullifier", |input| pair(input, |a, b| silo::silo_nullifier(AztecAddress::from_field(a), b))),
    many("protocolNullifier", |input| ok(silo::protocol_nullifier(arg(input)?))),
    many("siloPrivateLogFirstField", |input| {
        pair(input, |a, b| silo::silo_private_log_tag(AztecAddress::from_field(a), b))
    }),
    many("publicDataLeafSlot", |input| pair(input, |a, b| silo::public_data_leaf_slot(AztecAddress::from_field(a), b))),
    many("mapSlot", |input| pair(input, silo::map_slot)),
    many("secretHash", |input| ok(silo::secret_hash(arg(input)?))),
    many("preaddress", |input| {
        let (hash, partial) = arg(input)?;
        ok(Preaddress::new(PublicKeysHash::from_field(hash), PartialAddress::from_field(partial)).to_field())
    }),
    many("l1ToL2MessageNullifier", |input| {
        let (contract, hash, secret) = arg(input)?;
        ok(message_nullifier(contract, hash, secret))
    }),
    many("l1ToL2Message", |input| {
        let message = decoded::<L1ToL2Message>(input)?;
        Ok(json!({ "fields": as_fields(&message)?, "hash": message.hash() }))
    }),
    many("messageIndexRange", |input| {
        let indexes = InboxLeaf::indexes_of(arg(input)?);
        ok([indexes.start.to_string(), indexes.end.to_string()])
    }),
    many("checkpointOfMessage", |input| {
        let leaf = InboxLeaf { index: text(input)?, leaf: L1ToL2MessageHash::ZERO };
        ok(leaf.checkpoint().ok_or("no checkpoint has such a number")?)
    }),
    many("l2ToL1MessageHash", |input| {
        ok(l2_to_l1_message_hash(
            member(input, "l2Sender")?,
            member(input, "rollupVersion")?,
            member(input, "l1Recipient")?,
            member(input, "chainId")?,
            member(input, "content")?,
        ))
    }),
    many("inHash", |input| {
        let messages: Vec<_> = fields(input)?.into_iter().map(L1ToL2MessageHash::from_field).collect();
        ok(or(in_hash(&messages))?)
    }),
    many("txOutHash", |input| ok(tx_out_hash(&arg::<Vec<Fr>>(input)?))),
    many("blockOutHash", |input| ok(block_out_hash(&arg::<Vec<_>>(input)?))),
    many("checkpointOutHash", |input| ok(checkpoint_out_hash(&arg::<Vec<_>>(input)?))),
    many("accumulateOutHashes", |input| ok(or(epoch_out_hash(&arg::<Vec<_>>(input)?))?)),
    many("epochOutHash", |input| {
        let checkpoints: Vec<Fr> = arg::<Epoch>(input)?.iter().map(|blocks| checkpoint_out_hash(blocks)).collect();
        ok(or(epoch_out_hash(&checkpoints))?)
    }),
    many("outHashMembership", out_hash_membership),
    many("varArgsHash", |input| ok(silo::args_hash(&fields(input)?))),
    many("calldataHash", |input| ok(silo::calldata_hash(&fields(input)?))),
    many("verificationKeyHash", |input| ok(silo::verification_key_hash(&fields(input)?))),
];

/// Message hashes of an epoch: checkpoint, block, transaction, message.
type Epoch = Vec<Vec<Vec<Vec<Fr>>>>;

fn out_hash_membership(input: &Value) -> Answer {
    let epoch: Epoch = member(input, "epoch")?;
    let [checkpoint, block, tx, index]: [usize; 4] = member(input, "path")?;
    let message = epoch[checkpoint][block][tx][index];
    let witness = or(l2_to_l1_witness(&epoch, EpochPlace { checkpoint, block, tx }, message, Some(index)))?;
    if !witness.proves(message) {
        return Err("the witness proves nothing".to_owned());
    }
    Ok(json!({
        "root": witness.root,
        "leafIndex": witness.leaf_index,
        "siblings": witness.sibling_path.nodes(),
        "leafId": witness.leaf_id().to_string(),
    }))
}

fn pair(input: &Value, formula: impl Fn(Fr, Fr) -> Fr) -> Answer {
    let (a, b) = arg(input)?;
    ok(formula(a, b))
}

fn separator(name: &Value) -> Result<DomainSeparator, String> {
    let found = DomainSeparator::ALL.iter().find(|separator| Some(separator.name()) == name.as_str());
    found.copied().ok_or_else(|| format!("no separator is called {name}"))
}

/// Our constants that are not the official ones; the input is every official one.
fn constants(official: &Value) -> Answer {
    let numbers = constants::ALL.iter().map(|(name, value)| (*name, Fr::from(*value)));
    let differing = numbers.chain(constants::ALL_FIELDS.iter().copied()).filter(|(name, value)| {
        official[name].as_str().and_then(|official| official.parse::<Fr>().ok()).as_ref() != Some(value)
    });
    ok(differing.map(|(name, _)| name).collect::<Vec<_>>())
}
