// The official wallet (aztec.js, PXE, proofs off) for `cargo xtask bench pxe`: a line in is a call,
// `{"method": "open", "params": {}}`, a line out its answer, `{"result": …}` or `{"error": …}`. Times are taken outside.
//
//     node official.mjs URL      (in a folder from which @aztec/* 4.1.2 resolve)
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { Fr } from '@aztec/foundation/curves/bn254';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { createInterface } from 'node:readline';

const [url] = process.argv.slice(2);
let wallet, node;

const at = AztecAddress.fromString;
const token = address => TokenContract.at(at(address), wallet);
const transfer = ({ token: address, to }) => token(address).methods.transfer(at(to), 1n);

const METHODS = {
  async open() {
    await wallet?.stop();
    node = createAztecNodeClient(url);
    wallet = await EmbeddedWallet.create(node, { ephemeral: true });
    return (await wallet.getChainInfo()).chainId.toString();
  },
  async account({ secret, salt }) {
    return (await wallet.createSchnorrAccount(Fr.fromString(secret), Fr.fromString(salt))).address.toString();
  },
  async contract({ address }) {
    await wallet.registerContract(await node.getContract(at(address)), TokenContract.artifact);
  },
  async sender({ address }) {
    await wallet.registerSender(at(address), 'sender');
  },
  async balance({ token: address, of }) {
    const { result } = await token(address).methods.balance_of_private(at(of)).simulate({ from: at(of) });
    return result.toString();
  },
  async simulate(params) {
    await transfer(params).simulate({ from: at(params.from) });
  },
  async profile(params) {
    const options = { from: at(params.from), profileMode: 'execution-steps', skipProofGeneration: true };
    const { executionSteps } = await transfer(params).profile(options);
    return executionSteps.map(({ functionName, timings }) => ({ name: functionName, milliseconds: timings.witgen }));
  },
  /** What sending does before it sends. */
  async prove(params) {
    const from = at(params.from);
    const payload = await transfer(params).request();
    const fee = await wallet.completeFeeOptions(from, payload.feePayer, undefined);
    const request = await wallet.createTxExecutionRequestFromPayloadAndFee(payload, from, fee);
    const proven = await wallet.pxe.proveTx(request, [from]);
    return (await proven.toTx()).getTxHash().toString();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { method, params } = JSON.parse(line);
  const answer = await METHODS[method](params).then(
    result => ({ result: result ?? null }), error => ({ error: String(error?.stack ?? error).slice(0, 2000) }));
  console.log(JSON.stringify(answer));
}
process.exit(0);
