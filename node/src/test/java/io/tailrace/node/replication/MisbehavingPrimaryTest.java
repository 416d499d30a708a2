package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frame;
import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the primary may do that a replica follows: the replica keeps its data, its memory stays bounded, and it asks again. */
class MisbehavingPrimaryTest {
    private static final String SNAPSHOT = "0000000300000005-00060a24181e4001";

    @TempDir
    Path root;

    private PeerBench bench;
    private TreeMap<String, String> data;

    @BeforeEach
    void open() throws Exception {
        bench = new PeerBench(root);
        for (int i = 0; i < 100; i++) {
            bench.shard.set("key" + i, "value");
        }
        data = bench.shard.contents();
    }

    @AfterEach
    void shouldHaveKeptItsData() throws Exception {
        assertEquals(data, bench.shard.contents());
        bench.close();
    }

    private String stream() {
        return "+STREAM " + (bench.shard.shard().backlog().lastIndex() + 1) + " " + end() + "\r\n";
    }

    private String end() {
        return HandshakeEvaluator.end(bench.shard.shard()).text();
    }

    private static byte[] after(String line, byte[] frames) {
        byte[] begin = line.getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(begin, begin.length + frames.length);
        System.arraycopy(frames, 0, all, begin.length, frames.length);
        return all;
    }

    private static byte[] record(long index, int length) {
        return frame(length, FrameLayout.RECORD, index, length);
    }

    private Map<String, byte[]> faults() {
        Map<String, byte[]> faults = new LinkedHashMap<>();
        byte[] none = {};
        faults.put("another protocol", after("HTTP/1.1 400 Bad Request\r\n", none));
        faults.put("an answer without an end", after("+STREAM " + "0".repeat(2_000), none));
        faults.put("a negative index", after(stream().replaceAll(" [0-9]+ ", " -5 "), none));
        faults.put("a history that is none", after("+STREAM 5 xyz:5:00c0ffee12345678\r\n", none));
        faults.put("a refusal without a code", after("-\r\n", none));
        faults.put("a way out of the directory", after("+SNAPSHOT ../../../etc -1 0 70000 " + end() + "\r\n", none));
        faults.put(
                "a part that was never there",
                after("+SNAPSHOT " + SNAPSHOT + " -1 65536 70000 " + end() + "\r\n", none));
        faults.put("a negative offset", after("+SNAPSHOT " + SNAPSHOT + " -1 -1 70000 " + end() + "\r\n", none));
        faults.put(
                "a rewind to nowhere",
                after("+REWIND " + "ab".repeat(20) + ":99999999999:00c0ffee12345678 " + end() + "\r\n", none));
        faults.put("a whole log that nobody wants", after("+LOG 4294967296 " + end() + "\r\n", none));
        faults.put("a copy that nobody ordered", after("+COPY - " + end() + "\r\n", none));
        faults.put(
                "a copy that shares what is not there",
                after("+COPY " + "ab".repeat(20) + ":99999999999:- " + end() + "\r\n", none));
        long next = bench.shard.shard().backlog().lastIndex() + 1;
        faults.put("a record that is nothing", after(stream(), record(next, 24)));
        faults.put("a record after a gap", after(stream(), record(next + 5, 24)));
        faults.put("a record that is there", after(stream(), record(next - 1, 24)));
        faults.put("a record of a gibibyte", after(stream(), frame(1 << 30, FrameLayout.RECORD, next, 24)));
        faults.put("a negative length", after(stream(), frame(-1, FrameLayout.RECORD, next, 24)));
        faults.put("an unknown type", after(stream(), frame(0, 99, 0, 0)));
        inState(faults, "following", stream());
        String sync = "+SNAPSHOT " + SNAPSHOT + " 100 0 100 " + end() + "\r\n";
        inState(faults, "syncing", sync);
        faults.put("a record before the snapshot", after(sync, record(next, 24)));
        faults.put("a piece out of order", after(sync, frame(10, FrameLayout.SNAPSHOT_CHUNK, 50, 10)));
        faults.put("a piece that is too long", after(sync, frame(65_537, FrameLayout.SNAPSHOT_CHUNK, 0, 10)));
        faults.put("more than was announced", after(sync, frame(101, FrameLayout.SNAPSHOT_CHUNK, 0, 101)));
        faults.put("a piece at the last offset", after(sync, frame(1, FrameLayout.SNAPSHOT_CHUNK, Long.MAX_VALUE, 1)));
        faults.put("a piece that is no snapshot", after(sync, frame(100, FrameLayout.SNAPSHOT_CHUNK, 0, 100)));
        faults.put("an end before its time", after(sync, frames(frames -> frames.snapshotEnd(70_000))));
        faults.put("an empty snapshot", after(sync, frames(frames -> frames.snapshotEnd(0))));
        return faults;
    }

    /** Frames that are well formed and not expected here. */
    private static void inState(Map<String, byte[]> faults, String state, String line) {
        Map<String, Consumer<FrameWriter>> wrong = new LinkedHashMap<>();
        wrong.put("an ACK", frames -> frames.ack(1, 2, 3, 4, 5));
        wrong.put("a FETCH", frames -> frames.fetch(0, 0));
        wrong.put("a PROBE", frames -> frames.probe(0));
        wrong.put("a FETCHED", frames -> frames.fetched(1, 2, 3));
        wrong.put("an ERROR", frames -> frames.error("no"));
        if (state.equals("following")) {
            wrong.put("a SNAPSHOT_BEGIN", frames -> frames.snapshotBegin(1, "s"));
            wrong.put("a SNAPSHOT_END", frames -> frames.snapshotEnd(0));
        }
        wrong.forEach((what, writes) -> faults.put(what + " while " + state, after(line, frames(writes))));
    }

    @Test
    void shouldKeepItsDataAndAskAgainWhateverItIsSent() throws Exception {
        Peer primary = bench.followedPrimary();
        for (Map.Entry<String, byte[]> fault : faults().entrySet()) {
            bench.step = fault.getKey();
            primary.send(fault.getValue());
            primary.awaitEnd();
            assertEquals(data, bench.shard.contents(), fault.getKey());
            assertFalse(bench.replication.link().isUp(), fault.getKey());
            primary = bench.primary();
        }
        primary.send(stream());
        bench.await(() -> bench.replication.link().isUp());
    }

    @Test
    void shouldNotWaitForAnAnswerThatComesByteByByte() throws Exception {
        Peer primary = bench.followedPrimary();
        for (int i = 0; i < 12 && !primary.isEnded(); i++) {
            primary.send("+");
            bench.pass(1);
        }
        primary.awaitEnd();
    }

    @Test
    void shouldNotPileUpWhatAPrimaryDoesNotRead() throws Exception {
        Peer primary = bench.followedPrimary().send(stream());
        bench.await(() -> bench.replication.link().isUp());
        long attached = NativeBuffer.liveBytes();
        byte[] ping = frames(frames -> frames.ping(1, 2, 3));
        long sent = 0;
        for (int i = 0; i < 20_000; i++) {
            sent += primary.flood(ping, ping.length);
        }
        long grown = NativeBuffer.liveBytes() - attached;
        assertTrue(grown <= 64 << 10, sent + " bytes of heartbeats take " + grown + " bytes");
        assertTrue(bench.replication.link().isUp(), "it is told nothing, and that is all");
    }
}
