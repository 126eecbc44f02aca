//! Questions collected, asked together, and their answers kept.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use protocol::block::BlockHash;

use super::question::{
    Anchor, BlockBefore, EffectOf, Grounds, HeaderNumbered, HeaderOf, LowNullifierAt, MessageAt, NoteHashAt,
    NoteHashLeafOf, NullifierAt, NullifierLeafOf, PrivateLogs, PublicDataAt, PublicLogs, Question, ReceiptOf,
    StorageAt,
};
use super::{CallBatch, NodeError, Replies, Slot};

/// A call on its way and the questions it asks.
type Asked<Q> = Vec<(Slot<<Q as Question>::Call>, Vec<Q>)>;

macro_rules! topics {
    ($($topic:ident: $question:ty,)*) => {
        /// Questions that are asked together. A question asked twice is asked once.
        #[derive(Debug, Clone, Default)]
        pub struct Questions {
            $(pub(super) $topic: BTreeSet<$question>,)*
        }

        /// Answers, checked.
        #[derive(Debug, Clone, Default)]
        pub struct Facts {
            $(pub(super) $topic: BTreeMap<$question, <$question as Question>::Answer>,)*
        }

        /// Calls on their way.
        #[derive(Debug)]
        pub(super) struct Sent {
            $($topic: Asked<$question>,)*
        }

        impl Questions {
            /// How many questions there are.
            #[must_use]
            pub fn len(&self) -> usize {
                0 $(+ self.$topic.len())*
            }

            /// Takes over what others ask.
            pub fn extend(&mut self, other: Self) {
                $(self.$topic.extend(other.$topic);)*
            }

            /// Takes out what is known, and returns it.
            pub(super) fn take_known(&mut self, known: &Facts) -> Facts {
                let mut facts = Facts::default();
                $(self.$topic.retain(|question| match known.$topic.get(question) {
                    Some(answer) => {
                        facts.$topic.insert(*question, answer.clone());
                        false
                    }
                    None => true,
                });)*
                facts
            }

            /// The blocks whose headers the answers are checked against.
            pub(super) fn grounds(&self) -> BTreeSet<BlockHash> {
                let mut blocks = BTreeSet::new();
                $(blocks.extend(self.$topic.iter().filter_map(Question::grounds));)*
                blocks
            }

            /// Adds the calls to a batch.
            pub(super) fn add_to(self, batch: &mut CallBatch<'_>, anchor: &Anchor) -> Result<Sent, NodeError> {
                Ok(Sent { $($topic: add(self.$topic, batch, anchor)?,)* })
            }
        }

        impl Sent {
            /// Checks the replies, in the order of the topics.
            pub(super) fn check(
                self,
                replies: &mut Replies,
                anchor: &Anchor,
                facts: &mut Facts,
            ) -> Result<(), NodeError> {
                $(
                    let grounds = Grounds::new(anchor, &facts.headers);
                    let answers = check(self.$topic, replies, &grounds)?;
                    facts.$topic.extend(answers);
                )*
                Ok(())
            }
        }

        impl Facts {
            /// About how many bytes the answers take.
            pub(super) fn weight(&self) -> usize {
                0 $(+ weight(&self.$topic))*
            }

            /// Takes over all answers of others.
            pub(super) fn extend(&mut self, other: Self) {
                $(self.$topic.extend(other.$topic);)*
            }

            /// Takes over those answers that last; the others go to `passing`.
            pub(super) fn remember(&mut self, other: &Self, passing: &mut Self) {
                $(for (question, answer) in &other.$topic {
                    let kept = if <$question>::lasts(answer) { &mut self.$topic } else { &mut passing.$topic };
                    kept.insert(*question, answer.clone());
                })*
            }
        }
    };
}

// Headers come first: the others are checked against them.
topics! {
    headers: HeaderOf,
    numbered_headers: HeaderNumbered,
    nullifiers: NullifierAt,
    low_nullifiers: LowNullifierAt,
    public_data: PublicDataAt,
    storage: StorageAt,
    note_hashes: NoteHashAt,
    blocks: BlockBefore,
    messages: MessageAt,
    nullifier_leaves: NullifierLeafOf,
    note_hash_leaves: NoteHashLeafOf,
    private_logs: PrivateLogs,
    public_logs: PublicLogs,
    effects: EffectOf,
    receipts: ReceiptOf,
}

impl Questions {
    /// No questions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a question.
    pub fn add<Q: Question>(&mut self, question: Q) {
        Q::of(self).insert(question);
    }

    /// Adds questions.
    pub fn add_all<Q: Question>(&mut self, questions: impl IntoIterator<Item = Q>) {
        Q::of(self).extend(questions);
    }

    /// Whether there are no questions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Facts {
    /// The answer to a question that was asked.
    ///
    /// # Panics
    /// If it was not asked.
    #[must_use]
    pub fn answer<Q: Question>(&self, question: Q) -> &Q::Answer {
        Q::known(self).get(&question).expect("what is answered was asked")
    }
}

fn add<Q: Question>(questions: BTreeSet<Q>, batch: &mut CallBatch<'_>, anchor: &Anchor) -> Result<Asked<Q>, NodeError> {
    let mut groups: Vec<Vec<Q>> = Vec::new();
    for question in questions {
        match groups.last_mut().filter(|group| group.len() < Q::PER_CALL && group[0].joins(&question)) {
            Some(group) => group.push(question),
            None => groups.push(alloc::vec![question]),
        }
    }
    groups.into_iter().map(|group| Ok((batch.add(&Q::call(&group, anchor))?, group))).collect()
}

fn check<Q: Question>(
    asked: Asked<Q>,
    replies: &mut Replies,
    grounds: &Grounds<'_>,
) -> Result<Vec<(Q, Q::Answer)>, NodeError> {
    let mut answers = Vec::with_capacity(asked.len());
    for (slot, group) in asked {
        let result = replies.take(slot)?;
        let checked = Q::check(&group, grounds, result)?;
        answers.extend(group.into_iter().zip(checked));
    }
    Ok(answers)
}

fn weight<Q: Question>(topic: &BTreeMap<Q, Q::Answer>) -> usize {
    topic.values().map(|answer| Q::weight(answer) + size_of::<Q>()).sum()
}
