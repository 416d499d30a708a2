package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.repair.TornTail;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of {@code tailrace dump} over logs, in the thread that calls {@link #run}; {@link #stop} is for any other. */
public final class Dump {
    private static final long POLL_MS = 50;
    private static final long STOP_WITHIN_MS = 2_000;

    private final DumpRequest request;
    private final ByteOutput out;
    private final Consumer<String> notices;
    private final Progress terminal;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param notices takes lines about what is left out */
    public Dump(DumpRequest request, OutputStream out, Consumer<String> notices, Progress terminal) {
        this.request = request;
        this.out = new ByteOutput(out);
        this.notices = terminal.clearedBefore(notices);
        this.terminal = terminal;
    }

    /**
     * Dumps until the end, or while following until {@link #stop}, or until the reader of the output has had enough.
     *
     * @return whether everything was good; false only where damage is ignored
     * @throws DumpException at the first bad record, or when there is nothing to dump
     * @throws IOException if the output can't be written
     */
    public boolean run() throws DumpException, IOException, InterruptedException {
        List<LogLocation> locations = LogLocation.find(request.source(), request.shard());
        if (locations.size() > 1 && request.style().format() == DumpFormat.RESP && request.isPrinting()) {
            throw new DumpException("--format resp needs --shard, there are " + locations.size()
                    + " shards: a FLUSHALL in one log would delete what was replayed from another");
        }
        try (RecordFilter filter = new RecordFilter(request.selection())) {
            return dump(locations, filter);
        } catch (ByteOutput.ClosedByReaderException e) {
            // what the reader wanted it has
            return true;
        } catch (BacklogException e) {
            throw new DumpException(e.getMessage());
        } finally {
            ended.countDown();
        }
    }

    private boolean dump(List<LogLocation> locations, RecordFilter filter)
            throws DumpException, IOException, InterruptedException {
        RecordFormat format = request.style().format().over(out, request.style());
        LogStats stats = request.purpose() == Purpose.STATS ? new LogStats(filter) : null;
        boolean isAnnouncing = locations.size() > 1 && request.isPrinting();
        DumpProgress progress =
                new DumpProgress(request.range().limit(), this::isStopped, format, isAnnouncing, terminal);
        try {
            if (request.has(Flag.NEWEST_FIRST)) {
                for (LogLocation location : locations) {
                    RecordSink sink = stats != null ? stats : printer(format, filter);
                    new LogPages(location, request, filter, notices).drain(sink, progress);
                }
            } else {
                forward(locations, filter, format, stats, progress);
            }
            terminal.clear();
            checkParts(locations, progress);
            if (stats != null) {
                stats.print(out, request.style().format());
            }
        } finally {
            out.flush();
        }
        return !progress.isDamaged();
    }

    /** What one log does not tell: whether transactions over several shards are in all of their logs. */
    private void checkParts(List<LogLocation> locations, DumpProgress progress) throws IOException, DumpException {
        boolean isToTheEnd = !request.has(Flag.FOLLOW) && request.range().to() == null && !progress.isOver();
        List<Path> queues = isToTheEnd ? locations.get(0).queuesBeside() : List.of();
        if (queues.size() < 2) {
            return;
        }
        if (request.purpose() == Purpose.VERIFY && locations.size() == queues.size() && !progress.isDamaged()) {
            terminal.at("comparing the logs' transactions over several shards");
            PartsCheck check = PartsCheck.of(queues);
            terminal.clear();
            report(check, progress);
        }
        for (TornTail torn : TornTail.of(queues)) {
            if (locations.size() == queues.size() || locations.get(0).queue().equals(queues.get(torn.shard()))) {
                notices.accept(torn.text());
            }
        }
    }

    private void report(PartsCheck check, DumpProgress progress) throws IOException, DumpException {
        for (String fault : check.faults()) {
            if (!request.has(Flag.IGNORE_DAMAGE)) {
                throw new DumpException(fault);
            }
            LogSummary.fault(fault, out, isJson());
            progress.damaged();
        }
        boolean isGood = check.faults().isEmpty();
        if (isJson()) {
            out.text("{\"log\":null,\"good\":" + isGood + ",\"transactions\":" + check.transactions() + "}\n");
        } else if (check.transactions() > 0) {
            out.text("all logs: " + (isGood ? "good: " : "damaged: ") + check.transactions()
                    + " transactions over several shards\n");
        }
    }

    private boolean isJson() {
        return request.style().format() == DumpFormat.JSON;
    }

    private RecordPrinter printer(RecordFormat format, RecordFilter filter) {
        return new RecordPrinter(format, filter, request.style().isHex(), notices);
    }

    private void forward(
            List<LogLocation> locations,
            RecordFilter filter,
            RecordFormat format,
            LogStats stats,
            DumpProgress progress)
            throws IOException, DumpException, InterruptedException {
        List<LogDump> logs = new ArrayList<>();
        try {
            for (LogLocation location : locations) {
                ChainCheck check = new ChainCheck();
                RecordSink sink =
                        switch (request.purpose()) {
                            case VERIFY -> new LogSummary(location, check, out, isJson());
                            case STATS -> stats;
                            case PRINT -> printer(format, filter);
                        };
                LogDump log = new LogDump(location, request, check, sink, notices);
                logs.add(log);
                log.begin(start(location, filter));
            }
            drain(logs, progress);
        } finally {
            logs.forEach(LogDump::close);
        }
    }

    private LogPosition start(LogLocation location, RecordFilter filter) throws IOException {
        if (!request.range().isTail()) {
            return request.range().from();
        }
        terminal.at("looking for the last " + request.range().tail() + " records of " + location);
        long start = new LogPages(location, request, filter, notices).tailStart();
        return new LogPosition(false, start);
    }

    private void drain(List<LogDump> logs, DumpProgress progress)
            throws IOException, DumpException, InterruptedException {
        boolean isWaiting;
        do {
            boolean hasMoved = false;
            for (LogDump log : logs) {
                log.drain(progress);
                hasMoved |= request.has(Flag.FOLLOW) && log.follow();
            }
            out.flush();
            isWaiting = request.has(Flag.FOLLOW)
                    && !progress.isOver()
                    && !logs.stream().allMatch(LogDump::isOver)
                    && (hasMoved || !stopping.await(POLL_MS, TimeUnit.MILLISECONDS));
        } while (isWaiting);
        terminal.clear();
        for (LogDump log : logs) {
            log.end(progress);
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
