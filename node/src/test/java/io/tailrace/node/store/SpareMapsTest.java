package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each row of the table of {@link SpareMaps}. */
class SpareMapsTest {
    private static final StoreSizing LARGE = new StoreSizing(20_000, 16, 16);
    private static final StoreSizing SMALL = new StoreSizing(100, 16, 16);

    private final ManualBackground background = new ManualBackground();
    private final List<StoreSizing> made = new ArrayList<>();
    private final List<StoreMap> maps = new ArrayList<>();
    private final SpareMaps spares = new SpareMaps(
            background,
            sizing -> {
                made.add(sizing);
                StoreMap map = new StoreMap(sizing);
                maps.add(map);
                return map;
            },
            LARGE,
            SMALL);

    @AfterEach
    void close() {
        spares.close();
        maps.forEach(StoreMap::close);
    }

    @Test
    void shouldGiveAwayWhatWasMadeAhead() {
        spares.prepare();
        background.runAll();
        assertEquals(List.of(LARGE, SMALL), made);
        assertSame(maps.get(1), spares.apply(SMALL));
        assertSame(maps.get(0), spares.apply(LARGE));
        assertEquals(2, made.size());
        spares.prepare();
        assertEquals(2, background.waiting());
    }

    @Test
    void shouldMakeOneAtOnceWhereThereIsNone() {
        assertEquals(SMALL, spares.apply(SMALL).sizing());
        spares.prepare();
        spares.prepare();
        assertEquals(2, background.waiting(), "each is being made once");
        assertEquals(LARGE, spares.apply(LARGE).sizing());
        background.runAll();
        assertNotSame(spares.apply(LARGE), spares.apply(LARGE));
    }

    @Test
    void shouldMakeAnyOtherSizeItself() {
        spares.prepare();
        background.runAll();
        StoreSizing other = new StoreSizing(5_000, 16, 16);
        assertEquals(other, spares.apply(other).sizing());
        spares.prepare();
        assertEquals(0, background.waiting(), "the spare ones are still there");
    }

    @Test
    void shouldGoWithoutWhereNoneCanBeMade() {
        SpareMaps without = new SpareMaps(
                background,
                sizing -> {
                    made.add(sizing);
                    throw new OutOfMemoryError("none");
                },
                SMALL);
        without.prepare();
        background.runAll();
        without.prepare();
        assertEquals(1, background.waiting(), "it is tried again");
        without.close();
        background.runAll();
    }

    @Test
    void shouldCloseWhatNobodyTook() {
        spares.prepare();
        background.runAll();
        spares.close();
        maps.forEach(map -> assertEquals(false, map.library().isOpen()));
    }

    @Test
    void shouldCloseWhatIsMadeTooLate() {
        spares.prepare();
        spares.close();
        background.runAll();
        maps.forEach(map -> assertEquals(false, map.library().isOpen()));
    }
}
