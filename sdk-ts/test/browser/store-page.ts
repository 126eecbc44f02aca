/** What the test of the store calls in the page. */

/** What `cargo xtask wasm --conformance` exports, as far as it is used here. */
interface Conformance {
  default: (options: { module_or_path: string }) => Promise<unknown>;
  check_store: () => Promise<void>;
}

const path = '/conformance/pxe_wasm.js';
const conformance = (await import(path)) as Conformance;
await conformance.default({ module_or_path: '/conformance/pxe_wasm_bg.wasm' });

/** The names of the tables of a database. */
function tablesOf(name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onerror = () => {
      reject(request.error ?? new Error(`cannot open ${name}`));
    };
    request.onsuccess = () => {
      resolve(request.result.objectStoreNames.length);
      request.result.close();
    };
  });
}

Object.assign(globalThis, {
  async checkStore() {
    await conformance.check_store();
    const databases = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('conformance-'));
    return { databases: databases.length, tables: await tablesOf('conformance-1') };
  },
});
