package io.tailrace.tools.rdb;

import io.tailrace.node.rdb.RdbElements;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Commands that make a value of its elements, none with very many of them. One thread. */
final class ValueCommands {
    private static final int ELEMENTS = 512;
    private static final long BYTES = 1 << 20;

    private final CommandSink out;

    ValueCommands(CommandSink out) {
        this.out = out;
    }

    /** @param isSet whether what looks like a list is a set */
    void write(byte[] key, boolean isSet, int type, RdbElements elements) throws IOException {
        if (type == ValueType.STRING) {
            elements.next();
            out.command("SET", key, Memory.toBytes(elements.address(), elements.length()));
            return;
        }
        String name = isSet ? "SADD" : nameOf(type);
        List<Object> command = begin(name, key);
        long bytes = 0;
        while (elements.next()) {
            byte[] element = Memory.toBytes(elements.address(), elements.length());
            bytes += element.length;
            if (type == ValueType.SORTED_SET) {
                elements.next();
                command.add(score(elements.number()));
                command.add(element);
            } else {
                command.add(element);
            }
            boolean isWhole = type == ValueType.LIST || type == ValueType.SET || command.size() % 2 == 0;
            if (isWhole && (command.size() >= ELEMENTS || bytes >= BYTES)) {
                out.command(command.toArray());
                command = begin(name, key);
                bytes = 0;
            }
        }
        if (command.size() > 2) {
            out.command(command.toArray());
        }
    }

    private static List<Object> begin(String name, byte[] key) {
        List<Object> command = new ArrayList<>();
        command.add(name);
        command.add(key);
        return command;
    }

    private static String nameOf(int type) {
        return switch (type) {
            case ValueType.LIST -> "RPUSH";
            case ValueType.SET -> "SADD";
            case ValueType.HASH -> "HSET";
            case ValueType.SORTED_SET -> "ZADD";
            default -> throw new IllegalStateException("type " + type);
        };
    }

    /** With as many digits as tell it from any other. */
    private static String score(double score) {
        return Double.isInfinite(score) ? score > 0 ? "inf" : "-inf" : Double.toString(score);
    }
}
