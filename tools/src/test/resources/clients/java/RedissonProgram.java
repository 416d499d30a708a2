import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.Redisson;
import org.redisson.api.LocalCachedMapOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RBucket;
import org.redisson.api.RCountDownLatch;
import org.redisson.api.RDelayedQueue;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScript;
import org.redisson.api.RSemaphore;
import org.redisson.api.RStream;
import org.redisson.api.RTopic;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.api.StreamMessageId;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson: locks and their watchdog, semaphores, rate limiters, maps, buckets, queues, streams, topics, batches. */
public final class RedissonProgram {
    private static final long WATCHDOG_MILLIS = 6_000;

    private final RedissonClient one;
    private final RedissonClient two;

    private RedissonProgram(int port) {
        one = client(port);
        two = client(port);
    }

    private static RedissonClient client(int port) {
        Config config = new Config();
        config.setLockWatchdogTimeout(WATCHDOG_MILLIS);
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setDatabase(1)
                .setConnectionMinimumIdleSize(1)
                .setConnectionPoolSize(16)
                .setSubscriptionConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    public static void main(String[] arguments) {
        int status = 1;
        try {
            new RedissonProgram(Integer.parseInt(arguments[0])).run();
            status = 0;
        } catch (Exception e) {
            e.printStackTrace();
        }
        // its clients' threads would let it live on
        System.exit(status);
    }

    private void run() throws Exception {
        locks();
        otherLocks();
        semaphores();
        limits();
        values();
        maps();
        queues();
        streams();
        topics();
        batches();
        one.shutdown();
        two.shutdown();
    }

    private void locks() throws Exception {
        RLock mine = one.getLock("lock");
        RLock theirs = two.getLock("lock");
        Transcript.show("try", mine.tryLock(), mine.tryLock(), theirs.tryLock(), mine.getHoldCount(), theirs.isLocked());
        Transcript.attempt("unlock of another's", () -> {
            theirs.unlock();
            return null;
        });
        // it lives longer than it was given, as long as its client lives
        long until = System.nanoTime() + MILLISECONDS.toNanos(WATCHDOG_MILLIS + WATCHDOG_MILLIS / 6);
        Transcript.until("the time without a watchdog to be over", () -> System.nanoTime() - until > 0);
        Transcript.show("watched", theirs.isLocked(), theirs.tryLock(), mine.remainTimeToLive() > 0);
        mine.unlock();
        Transcript.show("held once", mine.getHoldCount(), theirs.tryLock(20, MILLISECONDS));
        CountDownLatch got = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            theirs.lock();
            got.countDown();
            theirs.unlock();
        });
        waiting.start();
        Transcript.until("the other to wait", () -> one.getTopic("redisson_lock__channel:{lock}").countSubscribers() > 0);
        mine.unlock();
        Transcript.show("woken", got.await(45, SECONDS));
        waiting.join();
        mine.lock(100, MILLISECONDS);
        Transcript.until("a lock to end by itself", () -> !theirs.isLocked());
        Transcript.show("forced", theirs.tryLock(), one.getLock("lock").forceUnlock(), theirs.isLocked());
        contend();
    }

    private void contend() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int[] sum = new int[1];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RedissonClient client = i % 2 == 0 ? one : two;
            threads.add(new Thread(() -> {
                for (int n = 0; n < 20; n++) {
                    RLock lock = client.getLock("contended");
                    lock.lock();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    sum[0]++;
                    inside.decrementAndGet();
                    lock.unlock();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join();
        }
        Transcript.show("contention", most.get(), sum[0]);
    }

    private void otherLocks() throws Exception {
        RReadWriteLock both = one.getReadWriteLock("rw");
        Transcript.show("read", both.readLock().tryLock(), two.getReadWriteLock("rw").readLock().tryLock());
        Transcript.show("write", two.getReadWriteLock("rw").writeLock().tryLock());
        both.readLock().unlock();
        two.getReadWriteLock("rw").readLock().unlock();
        Transcript.show("write alone", both.writeLock().tryLock(), two.getReadWriteLock("rw").readLock().tryLock());
        both.writeLock().unlock();
        RLock fair = one.getFairLock("fair");
        Transcript.show("fair", fair.tryLock(), two.getFairLock("fair").tryLock(10, MILLISECONDS));
        fair.unlock();
        RLock all = one.getMultiLock(one.getLock("{m}1"), one.getLock("{m}2"));
        Transcript.show("several", all.tryLock(), two.getLock("{m}2").tryLock());
        all.unlock();
        RFencedLock fenced = one.getFencedLock("fenced");
        Transcript.show("fenced", fenced.lockAndGetToken(), two.getFencedLock("fenced").tryLock());
        fenced.unlock();
        RCountDownLatch latch = one.getCountDownLatch("latch");
        Transcript.show("latch", latch.trySetCount(2), latch.getCount());
        CountDownLatch opened = new CountDownLatch(1);
        new Thread(() -> {
                    try {
                        two.getCountDownLatch("latch").await();
                        opened.countDown();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
        latch.countDown();
        latch.countDown();
        Transcript.show("opened", opened.await(45, SECONDS), latch.getCount());
    }

    private void semaphores() throws Exception {
        RSemaphore semaphore = one.getSemaphore("semaphore");
        Transcript.show("permits", semaphore.trySetPermits(3), semaphore.trySetPermits(5), semaphore.availablePermits());
        Transcript.show("acquire", semaphore.tryAcquire(2), two.getSemaphore("semaphore").tryAcquire(2), semaphore.tryAcquire());
        semaphore.release(3);
        Transcript.show("drain", semaphore.drainPermits(), semaphore.availablePermits());
        RPermitExpirableSemaphore expiring = one.getPermitExpirableSemaphore("expiring");
        expiring.trySetPermits(1);
        String first = expiring.tryAcquire(0, 2_000, MILLISECONDS);
        Transcript.show("leased", first != null, expiring.tryAcquire() == null);
        String second = two.getPermitExpirableSemaphore("expiring").tryAcquire(20, SECONDS);
        Transcript.show("after the lease", second != null, expiring.tryRelease(first), expiring.tryRelease(second));
    }

    private void limits() {
        RRateLimiter limiter = one.getRateLimiter("limiter");
        Transcript.show("rate", limiter.trySetRate(RateType.OVERALL, 3, Duration.ofSeconds(1)));
        Transcript.show("again", limiter.trySetRate(RateType.OVERALL, 9, Duration.ofSeconds(1)), limiter.getConfig().getRate());
        Transcript.show("acquire", limiter.tryAcquire(2), two.getRateLimiter("limiter").tryAcquire(2), limiter.availablePermits());
        Transcript.show("in time", limiter.tryAcquire(3, Duration.ofSeconds(20)));
    }

    private void values() {
        RBucket<String> bucket = one.getBucket("bucket");
        Transcript.show("compare", bucket.compareAndSet(null, "a"), bucket.compareAndSet("b", "c"), bucket.compareAndSet("a", "c"));
        Transcript.show("get", bucket.get(), bucket.getAndSet("d", Duration.ofSeconds(100)), bucket.remainTimeToLive() > 90_000);
        Transcript.show("set", bucket.setIfAbsent("x"), bucket.setIfExists("y"), bucket.getAndDelete(), bucket.size());
        Transcript.show("numbers", one.getAtomicLong("n").incrementAndGet(), one.getAtomicLong("n").compareAndSet(1, 7), one.getAtomicDouble("d").addAndGet(1.5));
        Transcript.show("bits", one.getBitSet("bits").set(9), one.getBitSet("bits").cardinality(), one.getBitSet("bits").length());
        Transcript.show("log", one.getHyperLogLog("hll").addAll(List.of("a", "b", "a")), one.getHyperLogLog("hll").count());
        Transcript.show("bloom", one.getBloomFilter("bloom").tryInit(1000, 0.01), one.getBloomFilter("bloom").add("a"), one.getBloomFilter("bloom").contains("a"));
        Transcript.show("ids", one.getIdGenerator("ids").tryInit(5, 10), one.getIdGenerator("ids").nextId(), two.getIdGenerator("ids").nextId());
        Transcript.show("geo", one.<String>getGeo("geo").add(13.361389, 38.115556, "Palermo"), one.<String>getGeo("geo").pos("Palermo"));
    }

    private void maps() throws Exception {
        RMap<String, String> map = one.getMap("map");
        Transcript.show("put", map.put("a", "1"), map.put("a", "2"), map.fastPut("b", "1"), map.putIfAbsent("b", "9"), map.addAndGet("n", 5));
        Transcript.show("replace", map.replace("a", "x", "y"), map.replace("a", "2", "3"), map.remove("b", "0"), map.readAllMap());
        Transcript.show("compute", map.computeIfAbsent("c", k -> "made"), map.merge("c", "+", String::concat), map.fastRemove("a", "none"), map.size());
        RMapCache<String, String> cache = one.getMapCache("cache");
        cache.put("short", "x", 50, MILLISECONDS);
        cache.put("long", "y", 100, SECONDS, 50, SECONDS);
        Transcript.until("an entry to expire", () -> cache.get("short") == null);
        Transcript.show("cache", cache.get("long"), cache.remainTimeToLive("long") > 0, cache.trySetMaxSize(1), cache.put("more", "z"), cache.size());
        RLocalCachedMap<String, String> near = one.getLocalCachedMap("near", LocalCachedMapOptions.<String, String>defaults());
        RLocalCachedMap<String, String> far = two.getLocalCachedMap("near", LocalCachedMapOptions.<String, String>defaults());
        near.put("k", "1");
        Transcript.show("near", near.get("k"), far.get("k"));
        near.put("k", "2");
        Transcript.until("the other's cache to be told", () -> "2".equals(far.get("k")));
        RScoredSortedSet<String> ranked = one.getScoredSortedSet("ranked");
        Transcript.show("ranked", ranked.add(1, "a"), ranked.addAndGetRank(0.5, "b"), ranked.addScore("a", 4), ranked.pollFirst(), ranked.entryRange(0, -1).toString());
        Set<String> set = one.getSet("set");
        Transcript.show("set", set.add("a"), set.add("a"), set.addAll(List.of("b", "c")), one.getSet("set").readAll(), one.getSetMultimap("multi").put("k", "v"));
        Transcript.show("keys", one.getKeys().count() > 20, one.getKeys().deleteByPattern("ranke*"), one.getKeys().countExists("map", "ranked"));
    }

    private void queues() throws Exception {
        RBlockingQueue<String> queue = one.getBlockingQueue("queue");
        RDelayedQueue<String> delayed = one.getDelayedQueue(queue);
        delayed.offer("late", 3_000, MILLISECONDS);
        delayed.offer("soon", 2_000, MILLISECONDS);
        delayed.offer("never", 1000, SECONDS);
        Transcript.show("at first", queue.size(), delayed.size(), delayed.contains("soon"), delayed.remove("never"));
        Transcript.show("taken", two.getBlockingQueue("queue").take(), two.getBlockingQueue("queue").poll(45, SECONDS));
        Transcript.show("then", queue.size(), delayed.size());
        delayed.destroy();
        RBlockingQueue<String> ring = one.getBlockingQueue("plain");
        CopyOnWriteArrayList<Object> got = new CopyOnWriteArrayList<>();
        int listener = two.getBlockingQueue("plain").subscribeOnElements((java.util.function.Consumer<Object>) got::add);
        ring.put("a");
        ring.put("b");
        Transcript.until("both", () -> got.size() == 2);
        two.getBlockingQueue("plain").unsubscribe(listener);
        Transcript.show("elements", got);
        Transcript.show("priority", one.getPriorityQueue("priority").add("b"), one.getPriorityQueue("priority").add("a"), one.getPriorityQueue("priority").poll());
        Transcript.show("deque", one.getDeque("deque").offerFirst("x"), one.getDeque("deque").pollLast(), one.getBlockingDeque("bd").pollFirst(10, MILLISECONDS));
    }

    private void streams() throws Exception {
        RStream<String, String> stream = one.getStream("stream");
        stream.createGroup(StreamCreateGroupArgs.name("g").makeStream());
        for (int i = 1; i <= 3; i++) {
            stream.add(new StreamMessageId(i, 1), StreamAddArgs.entry("k", "v" + i));
        }
        Transcript.show("read", stream.readGroup("g", "a", StreamReadGroupArgs.neverDelivered().count(2)));
        Transcript.show("pending", stream.getPendingInfo("g").getTotal(), stream.ack("g", new StreamMessageId(1, 1)));
        Transcript.show("claim", stream.autoClaim("g", "b", 0, MILLISECONDS, StreamMessageId.MIN, 10).getMessages());
        Transcript.show("size", stream.size(), stream.range(StreamMessageId.MIN, StreamMessageId.MAX), stream.getInfo().getLength());
        CountDownLatch begun = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            begun.countDown();
            two.<String, String>getStream("stream").add(new StreamMessageId(9, 9), StreamAddArgs.entry("late", "entry"));
        });
        writer.start();
        Transcript.show("waited", stream.read(StreamReadArgs.greaterThan(new StreamMessageId(3, 1)).timeout(Duration.ofSeconds(30))));
        writer.join();
        Transcript.show("consumers", stream.listConsumers("g").size(), stream.listGroups().get(0).getPending());
    }

    private void topics() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        RTopic topic = one.getTopic("topic");
        int id = topic.addListener(String.class, (channel, message) -> got.add(channel + " " + message));
        one.getPatternTopic("to*").addListener(String.class, (pattern, channel, message) -> got.add(pattern + " " + message));
        Transcript.show("published", two.getTopic("topic").publish("hello"));
        Transcript.until("both", () -> got.size() == 2);
        Transcript.show("got", Set.copyOf(got));
        topic.removeListener(id);
        Transcript.until("the listener to be gone", () -> two.getTopic("topic").countSubscribers() == 0);
        two.getReliableTopic("reliable").addListener(String.class, (channel, message) -> got.add("reliable " + message));
        one.getReliableTopic("reliable").publish("for sure");
        Transcript.until("the reliable message", () -> got.contains("reliable for sure"));
    }

    private void batches() {
        RBatch batch = one.createBatch();
        batch.getBucket("b1").setAsync("x");
        batch.getAtomicLong("b2").incrementAndGetAsync();
        batch.getMap("b3").fastPutAsync("f", "v");
        Transcript.show("batch", batch.execute().getResponses());
        RScript script = one.getScript(StringCodec.INSTANCE);
        String hash = script.scriptLoad("return {KEYS[1], ARGV[1], redis.call('GET', KEYS[1])}");
        Transcript.show("script", script.<List<Object>>evalSha(RScript.Mode.READ_ONLY, hash, RScript.ReturnType.MULTI, List.of("b1"), "arg"));
        Transcript.attempt("a script that fails", () -> script.eval(RScript.Mode.READ_WRITE, "return redis.call('INCR', 'b1')", RScript.ReturnType.INTEGER));
        var transaction = one.createTransaction(org.redisson.api.TransactionOptions.defaults());
        transaction.<String, String>getMap("b3").put("f", "changed");
        transaction.<String>getBucket("b1").set("changed");
        transaction.commit();
        Transcript.show("transaction", one.getMap("b3").readAllMap(), one.getBucket("b1").get());
    }
}
