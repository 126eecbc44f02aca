// Messages from L1: fee juice claimed by a new account, and by an existing one. Needs the node's Ethereum, or its own L1.
import { FeeJuicePaymentMethodWithClaim } from '@aztec/aztec.js/fee';
import { generateClaimSecret, L1FeeJuicePortalManager } from '@aztec/aztec.js/ethereum';
import { createLogger } from '@aztec/aztec.js/log';
import { isL1ToL2MessageReady } from '@aztec/aztec.js/messaging';
import { getFeeJuiceBalance } from '@aztec/aztec.js/utils';
import { createEthereumChain } from '@aztec/ethereum/chain';
import { createExtendedL1Client } from '@aztec/ethereum/client';
import { FeeJuiceContract } from '@aztec/aztec.js/protocol';

import { assert, AztecAddress, Fr, sleep } from '../world.mjs';

const L1_MNEMONIC = 'test test test test test test test test test test test junk';

async function portal(w) {
  const { l1ChainId } = await w.node.getNodeInfo();
  const chain = createEthereumChain([w.l1Url], l1ChainId).chainInfo;
  const client = createExtendedL1Client([w.l1Url], L1_MNEMONIC, chain);
  return L1FeeJuicePortalManager.new(w.node, client, createLogger('portal'));
}

/** A node that is its own L1 takes the deposit itself. */
async function depositToNode(w, to) {
  const [claimSecret, secretHash] = await generateClaimSecret();
  const params = [to.toString(), (10n ** 21n).toString(), secretHash.toString()];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'dev_depositFeeJuice', params });
  const reply = await fetch(w.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const { result, error } = await reply.json();
  assert(result, error?.message);
  const { claimAmount, messageHash, messageLeafIndex } = result;
  return { claimSecret, claimAmount: BigInt(claimAmount), messageHash, messageLeafIndex: BigInt(messageLeafIndex) };
}

/** Fee juice on its way to an address. */
async function sendTo(w, address) {
  const claim = w.l1Url === 'node'
    ? await depositToNode(w, address) : await (await portal(w)).bridgeTokensPublic(address, undefined, true);
  w.messages.push({ hash: Fr.fromHexString(claim.messageHash), index: claim.messageLeafIndex });
  return claim;
}

/** The message arrives with the second checkpoint after it was sent; each tx makes one. */
async function arrived(w, claim) {
  const message = Fr.fromHexString(claim.messageHash);
  for (let i = 0; i < 40; i++) {
    if (await isL1ToL2MessageReady(w.node, message, { forPublicConsumption: false }).catch(() => false)) return;
    await w.send(w.banana.methods.transfer_in_public(w.alice, w.alice, 0n, 0));
    await sleep(200);
  }
  throw new Error('the message never arrived');
}

export const bridge = [
  {
    name: 'bridge: an account deployed with fee juice from L1',
    needsL1: true,
    run: async w => {
      const manager = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
      const { address } = manager;
      const claim = await sendTo(w, address);
      await arrived(w, claim);
      const fee = { paymentMethod: new FeeJuicePaymentMethodWithClaim(address, claim) };
      const receipt = await w.send(await manager.getDeployMethod(), AztecAddress.ZERO, { fee });
      assert.equal(await getFeeJuiceBalance(address, w.node), claim.claimAmount - receipt.transactionFee);
      await w.send(w.banana.methods.transfer_in_public(address, address, 0n, 0), address);
    },
  },
  {
    name: 'bridge: fee juice claimed for someone else',
    needsL1: true,
    run: async w => {
      const { address } = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
      const claim = await sendTo(w, address);
      const juice = FeeJuiceContract.at(w.wallet);
      const { claimAmount, claimSecret, messageLeafIndex } = claim;
      const act = juice.methods.claim(address, claimAmount, claimSecret, new Fr(messageLeafIndex));
      // A node that is its own L1 brings the message in at once.
      if (w.l1Url !== 'node') {
        await w.fails(act.send({ from: w.alice }), /No L1 to L2 message found|nonexistent L1-to-L2 message/i,
          /there is no message .* from L1/);
      }
      await arrived(w, claim);
      await w.send(act);
      assert.equal(await getFeeJuiceBalance(address, w.node), claimAmount);
      await w.fails(act.send({ from: w.alice }), /No non-nullified L1 to L2 message|Existing nullifier|already/i);
    },
  },
];
