// What the page of every fixture does: it opens a wallet at a node, deploys an account privately, and reports how that went.
import { AztecLiteError, Contract, Wallet } from '@aztec-lite/sdk';

/** Runs once: the query names the node, and where to report. */
export async function run() {
  const query = new URLSearchParams(location.search);
  const report = await attempt(query.get('node')).catch(error => ({
    error: error instanceof AztecLiteError ? error.code : 'other',
    message: String(error),
  }));
  document.body.textContent = JSON.stringify(report);
  await fetch(query.get('report'), { method: 'POST', mode: 'no-cors', body: JSON.stringify(report) });
}

async function attempt(node) {
  const wallet = await Wallet.open({ node });
  const { exists } = await wallet.status();
  if (exists) await wallet.unlock({ passphrase: 'of no worth' });
  else await wallet.create({ passphrase: 'of no worth' });
  const sponsor = await Contract.register(wallet, 'SponsoredFPC', { args: [] });
  const account = await wallet.createAccount();
  const stages = new Set();
  const tx = await account.deploy({
    fee: { method: 'sponsored', sponsor },
    onProgress: ({ stage }) => stages.add(stage),
  });
  const { status, transactionFee } = await tx.wait();
  wallet.close();
  return { status, fee: String(transactionFee), stages: [...stages] };
}
