'use strict';
// BullMQ and redlock while their primary dies: every job that was taken in runs, and nobody is in the critical section twice.
// Arguments: a port, or sentinel:PORT,PORT; the file that ends it when it appears; how often the primary dies. Prints what it has done when it ends.

const fs = require('fs');
const Redis = require('ioredis');
const { Queue, Worker } = require('bullmq');
const { default: Redlock } = require('redlock');
const { until } = require('./transcript');

const [where, stopFile, kills] = process.argv.slice(2);
const CONCURRENCY = 4;
const TTL = 8000;

const address = where.startsWith('sentinel:')
  ? { sentinels: where.slice(9).split(',').map((port) => ({ host: '127.0.0.1', port: Number(port) })), name: 'tail', sentinelRetryStrategy: () => 100 }
  : { port: Number(where) };
const options = {
  ...address,
  maxRetriesPerRequest: null,
  retryStrategy: () => 100,
  connectTimeout: 2000,
  // a primary that was is a replica when it is back
  reconnectOnError: (e) => (e.message.startsWith('READONLY') || e.message.startsWith('UNBLOCKED') ? 2 : false),
};
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const isStopping = () => fs.existsSync(stopFile);

async function jobs() {
  const queue = new Queue('failover', { connection: options });
  queue.on('error', () => {});
  const runs = new Map();
  const settings = { connection: options, concurrency: CONCURRENCY, lockDuration: 10000, stalledInterval: 2000, maxStalledCount: 3 };
  const worker = new Worker('failover', async (job) => {
    runs.set(job.id, (runs.get(job.id) || 0) + 1);
    await pause(2);
  }, settings);
  worker.on('error', () => {});
  const taken = [];
  let refused = 0;
  for (let i = 0; !isStopping(); i++) {
    try {
      taken.push((await queue.add('job', i, { jobId: 'job-' + i })).id);
    } catch (e) {
      refused++;
    }
    await pause(5);
  }
  await until('every job to be done', async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed')) === 0);
  const lost = taken.filter((id) => !runs.has(id));
  const again = [...runs.values()].filter((count) => count > 1).length;
  const counts = await queue.getJobCounts('completed', 'failed');
  console.log(JSON.stringify({ library: 'BullMQ', taken: taken.length, refused, lost: lost.length, again, ...counts }));
  if (lost.length > 0 || counts.failed > 0 || again > CONCURRENCY * Number(kills)) process.exitCode = 1;
}

async function locks() {
  let inside = 0;
  let most = 0;
  let held = 0;
  let errors = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    const client = new Redis(options);
    client.on('error', () => {});
    const redlock = new Redlock([client], { retryCount: 40, retryDelay: 20, retryJitter: 20 });
    redlock.on('error', () => {});
    while (!isStopping()) {
      try {
        const lock = await redlock.acquire(['critical'], TTL);
        // who has waited for the answer for longer than the lock lives has none
        if (lock.expiration > Date.now() + 100) {
          most = Math.max(most, ++inside);
          await pause(3);
          inside--;
          held++;
        }
        await lock.release();
      } catch (e) {
        errors++;
      }
    }
  }));
  console.log(JSON.stringify({ library: 'redlock', held, most, errors }));
  if (most > 1 || held === 0) process.exitCode = 1;
}

console.log('begun');
Promise.all([jobs(), locks()]).then(() => process.exit(), (e) => {
  console.error(e);
  process.exit(1);
});
