package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardCountTest {
    /** Columns: cores, helper-cores, the processors of the process; the shards. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none  | ''  | 1   | 1",
                "none  | ''  | 2   | 1",
                "none  | ''  | 3   | 2",
                "none  | ''  | 8   | 7",
                "none  | 0,1 | 8   | 6",
                "none  | ''  | 128 | 64",
                "auto  | ''  | 2   | 1",
                "auto  | ''  | 4   | 3",
                "auto  | 0   | 4   | 3",
                "1,3,5 | ''  | 8   | 3",
                "1,0   | ''  | 2   | 2",
            })
    void shouldGiveEachShardAProcessorAndLeaveSomeForOthers(
            String cores, String helpers, int processors, int expected) {
        Cores helping = helpers.isEmpty() ? Cores.NONE : Cores.parseList(helpers);
        assertEquals(
                expected,
                ShardCount.parse("auto")
                        .of(Cores.parse(cores), helping, processors)
                        .count());
    }

    @Test
    void shouldBeANumberOnceItIsAsked() throws ConfigException {
        NodeConfig config = NodeConfig.builder()
                .set(Setting.SHARDS, "Auto")
                .set(Setting.CORES, "3,1")
                .build();
        assertEquals(2, config.shards().count());
        assertEquals("2", config.text(Setting.SHARDS));
        assertTrue(config.shards().isAuto());
        assertEquals("auto, which is 2 here", config.shards().asked());
        assertTrue(
                config.shards().text().startsWith("2 shards (auto: "),
                config.shards().text());
        assertEquals(2, config.toBuilder().build().shards().count());
        assertFalse(NodeConfig.builder().build().shards().isAuto());
        ConfigException e =
                assertThrows(ConfigException.class, () -> NodeConfig.builder().set(Setting.SHARDS, "0"));
        assertTrue(e.getMessage().endsWith("must be auto or a number from 1 to 64"), e.getMessage());
    }
}
