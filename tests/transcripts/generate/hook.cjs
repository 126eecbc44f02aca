// Loaded before anything else (node --require): keeps every execution that the official solver is asked for.
//   OUT  folder to write
// An execution is `N.json` (first witnesses, oracle calls with their answers, outcome), `N.wit` (the solved witness: index
// as u32 LE, then the field, 32 bytes BE) and `SHA.bc`, the bytecode, once.
const acvm = require('@aztec/noir-acvm_js');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const out = process.env.OUT;
mkdirSync(out, { recursive: true });
let next = readdirSync(out).filter(name => name.endsWith('.json')).length;
/** What runs now; stamped on the executions. */
globalThis.phase = 'start';

/** What the solver says about a failure. */
function failure(error) {
  const found = { message: error.message };
  for (const key of ['callStack', 'brilligFunctionId', 'acirFunctionId']) {
    if (error[key] !== undefined) found[key] = error[key];
  }
  if (error.rawAssertionPayload) found.raw = error.rawAssertionPayload;
  return found;
}

/** The solved witness as bytes, by ascending index. */
function records(witness) {
  const sorted = [...witness].sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(sorted.length * 36);
  sorted.forEach(([index, value], i) => {
    bytes.writeUInt32LE(index, i * 36);
    bytes.write(value.replace('0x', '').padStart(64, '0'), i * 36 + 4, 'hex');
  });
  return bytes;
}

for (const fn of ['executeCircuit', 'executeCircuitWithReturnWitness']) {
  const official = acvm[fn];
  acvm[fn] = async (program, initial, handler) => {
    const id = String(next++).padStart(4, '0');
    const sha = createHash('sha256').update(program).digest('hex').slice(0, 32);
    const file = join(out, `${sha}.bc`);
    if (!existsSync(file)) writeFileSync(file, program);
    const execution = { id, fn, phase: globalThis.phase, sha, init: [...initial], calls: [] };
    const recording = async (name, inputs) => {
      const call = { n: name, i: inputs };
      execution.calls.push(call);
      try {
        call.o = await handler(name, inputs);
        return call.o;
      } catch (error) {
        // The answer is a failure: the execution ends here.
        call.error = String(error.message).slice(0, 300);
        throw error;
      }
    };
    const done = () => writeFileSync(join(out, `${id}.json`), JSON.stringify(execution));
    try {
      const result = await official(program, initial, recording);
      const solved = result.solvedWitness ?? result;
      execution.wsize = solved.size;
      if (result.returnWitness) execution.ret = [...result.returnWitness];
      writeFileSync(join(out, `${id}.wit`), records(solved));
      done();
      return result;
    } catch (error) {
      execution.error = failure(error);
      done();
      throw error;
    }
  };
}
