package io.tailrace.tools.rdb;

import io.tailrace.node.rdb.BadPayloadException;
import io.tailrace.node.rdb.RdbLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads an RDB file and makes commands of it: each key is removed and made again, so that what was begun may be done again. One key's
 * value is in memory at a time. One thread, which closes it.
 *
 * <pre>
 *  "REDIS" 4 digits, then opcodes        before the type byte of a key:   fc deadline, ms   fd deadline, s
 *  fa  a name and a value                                                 f8 idle time      f9 frequency
 *  f5  a library of functions            fe  a database                   ff  the end, and the checksum of all before
 *  f7  data of a module               fb  how many keys there are      f4  how many keys a slot has
 * </pre>
 */
public final class RdbFile implements AutoCloseable {
    /** Told of each key that is done. */
    public interface Watcher {
        /** @param bytes of the file that were read */
        void passed(long keys, long bytes) throws IOException;
    }

    private static final int NEWEST = 12;
    private static final int MAGIC = 9;
    private static final int STRING = 0;
    private static final int AUX = 0xfa;
    private static final int RESIZE = 0xfb;
    private static final int EXPIRE_MS = 0xfc;
    private static final int EXPIRE_S = 0xfd;
    private static final int SELECT = 0xfe;
    private static final int END = 0xff;
    private static final int IDLE = 0xf8;
    private static final int FREQUENCY = 0xf9;
    private static final int MODULE_AUX = 0xf7;
    private static final int FUNCTION_OLD = 0xf6;
    private static final int FUNCTION = 0xf5;
    private static final int SLOT_INFO = 0xf4;
    private static final int FIRST_OPCODE = 0xf4;
    private static final int HAS_CHECKSUM = 5;
    private static final long MS_PER_SECOND = 1_000;
    private static final int MAX_VALUE_BYTES = Integer.MAX_VALUE - (1 << 20);

    private final RdbInput in;
    private final CommandSink out;
    private final RdbExtent extent;
    private final RdbLoader loader = new RdbLoader(MAX_VALUE_BYTES);
    private final ValueCommands values;
    private final StreamReader streams;
    private int version;
    private long keys;
    private long deadlineMs;
    private int database;
    private int selected = -1;

    RdbFile(RdbInput in, CommandSink out) {
        this.in = in;
        this.out = out;
        extent = new RdbExtent(in);
        values = new ValueCommands(out);
        streams = new StreamReader(in, out);
    }

    /**
     * Reads all of it.
     *
     * @param skip this many keys that are there already
     * @return how many keys there are, the skipped ones included
     * @throws IOException naming the place, when the file is damaged or holds what is not known
     */
    public long read(long skip, Watcher watcher) throws IOException {
        readVersion();
        while (true) {
            int opcode = in.u8();
            if (opcode == END) {
                readEnd();
                return keys;
            }
            if (opcode >= FIRST_OPCODE) {
                readOpcode(opcode);
            } else {
                readKey(opcode, keys < skip);
                keys++;
                deadlineMs = 0;
                watcher.passed(keys, in.position());
            }
        }
    }

    private void readVersion() throws IOException {
        String magic = new String(in.bytes(MAGIC), StandardCharsets.US_ASCII);
        if (!magic.matches("REDIS[0-9]{4}")) {
            throw new IOException("this is not an RDB file: it does not begin with REDIS and a version");
        }
        version = Integer.parseInt(magic.substring(5));
        if (version < 1 || version > NEWEST) {
            throw new IOException("an RDB file of version " + version + ", and 1 to " + NEWEST + " are known");
        }
    }

    private void readOpcode(int opcode) throws IOException {
        switch (opcode) {
            case AUX -> {
                in.skipString();
                in.skipString();
            }
            case RESIZE -> {
                in.length();
                in.length();
            }
            case EXPIRE_MS -> deadlineMs = in.i64();
            case EXPIRE_S -> deadlineMs = in.u32() * MS_PER_SECOND;
            case SELECT -> database = Math.toIntExact(in.length());
            case IDLE -> in.length();
            case FREQUENCY -> in.u8();
            case FUNCTION -> out.command("FUNCTION", "LOAD", "REPLACE", in.string());
            case SLOT_INFO -> {
                in.length();
                in.length();
                in.length();
            }
            case MODULE_AUX -> throw unknown("data of a module");
            case FUNCTION_OLD -> throw unknown("a function of a pre-release of Redis 7");
            default -> throw unknown("an opcode " + opcode);
        }
    }

    private IOException unknown(String what) {
        return new IOException(what + " before byte " + in.position() + " is not known to this version");
    }

    private void readKey(int type, boolean isSkipped) throws IOException {
        byte[] key = in.string();
        if (isSkipped) {
            extent.skip(type);
            return;
        }
        if (selected != database) {
            selected = database;
            out.command("SELECT", Integer.toString(database));
        }
        if (type != STRING) {
            // SET replaces whatever there is
            out.command("DEL", key);
        }
        try {
            if (RdbExtent.isStream(type)) {
                streams.read(type, key);
            } else {
                in.keep(extent.startOf(type));
                extent.keepHead(type);
                extent.skip(type);
                int length = in.endKeeping();
                int valueType = loader.load(in.keptAddress(), length);
                values.write(key, extent.isSet(type), valueType, loader.elements());
            }
        } catch (BadPayloadException e) {
            throw new IOException(
                    "the value before byte " + in.position() + ", of type " + type + ", is damaged: " + e.getMessage(),
                    e);
        }
        if (deadlineMs > 0) {
            out.command("PEXPIREAT", key, Long.toString(deadlineMs));
        }
    }

    private void readEnd() throws IOException {
        if (version < HAS_CHECKSUM) {
            return;
        }
        long computed = in.checksum();
        long written = in.i64();
        if (written != 0 && written != computed) {
            throw new IOException("its checksum is " + Long.toHexString(written) + ", but its bytes make "
                    + Long.toHexString(computed));
        }
    }

    /** How many keys were passed. */
    public long keys() {
        return keys;
    }

    @Override
    public void close() throws IOException {
        loader.close();
        in.close();
    }
}
