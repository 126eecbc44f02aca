// Real proofs, made in the browser and verified by the node. Takes minutes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PROOF, Person, startBrowser, startNetwork } from './support.mjs';

void test('a private transfer is proven in one browser and seen in another', async context => {
  const [network, browser] = await Promise.all([startNetwork(['--port', '0', '--parameters', 'development']), startBrowser()]);
  try {
    assert.equal(network.welcome.verifiesProofs, true);
    const [alice, bob] = await Promise.all([Person.open(browser, network.url), Person.open(browser, network.url)]);
    await Promise.all([alice.create('correct horse'), bob.create('battery staple')]);
    await alice.activate(PROOF);
    await alice.getTestTokens(PROOF);
    await alice.has('100', '100');
    const [hers, his] = [await alice.address(), await bob.address()];
    await bob.addContact(hers, 'Alice');

    // The tab that proves is closed in the middle; another one of hers takes over.
    const second = await alice.tab();
    const began = performance.now();
    await second.startSending('Private to private', his, '7');
    await second.page.getByText('Prove', { exact: false }).first().waitFor({ timeout: PROOF });
    await second.shot('proving');
    await alice.page.close();
    await second.page.getByText('Continues in another tab').waitFor();
    await second.done('Sent.', PROOF);
    context.diagnostic(`the transfer, begun twice, took ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await second.shot('proven and sent');
    await bob.has('7', '0');
    await second.has('93', '100');
    await second.go('Settings');
    context.diagnostic(await second.page.getByText(/barretenberg 4.1.2/).innerText());
    await second.shot('settings with a prover');
    assert.deepEqual([...alice.problems, ...bob.problems], []);
  } finally {
    await browser.close();
    await network.stop();
  }
});
