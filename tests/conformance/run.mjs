// Runs the scenarios against a node (see README.md).
import './official.mjs';

const { main } = await import('./main.mjs');
process.exit(await main(process.argv.slice(2)));
