// Messages from L1 and to it, through the test contract.
import { EthAddress } from '@aztec/foundation/eth-address';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';
import { computeSecretHash } from '@aztec/stdlib/hash';

import { Fr } from '../world.mjs';

export async function messages(w) {
  const c = await w.deploy(TestContract);
  const portal = EthAddress.fromString('0x00000000000000000000000000000000000000aa');
  w.step('to L1, from private and from public code');
  await w.send(c.methods.create_l2_to_l1_message_arbitrary_recipient_private(new Fr(11), portal));
  await w.send(c.methods.create_l2_to_l1_message_arbitrary_recipient_public(new Fr(12), portal));
  await w.batch([
    c.methods.create_l2_to_l1_message_arbitrary_recipient_private(new Fr(13), portal),
    c.methods.create_l2_to_l1_message_arbitrary_recipient_private(new Fr(14), portal),
  ]);
  if (!w.lite) return;
  const fromL1 = async content => {
    const secret = Fr.random();
    const hash = await computeSecretHash(secret);
    const { messageLeafIndex } = await w.dev('sendL1ToL2Message',
      [portal.toString(), c.address.toString(), content.toString(), hash.toString()]);
    return { secret, index: new Fr(BigInt(messageLeafIndex)) };
  };
  const content = new Fr(21);
  const consume = ({ secret, index }, how) =>
    c.methods[`consume_message_from_arbitrary_sender_${how}`](content, secret, portal, index);
  w.step('from L1, consumed before it arrives');
  const [one, two] = [await fromL1(content), await fromL1(content)];
  await w.fails(consume(one, 'private').send({ from: w.alice }), /No L1 to L2 message|message/);
  w.step('from L1, arrives');
  for (let i = 0; i < 3; i++) await w.mine();
  w.step('from L1, consumed in private');
  await w.send(consume(one, 'private'));
  w.step('from L1, consumed in public');
  await w.send(consume(two, 'public'));
  w.step('from L1, consumed again');
  await w.fails(consume(one, 'private').send({ from: w.alice }), /./);
  w.step('from L1, with another secret');
  await w.fails(consume({ ...two, secret: Fr.random() }, 'private').send({ from: w.alice }), /./);
}
