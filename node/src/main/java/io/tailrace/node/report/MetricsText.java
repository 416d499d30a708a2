package io.tailrace.node.report;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.services.CommandStats;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.UpkeepTotals;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The node in numbers, as Prometheus's text format. Stateless: any thread. */
public final class MetricsText {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();
    private static final double MILLIS_PER_SECOND = 1e3;

    private MetricsText() {}

    /** UTF-8. */
    public static byte[] of(NodeServices node, List<ShardReport> shards, long nowMicros) {
        MetricFamilies families = new MetricFamilies(shards);
        process(node, families);
        clients(node, families);
        commands(families);
        InfoCycles.add(families);
        store(node, families);
        upkeep(families);
        log(families);
        snapshots(families);
        MetricsReplication.add(node, families);
        MetricsReplication.addTraffic(families);
        families.gauge(
                "tailrace_report_age_seconds",
                "How old the numbers of a shard are; they are published once a second",
                shard -> MetricFamilies.seconds(Math.max(0, nowMicros - shard.micros())));
        ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 14);
        try {
            WRITER.write(text, families.all());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toByteArray();
    }

    private static void process(NodeServices node, MetricFamilies families) {
        families.add(InfoSnapshot.builder()
                .name("tailrace_build")
                .help("What runs here")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "version",
                                node.version(),
                                "java_version",
                                System.getProperty("java.version"),
                                "node_id",
                                node.nodeId()))
                        .build())
                .build());
        families.gauge(
                "process_start_time_seconds",
                "When the node was started, since the epoch",
                node.startEpochMs() / MILLIS_PER_SECOND);
        double[] processor = ProcessFacts.processorSeconds();
        families.counter("process_cpu_seconds", "Processor time used", processor[0] + processor[1]);
        families.gauge("process_resident_memory_bytes", "Physical memory in use", ProcessFacts.residentBytes());
        Runtime java = Runtime.getRuntime();
        families.gauge("tailrace_loading", "Whether the data is being loaded", node.loading() == null ? 0 : 1);
        families.gauge("tailrace_heap_bytes", "Java heap in use", java.totalMemory() - java.freeMemory());
        families.counter("tailrace_gc_collections", "Garbage collections", ProcessFacts.collections());
        families.counter(
                "tailrace_gc_seconds",
                "Time that garbage collections took, about",
                ProcessFacts.collectionMs() / MILLIS_PER_SECOND);
        families.counter(
                "tailrace_log_lines_dropped",
                "Lines that the log's output did not take in time",
                ProcessLog.droppedLines());
        families.gauge("tailrace_buffers_bytes", "Native memory of buffers", NativeBuffer.liveBytes());
    }

    private static void clients(NodeServices node, MetricFamilies families) {
        families.gauge("tailrace_clients", "Connected clients", node.clientCount());
        families.gauge(
                "tailrace_clients_limit",
                "Maximum number of clients",
                node.settings().current().maxClients());
        families.gauge("tailrace_clients_blocked", "Clients waiting in a command", shard -> shard.stats()
                .blocked());
        families.counter("tailrace_connections", "Connections of clients taken", shard -> shard.stats()
                .connectionsReceived());
        families.counter(
                "tailrace_commands", "Commands run", shard -> shard.stats().commands());
        families.counter("tailrace_client_input_bytes", "Read from clients", shard -> shard.stats()
                .inputBytes());
        families.counter("tailrace_client_output_bytes", "Sent to clients", shard -> shard.stats()
                .outputBytes());
        families.counter(
                "tailrace_client_output_limit_closed",
                "Connections closed for not reading their replies",
                shard -> shard.stats().outputLimitClosed());
        families.gauge("tailrace_client_memory_bytes", "What the clients hold of memory", shard -> shard.stats()
                .totals()
                .clientBytes());
        families.counter(
                "tailrace_clients_evicted",
                "Connections closed because all of them held more than max-memory-clients",
                shard -> shard.stats().totals().evictedClients());
    }

    private static void commands(MetricFamilies families) {
        families.counter("tailrace_keyspace_hits", "Keys that reading commands found", shard -> shard.stats()
                .totals()
                .hits());
        families.counter("tailrace_keyspace_misses", "Keys that reading commands did not find", shard -> shard.stats()
                .totals()
                .misses());
        families.counter("tailrace_connections_rejected", "Clients that were rejected", shard -> shard.stats()
                .totals()
                .rejectedConnections());
        CommandTotals totals = CommandTotals.of(families.shards());
        families.counters("tailrace_command_calls", "Calls of each command", "cmd", totals, CommandStats.Calls::calls);
        families.counters(
                "tailrace_command_seconds",
                "Time that each command took",
                "cmd",
                totals,
                calls -> MetricFamilies.seconds(calls.micros()));
        families.counters(
                "tailrace_command_rejected",
                "Calls refused before they ran",
                "cmd",
                totals,
                CommandStats.Calls::rejected);
        families.counters(
                "tailrace_command_failed",
                "Calls that replied with an error",
                "cmd",
                totals,
                CommandStats.Calls::failed);
        families.errors(totals);
    }

    private static void store(NodeServices node, MetricFamilies families) {
        families.gauge(
                "tailrace_store_limit_bytes",
                "What max-memory is, of all shards, 0 for no limit",
                node.settings().current().maxMemory());
        families.gauge("tailrace_store_peak_bytes", "The most that the store has taken", shard -> shard.stats()
                .totals()
                .peakBytes());
        families.gauge("tailrace_keys", "Keys in the store", ShardReport::keys);
        families.gauge("tailrace_expiring_keys", "Keys with a deadline", ShardReport::expiring);
        families.gauge("tailrace_mean_ttl_seconds", "How long they have until it, on average", MetricsText::meanTtl);
        families.counter("tailrace_expired_keys", "Keys removed after their deadline", shard -> shard.stats()
                .expiredKeys());
        families.counter("tailrace_evicted_keys", "Keys removed for lack of memory", shard -> shard.stats()
                .evictedKeys());
        families.gauge("tailrace_store_data_bytes", "Keys and values in the store", ShardReport::dataBytes);
        families.gauge("tailrace_store_used_bytes", "What max-memory limits", shard -> shard.memory()
                .usedBytes());
    }

    private static void upkeep(MetricFamilies families) {
        families.gauge(
                "tailrace_expired_stale_ratio",
                "Share of the keys with a deadline that are past it and still held, about",
                shard -> upkeep(shard).staleShare());
        families.counter(
                "tailrace_values_freed",
                "Large values, and keys of emptied databases, whose memory was given back in the background",
                shard -> upkeep(shard).freedValues());
        families.gauge(
                "tailrace_values_dropped",
                "Of such, those whose memory is still to be given back",
                shard -> upkeep(shard).droppedValues());
        families.gauge(
                "tailrace_keys_loaded",
                "Keys in the data when it was loaded: at the start, by a full sync, or by a rewind",
                shard -> upkeep(shard).keysLoaded());
        families.counter("tailrace_dump_payloads", "Payloads of RESTORE that were looked at", shard -> upkeep(shard)
                .payloads());
        families.counter(
                "tailrace_reply_buffer_shrinks",
                "Times that a client's reply buffer was made smaller",
                shard -> upkeep(shard).replyBufferShrinks());
        families.counter(
                "tailrace_reply_buffer_expands",
                "Times that a client's reply buffer was made larger",
                shard -> upkeep(shard).replyBufferExpands());
    }

    private static UpkeepTotals upkeep(ShardReport shard) {
        return shard.stats().totals().upkeep();
    }

    private static double meanTtl(ShardReport shard) {
        double ms = shard.keyspaces().stream()
                .mapToDouble(ShardReport.Keyspace::msToDeadlines)
                .sum();
        return shard.expiring() == 0 ? 0 : Math.max(0, ms / shard.expiring() / MILLIS_PER_SECOND);
    }

    private static void log(MetricFamilies families) {
        families.gauge("tailrace_log_bytes", "Log held on the disk", shard -> shard.log()
                .bytes());
        families.gauge("tailrace_log_segments", "Files of the log", shard -> shard.log()
                .segments());
        families.gauge("tailrace_log_offset_records", "Records in the history up to the newest", shard -> shard.log()
                .recordCount());
        families.gauge(
                "tailrace_log_first_offset_records",
                "Records in the history before the oldest that is held",
                shard -> shard.log().recordsBeforeOldest());
        families.counter("tailrace_log_written_bytes", "By which the files of the log grew", shard -> shard.log()
                .written());
        families.counter(
                "tailrace_writes_refused_by_log",
                "Writes refused because the log did not take them",
                shard -> shard.log().writesRefused());
        families.gauge("tailrace_log_fsync_pending_seconds", "Duration of the sync in progress", shard -> shard.log()
                .disk()
                .pendingSeconds());
        families.counter(
                "tailrace_log_fsync_delayed",
                "Forces of the log that took more than two seconds",
                shard -> shard.log().disk().delayed());
        families.gauge(
                "tailrace_log_writable",
                "Whether the next write can be logged",
                shard -> flag(shard.log().isWritable()));
    }

    private static void snapshots(MetricFamilies families) {
        families.counter("tailrace_snapshots", "Snapshots finished", shard -> shard.saving()
                .count());
        families.gauge(
                "tailrace_snapshot_under_way",
                "Whether one is being written",
                shard -> flag(shard.saving().isUnderWay()));
        families.gauge("tailrace_snapshot_keys", "Keys that the one being written is of", shard -> shard.saving()
                .keysToWrite());
        families.gauge("tailrace_snapshot_keys_written", "Those of them that are in its file", shard -> shard.saving()
                .keysWritten());
        families.gauge(
                "tailrace_snapshot_ok",
                "Whether the last one did not fail",
                shard -> flag(shard.saving().isLastOk()));
        families.gauge(
                "tailrace_snapshot_end_time_seconds",
                "When the last one was finished, since the epoch; the node's start when there was none since",
                shard -> MetricFamilies.seconds(shard.saving().lastEndMicros()));
    }

    static int flag(boolean value) {
        return value ? 1 : 0;
    }
}
