// The official client in a page: what `ours.js` does, with the packages 4.1.2.
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

import { began, serve } from './page.js';

const at = AztecAddress.fromString;
const node = createAztecNodeClient(began.node);
const wallet = await EmbeddedWallet.create(node);
await wallet.getAccounts();

const token = address => TokenContract.at(at(address), wallet);
const transfer = ({ token: address, to }) => token(address).methods.transfer(at(to), 1n);

serve({
  async account({ secret, salt }) {
    return (await wallet.createSchnorrAccount(Fr.fromString(secret), Fr.fromString(salt))).address.toString();
  },
  async token({ address }) {
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
  /** Until it is in a block. */
  async send(params) {
    await transfer(params).send({ from: at(params.from), wait: { waitForStatus: 'proposed', interval: 0.1 } });
  },
});
