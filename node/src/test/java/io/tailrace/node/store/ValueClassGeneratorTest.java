package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.reflect.Field;
import java.util.Map;
import net.openhft.chronicle.values.ValueModel;
import net.openhft.compiler.CachedCompiler;
import net.openhft.compiler.CompilerUtils;
import org.junit.jupiter.api.Test;

class ValueClassGeneratorTest {
    @Test
    void shouldSpareTheStartACompilation() throws ClassNotFoundException {
        for (String name : ValueClassGenerator.INTERFACES) {
            Class<?> used = ValueModel.acquire(Class.forName(name)).nativeClass();
            assertEquals(name + ValueClassGenerator.SUFFIX, used.getName());
            assertNotNull(
                    used.getResource("/" + used.getName().replace('.', '/') + ".class"),
                    "compiled by the build, not in memory just now");
        }
    }

    @Test
    void shouldKnowAllThatAMapNeeds() throws ReflectiveOperationException {
        Store.warmUp();
        Field compiled = CachedCompiler.class.getDeclaredField("loadedClassesMap");
        compiled.setAccessible(true);
        assertEquals(Map.of(), compiled.get(CompilerUtils.CACHED_COMPILER));
    }
}
