//! The markers between blob fields, the sponge over them and the hashes around blobs.

use protocol::blob::{
    BlobCommitment, BlockEndMarker, BlockEndState, CheckpointEndMarker, SpongeBlob, TxStartMarker, VersionedHash,
    blobs_hash,
};
use protocol::codec::{Encode, FromFields, ToFields};
use protocol::field::Fr;
use serde_json::{Value, json};

use super::form::{Answer, arg, bytes, fields, hex, member, ok, or, text};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("txStartMarkerEncode", |input| {
        encode(&TxStartMarker {
            note_hashes: member(input, "numNoteHashes")?,
            nullifiers: member(input, "numNullifiers")?,
            l2_to_l1_messages: member(input, "numL2ToL1Msgs")?,
            public_data_writes: member(input, "numPublicDataWrites")?,
            private_logs: member(input, "numPrivateLogs")?,
            private_logs_length: member(input, "privateLogsLength")?,
            public_logs_length: member(input, "publicLogsLength")?,
            contract_class_log_length: member(input, "contractClassLogLength")?,
            revert_code: member(input, "revertCode")?,
            blob_fields: member(input, "numBlobFields")?,
        })
    }),
    many("txStartMarkerDecode", |input| {
        let marker: TxStartMarker = decode(input)?;
        Ok(json!({
            "numNoteHashes": marker.note_hashes,
            "numNullifiers": marker.nullifiers,
            "numL2ToL1Msgs": marker.l2_to_l1_messages,
            "numPublicDataWrites": marker.public_data_writes,
            "numPrivateLogs": marker.private_logs,
            "privateLogsLength": marker.private_logs_length,
            "publicLogsLength": marker.public_logs_length,
            "contractClassLogLength": marker.contract_class_log_length,
            "revertCode": marker.revert_code,
            "numBlobFields": marker.blob_fields,
        }))
    }),
    many("blockEndMarkerEncode", |input| {
        encode(&BlockEndMarker {
            timestamp: member(input, "timestamp")?,
            block_number: member(input, "blockNumber")?,
            txs: member(input, "numTxs")?,
        })
    }),
    many("blockEndMarkerDecode", |input| {
        let BlockEndMarker { timestamp, block_number, txs } = decode(input)?;
        Ok(json!({ "timestamp": timestamp, "blockNumber": block_number, "numTxs": txs }))
    }),
    many("blockEndStateFieldEncode", |input| {
        encode(&BlockEndState {
            l1_to_l2_messages: member(input, "l1ToL2MessageNextAvailableLeafIndex")?,
            note_hashes: member(input, "noteHashNextAvailableLeafIndex")?,
            nullifiers: member(input, "nullifierNextAvailableLeafIndex")?,
            public_data: member(input, "publicDataNextAvailableLeafIndex")?,
            total_mana_used: text(&input["totalManaUsed"])?,
        })
    }),
    many("blockEndStateFieldDecode", |input| {
        let state: BlockEndState = decode(input)?;
        Ok(json!({
            "l1ToL2MessageNextAvailableLeafIndex": state.l1_to_l2_messages,
            "noteHashNextAvailableLeafIndex": state.note_hashes,
            "nullifierNextAvailableLeafIndex": state.nullifiers,
            "publicDataNextAvailableLeafIndex": state.public_data,
            "totalManaUsed": state.total_mana_used.to_string(),
        }))
    }),
    many("checkpointEndMarkerEncode", |input| {
        encode(&CheckpointEndMarker { blob_fields: member(input, "numBlobFields")? })
    }),
    many("checkpointEndMarkerDecode", |input| {
        Ok(json!({ "numBlobFields": decode::<CheckpointEndMarker>(input)?.blob_fields }))
    }),
    many("blobFieldsHash", |input| {
        let mut sponge = SpongeBlob::default();
        or(sponge.absorb(&fields(input)?))?;
        ok(sponge.hash())
    }),
    many("spongeBlob", |input| {
        let mut sponge = SpongeBlob::default();
        for piece in arg::<Vec<Vec<Fr>>>(input)? {
            or(sponge.absorb(&piece))?;
        }
        Ok(json!({ "fields": sponge.to_fields(), "buffer": hex(sponge.to_buffer()), "squeezed": sponge.hash() }))
    }),
    many("versionedHash", |input| Ok(hex(commitment(input)?.versioned_hash().0))),
    many("blobsHash", |input| {
        let hashes = arg::<Vec<Value>>(input)?.iter().map(array).collect::<Result<Vec<_>, _>>()?;
        ok(blobs_hash(&hashes.into_iter().map(VersionedHash).collect::<Vec<_>>()))
    }),
    many("blobCommitmentFields", |input| ok(commitment(input)?.to_fields())),
    many("blobChallenge", |input| ok(commitment(&input["commitment"])?.challenge(member(input, "blobFieldsHash")?))),
];

fn encode<T: ToFields>(marker: &T) -> Answer {
    match marker.to_fields()[..] {
        [field] => ok(field),
        _ => Err("a marker is one field".to_owned()),
    }
}

fn decode<T: FromFields>(input: &Value) -> Result<T, String> {
    or(T::from_fields(&[arg(input)?]))
}

fn array<const N: usize>(input: &Value) -> Result<[u8; N], String> {
    bytes(input)?.try_into().map_err(|_| format!("{N} bytes expected"))
}

fn commitment(input: &Value) -> Result<BlobCommitment, String> {
    array(input).map(BlobCommitment)
}
