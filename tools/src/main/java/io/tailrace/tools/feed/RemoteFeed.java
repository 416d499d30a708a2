package io.tailrace.tools.feed;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.dump.LogPosition;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run of {@code tailrace feed --node}: the same lines, asked of a node over connections, one for each shard, by FEEDREAD. The
 * thread that calls {@link #run} starts one for each shard and waits; {@link #stop} is for any other.
 */
public final class RemoteFeed {
    private static final int COUNT = 1_000;
    private static final int BLOCK_MS = 500;
    private static final long AGAIN_MS = 100;

    /**
     * What is wanted.
     *
     * @param shard the only one, or null for all
     * @param from OLDEST, NOW, an index or a token
     * @param limit changes
     * @param isFollowing whether it goes on when there is nothing more
     */
    public record Request(HostPort node, Integer shard, String from, long limit, boolean isFollowing) {}

    private final Request request;
    private final NodeAccess access;
    private final ByteOutput out;
    private final FeedFormat format;
    private final RunEnd end = new RunEnd();
    /** Guarded by the format, as the output is. */
    private long left;

    private IOException failure;

    /** @param out is not closed here */
    public RemoteFeed(Request request, NodeAccess access, OutputStream out, boolean isJson) {
        this.request = request;
        this.access = access;
        this.out = new ByteOutput(out);
        format = isJson ? new JsonFeed(this.out) : new TextFeed(this.out);
        left = request.limit();
    }

    /** Writes changes until the limit, the end, {@link #stop}, a failure, or until the output's reader has had enough. */
    public void run() throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        try (RespClient client = access.connect(request.node())) {
            Map<String, String> info = client.info("replication");
            for (int shard = 0; info.containsKey("shard" + shard); shard++) {
                if (request.shard() == null || request.shard() == shard) {
                    threads.add(thread(shard, start(info, shard)));
                }
            }
            if (threads.isEmpty()) {
                throw new IOException(request.node() + " has no shard "
                        + (request.shard() == null ? "that it tells of: it is no Tailrace node" : request.shard()));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            end.ask();
            end.reach();
        }
        synchronized (format) {
            if (failure != null && !(failure instanceof ByteOutput.ClosedByReaderException)) {
                throw failure;
            }
        }
    }

    /** Where a shard begins; what is written between two questions from NOW would be asked for by none. */
    private String start(Map<String, String> info, int shard) {
        if (!request.from().equals("NOW")) {
            return request.from();
        }
        Map<String, String> log = parts(info.get("shard" + shard));
        Map<String, String> history = parts(info.getOrDefault("history0_shard" + shard, ""));
        long index = Long.parseLong(log.get("index"));
        return index < 0
                ? "OLDEST"
                : new FeedPosition(history.get("id"), index, HexText.parse(log.get("chain"))).token();
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new java.util.HashMap<>();
        for (String each : text.split(",")) {
            int equal = each.indexOf('=');
            parts.put(each.substring(0, Math.max(0, equal)), each.substring(equal + 1));
        }
        return parts;
    }

    private Thread thread(int shard, String from) {
        Thread thread = new Thread(
                () -> {
                    try (RespClient client = access.connect(request.node());
                            RemoteChange change = new RemoteChange(shard)) {
                        new Reader(client, shard, change, from).read();
                    } catch (IOException e) {
                        fail(e);
                    } catch (IllegalStateException e) {
                        fail(new IOException(e.getMessage(), e));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "feed-" + shard);
        thread.setDaemon(true);
        return thread;
    }

    private void fail(IOException e) {
        synchronized (format) {
            failure = failure == null ? e : failure;
        }
        end.ask();
    }

    /** Ends the run soon, and waits a little until it has written what it had. */
    public void stop() {
        end.stop();
    }

    /** One shard's questions and answers. What is no change has no token: it comes again until a change does, and is written once. */
    private final class Reader {
        private final RespClient client;
        private final int shard;
        private final RemoteChange change;
        private final List<String> told = new ArrayList<>();
        private String from;

        Reader(RespClient client, int shard, RemoteChange change, String from) {
            this.client = client;
            this.shard = shard;
            this.change = change;
            this.from = from;
        }

        void read() throws IOException, InterruptedException {
            boolean isOver = false;
            while (!isOver && !end.isAsked()) {
                List<?> page = ask();
                boolean hasMoved = page != null && write(page);
                isOver = isOver() || !hasMoved && !request.isFollowing();
                if (page != null && !hasMoved && !isOver) {
                    end.awaitAsked(AGAIN_MS);
                }
            }
        }

        private List<?> ask() throws IOException {
            try {
                Object page = request.isFollowing()
                        ? client.call("FEEDREAD", shard, from, "COUNT", COUNT, "BLOCK", BLOCK_MS)
                        : client.call("FEEDREAD", shard, from, "COUNT", COUNT);
                return (List<?>) page;
            } catch (ErrorReplyException e) {
                if (e.getMessage().startsWith("LOADING") && request.isFollowing()) {
                    return List.of();
                }
                throw new IOException(request.node() + " answers: " + e.getMessage(), e);
            } catch (IOException e) {
                throw NodeAccess.failed(request.node(), e);
            }
        }

        private boolean isOver() {
            synchronized (format) {
                return left == 0;
            }
        }

        private boolean write(List<?> page) throws IOException {
            boolean hasMoved = false;
            int others = 0;
            synchronized (format) {
                for (Object each : page) {
                    List<?> entry = (List<?>) each;
                    if (left == 0) {
                        break;
                    }
                    if (text(entry, 0).equals("change")) {
                        format.change(change.wrap(entry), change.token());
                        from = change.token();
                        left--;
                        told.clear();
                        others = 0;
                        hasMoved = true;
                    } else {
                        hasMoved |= tell(entry, others++);
                    }
                }
                out.flush();
            }
            return hasMoved;
        }

        /** @param n of what is no change since the last one that is */
        private boolean tell(List<?> entry, int n) throws IOException {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < entry.size(); i++) {
                words.add(text(entry, i));
            }
            String line = String.join(" ", words);
            if (n < told.size() && told.get(n).equals(line)) {
                return false;
            }
            told.add(line);
            if (words.get(0).equals("gap")) {
                format.gap(shard, new FeedGap(index(words.get(1)), index(words.get(2)), index(words.get(3))));
            } else {
                format.history(
                        shard,
                        new HistoryChange(
                                HistoryChange.Kind.valueOf(words.get(1).toUpperCase(Locale.ROOT)),
                                words.get(2),
                                words.get(3),
                                index(words.get(4)),
                                index(words.get(5))));
            }
            return true;
        }
    }

    private static long index(String text) {
        LogPosition index = LogPosition.index(text);
        return index == null ? QueueIndex.NONE : index.value();
    }

    private static String text(List<?> entry, int i) {
        return entry.get(i) == null ? null : new String((byte[]) entry.get(i), StandardCharsets.UTF_8);
    }
}
