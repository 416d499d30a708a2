'use strict';
// What a program saw, a line each, in a form that is the same on every server: maps with sorted keys, errors by their text.

function plain(value) {
  if (value === undefined) return null;
  if (Buffer.isBuffer(value)) return 'bytes ' + value.toString('hex');
  if (value instanceof Error) return 'error ' + value.name + ' ' + value.message;
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Map) return plain(Object.fromEntries([...value].map(([k, v]) => [String(k), v])));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return value.toString() + 'n';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
  }
  return value;
}

function show(label, value) {
  console.log(label + ': ' + JSON.stringify(plain(value)));
}

/** Shows what a promise comes to, an error too. */
async function attempt(label, promise) {
  try {
    show(label, await promise);
  } catch (e) {
    show(label, e);
  }
}

/** Returns once the condition holds; a program that waits in vain ends with an error. */
async function until(what, condition) {
  const deadline = Date.now() + 45000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error('still waiting for ' + what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Runs the program on the port that it was given, and ends the process with its outcome. */
function run(program) {
  const port = Number(process.argv[2]);
  program(port).then(
    () => process.exit(0),
    (e) => {
      console.error(e);
      process.exit(1);
    },
  );
}

module.exports = { attempt, plain, run, show, until };
