package io.tailrace.node.admin;

import io.tailrace.node.platform.Background;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.User;
import io.tailrace.node.services.NodeServices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for operators: {@code /} for browsers, {@code /status.json} with the page's data, {@code /metrics}, and the probes
 * {@code /healthz} and {@code /readyz}, which need no login. Any thread may close it.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String JSON = "application/json";

    private final NodeServices node;
    private final NodeMetrics metrics;
    private final LongSupplier epochMicros;
    private final Background background;
    private final AdminAccess access;
    private final AdminWatch watch;
    private final AdminPage page = new AdminPage();
    private final HttpListener listener;
    private ScheduledExecutorService timer;

    /** The clocks: of the epoch, and one that nobody sets. */
    public record Clocks(LongSupplier epochMicros, LongSupplier steadyMicros) {}

    /**
     * Binds the port; {@link #start} answers.
     *
     * @throws IOException when the address is in use or not ours
     */
    public AdminServer(
            InetSocketAddress address, NodeServices node, NodeMetrics metrics, Clocks clocks, Background background)
            throws IOException {
        this.node = node;
        this.metrics = metrics;
        this.background = background;
        epochMicros = clocks.epochMicros();
        access = new AdminAccess(node, epochMicros);
        watch = new AdminWatch(node, metrics, epochMicros, clocks.steadyMicros());
        listener = new HttpListener("admin", address, this::answer, background, clocks.steadyMicros());
    }

    /** Only numbers for Prometheus, to anybody. */
    public static HttpListener metricsOnly(
            InetSocketAddress address, NodeServices node, NodeMetrics metrics, Clocks clocks, Background background)
            throws IOException {
        metrics.open();
        HttpHandler handler = (request, remote, isTrusted) -> request.path().equals("/metrics")
                ? metrics(node, metrics, clocks.epochMicros())
                : HttpReply.text(404, "there is only /metrics here; admin-port has more");
        return new HttpListener("metrics", address, handler, background, clocks.steadyMicros());
    }

    /** @param tls what clients speak, null for none */
    public synchronized void start(Tls tls) {
        metrics.open();
        timer = background.executor("admin-watch");
        timer.scheduleAtFixedRate(this::look, 0, 1, TimeUnit.SECONDS);
        listener.start(tls);
    }

    private void look() {
        try {
            watch.look();
        } catch (RuntimeException e) {
            // the next look may do better; none would come after one that throws
            LOG.error("can't collect the status for the page", e);
        }
    }

    public int port() {
        return listener.port();
    }

    private HttpReply answer(HttpRequest request, SocketAddress remote, boolean isTrusted) throws HttpException {
        return switch (request.path()) {
            case "/healthz" -> health(watch.sickness());
            case "/readyz" -> health(watch.unreadiness());
            case "/metrics" -> {
                AdminAccess.Verdict verdict = access.check(request, remote, isTrusted, "metrics");
                yield verdict.refusal() == null ? metrics(node, metrics, epochMicros) : verdict.refusal();
            }
            case "/", "/status.json" -> {
                AdminAccess.Verdict verdict = access.check(request, remote, isTrusted, "info");
                if (verdict.refusal() != null) {
                    yield verdict.refusal();
                }
                yield request.path().equals("/") ? page.reply() : status(verdict.user());
            }
            default -> HttpReply.text(404, "there is /, /status.json, /metrics, /healthz and /readyz here");
        };
    }

    private static HttpReply health(String problem) {
        return problem == null ? HttpReply.text(200, "ok") : HttpReply.text(503, problem);
    }

    private static HttpReply metrics(NodeServices node, NodeMetrics metrics, LongSupplier epochMicros) {
        byte[] text = metrics.text(node, epochMicros.getAsLong());
        return text == null
                ? HttpReply.text(503, "there is nothing yet")
                : HttpReply.ok(NodeMetrics.contentType(), text);
    }

    private HttpReply status(User user) {
        AdminWatch.View view = watch.view();
        if (view.facts() == null) {
            return HttpReply.text(503, "there is nothing yet").with("Retry-After", "1");
        }
        boolean seesSlow = user.allowsCommand("slowlog|get");
        return HttpReply.ok(
                JSON,
                AdminStatus.of(view, seesSlow ? node.diagnostics().slowLog() : null, epochMicros.getAsLong() / 1_000));
    }

    @Override
    public synchronized void close() {
        listener.close();
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
