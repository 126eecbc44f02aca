//! Append-only trees, trees over a list of leaves, paths and witnesses.

use protocol::codec::{Encode, ToFields};
use protocol::field::Fr;
use protocol::merkle::{
    AppendOnlyTree, Hasher, LeafIndex, MembershipWitness, MemoryNodes, Poseidon2, Sha256Truncated, SiblingPath,
    TreeHeight, UnbalancedPath, balanced_root, unbalanced_path, unbalanced_root, wonky_path, wonky_root,
};
use serde_json::{Value, json};

use super::form::{Answer, arg, as_json, decoded, fields, hex, joined, member, ok, or};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    finite("emptyRoot", 42, |input| ok(or(tree(arg(input)?)?.root())?)),
    many("appendOnlyTree", |input| {
        let mut tree = tree(member(input, "height")?)?;
        let mut roots = Vec::new();
        for batch in member::<Vec<Vec<Fr>>>(input, "batches")? {
            or(tree.append(&batch))?;
            roots.push(or(tree.root())?);
        }
        let paths = member::<Vec<u64>>(input, "ask")?.into_iter().map(|index| tree.sibling_path(LeafIndex(index)));
        let siblings: Vec<_> =
            or(paths.collect::<Result<Vec<_>, _>>())?.iter().map(|path| hex(path.to_buffer())).collect();
        Ok(json!({ "roots": roots, "siblings": siblings }))
    }),
    many("balancedShaRoot", balanced::<Sha256Truncated>),
    many("balancedPoseidonRoot", balanced::<Poseidon2>),
    many("unbalancedShaRoot", |input| ok(unbalanced_root::<Sha256Truncated>(&arg::<Vec<Fr>>(input)?))),
    many("unbalancedPoseidonRoot", |input| ok(unbalanced_root::<Poseidon2>(&arg::<Vec<Fr>>(input)?))),
    many("wonkyShaRoot", |input| ok(wonky_root::<Sha256Truncated>(&arg::<Vec<Fr>>(input)?))),
    many("wonkyShaPath", |input| path(input, wonky_path::<Sha256Truncated>)),
    many("unbalancedShaPath", |input| path(input, unbalanced_path::<Sha256Truncated>)),
    many("rootFromPath", |input| {
        let path = SiblingPath::new(fields(&input["siblings"])?);
        ok(path.root::<Poseidon2>(member(input, "leaf")?, member(input, "index")?))
    }),
    many("siblingPath", |input| {
        let path = decoded::<SiblingPath>(input)?;
        Ok(json!({ "fields": joined(&path.to_fields()), "json": json_text(as_json(&path)?) }))
    }),
    many("membershipWitness", |input| {
        macro_rules! of_height {
            ($($height:literal)*) => {
                match member::<u8>(input, "height")? {
                    $($height => membership_witness::<$height>(&input["buffer"]),)*
                    height => Err(format!("no tree is {height} high")),
                }
            };
        }
        of_height!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36
            37 38 39 40 41 42)
    }),
];

fn tree(height: u8) -> Result<AppendOnlyTree<MemoryNodes>, String> {
    let height = TreeHeight::new(height).ok_or("too high")?;
    Ok(AppendOnlyTree::new(MemoryNodes::default(), height))
}

fn balanced<H: Hasher>(input: &Value) -> Answer {
    ok(balanced_root::<H>(&arg::<Vec<Fr>>(input)?).ok_or("not a power of two")?)
}

fn path(input: &Value, formula: fn(&[Fr], usize) -> Option<UnbalancedPath>) -> Answer {
    let leaves: Vec<Fr> = member(input, "leaves")?;
    let path = formula(&leaves, member(input, "index")?).ok_or("the leaf is not there")?;
    let siblings = path.siblings.nodes();
    Ok(json!({ "location": { "level": siblings.len(), "index": path.index.0 }, "siblings": siblings }))
}

/// The data has texts as their bytes where they may be long.
fn json_text(text: Value) -> Value {
    hex(text.as_str().unwrap_or_default())
}

fn membership_witness<const N: usize>(buffer: &Value) -> Answer {
    let witness = decoded::<MembershipWitness<N>>(buffer)?;
    let json = json_text(as_json(&witness)?);
    Ok(json!({ "index": witness.leaf_index, "fields": joined(&witness.to_fields()), "json": json }))
}
