package io.tailrace.node.command;

import io.tailrace.node.digest.RedisDigest;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * DEBUG DIGEST and DEBUG DIGEST-VALUE: the same numbers as Redis's for the same data. All of it is read, each shard's on its thread, which
 * does nothing else meanwhile: {@code STOREDIGEST} is for nodes that serve. Stateless.
 */
final class DebugDigest {
    private static final int FIRST_KEY = 2;

    private DebugDigest() {}

    static void ofAll(ClientSession session) {
        int databases = session.node().settings().current().databases();
        session.<byte[][]>gather(
                services -> {
                    if (services.isLoading()) {
                        return new byte[databases][];
                    }
                    try (RedisDigest digest = new RedisDigest()) {
                        return digest.ofDatabases(services.shard().databases(), databases);
                    }
                },
                (shards, reply) -> reply.simple(hex(RedisDigest.together(shards))));
    }

    static void ofValues(ClientSession session, Arguments arguments) {
        int database = session.info().database();
        List<byte[]> keys = new ArrayList<>();
        for (int i = FIRST_KEY; i < arguments.count(); i++) {
            keys.add(arguments.bytes(i));
        }
        session.<List<byte[]>>gather(services -> ofValues(services, database, keys), (shards, reply) -> {
            reply.array(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                int key = i;
                reply.simple(hex(shards.stream()
                        .map(shard -> shard.get(key))
                        .reduce(DebugDigest::theOneThatIsThere)
                        .orElseThrow()));
            }
        });
    }

    private static List<byte[]> ofValues(ShardServices services, int database, List<byte[]> keys) {
        if (services.isLoading()) {
            return keys.stream().map(key -> RedisDigest.NOTHING).toList();
        }
        try (RedisDigest digest = new RedisDigest()) {
            return keys.stream()
                    .map(key -> digest.ofValue(services.shard().databases().of(database), key))
                    .toList();
        }
    }

    /** A key is on one shard: the others have nothing. */
    private static byte[] theOneThatIsThere(byte[] one, byte[] other) {
        for (byte part : one) {
            if (part != 0) {
                return one;
            }
        }
        return other;
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
