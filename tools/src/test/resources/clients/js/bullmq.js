'use strict';
// BullMQ: results and failures, priorities, delays, repetitions, flows, limits, and a worker that dies with its job.

const { fork } = require('child_process');
const IORedis = require('ioredis');
const { DelayedError, FlowProducer, Queue, QueueEvents, UnrecoverableError, Worker } = require('bullmq');
const { attempt, run, show, until } = require('./transcript');

const opened = [];

function open(thing) {
  opened.push(thing);
  thing.setMaxListeners(100);
  thing.on('error', () => {});
  return thing;
}

const at = (port) => ({ connection: { port, db: 1 } });

async function results(port) {
  const queue = open(new Queue('results', at(port)));
  const events = open(new QueueEvents('results', at(port)));
  await events.waitUntilReady();
  const progress = [];
  events.on('progress', ({ jobId, data }) => progress.push([jobId, data]));
  const runs = {};
  open(
    new Worker(
      'results',
      async (job) => {
        runs[job.name] = (runs[job.name] || 0) + 1;
        await job.updateProgress(50);
        await job.log('seen');
        if (job.name === 'fails twice' && runs[job.name] < 3) throw new Error('not yet');
        if (job.name === 'fails') throw new UnrecoverableError('never');
        if (job.name === 'later' && runs[job.name] < 2) {
          await job.moveToDelayed(Date.now() + 20, job.token);
          throw new DelayedError();
        }
        return { sum: job.data.a + job.data.b };
      },
      { ...at(port), concurrency: 4 },
    ),
  );
  const jobs = await queue.addBulk(Array.from({ length: 20 }, (_, i) => ({ name: 'add', data: { a: i, b: 1 } })));
  show('results', await Promise.all(jobs.map((job) => job.waitUntilFinished(events))));
  const retried = await queue.add('fails twice', { a: 1, b: 1 }, { attempts: 3, backoff: { type: 'exponential', delay: 10 } });
  show('after two failures', await retried.waitUntilFinished(events));
  const failed = await queue.add('fails', {}, { attempts: 3 });
  await attempt('failed', failed.waitUntilFinished(events));
  const later = await queue.add('later', { a: 2, b: 2 });
  show('moved to later', await later.waitUntilFinished(events));
  const stored = await queue.getJob(failed.id);
  show('state', [await stored.getState(), stored.failedReason, stored.attemptsMade, (await queue.getJobLogs(failed.id)).logs]);
  show('same id', [(await queue.add('once', { a: 0, b: 0 }, { jobId: 'own' })).id, (await queue.add('once', { a: 5, b: 5 }, { jobId: 'own' })).id]);
  await until('own to be done', async () => (await queue.getJobState('own')) === 'completed');
  await until('all progress', () => progress.length >= 20 + 3 + 1 + 2 + 1);
  show('counts', [await queue.getJobCounts(), runs, progress.length]);
  show('retry', [await stored.retry('failed'), await until('a second failure', async () => runs.fails === 2 && (await stored.isFailed()))]);
  show('clean', (await queue.clean(0, 100, 'completed')).length);
  show('metrics', (await queue.getMetrics('completed')).count);
  await queue.obliterate({ force: true });
  show('obliterated', await queue.getJobCounts());
}

async function orders(port) {
  const queue = open(new Queue('orders', at(port)));
  await queue.pause();
  await queue.add('low', 0, { priority: 10 });
  await queue.add('high', 0, { priority: 1 });
  await queue.add('first of all', 0);
  await queue.add('last in', 0, { lifo: true });
  await queue.add('middle', 0, { priority: 5 });
  await queue.add('soon', 0, { delay: 1200 });
  await queue.add('sooner', 0, { delay: 800 });
  show('paused', [await queue.isPaused(), await queue.getJobCounts('paused', 'waiting', 'prioritized', 'delayed')]);
  show('prioritized', (await queue.getPrioritized()).map((job) => job.name));
  const order = [];
  open(new Worker('orders', async (job) => order.push(job.name), at(port)));
  const delayed = await queue.getDelayed();
  await queue.resume();
  await until('all to be done', () => order.length === 7);
  show('order', order);
  show('delayed', delayed.map((job) => job.name));
}

async function repetitions(port) {
  const queue = open(new Queue('repetitions', at(port)));
  const ticks = [];
  const worker = open(new Worker('repetitions', async (job) => ticks.push([job.name, job.data.n]), at(port)));
  await queue.upsertJobScheduler('often', { every: 60, limit: 4 }, { name: 'tick', data: { n: 7 } });
  await queue.upsertJobScheduler('yearly', { pattern: '0 0 1 1 *', tz: 'UTC' }, { name: 'new year', data: {} });
  await until('four ticks', () => ticks.length === 4);
  show('ticks', ticks);
  const schedulers = await queue.getJobSchedulers();
  show('schedulers', schedulers.map((each) => [each.key, each.name, each.pattern]).sort());
  show('removed', [await queue.removeJobScheduler('yearly'), await queue.removeJobScheduler('none'), await queue.getJobSchedulersCount()]);
  await worker.close();
  await queue.obliterate({ force: true });
}

async function flows(port) {
  const flow = open(new FlowProducer(at(port)));
  const done = [];
  const work = async (job) => {
    done.push(job.name);
    const children = job.name.startsWith('parent') ? Object.values(await job.getChildrenValues()).sort() : [];
    return job.name + '(' + children + ')';
  };
  open(new Worker('parents', work, at(port)));
  open(new Worker('children', work, { ...at(port), concurrency: 3 }));
  const child = (name, children) => ({ name, queueName: children ? 'parents' : 'children', children });
  const tree = await flow.add(child('parent', [child('a'), child('b'), child('parent of c', [child('c')])]));
  await until('the parent to be done', async () => (await tree.job.getState()) === 'completed');
  const parent = await new Queue('parents', at(port)).getJob(tree.job.id);
  show('flow', [parent.returnvalue, done.at(-1), done.length, await parent.getDependenciesCount()]);
}

async function limits(port) {
  const queue = open(new Queue('limits', at(port)));
  const times = [];
  await queue.addBulk(Array.from({ length: 6 }, (_, i) => ({ name: 'limited', data: i, opts: { deduplication: { id: 'd' + (i % 3) } } })));
  show('deduplicated', await queue.getWaitingCount());
  await queue.addBulk([3, 4, 5].map((i) => ({ name: 'limited', data: i })));
  const limiter = { max: 2, duration: 200 };
  open(new Worker('limits', async () => times.push(Date.now()), { ...at(port), limiter }));
  await until('all to be done', () => times.length === 6);
  // two in each window: the last pair begins at least two windows after the first
  show('limited', times[5] - times[0] >= 390);
}

/** A worker in a process of its own takes a job and is killed; another one finds the job stalled and runs it. */
async function stalled(port) {
  const queue = open(new Queue('stalled', at(port)));
  const jobs = [await queue.add('again', { crash: true }), await queue.add('fatal', { crash: true }, { delay: 60000 })];
  const child = fork(__filename, [String(port), 'victim']);
  await new Promise((resolve) => child.on('message', resolve));
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const left = await queue.getJobCounts('active', 'waiting');
  const events = [];
  const worker = open(new Worker('stalled', async (job) => [job.name, job.stalledCounter, job.attemptsStarted], { ...at(port), stalledInterval: 100, lockDuration: 2000 }));
  worker.on('stalled', (id) => events.push(id === jobs[0].id));
  await until('the job to be done', async () => (await jobs[0].getState()) === 'completed');
  const recovered = [(await queue.getJob(jobs[0].id)).returnvalue, events];
  await jobs[1].remove();
  return { left, recovered };
}

async function victim(port) {
  new Worker('stalled', () => new Promise(() => process.send('have it')), { ...at(port), lockDuration: 1000 });
}

run(async (port) => {
  if (process.argv[3] === 'victim') {
    await victim(port);
    return new Promise(() => {});
  }
  const dead = stalled(port);
  await results(port);
  await orders(port);
  await repetitions(port);
  await flows(port);
  await limits(port);
  show('stalled', await dead);
  await Promise.all(opened.map((each) => each.close()));
  const redis = new IORedis({ port, db: 0 });
  show('nothing in database 0', await redis.dbsize());
});
