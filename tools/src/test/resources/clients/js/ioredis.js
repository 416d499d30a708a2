'use strict';
// ioredis: databases, pipelines, transactions, custom commands, streams, subscriptions, scans, clients that wait.

const Redis = require('ioredis');
const { attempt, run, show, until } = require('./transcript');

async function databases(port) {
  const one = new Redis({ port, db: 1 });
  const two = new Redis({ port, db: 2 });
  show('set in 1', await one.set('shared', 'of one'));
  show('set in 2', await two.set('shared', 'of two', 'EX', 1000));
  show('get', [await one.get('shared'), await two.get('shared')]);
  show('move onto another', await one.move('shared', 2));
  show('move', [await one.set('mine', 'x'), await one.move('mine', 2), await two.get('mine')]);
  show('dbsize', [await one.dbsize(), await two.dbsize()]);
  const keyspace = (await one.info('keyspace')).split('\r\n').filter((line) => line.startsWith('db'));
  show('keyspace', keyspace.map((line) => line.replace(/avg_ttl=\d+/, 'avg_ttl')));
  show('swapdb', [await one.swapdb(1, 2), await one.get('shared'), await two.get('shared')]);
  show('flushdb', [await one.flushdb(), await one.dbsize(), await two.dbsize()]);
  show('select', [await two.select(0), await two.get('shared')]);
  // a new connection goes back into the database of the one that broke
  const id = await one.client('ID');
  await one.set('before', '1');
  const closed = new Promise((resolve) => one.once('close', resolve));
  show('client kill', await two.client('KILL', 'ID', id));
  await closed;
  show('after a reconnection', await one.get('before'));
  await attempt('no such database', new Redis({ port, db: 16, lazyConnect: true, retryStrategy: null }).connect());
  return [one, two];
}

async function batches(redis, other) {
  show('pipeline', await redis.pipeline().set('a', 1).incr('a').lpush('a', 'x').hset('h', 'f', 'v').hgetall('h').exec());
  show('multi', await redis.multi().incr('a').expire('a', 100).ttl('a').exec());
  await attempt('multi with a wrong command', redis.multi().set('a').incr('a').exec());
  await redis.watch('a');
  await other.set('a', 'changed');
  show('multi after a conflict', await redis.multi().set('a', 'lost').exec());
  show('inline multi', [await redis.multi({ pipeline: false }), await redis.get('a'), await redis.exec()]);
  const auto = new Redis({ port: redis.options.port, enableAutoPipelining: true });
  show('auto pipelining', await Promise.all(Array.from({ length: 50 }, (_, i) => auto.incrby('sum', i))));
  show('bytes', [await redis.set(Buffer.from([0, 255]), Buffer.from([1, 13, 10])), await redis.getBuffer(Buffer.from([0, 255]))]);
  auto.disconnect();
}

async function scripts(redis) {
  redis.defineCommand('addUpTo', {
    numberOfKeys: 1,
    lua: `local v = redis.call('INCRBY', KEYS[1], ARGV[1])
          if v > tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[2]); return {v, 'capped'} end
          return {v, 'fine', redis.call('TTL', KEYS[1])}`,
  });
  redis.defineCommand('anyKeys', { lua: "return {#KEYS, #ARGV, cjson.encode({keys = KEYS}), redis.call('EXISTS', unpack(KEYS))}" });
  redis.defineCommand('fails', { numberOfKeys: 0, lua: "return redis.error_reply('MINE it failed')" });
  redis.defineCommand('readsOnly', { numberOfKeys: 1, readOnly: true, lua: "return redis.call('GET', KEYS[1])" });
  show('custom command', [await redis.addUpTo('upto', 4, 10), await redis.addUpTo('upto', 9, 10), await redis.get('upto')]);
  show('with any keys', await redis.anyKeys(2, 'upto', 'none', 'x', 'y', 'z'));
  await attempt('that fails', redis.fails());
  show('read only', await redis.readsOnly('upto'));
  show('script flush', await redis.script('FLUSH'));
  show('loaded again', await redis.addUpTo('upto', 0, 10));
  show('in a pipeline', await redis.pipeline().addUpTo('upto', 5, 100).readsOnly('upto').exec());
  show('in a transaction', await redis.multi().addUpTo('upto', 5, 100).addUpTo('upto', 500, 100).exec());
  await attempt('a wrong type', redis.eval("return redis.call('LPUSH', KEYS[1], 1)", 1, 'upto'));
}

async function streams(redis, port) {
  show('xgroup', await redis.xgroup('CREATE', 'events', 'workers', '$', 'MKSTREAM'));
  await attempt('xgroup again', redis.xgroup('CREATE', 'events', 'workers', '$', 'MKSTREAM'));
  const consumer = new Redis({ port });
  const waiting = consumer.xreadgroup('GROUP', 'workers', 'ann', 'COUNT', 10, 'BLOCK', 20000, 'STREAMS', 'events', '>');
  await until('the consumer to wait', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
  show('xadd', await redis.xadd('events', '1-1', 'kind', 'a', 'n', 1));
  show('delivered', await waiting);
  show('xadd more', [await redis.xadd('events', '1-2', 'kind', 'b'), await redis.xadd('events', 'MAXLEN', '=', 2, '2-*', 'kind', 'c')]);
  show('bob reads', await consumer.xreadgroup('GROUP', 'workers', 'bob', 'STREAMS', 'events', '>'));
  show('pending', [await redis.xpending('events', 'workers'), (await redis.xpending('events', 'workers', '-', '+', 10)).map((e) => [e[0], e[1], e[3]])]);
  show('xack', [await redis.xack('events', 'workers', '1-2', '9-9'), await redis.xlen('events')]);
  show('autoclaim', await consumer.xautoclaim('events', 'workers', 'cyd', 0, '-', 'COUNT', 10));
  const groups = await redis.xinfo('GROUPS', 'events');
  show('groups', groups);
  show('ranges', [await redis.xrange('events', '-', '+'), await redis.xrevrange('events', '+', '-', 'COUNT', 1), await redis.xread('STREAMS', 'events', '1-2')]);
  show('nothing comes', await consumer.xread('BLOCK', 50, 'STREAMS', 'events', '$'));
  consumer.disconnect();
}

async function subscriptions(redis, port) {
  const got = [];
  const subscriber = new Redis({ port, db: 3 });
  subscriber.on('message', (channel, message) => got.push([channel, message]));
  subscriber.on('pmessage', (pattern, channel, message) => got.push([pattern, channel, message]));
  show('subscribe', [await subscriber.subscribe('news', 'sport'), await subscriber.psubscribe('__key*@3__:*')]);
  await attempt('get of a subscriber', subscriber.get('x'));
  show('config', await redis.config('SET', 'notify-keyspace-events', 'KEA'));
  const writer = new Redis({ port, db: 3 });
  show('publish', await redis.publish('news', 'hello'));
  await writer.set('noticed', '1', 'PX', 20);
  await writer.rpush('list', 'a', 'b');
  await writer.lpop('list', 2);
  const event = (name) => got.some((each) => each[1] === '__keyevent@3__:' + name);
  await until('the events', () => event('expired') && event('del') && got.length === 13);
  show('got', got.slice().sort());
  show('config back', await redis.config('SET', 'notify-keyspace-events', ''));
  show('unsubscribe', [await subscriber.unsubscribe('news', 'sport'), await subscriber.punsubscribe('__key*@3__:*'), await subscriber.get('list')]);
  subscriber.disconnect();
  writer.disconnect();
}

async function scans(redis) {
  const all = async (stream) => {
    const seen = [];
    for await (const page of stream) seen.push(...page);
    return seen;
  };
  const names = Array.from({ length: 700 }, (_, i) => 'name:' + i);
  await redis.mset(names.flatMap((name) => [name, 'x']));
  await redis.sadd('set', names);
  await redis.hset('hash', Object.fromEntries(names.map((name, i) => [name, i])));
  await redis.zadd('zset', names.flatMap((name, i) => [i, name]));
  show('scan', (await all(redis.scanStream({ match: 'name:*', count: 50 }))).sort().length);
  show('scan by type', (await all(redis.scanStream({ type: 'zset' }))).sort());
  show('sscan', (await all(redis.sscanStream('set', { match: '*:6?' }))).sort());
  show('hscan', (await all(redis.hscanStream('hash'))).length);
  show('zscan', (await all(redis.zscanStream('zset', { match: 'name:69?' }))).sort());
}

async function waiters(redis, port) {
  const waiter = new Redis({ port });
  const popped = waiter.blpop('queue', 'other', 20);
  await until('the client to wait', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
  show('lpush', await redis.lpush('other', 'job'));
  show('blpop', await popped);
  const smallest = waiter.bzpopmin('scores', 20);
  await until('the client to wait', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
  show('zadd', await redis.zadd('scores', 2.5, 'b', '-inf', 'a'));
  show('bzpopmin', await smallest);
  show('blmove in vain', await waiter.blmove('queue', 'to', 'LEFT', 'RIGHT', 0.05));
  waiter.disconnect();
}

async function monitoring(redis, port) {
  // without a connection of its own beside it, whose INFO would come with MONITOR's OK: ioredis takes one line then for a reply
  const monitor = await new Redis({ port, lazyConnect: true }).monitor();
  const seen = [];
  monitor.on('monitor', (time, args) => seen.push(args));
  await redis.set('watched', 'by the monitor');
  await redis.eval("return redis.call('GET', KEYS[1])", 1, 'watched');
  await until('the monitor to see it', () => seen.length >= 3);
  show('monitor', seen);
  monitor.disconnect();
}

run(async (port) => {
  const redis = new Redis({ port, retryStrategy: () => 20 });
  const others = await databases(port);
  await batches(redis, others[0].duplicate({ db: 0 }));
  await scripts(redis);
  await streams(redis, port);
  await subscriptions(redis, port);
  await scans(redis);
  await waiters(redis, port);
  await monitoring(redis, port);
  show('quit', await redis.quit());
});
