// The official client and ours on one network: private tokens go to and fro, and both see the same (see README.md).
import './official.mjs';

const { main } = await import('./mixed/main.mjs');
process.exit(await main(process.argv.slice(2)));
