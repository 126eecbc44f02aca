// Randomness from a seed, and who drew it.
import { createHash } from 'node:crypto';

/** Where a draw comes from, by the file or function that asks. The first that is in the stack counts. */
const ASKERS = [
  ['oracle', /utility_execution_oracle/],
  ['job', /job_coordinator/],
  ['proof', /chonk_proof/],
  ['stub salt', /getFakeAccountDataFor/],
  ['payload nonce', /entrypoints\/dest\/encoding/],
  ['tx salt', /(account|default_multi_call)_entrypoint/],
  ['tx nonce', /simulateViaEntrypoint|createTxExecutionRequestFromPayloadAndFee/],
  ['node simulation', /simulateBatchViaNode|base-wallet\/utils/],
  ['deployment salt', /deploy_method/],
  ['fee nonce', /(private|public)_fee_payment_method/],
  ['claim', /portal_manager|generateClaimSecret/],
];
/** What the PXE itself draws. */
export const BY_PXE = new Set(['oracle', 'job', 'proof']);

/** What the randomness of `@aztec/foundation` is replaced by. */
export class Seeded {
  constructor(seed, drawn) {
    Object.assign(this, { seed, drawn, count: 0 });
  }

  isDeterministic() {
    return true;
  }

  getBytes(length) {
    const blocks = [];
    for (let done = 0; done < length; done += 32) {
      blocks.push(createHash('sha256').update(`${this.seed} ${this.count++}`).digest());
    }
    const bytes = Buffer.concat(blocks).subarray(0, length);
    const stack = new Error().stack;
    this.drawn(ASKERS.find(([, pattern]) => pattern.test(stack))?.[0] ?? 'scenario', bytes);
    return bytes;
  }
}
