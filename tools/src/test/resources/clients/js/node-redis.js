'use strict';
// node-redis: RESP 3, its client-side cache, scripts and functions, sharded channels, typed replies.

const { createClient, defineScript, BasicClientSideCache, RESP_TYPES } = require('redis');
const { attempt, run, show, until } = require('./transcript');

const LIBRARY = `#!lua name=limits
redis.register_function('take', function(keys, args)
  local left = redis.call('INCRBY', keys[1], -tonumber(args[1]))
  if left < 0 then return redis.error_reply('LIMIT nothing left') end
  return left
end)
redis.register_function{function_name='peek', callback=function(keys, args) return redis.call('GET', keys[1]) end, flags={'no-writes'}}`;

const scripts = {
  addTwo: defineScript({
    NUMBER_OF_KEYS: 2,
    SCRIPT: "redis.setresp(3) return {redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2]), {double = 3.5}, true, false}",
    parseCommand(parser, first, second) {
      parser.pushKey(first);
      parser.pushKey(second);
    },
    transformReply: undefined,
  }),
};

const client = (port, more) => createClient({ socket: { port }, RESP: 3, ...more }).on('error', () => {});

async function cached(port) {
  const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 100 });
  const reader = await client(port, { clientSideCache: cache }).connect();
  const writer = await client(port).connect();
  await writer.set('cached', 'one');
  await writer.hSet('cached hash', { a: '1', b: '2' });
  show('first read', [await reader.get('cached'), await reader.hGetAll('cached hash'), await reader.get('cached')]);
  show('from the cache', [cache.stats().hitCount, cache.stats().missCount, cache.size()]);
  await writer.set('cached', 'two');
  await until('the cache to hear of it', async () => cache.size() === 1);
  show('after a write', [await reader.get('cached'), cache.size()]);
  await writer.hDel('cached hash', 'a');
  await until('the cache to hear of it', async () => cache.size() === 1);
  show('after a field was deleted', await reader.hGetAll('cached hash'));
  await writer.pExpire('cached', 1);
  await until('the cache to hear of it', async () => (await reader.get('cached')) === null);
  await reader.mGet(['a1', 'a2', 'cached hash']).catch(() => {});
  await writer.flushAll();
  await until('the cache to be empty', async () => cache.size() === 0);
  show('after flushall', await reader.get('cached hash'));
  show('tracking', await reader.sendCommand(['CLIENT', 'TRACKINGINFO']));
  reader.destroy();
  return writer;
}

async function values(redis) {
  show('hello', await redis.hello(3).then((map) => [map.server, map.proto, map.role, map.mode]));
  show('hash', [await redis.hSet('h', { a: 1, b: 'x' }), await redis.hGetAll('h'), await redis.hIncrByFloat('h', 'a', 1.5), await redis.hRandFieldCountWithValues('h', 1).then((all) => all.length)]);
  show('zset', [await redis.zAdd('z', [{ score: 1, value: 'a' }, { score: Infinity, value: 'b' }, { score: 2.25, value: 'c' }]), await redis.zRangeWithScores('z', 0, -1), await redis.zScore('z', 'c'), await redis.zPopMax('z'), await redis.zRank('z', 'none')]);
  show('set', [await redis.sAdd('s', ['x', 'y']), (await redis.sMembers('s')).sort(), await redis.smIsMember('s', ['x', 'n'])]);
  show('list', [await redis.rPush('l', ['a', 'b', 'a']), await redis.lPos('l', 'a', { RANK: -1 }), await redis.lmPop(['none', 'l'], 'LEFT', { COUNT: 2 })]);
  show('geo', [await redis.geoAdd('g', [{ longitude: 13.361389, latitude: 38.115556, member: 'Palermo' }, { longitude: 15.087269, latitude: 37.502669, member: 'Catania' }]), await redis.geoSearchWith('g', { longitude: 15, latitude: 37 }, { radius: 200, unit: 'km' }, ['WITHDIST', 'WITHCOORD'], { SORT: 'ASC' })]);
  show('stream', [await redis.xAdd('x', '5-1', { a: 'b' }), await redis.xRange('x', '-', '+'), await redis.xInfoStream('x')]);
  show('bits', [await redis.setBit('bits', 7, 1), await redis.bitCount('bits'), await redis.bitField('bits', [{ operation: 'INCRBY', encoding: 'u4', offset: 0, increment: 3 }])]);
  show('hyperloglog', [await redis.pfAdd('hll', ['a', 'b']), await redis.pfCount('hll')]);
  show('set with options', [await redis.set('k', 'v', { expiration: { type: 'EX', value: 100 }, condition: 'NX' }), await redis.set('k', 'w', { GET: true, expiration: 'KEEPTTL' }), (await redis.ttl('k')) > 90]);
  show('bytes', await redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).get('k'));
  show('types', [await redis.type('z'), await redis.objectEncoding('z'), await redis.exists(['h', 'z', 'none']), await redis.expireTime('none')]);
  show('lcs', [await redis.mSet({ s1: 'ohmytext', s2: 'mynewtext' }), await redis.lcsIdxWithMatchLen('s1', 's2')]);
}

async function programs(redis) {
  show('script', await redis.addTwo('one', 'two'));
  show('function load', await redis.functionLoad(LIBRARY, { REPLACE: true }));
  await redis.set('left', 5);
  show('fcall', [await redis.fCall('take', { keys: ['left'], arguments: ['3'] }), await redis.fCallRo('peek', { keys: ['left'] })]);
  await attempt('fcall with an error', redis.fCall('take', { keys: ['left'], arguments: ['3'] }));
  await attempt('fcall_ro of one that writes', redis.fCallRo('take', { keys: ['left'], arguments: ['3'] }));
  const libraries = await redis.functionListWithCode();
  libraries.forEach((library) => library.functions.sort((a, b) => (a.name < b.name ? -1 : 1)));
  show('function list', libraries);
  const dump = await redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).functionDump();
  show('function restore', [await redis.functionFlush(), await redis.functionRestore(dump), (await redis.functionList()).length, await redis.functionDelete('limits')]);
  await attempt('fcall of none', redis.fCall('take', { keys: ['left'], arguments: ['3'] }));
}

async function transactions(redis, port) {
  show('multi', await redis.multi().set('t', 1).incr('t').get('t').hGetAll('none').exec());
  await attempt('multi with an error', redis.multi().set('t', 'x').incr('t').exec());
  const isolated = await redis.duplicate().connect();
  await isolated.watch('t');
  await redis.set('t', 'changed');
  await attempt('watch', isolated.multi().set('t', 'lost').exec());
  show('pipeline', await redis.multi().incr('p').incr('p').execAsPipeline());
  await isolated.select(1);
  show('in database 1', [await isolated.get('t'), await isolated.set('t', 'of 1'), await redis.get('t')]);
  isolated.destroy();
  const numbered = await createClient({ url: `redis://127.0.0.1:${port}/1` }).connect();
  show('by url', await numbered.get('t'));
  numbered.destroy();
}

async function channels(redis) {
  const got = [];
  const subscriber = await redis.duplicate().connect();
  await subscriber.subscribe('news', (message, channel) => got.push([channel, message]));
  await subscriber.pSubscribe('n*', (message, channel) => got.push(['n*', channel, message]));
  await subscriber.sSubscribe('shard', (message, channel) => got.push(['shard', channel, message]));
  show('publish', [await redis.publish('news', 'a'), await redis.sPublish('shard', 'b')]);
  await until('the messages', () => got.length >= 3);
  show('got', got.sort());
  show('a subscriber in RESP 3 may ask', await subscriber.get('none'));
  show('numbers', [await redis.pubSubNumSub(['news', 'none']), await redis.pubSubNumPat(), await redis.pubSubShardChannels()]);
  subscriber.destroy();
}

async function iterators(redis) {
  await redis.hSet('big', Object.fromEntries(Array.from({ length: 600 }, (_, i) => ['f' + i, String(i)])));
  let fields = 0;
  for await (const page of redis.hScanIterator('big')) fields += page.length;
  show('hscan', fields);
  const keys = [];
  for await (const page of redis.scanIterator({ TYPE: 'hash' })) keys.push(...page);
  show('scan', keys.sort());
}

run(async (port) => {
  const first = await cached(port);
  first.destroy();
  const redis = await client(port, { scripts }).connect();
  await values(redis);
  await programs(redis);
  await transactions(redis, port);
  await channels(redis);
  await iterators(redis);
  show('close', await redis.close());
});
