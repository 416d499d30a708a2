package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When and how often keys are used, beside a real Redis: OBJECT IDLETIME, OBJECT FREQ, TOUCH. */
class RedisUseTest {
    @TempDir
    private Path directory;

    private SideBySide both;
    private SideBySide.Client client;

    @BeforeEach
    void start() throws IOException, RebuildException {
        both = new SideBySide(directory, 1, Map.of());
        client = both.connect(0);
    }

    @AfterEach
    void stop() throws IOException {
        both.close();
    }

    @Test
    void shouldTellForHowLongAKeyWasNotUsed() throws IOException {
        client.compare(
                "fresh",
                "SET s 1",
                "HSET h f 1",
                "OBJECT IDLETIME s",
                "OBJECT IDLETIME none",
                "OBJECT FREQ s",
                "OBJECT FREQ none",
                "OBJECT IDLETIME",
                "OBJECT HELP");
        both.bench.jumpedMicros = 50_000_000;
        assertTrue(client.ours("OBJECT IDLETIME s").toString().matches("\\[:5[01]]"));
        client.ours("TYPE s", "TTL s", "EXISTS s", "OBJECT ENCODING s", "SCAN 0", "MEMORY USAGE s", "HLEN h");
        String idle = client.ours("OBJECT IDLETIME s", "OBJECT IDLETIME h").toString();
        assertTrue(idle.matches("\\[:5[01], :0]"), idle);
        client.compare("touch", "TOUCH s h none", "OBJECT IDLETIME s");
    }

    @Test
    void shouldCountUses() throws IOException {
        client.compare("set", "CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0 lfu-decay-time 0");
        both.bench.await(() -> client.ours("OBJECT FREQ none").toString().equals("[$-1]"));
        String[] commands = {
            "SET s a",
            "OBJECT FREQ s",
            "GET s",
            "GET s",
            "OBJECT FREQ s",
            "OBJECT IDLETIME s",
            "TYPE s",
            "EXISTS s",
            "TTL s",
            "OBJECT FREQ s",
            "TOUCH s s",
            "OBJECT FREQ s",
            "APPEND s b",
            "OBJECT FREQ s",
            "SET s c",
            "OBJECT FREQ s",
            "EXPIRE s 100",
            "OBJECT FREQ s",
            "HSET h f 1",
            "OBJECT FREQ h",
            "HSET h f 2",
            "HGET h f",
            "OBJECT FREQ h",
            "LPUSH l 1",
            "LRANGE l 0 -1",
            "OBJECT FREQ l",
            "RENAME l m",
            "OBJECT FREQ m",
            "DEL s",
            "SET s a",
            "OBJECT FREQ s",
            "SET n a GET",
            "GETSET n a",
            "OBJECT FREQ n",
            "SETRANGE n 0 b",
            "OBJECT FREQ n",
            "SETRANGE n 40 b",
            "OBJECT FREQ n",
            "GETEX n PERSIST",
            "OBJECT FREQ n",
            "SADD q a",
            "SADD q b",
            "OBJECT FREQ q",
            "COPY q r",
            "OBJECT FREQ r",
            "ZADD z 1 a",
            "ZINCRBY z 1 a",
            "OBJECT FREQ z",
            "SETBIT n 1 1",
            "OBJECT FREQ n"
        };
        for (String command : commands) {
            client.compare("uses", command);
        }
    }
}
