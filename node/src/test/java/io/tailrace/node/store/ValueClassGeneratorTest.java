package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.reflect.Field;
import java.util.Map;
import net.openhft.chronicle.values.ValueModel;
import net.openhft.compiler.CachedCompiler;
import net.openhft.compiler.CompilerUtils;
import org.junit.jupiter.api.Test;

/** The classes that the build makes beside those of this module: {@code src/build/ValueClassGenerator.java}. */
class ValueClassGeneratorTest {
    private static final String INTERFACE = "net.openhft.chronicle.hash.VanillaGlobalMutableState";

    @Test
    void shouldSpareTheStartACompilation() throws ClassNotFoundException {
        Class<?> used = ValueModel.acquire(Class.forName(INTERFACE)).nativeClass();
        assertEquals(INTERFACE + "$$Native", used.getName());
        assertNotNull(
                used.getResource("/" + used.getName().replace('.', '/') + ".class"),
                "compiled by the build, not in memory just now");
    }

    @Test
    void shouldKnowAllThatAMapNeeds() throws ReflectiveOperationException {
        Store.warmUp();
        Field compiled = CachedCompiler.class.getDeclaredField("loadedClassesMap");
        compiled.setAccessible(true);
        assertEquals(Map.of(), compiled.get(CompilerUtils.CACHED_COMPILER));
    }
}
