'use strict';
// rate-limiter-flexible on ioredis and node-redis: windows, blocks, penalties, bursts, queues.

const Redis = require('ioredis');
const { createClient } = require('redis');
const { BurstyRateLimiter, RateLimiterQueue, RateLimiterRedis, RateLimiterUnion, RLWrapperBlackAndWhite } = require('rate-limiter-flexible');
const { run, show, until } = require('./transcript');

// how long it lasts depends on when it was asked
const brief = (e) => (e instanceof Error ? e : { consumed: e.consumedPoints, left: e.remainingPoints, first: e.isFirstInDuration, seconds: Math.round(e.msBeforeNext / 1e4) * 10 });
const tried = (promise) => promise.then((got) => ['allowed', brief(got)], (e) => ['refused', brief(e)]);

async function windows(store, keyPrefix) {
  const limiter = new RateLimiterRedis({ ...store, keyPrefix, points: 3, duration: 100 });
  for (let i = 0; i < 4; i++) show('consume', await tried(limiter.consume('ann')));
  show('of two points', await tried(limiter.consume('bob', 2)));
  show('get', [await tried(limiter.get('bob')), await limiter.get('nobody')]);
  show('penalty and reward', [await tried(limiter.penalty('bob', 5)), await tried(limiter.reward('bob', 6))]);
  show('set', [brief(await limiter.set('bob', 2, 50)), await tried(limiter.consume('bob'))]);
  show('block', [await tried(limiter.block('cyd', 30)), await tried(limiter.consume('cyd'))]);
  show('delete', [await limiter.delete('ann'), await limiter.delete('nobody'), await tried(limiter.consume('ann'))]);
  const short = new RateLimiterRedis({ ...store, keyPrefix: keyPrefix + 'short', points: 1, duration: 1 });
  await short.consume('x');
  await until('the window to end', () => short.consume('x').then(() => true, () => false));
  const forever = new RateLimiterRedis({ ...store, keyPrefix: keyPrefix + 'forever', points: 2, duration: 0 });
  await forever.consume('x');
  const unending = await forever.consume('x');
  show('without an end', [unending.consumedPoints, unending.msBeforeNext]);
  const many = await Promise.all(Array.from({ length: 50 }, () => tried(limiter.consume('crowd'))));
  show('of fifty at once', many.filter(([outcome]) => outcome === 'allowed').length);
}

async function combined(storeClient) {
  const tight = new RateLimiterRedis({ storeClient, keyPrefix: 'tight', points: 1, duration: 100, blockDuration: 40 });
  const wide = new RateLimiterRedis({ storeClient, keyPrefix: 'wide', points: 10, duration: 100, inMemoryBlockOnConsumed: 10 });
  const union = new RateLimiterUnion(tight, wide);
  show('union', [Object.keys(await union.consume('x')).sort(), await union.consume('x').catch((e) => Object.keys(e))]);
  show('blocked by its duration', await tried(tight.consume('x')));
  const bursty = new BurstyRateLimiter(new RateLimiterRedis({ storeClient, keyPrefix: 'steady', points: 2, duration: 100 }), new RateLimiterRedis({ storeClient, keyPrefix: 'burst', points: 3, duration: 100 }));
  const outcomes = [];
  for (let i = 0; i < 7; i++) outcomes.push((await tried(bursty.consume('x')))[0]);
  show('bursty', outcomes);
  const listed = new RLWrapperBlackAndWhite({ limiter: tight, whiteList: ['friend'], blackList: ['foe'] });
  show('lists', [(await tried(listed.consume('friend')))[0], (await tried(listed.consume('foe')))[0]]);
  const queue = new RateLimiterQueue(new RateLimiterRedis({ storeClient, keyPrefix: 'queue', points: 2, duration: 1 }));
  const began = Date.now();
  show('queue', await Promise.all([1, 2, 3].map(() => queue.removeTokens(1))));
  show('the third waited', Date.now() - began > 500);
}

run(async (port) => {
  const io = new Redis({ port, db: 2 });
  await windows({ storeClient: io }, 'io');
  await combined(io);
  const node = await createClient({ url: `redis://127.0.0.1:${port}/2` }).connect();
  await windows({ storeClient: node, useRedisPackage: true }, 'node');
  show('keys', (await io.keys('*')).sort());
});
