'use strict';
// redlock over two databases' worth of rivals: exclusion, extension, expiry, several resources at once, and who lost it.

const Redis = require('ioredis');
const { default: Redlock, ExecutionError } = require('redlock');
const { attempt, run, show } = require('./transcript');

const wait = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const settings = { retryCount: 0, driftFactor: 0.01, automaticExtensionThreshold: 1500 };
const brief = (e) => (e instanceof ExecutionError ? 'no quorum' : e);

async function exclusion(one, two, redis) {
  const lock = await one.acquire(['resource'], 5000);
  await attempt('second', two.acquire(['resource'], 5000).catch(brief));
  show('value', [(await redis.get('resource')) === lock.value, (await redis.pttl('resource')) > 4000]);
  const extended = await lock.extend(20000);
  show('extended', (await redis.pttl('resource')) > 19000);
  await extended.release();
  await attempt('released twice', extended.release().catch(brief));
  const next = await two.acquire(['resource'], 5000);
  show('second after release', next.resources);
  await attempt("release with the first one's value", lock.release().catch(brief));
  show('still there', await redis.exists('resource'));
  await next.release();
}

async function several(one, two) {
  const both = await one.acquire(['{r}a', '{r}b'], 5000);
  await attempt('one of both', two.acquire(['{r}b', '{r}c'], 5000).catch(brief));
  const free = await two.acquire(['{r}c'], 5000);
  show('the third was left alone', free.resources);
  await Promise.all([both.release(), free.release()]);
}

async function expiry(one, two) {
  const lost = await one.acquire(['short'], 50);
  await wait(80);
  const next = await two.acquire(['short'], 5000);
  await attempt('extend after expiry', lost.extend(1000).catch(brief));
  await next.release();
}

/** Many that want the same; in the critical section nobody else may be. */
async function contention(port) {
  let inside = 0;
  let most = 0;
  let sum = 0;
  const rivals = Array.from({ length: 8 }, () => new Redis({ port }));
  await Promise.all(
    rivals.map(async (client) => {
      const lock = new Redlock([client], { retryCount: -1, retryDelay: 2, retryJitter: 4 });
      for (let i = 0; i < 15; i++) {
        await lock.using(['counter'], 5000, async () => {
          most = Math.max(most, ++inside);
          const before = sum;
          await client.ping();
          sum = before + 1;
          inside--;
        });
      }
      client.disconnect();
    }),
  );
  show('contention', [most, sum]);
}

async function automatic(one, redis) {
  const result = await one.using(['long'], 2000, async (signal) => {
    await wait(2500);
    return [signal.aborted, await redis.exists('long')];
  });
  show('extended by itself', [result, await redis.exists('long')]);
  const aborted = await one.using(['stolen'], 2000, async (signal) => {
    await redis.set('stolen', 'by another');
    await wait(1000);
    return signal.aborted;
  }).catch(brief);
  show('somebody else has it', aborted);
}

run(async (port) => {
  const redis = new Redis({ port });
  const one = new Redlock([redis], settings);
  const two = new Redlock([new Redis({ port })], settings);
  await exclusion(one, two, redis);
  await several(one, two);
  await expiry(one, two);
  await contention(port);
  await automatic(one, redis);
});
