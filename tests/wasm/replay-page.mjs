// What replay-browser.mjs calls in its page.
import { replayAll } from './replayer.mjs';

async function read(name) {
  const response = await fetch(`/recordings/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

globalThis.replay = async names => {
  const compiled = await WebAssembly.compileStreaming(fetch('/module/tests.wasm'));
  return { agent: navigator.userAgent, ...(await replayAll(compiled, names, read)) };
};
