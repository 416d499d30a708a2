import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a program saw, a line each, in a form that is the same on every server. */
final class Transcript {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(45);

    private Transcript() {}

    static void show(String label, Object... values) {
        System.out.println(label + ": " + plain(values.length == 1 ? values[0] : Arrays.asList(values)));
    }

    /** Shows what a call comes to, an error too. */
    static void attempt(String label, Callable<?> call) {
        try {
            show(label, call.call());
        } catch (Exception e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            show(label, cause.getClass().getSimpleName() + " " + cause.getMessage().replaceAll("[.] channel.*|node id: .*", ""));
        }
    }

    private static String plain(Object value) {
        if (value instanceof byte[]) {
            return Arrays.toString((byte[]) value);
        }
        if (value instanceof Map) {
            Map<String, String> sorted = new TreeMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> sorted.put(plain(k), plain(v)));
            return sorted.toString();
        }
        if (value instanceof Collection) {
            List<String> all = new ArrayList<>();
            ((Collection<?>) value).forEach(each -> all.add(plain(each)));
            if (value instanceof Set) {
                all.sort(null);
            }
            return all.toString();
        }
        return String.valueOf(value);
    }

    /** Returns once the condition holds; a program that waits in vain ends with an error. */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("still waiting for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
