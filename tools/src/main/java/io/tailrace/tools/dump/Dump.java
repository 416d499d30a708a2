package io.tailrace.tools.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of {@code tailrace dump}, in the thread that calls {@link #run}; {@link #stop} is for any other. */
public final class Dump {
    private static final long POLL_MS = 50;
    private static final long STOP_WITHIN_MS = 2_000;

    private final DumpRequest request;
    private final ByteOutput out;
    private final Consumer<String> notices;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param notices takes lines about what is left out */
    public Dump(DumpRequest request, OutputStream out, Consumer<String> notices) {
        this.request = request;
        this.out = new ByteOutput(out);
        this.notices = notices;
    }

    /**
     * Dumps until the end, or while following until {@link #stop}, or until the reader of the output has had enough.
     *
     * @throws DumpException at the first bad record, or when there is nothing to dump
     * @throws IOException if the output can't be written
     */
    public void run() throws DumpException, IOException, InterruptedException {
        List<LogLocation> locations = LogLocation.find(request.directory(), request.shard());
        if (locations.size() > 1 && request.format() == DumpFormat.RESP && !request.isVerifying()) {
            throw new DumpException("--format resp needs --shard, there are " + locations.size()
                    + " shards: a FLUSHALL in one log would delete what was replayed from another");
        }
        List<LogDump> logs = new ArrayList<>();
        try (KeyFilter keys = request.keys() == null ? null : new KeyFilter(request.keys())) {
            RecordFormat format = request.format().over(out);
            for (LogLocation location : locations) {
                RecordSink sink = request.isVerifying()
                        ? new LogVerifier(location, out, notices)
                        : new RecordPrinter(format, keys, notices);
                logs.add(new LogDump(location, request, sink, notices));
            }
            boolean isAnnouncing = locations.size() > 1 && !request.isVerifying();
            dump(logs, new DumpProgress(request.limit(), this::isStopped, format, isAnnouncing));
        } catch (ByteOutput.ClosedByReaderException e) {
            // what the reader wanted it has
            return;
        } finally {
            logs.forEach(LogDump::close);
            ended.countDown();
        }
    }

    private void dump(List<LogDump> logs, DumpProgress progress)
            throws IOException, DumpException, InterruptedException {
        try {
            boolean isWaiting;
            do {
                for (LogDump log : logs) {
                    log.drain(progress);
                }
                out.flush();
                isWaiting = request.isFollowing()
                        && !progress.isOver()
                        && !logs.stream().allMatch(LogDump::isOver)
                        && !stopping.await(POLL_MS, TimeUnit.MILLISECONDS);
            } while (isWaiting);
            for (LogDump log : logs) {
                log.end();
            }
        } finally {
            out.flush();
        }
    }

    private boolean isStopped() {
        return stopping.getCount() == 0;
    }

    /** Ends the run soon, and waits a little until it has written what it had. */
    public void stop() {
        stopping.countDown();
        try {
            if (!ended.await(STOP_WITHIN_MS, TimeUnit.MILLISECONDS)) {
                notices.accept("the output takes nothing, its rest is lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
