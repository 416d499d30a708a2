package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port for operators: who is let in, and the page in a browser, clicked through on a desk and on a phone. */
@Tag("long")
class AdminPageIT {
    private static final String PASSWORD = "open-Sesame-4711";
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final String NAUGHTY = "<img src=x onerror=document.title='taken'>";

    @TempDir
    private Path dir;

    private HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> ask(String url, String login) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
        if (!login.isEmpty()) {
            byte[] pair = login.getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldBeGuardedAsTheClientPort() throws Exception {
        Certificates certificates = new Certificates(dir.resolve("certificates"), "ip:127.0.0.1");
        Path users = Files.writeString(
                dir.resolve("users.acl"),
                "user default on >" + PASSWORD
                        + " ~* +@all\nuser prometheus on >scrape +metrics\nuser looker on >look +info\n");
        int admin = FreePorts.find(1);
        try (Cluster cluster = new Cluster(
                dir,
                "--aclfile",
                users.toString(),
                "--tls-cert",
                certificates.certificate("node").toString(),
                "--tls-key",
                certificates.key("node").toString(),
                "--tls-ca",
                certificates.certificate("authority").toString())) {
            NodeProcess node = cluster.node("node", "--tls-port", "" + FreePorts.find(1), "--admin-port", "" + admin)
                    .password(PASSWORD);
            node.startAndAwait();
            String url = "https://127.0.0.1:" + admin;

            http = HttpClient.newBuilder()
                    .sslContext(certificates.context(null))
                    .build();
            assertEquals(200, ask(url + "/healthz", "").statusCode(), "a probe has no certificate");
            assertEquals(403, ask(url + "/", "default:" + PASSWORD).statusCode(), "but others need one");

            http = HttpClient.newBuilder()
                    .sslContext(certificates.context("node"))
                    .build();
            assertEquals(401, ask(url + "/", "").statusCode());
            assertEquals(401, ask(url + "/metrics", "default:wrong").statusCode());
            assertEquals(200, ask(url + "/", "looker:look").statusCode());
            assertEquals(403, ask(url + "/metrics", "looker:look").statusCode());
            assertEquals(403, ask(url + "/status.json", "prometheus:scrape").statusCode());
            Await.until("the shard to tell", Cluster.LIMIT, () -> status(url + "/readyz") == 200);
            HttpResponse<String> metrics = ask(url + "/metrics", "prometheus:scrape");
            assertTrue(metrics.body().contains("tailrace_primary 1.0\n"), metrics.body());
            String seen = ask(url + "/status.json", "looker:look").body();
            assertTrue(seen.contains("\"role\":\"primary\"") && !seen.contains("slow_log"), seen);
            assertTrue(ask(url + "/status.json", "default:" + PASSWORD).body().contains("\"slow_log\":["));
            try (RespClient client = node.connect()) {
                List<?> denied = (List<?>) client.call("ACL", "LOG");
                assertEquals(1, denied.size());
            }
        }
    }

    private int status(String url) throws IOException {
        try {
            return ask(url, "").statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    @Timeout(180)
    void shouldShowANodeToABrowser() throws Exception {
        int admin = FreePorts.find(1);
        try (Browser browser = new Browser(dir);
                Cluster cluster = new Cluster(dir, "--shards", "2", "--slowlog-log-slower-than", "0")) {
            NodeProcess primary = cluster.node("primary").password(PASSWORD);
            NodeProcess replica = cluster.replica("replica", primary, "--admin-port", "" + admin)
                    .password(PASSWORD);
            Cluster.start(primary, replica);
            browser.size(1280, 900);
            browser.open("http://default:" + PASSWORD + "@127.0.0.1:" + admin + "/");
            browser.await("document.getElementById('role')?.textContent == 'replica'");
            try (RespClient client = replica.connect()) {
                client.call("GET", NAUGHTY);
            }
            try (RespClient client = primary.connect()) {
                // load while the page is looked at
                for (int i = 0; i < 40_000; i++) {
                    client.send("SET", "key:" + i, "value");
                }
                client.flush();
                for (int i = 0; i < 40_000; i++) {
                    client.read();
                }
            }
            look(browser, primary, replica);
            plots(browser);
            phone(browser);
            failures(browser, primary, replica);
        }
    }

    private static void look(Browser browser, NodeProcess primary, NodeProcess replica) throws IOException {
        browser.await("document.getElementById('name').textContent == '" + replica.address() + "'");
        browser.await("document.getElementById('warnings-title').textContent == 'No warnings'");
        browser.await(
                "document.getElementById('tree').textContent.includes('" + primary.address() + "primarylink up')");
        browser.await("document.querySelectorAll('#shards tr').length == 2");
        browser.await("document.getElementById('tiles').textContent.includes('40.0k')");
        browser.await("document.getElementById('slow-rows').textContent.includes(\"GET "
                + NAUGHTY.replace("'", "\\'").replace("\"", "\\\"") + "\")");
        assertEquals("0", browser.value("document.querySelectorAll('#slow-rows img').length"));
        assertEquals(
                "true",
                browser.value(
                        "performance.getEntriesByType('resource').every(e => e.name.startsWith(location.origin))"));
        // what a screen reader is told
        assertEquals("3", browser.value("document.querySelectorAll('svg[role=img][aria-label*=\", most \"]').length"));
        assertEquals(
                "0",
                browser.value("[...document.querySelectorAll('section')].filter(e => !document.getElementById("
                        + "e.getAttribute('aria-labelledby'))?.textContent).length"));
        assertEquals("0", browser.value("document.querySelectorAll('table th:not([scope])').length"));
        browser.screenshot(PICTURES.resolve("page-1280.png"));
        browser.dark(true);
        browser.screenshot(PICTURES.resolve("page-1280-dark.png"));
        browser.dark(false);
    }

    private static void plots(Browser browser) throws IOException {
        browser.await("document.querySelector('#plot-records-in-the-log .curve') != null");
        browser.click("#plot-records-in-the-log summary");
        browser.await("document.querySelector('#plot-records-in-the-log details').open");
        browser.await("document.querySelectorAll('#plot-records-in-the-log tbody tr').length > 0");
        browser.value("document.querySelector('#plot-lag svg').focus()");
        browser.key("ArrowLeft", 37);
        browser.await("document.querySelector('#plot-lag .small[aria-live]').textContent.startsWith('0 s ago: ')");
        browser.key("ArrowLeft", 37);
        browser.await(
                "document.querySelector('#plot-lag .small[aria-live]').textContent.match(/^[12] s ago: /) != null");
        browser.key("Escape", 27);
        browser.await("document.querySelector('#plot-lag .small[aria-live]').textContent.trim() == ''");
        browser.click("#pause");
        browser.await("document.getElementById('pause').getAttribute('aria-pressed') == 'true'");
        browser.click("#pause");
        browser.await("document.getElementById('pause').textContent == 'Pause'");
    }

    private static void phone(Browser browser) throws IOException {
        browser.size(390, 844);
        browser.await("innerWidth == 390");
        assertEquals("390", browser.value("document.documentElement.scrollWidth"), "nothing is wider than the screen");
        browser.screenshot(PICTURES.resolve("page-390.png"));
    }

    private static void failures(Browser browser, NodeProcess primary, NodeProcess replica) throws IOException {
        primary.kill();
        browser.await("document.getElementById('warning-list').textContent.includes('does not follow "
                + primary.address() + "')");
        browser.await("document.querySelector('.box.down')?.textContent.includes('link down')");
        browser.screenshot(PICTURES.resolve("page-390-warning.png"));
        browser.size(1280, 900);
        primary.startAndAwait();
        try (RespClient client = primary.connect()) {
            // the lag that is shown is that of the last record, so there have to be some
            browser.await(
                    "document.getElementById('warnings-title').textContent == 'No warnings'",
                    () -> client.call("MSET", "a", 1, "b", 1, "c", 1, "d", 1));
        }
        replica.kill();
        browser.await("document.getElementById('lost').textContent.startsWith('No answer from the node since ')");
        assertEquals("alert", browser.value("document.querySelector('#lost:not([hidden])').getAttribute('role')"));
        browser.screenshot(PICTURES.resolve("page-1280-gone.png"));
    }
}
