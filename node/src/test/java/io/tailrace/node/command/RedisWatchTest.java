package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.store.DueSegments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WATCH, deadlines and a second client, as a real Redis answers: chosen scripts, and random ones. */
class RedisWatchTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final int ROUNDS = 200;
    private static final long SHORT_DEADLINE_MS = 20;
    private static final List<String> KEYS = List.of("{k}a", "{k}b", "{k}c");

    /**
     * Each line is one round: W watches and executes, O is another client, ~ is a time in which short deadlines (PX 20) pass,
     * ! the server's own removal of what has passed.
     */
    private static final List<String> SCRIPT = List.of(
            "W SET {k}a 1;W WATCH {k}a;O SET {k}a 2;W EXEC;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SET {k}a 2;W EXEC a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SET {k}a 2;W DISCARD;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 2;W MULTI;W DISCARD;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 2;W MULTI;W NOSUCH;W EXEC;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 2;W RESET;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 2;W MULTI;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 2;W MULTI;W UNWATCH;W EXEC;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;W EXISTS {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;W GET {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;W TTL {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O DEL {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O UNLINK {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O GETDEL {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O FLUSHALL;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O SETNX {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O SET {k}a 1;O DEL {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O SET {k}a 1 PXAT 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O EXPIRE {k}a 100;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O PERSIST {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O APPEND {k}a ;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;O SET {k}b 2;~;W WATCH {k}a;O RENAME {k}b {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O RENAME {k}a {k}b;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;!;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;!;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;W WATCH {k}a;!;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20,WATCH {k}a;~;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20,WATCH {k}a;~;!;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20,WATCH {k}a;~;W GET {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20,WATCH {k}a;~;W MULTI;W GET {k}a;W EXEC",
            "W SET {k}a 1 PX 20,WATCH {k}a;~;W WATCH {k}a;W MULTI;W GET {k}a;W EXEC",
            "W WATCH {k}a;O FLUSHALL;W MULTI;W PING;W EXEC",
            "W WATCH {k}a {k}b;O SET {k}b 1;O FLUSHALL;W MULTI;W PING;W EXEC",
            "W SET {k}b 1;W WATCH {k}a {k}b;O FLUSHDB;W MULTI;W PING;W EXEC",
            "W SET {k}b 1;W WATCH {k}a;O FLUSHDB;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O MULTI;O SET {k}a 1;O FLUSHALL;O EXEC;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O MULTI;O FLUSHALL;O EXEC;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O MULTI;O DEL {k}a;O FLUSHALL;O EXEC;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O APPEND {k}a ;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O MULTI;O APPEND {k}a ;O EXEC;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O APPEND {k}a ;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SETRANGE {k}a 0 ;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SETRANGE {k}a 0 ;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O SET {k}a 1 PXAT 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SET {k}a 1 PXAT 1;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O GETEX {k}a EXAT 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O GETEX {k}a EXAT 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O GETEX {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O GETEX {k}a PERSIST;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O PERSIST {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O EXPIRE {k}a 100 XX;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O EXPIRE {k}a -1;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O EXPIRE {k}a -1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;O EXPIREAT {k}a 99999999999;W WATCH {k}a;O EXPIREAT {k}a 99999999999;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SETNX {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O MSETNX {k}a 1 {k}b 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O INCRBY {k}a 0;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O INCRBYFLOAT {k}a 0;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O INCRBY {k}a x;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O GETSET {k}a 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O RENAME {k}a {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O RENAMENX {k}a {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}b;O RENAME {k}a {k}b;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W SET {k}b 1;W WATCH {k}b;O RENAMENX {k}a {k}b;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O TOUCH {k}a;O TTL {k}a;O STRLEN {k}a;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;W SET {k}a 2;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;O WATCH {k}a;O MULTI;O SET {k}a 1;O EXEC;O GET {k}a;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;W MULTI;W WATCH {k}b;O SET {k}b 1;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SWAPDB 1 0;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SWAPDB 0 0;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O SWAPDB 2 1;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}b;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W SELECT 0;W WATCH {k}a;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W SELECT 0;W SET {k}a 2;W WATCH {k}a;O SWAPDB 0 1;W MULTI;W GET {k}a;W EXEC",
            "W SELECT 1;W SET {k}a 1 PX 20;~;W SELECT 0;W WATCH {k}a;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1 PX 20;~;W SELECT 0;W WATCH {k}a;O SWAPDB 0 1;!;W MULTI;W PING;W EXEC",
            "W SET {k}a 1 PX 20;~;W WATCH {k}a;O SWAPDB 0 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W WATCH {k}a;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W WATCH {k}a;O SELECT 1;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;W SELECT 1;W WATCH {k}a;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;W SELECT 1;W WATCH {k}a;O SELECT 1;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W WATCH {k}a;W SELECT 1;O SET {k}a 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W WATCH {k}a;O FLUSHDB;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W WATCH {k}a;O SELECT 1;O FLUSHDB;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W WATCH {k}a;O FLUSHALL;W MULTI;W PING;W EXEC",
            "W SET {k}a 1;W WATCH {k}a;O MOVE {k}a 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W WATCH {k}a;O SET {k}a 1;O MOVE {k}a 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W WATCH {k}a;O SET {k}a 1;O COPY {k}a {k}a DB 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W SET {k}a 1;W WATCH {k}a;O SET {k}a 1;O MOVE {k}a 1;W MULTI;W PING;W EXEC",
            "W SELECT 1;W RESET;W SET {k}a 5;O GET {k}a;W MULTI;W SELECT 1;W SET {k}a 6;W EXEC;W GET {k}a;O GET {k}a",
            "W MULTI;W SELECT 1;W SET {k}a 6;W SELECT 16;W SELECT x;W APPEND {k}a 7;W EXEC;W GET {k}a;O GET {k}a",
            "W MULTI;W SELECT 1;W DISCARD;W SET {k}a 6;O GET {k}a",
            "W MULTI;W SET {k}a 6;W MOVE {k}a 1;W GET {k}a;W SELECT 1;W GET {k}a;W EXEC;W DBSIZE;O DBSIZE");

    /** Before WATCH, then by another client: what may leave the key as it is to clients, though it writes. */
    private static final List<String> MAYBE_WRITES = List.of(
            "SET {k}a 1|SETBIT {k}a 7 1",
            "SET {k}a 1|SETBIT {k}a 7 0",
            "SET {k}a x|SETBIT {k}a 7 0",
            "SET {k}a 1|SETBIT {k}a 100 0",
            "PING|SETBIT {k}a 0 0",
            "SET {k}a 1|BITFIELD {k}a SET u8 0 49",
            "SET {k}a x|BITFIELD {k}a SET u8 0 120 INCRBY u8 0 0",
            "SET {k}a 1|BITFIELD {k}a SET u8 0 50",
            "SET {k}a 1|BITFIELD {k}a SET u8 100 0",
            "SET {k}a 1|BITFIELD {k}a GET u8 0",
            "SET {k}a 1|BITFIELD {k}a OVERFLOW FAIL INCRBY u8 0 255",
            "SET {k}a 1|BITFIELD {k}a OVERFLOW FAIL INCRBY u8 0 255 SET u8 100 0",
            "SET {k}a 1|BITFIELD {k}a OVERFLOW FAIL SET u8 0 49 SET u8 100 0",
            "PING|BITFIELD {k}a OVERFLOW FAIL INCRBY u8 0 300",
            "PING|BITFIELD {k}a INCRBY u8 0 0",
            "PING|BITFIELD {k}a GET u8 0",
            "PFADD {k}a x|PFMERGE {k}a",
            "PFADD {k}a x;PFADD {k}b x|PFMERGE {k}a {k}b",
            "PFADD {k}a x|PFADD {k}a x",
            "PFADD {k}a x|PFADD {k}a",
            "PFADD {k}a x|PFCOUNT {k}a",
            "PING|PFMERGE {k}a",
            "PING|XGROUP CREATE {k}a g $ MKSTREAM",
            "XADD {k}a 1-1 f v|XGROUP CREATE {k}a g 0",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0|XGROUP SETID {k}a g 1-1",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0|XGROUP DESTROY {k}a g",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0|XGROUP CREATECONSUMER {k}a g c",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0|XREADGROUP GROUP g c STREAMS {k}a >",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0|XREADGROUP GROUP g c NOACK STREAMS {k}a >",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0;XREADGROUP GROUP g c STREAMS {k}a >|XACK {k}a g 1-1",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0;XREADGROUP GROUP g c STREAMS {k}a >|XCLAIM {k}a g d 0 1-1",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0;XREADGROUP GROUP g c STREAMS {k}a >|XAUTOCLAIM {k}a g d 0 0",
            "XADD {k}a 1-1 f v;XGROUP CREATE {k}a g 0;XREADGROUP GROUP g c STREAMS {k}a >|XGROUP DELCONSUMER {k}a g c",
            "XADD {k}a 1-1 f v|XSETID {k}a 5-1",
            "XADD {k}a 1-1 f v|XDEL {k}a 7-1",
            "XADD {k}a 1-1 f v|XDEL {k}a 1-1",
            "XADD {k}a 1-1 f v|XTRIM {k}a MAXLEN 5",
            "XADD {k}a 1-1 f v|XTRIM {k}a MAXLEN 0",
            "XADD {k}a 1-1 f v|XREAD STREAMS {k}a 0");

    @TempDir
    Path directory;

    private SideBySide both;
    private SideBySide.Client watcher;
    private SideBySide.Client other;

    @BeforeAll
    static void needRedis() {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
    }

    private void start(int shards) throws IOException, RebuildException {
        both = new SideBySide(directory, shards, Map.of(), "--enable-debug-command", "yes");
        both.redis.reply("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        watcher = both.connect(0);
        other = both.connect(shards - 1);
    }

    @AfterEach
    void stop() throws IOException {
        if (both != null) {
            both.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldExecuteAsRedisDoes(int shards) throws IOException, RebuildException {
        start(shards);
        for (String line : SCRIPT) {
            boolean isOfAllShards = line.contains("O MULTI") && line.contains("FLUSHALL");
            if (isOfAllShards && shards > 1) {
                continue;
            }
            for (String step : line.split(";")) {
                run(line, step);
            }
            begin(line);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldTakeForAWriteOfTheKeyWhatRedisDoes(int shards) throws IOException, RebuildException {
        start(shards);
        for (String line : MAYBE_WRITES) {
            String[] parts = line.split("\\|");
            for (String step : parts[0].split(";")) {
                run(line, "O " + step);
            }
            for (String step :
                    List.of("W WATCH {k}a", "O " + parts[1], "W MULTI", "W PING", "W EXEC", "W EXISTS {k}a")) {
                run(line, step);
            }
            begin(line);
        }
    }

    @Test
    void shouldExecuteAsRedisDoesInRandomOrder() throws IOException, RebuildException {
        start(2);
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            String context = "seed " + SEED + ", round " + round;
            for (int steps = random.nextInt(12); steps > 0; steps--) {
                String step = step(random);
                run(context, step);
                if (step.contains(" PX ")) {
                    // or it would depend on the machine's load whether the next command still meets the key
                    run(context, "~");
                }
            }
            for (String step : List.of("W MULTI", "W PING", "W EXEC", "W EXEC")) {
                run(context, step);
            }
        }
    }

    private void begin(String context) throws IOException {
        for (String step : List.of("W UNWATCH", "O UNWATCH", "W SELECT 0", "O SELECT 0", "O FLUSHALL")) {
            run(context, step);
        }
    }

    private void run(String context, String step) throws IOException {
        if (step.equals("~")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SHORT_DEADLINE_MS + 2));
        } else if (step.equals("!")) {
            removePast();
        } else {
            SideBySide.Client client = step.startsWith("W") ? watcher : other;
            client.compare(context, step.substring(2).split(","));
        }
    }

    /** Lets both servers remove what is past its deadline. */
    private void removePast() throws IOException {
        both.redis.reply("DEBUG", "SET-ACTIVE-EXPIRE", "1");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!isPastRemoved()) {
            assertTrue(System.nanoTime() < end, "keys past their deadline are still there");
        }
        both.redis.reply("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    }

    private boolean isPastRemoved() throws IOException {
        long now = System.currentTimeMillis();
        both.bench.await(() -> {
            both.bench.nowMicros += 1_000;
            return both.bench.shards.stream()
                    .allMatch(shard -> shard.store().due().next(now) == DueSegments.NONE);
        });
        return both.redis.reply("DBSIZE").equals(other.ours("DBSIZE").get(0));
    }

    private static String step(Random random) {
        String client = random.nextInt(3) == 0 ? "W " : "O ";
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String second = KEYS.get(random.nextInt(KEYS.size()));
        switch (random.nextInt(20)) {
            case 0, 1, 2:
                return "W WATCH " + key;
            case 3:
                return "W SET " + key + " 1 PX 20,WATCH " + second;
            case 4, 5:
                return client + "SET " + key + " 1 PX 20";
            case 6, 7:
                return "!";
            case 8:
                return client + "SET " + key + " 2";
            case 9:
                return client + "DEL " + key;
            case 10:
                return client + "RENAME " + key + " " + second;
            case 11:
                return client + "FLUSHALL";
            case 12:
                return client + "APPEND " + key + " " + (random.nextBoolean() ? "" : "x");
            case 13:
                return client + "SET " + key + " 1 PXAT 1";
            case 14:
                return client + "UNWATCH";
            case 15:
                return client + "EXEC";
            case 16:
                return client + "PERSIST " + key;
            case 17:
                return client + "EXPIRE " + key + " 1000";
            default:
                return client + "EXISTS " + key;
        }
    }
}
