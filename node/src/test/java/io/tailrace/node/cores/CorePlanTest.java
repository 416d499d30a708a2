package io.tailrace.node.cores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorePlanTest {
    private static NodeConfig config(String cores, String helpers, int shards) throws ConfigException {
        return NodeConfig.builder()
                .set(Setting.SHARDS, shards)
                .set(Setting.CORES, cores)
                .set(Setting.HELPER_CORES, helpers)
                .build();
    }

    /** Columns: cores, helper-cores, shards, the processors of the process; those of the shards, of helpers, whether all is well. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | ''  | 1 | 0-3   | []       | any   | true",
                "none | 0,2 | 1 | 0-3   | []       | 0,2   | true",
                "1    | ''  | 1 | 0-1   | [1]      | 0     | true",
                "0    | ''  | 1 | 0-1   | [0]      | 1     | true",
                "1,3  | ''  | 2 | 0-3   | [1, 3]   | 0,2   | true",
                "3,1  | 0   | 2 | 0-3   | [3, 1]   | 0     | true",
                "5    | ''  | 1 | 0-1   | [5]      | 0-1   | true",
                "0,1  | ''  | 2 | 0-1   | [0, 1]   | 0-1   | false",
                "auto | ''  | 1 | 0-1   | [1]      | 0     | true",
                "auto | ''  | 2 | 0-1   | []       | any   | false",
                "auto | ''  | 2 | 0,4-6 | [6, 5]   | 0,4   | true",
                "auto | ''  | 3 | 0-3   | [3, 2, 1]| 0     | true",
                "auto | 3   | 2 | 0-3   | [2, 1]   | 3     | true",
                "auto | 1   | 1 | 0-1   | [0]      | 1     | true",
                "auto | 0,1 | 1 | 0-1   | []       | 0-1   | false",
            })
    void shouldKeepShardsAndHelpersApart(
            String cores, String helpers, int shards, String allowed, String expected, String others, boolean isWell)
            throws ConfigException {
        CorePlan plan = CorePlan.of(config(cores, helpers, shards), ProcessorList.parse(allowed));
        assertEquals(expected, plan.shards().toString());
        assertEquals(others, plan.helpers() == null ? "any" : ProcessorList.text(plan.helpers()));
        assertEquals(isWell, plan.problem() == null, plan.problem());
    }

    @Test
    void shouldRefuseHelpersOnAShardsProcessor() {
        ConfigException e = assertThrows(ConfigException.class, () -> config("1,2", "0,2", 2));
        assertEquals(
                "helper-cores = '0,2' (from the settings together): must name no processor that cores names, which is 1,2",
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0", "0-1", "0,2", "0-3,8", "1,3-5,7", "127"})
    void shouldReadAndWriteListsAsTheKernelDoes(String text) {
        assertEquals(text, ProcessorList.text(ProcessorList.parse(text)));
        assertEquals(text, ProcessorList.text(ProcessorList.parse("\t" + text + "\n")));
        assertEquals("", ProcessorList.text(new BitSet()));
    }
}
