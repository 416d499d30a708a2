package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.config.Setting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be set is not fixed. */
class FixedSettingsTest {
    @Test
    void shouldFixNoNameOfASetting() {
        List<String> both = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            for (String name : List.of(setting.key(), setting.alias())) {
                if (FixedSettings.has(name)) {
                    both.add(name);
                }
            }
        }
        assertEquals(List.of(), both);
    }
}
