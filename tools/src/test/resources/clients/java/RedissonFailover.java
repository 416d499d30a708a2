import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Locks of Redisson, kept by its watchdog, while their primary dies: nobody is in the critical section twice. Arguments: a port, or
 * sentinel:PORT,PORT; the file that ends it when it appears. Prints what it has done when it ends.
 */
public final class RedissonFailover {
    private static final long WATCHDOG_MILLIS = 12_000;
    private static final int CLIENTS = 2;
    private static final int THREADS = 3;

    private static final AtomicInteger INSIDE = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();
    private static final AtomicInteger HELD = new AtomicInteger();
    private static final AtomicInteger ERRORS = new AtomicInteger();

    private RedissonFailover() {}

    public static void main(String[] arguments) throws Exception {
        Path stop = Path.of(arguments[1]);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RedissonClient client = client(arguments[0]);
            for (int n = 0; n < THREADS; n++) {
                Thread thread = new Thread(() -> work(client, stop));
                thread.start();
                threads.add(thread);
            }
        }
        System.out.println("begun");
        for (Thread each : threads) {
            each.join();
        }
        System.out.printf("{\"library\":\"Redisson\",\"held\":%d,\"most\":%d,\"errors\":%d}%n", HELD.get(), MOST.get(), ERRORS.get());
        System.exit(MOST.get() == 1 ? 0 : 1);
    }

    private static RedissonClient client(String where) {
        Config config = new Config();
        config.setLockWatchdogTimeout(WATCHDOG_MILLIS);
        if (where.startsWith("sentinel:")) {
            var servers = config.useSentinelServers().setMasterName("tail").setCheckSentinelsList(false).setScanInterval(500);
            for (String port : where.substring("sentinel:".length()).split(",")) {
                servers.addSentinelAddress("redis://127.0.0.1:" + port);
            }
            servers.setReadMode(org.redisson.config.ReadMode.MASTER).setRetryAttempts(30).setTimeout(1000).setConnectTimeout(1000);
            servers.setMasterConnectionMinimumIdleSize(2).setMasterConnectionPoolSize(8).setSubscriptionConnectionMinimumIdleSize(1);
        } else {
            config.useSingleServer().setAddress("redis://127.0.0.1:" + where).setRetryAttempts(30).setTimeout(1000)
                    .setConnectionMinimumIdleSize(2).setConnectionPoolSize(8).setSubscriptionConnectionMinimumIdleSize(1);
        }
        return Redisson.create(config);
    }

    private static void work(RedissonClient client, Path stop) {
        while (!Files.exists(stop)) {
            try {
                RLock lock = client.getLock("critical");
                if (lock.tryLock(2, TimeUnit.SECONDS)) {
                    MOST.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                    INSIDE.decrementAndGet();
                    HELD.incrementAndGet();
                    lock.unlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                ERRORS.incrementAndGet();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }
}
