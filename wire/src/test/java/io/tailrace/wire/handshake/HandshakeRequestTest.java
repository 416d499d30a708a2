package io.tailrace.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.HandshakeRequest.SnapshotPart;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RequestDecoder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class HandshakeRequestTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final String LINE = "REPLICATE VERSION 2 SHARD 3 OF 4 ID r-1 PORT 6380 HISTORY " + HISTORY
            + " INDEX 12884901929 CHAIN 00c0ffee12345678";
    private static final HistoryPosition POSITION =
            HistoryPosition.of("b".repeat(40), QueueIndex.of(7, 2), 0x0123456789abcdefL);
    private static final HandshakeRequest REQUEST = new HandshakeRequest(
            3, 4, "r-1", 6380, log(QueueIndex.of(3, 41), 0x00c0ffee12345678L, List.of()), null, null);

    private static ReplicaLog log(long index, long chain, List<EndedHistory> lineage) {
        return new ReplicaLog(HISTORY, index, chain, lineage);
    }

    @Test
    void shouldBeReadFromALineInEitherCase() throws HandshakeException {
        assertEquals(REQUEST, parse(LINE));
        assertEquals(REQUEST, parse(LINE.replace("REPLICATE", "replicate").replace("SHARD", "Shard")));
    }

    @Test
    void shouldBeReadBackFromAnArray() throws HandshakeException {
        assertEquals(REQUEST, parse(encoded(REQUEST)));
        shouldBeReadBack(new HandshakeRequest(0, 1, "x".repeat(64), 0, ReplicaLog.EMPTY, null, null));
        List<EndedHistory> lineage =
                List.of(new EndedHistory("a".repeat(40), Long.MAX_VALUE), new EndedHistory("b".repeat(40), 0));
        for (List<EndedHistory> went : List.of(lineage, List.<EndedHistory>of())) {
            for (CopyConsent consent : new CopyConsent[] {null, CopyConsent.ANY, new CopyConsent(POSITION)}) {
                for (SnapshotPart part : new SnapshotPart[] {null, new SnapshotPart("snapshot-00", 1L << 40)}) {
                    ReplicaLog log = log(QueueIndex.of(3, 41), -1, went);
                    shouldBeReadBack(new HandshakeRequest(0, 1, "r", 65535, log, consent, part));
                    shouldBeReadBack(new HandshakeRequest(0, 1, "r", 65535, "host.example", log, consent, part));
                }
            }
        }
    }

    private static void shouldBeReadBack(HandshakeRequest request) throws HandshakeException {
        assertEquals(request, parse(encoded(request)));
    }

    @Test
    void shouldHaveTheBytesOfTheSpecification() {
        assertEquals(
                "*17\r\n$9\r\nREPLICATE\r\n$7\r\nVERSION\r\n$1\r\n2\r\n$5\r\nSHARD\r\n$1\r\n3\r\n$2\r\nOF\r\n$1\r\n4\r\n"
                        + "$2\r\nID\r\n$3\r\nr-1\r\n$4\r\nPORT\r\n$4\r\n6380\r\n$7\r\nHISTORY\r\n$40\r\n" + HISTORY
                        + "\r\n$5\r\nINDEX\r\n$11\r\n12884901929\r\n$5\r\nCHAIN\r\n$16\r\n00c0ffee12345678\r\n",
                encoded(REQUEST));
    }

    @Test
    void shouldSayWhatItHoldsAndWhatItConsentsTo() {
        HandshakeRequest forced = new HandshakeRequest(
                REQUEST.shard(),
                REQUEST.shardCount(),
                REQUEST.replicaId(),
                REQUEST.port(),
                REQUEST.log(),
                CopyConsent.ANY,
                null);
        assertEquals(encoded(REQUEST).replace("*17", "*19") + "$7\r\nCONSENT\r\n$3\r\nANY\r\n", encoded(forced));
        HandshakeRequest bound = new HandshakeRequest(
                REQUEST.shard(),
                REQUEST.shardCount(),
                REQUEST.replicaId(),
                REQUEST.port(),
                REQUEST.log(),
                new CopyConsent(POSITION),
                null);
        assertEquals(
                encoded(REQUEST).replace("*17", "*19") + "$7\r\nCONSENT\r\n$69\r\n" + "b".repeat(40)
                        + ":30064771074:0123456789abcdef\r\n",
                encoded(bound));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PING | ERR expected REPLICATE VERSION <n>",
                "REPLICATE FROM 0 ID x | ERR expected REPLICATE VERSION <n>",
                "REPLICATE VERSION 1 WHATEVER | VERSION version 2 is supported here, not 1",
                "REPLICATE VERSION x | VERSION version 2 is supported here, not x",
                "REPLICATE VERSION 2 | ERR expected 17 to 27 arguments, got 3"
            })
    void shouldRefuseWhatIsNoRequest(String line, String refusal) {
        assertEquals(refusal, refusalOf(line));
    }

    @ParameterizedTest
    @CsvSource({
        "SHARD 3, SHARE 3, 'expected SHARD, got SHARE'",
        "CHAIN, CHAINS, 'expected CHAIN, got CHAINS'",
        "SHARD 3, SHARD 4, SHARD can't be 4",
        "SHARD 3, SHARD -1, SHARD can't be -1",
        "SHARD 3, SHARD 03, SHARD can't be 03",
        "OF 4, OF 0, OF can't be 0",
        "OF 4, OF 4294967300, OF can't be 4294967300",
        "ID r-1, ID \"\", ID can't be ''",
        "ID r-1, ID \"a b\", ID can't be a b",
        "PORT 6380, PORT 65536, PORT can't be 65536",
        "PORT 6380, PORT x, PORT can't be x",
        "HISTORY 01, HISTORY 0G, HISTORY can't be 0G23456789abcdef0123456789abcdef01234567",
        "HISTORY 01, HISTORY 1, HISTORY can't be 123456789abcdef0123456789abcdef01234567",
        "INDEX 12884901929, INDEX -2, INDEX can't be -2",
        "INDEX 12884901929, INDEX 9223372036854775808, INDEX can't be 9223372036854775808",
        "CHAIN 00c0, CHAIN 00C0, CHAIN can't be 00C0ffee12345678",
        "CHAIN 00c0, CHAIN c0, CHAIN can't be c0ffee12345678"
    })
    void shouldNameWhatIsWrong(String part, String instead, String refusal) {
        assertEquals("ERR " + refusal.replace("''", ""), refusalOf(LINE.replace(part, instead)));
    }

    @Test
    void shouldNameWhatIsWrongWithAResume() {
        assertEquals("ERR OFFSET can't be -1", refusalOf(LINE + " SNAPSHOT s OFFSET -1"));
        assertEquals(
                "ERR SNAPSHOT can't be " + "s".repeat(64),
                refusalOf(LINE + " SNAPSHOT " + "s".repeat(129) + " OFFSET 1"));
        assertEquals("ERR ID can't be " + "i".repeat(64), refusalOf(LINE.replace("r-1", "i".repeat(65))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HOST \u00e4 | HOST can't be \u00e4",
                "LINEAGE x:1 | LINEAGE can't be x:1",
                "LINEAGE 0123456789abcdef0123456789abcdef01234567 | LINEAGE can't be 0123456789abcdef0123456789abcdef01234567",
                "LINEAGE 0123456789abcdef0123456789abcdef01234567:-1 | LINEAGE can't be 0123456789abcdef0123456789abcdef01234567:-1",
                "LINEAGE 0123456789abcdef0123456789abcdef01234567:1, | LINEAGE can't be 0123456789abcdef0123456789abcdef01234567:1,",
                "LINAGE x:1 | expected HOST, LINEAGE, CONSENT or SNAPSHOT, got LINAGE",
                "CONSENT x | CONSENT can't be x",
                "CONSENT any | CONSENT can't be any",
                "CONSENT 0123456789abcdef0123456789abcdef01234567:1:- | CONSENT can't be 0123456789abcdef0123456789abcdef01234567:1:-",
                "CONSENT 0123456789abcdef0123456789abcdef01234567:-1:00c0ffee12345678 | CONSENT can't be 0123456789abcdef0123456789abcdef01234567:-1:00c0ffee12345678",
                "CONSENT 0123456789abcdef0123456789abcdef01234567:1:c0 | CONSENT can't be 0123456789abcdef0123456789abcdef01234567:1:c0",
                "CONSENT ANY CONSENT ANY | expected HOST, LINEAGE, CONSENT or SNAPSHOT, got CONSENT",
                "SNAPSHOT s | expected OFFSET, got s",
                "SNAPSHOT s OFFSET | expected a number after OFFSET"
            })
    void shouldRefuseAWrongEnd(String end, String refusal) {
        assertEquals("ERR " + refusal, refusalOf(LINE + " " + end));
    }

    @Test
    void shouldFitWithTheLongestLineage() throws HandshakeException {
        List<EndedHistory> lineage =
                Collections.nCopies(EndedHistory.MAX_COUNT, new EndedHistory(HISTORY, Long.MAX_VALUE));
        HandshakeRequest longest = new HandshakeRequest(
                0,
                1,
                "x".repeat(64),
                65535,
                "h".repeat(255),
                log(Long.MAX_VALUE, -1, lineage),
                new CopyConsent(HistoryPosition.of(HISTORY, Long.MAX_VALUE, -1)),
                new SnapshotPart("s".repeat(128), Long.MAX_VALUE));
        assertEquals(longest, parse(encoded(longest)));
        assertEquals(true, encoded(longest).length() <= HandshakeRequest.MAX_LENGTH);
    }

    @Test
    void shouldBeLimitedBeforeItIsDecoded() {
        RequestDecoder decoder = new RequestDecoder(HandshakeRequest.limits());
        try (NativeBytes bytes = NativeBytes.of("R".repeat(HandshakeRequest.MAX_LENGTH + 1))) {
            assertEquals(RequestDecoder.Outcome.PROTOCOL_ERROR, decoder.decode(bytes.address(), bytes.length()));
        }
        decoder = new RequestDecoder(HandshakeRequest.limits());
        try (NativeBytes bytes = NativeBytes.of("*28\r\n")) {
            assertEquals(RequestDecoder.Outcome.PROTOCOL_ERROR, decoder.decode(bytes.address(), bytes.length()));
        }
    }

    private static String refusalOf(String line) {
        HandshakeException refused = assertThrows(HandshakeException.class, () -> parse(line));
        return refused.code() + " " + refused.getMessage();
    }

    private static HandshakeRequest parse(String input) throws HandshakeException {
        RequestDecoder decoder = new RequestDecoder(HandshakeRequest.limits());
        try (NativeBytes bytes = NativeBytes.of(input.endsWith("\n") ? input : input + "\r\n")) {
            assertEquals(RequestDecoder.Outcome.REQUEST, decoder.decode(bytes.address(), bytes.length()));
            return HandshakeRequest.parse(decoder.arguments());
        }
    }

    private static String encoded(HandshakeRequest request) {
        try (ReplyWriter out = new ReplyWriter(16)) {
            request.encode(out);
            return Memory.toAscii(out.address(), out.pending());
        }
    }
}
