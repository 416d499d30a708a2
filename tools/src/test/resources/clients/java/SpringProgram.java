import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.cache.Cache;
import org.springframework.data.domain.Range;
import org.springframework.data.geo.Circle;
import org.springframework.data.geo.Distance;
import org.springframework.data.geo.Metrics;
import org.springframework.data.geo.Point;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.KeyExpirationEventMessageListener;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/** Spring Data Redis with all its kinds of operations, its listeners and its cache; Spring Session with both repositories. */
public final class SpringProgram {
    private final LettuceConnectionFactory factory;
    private final StringRedisTemplate template;

    private SpringProgram(int port) {
        RedisStandaloneConfiguration where = new RedisStandaloneConfiguration("127.0.0.1", port);
        where.setDatabase(5);
        factory = new LettuceConnectionFactory(where);
        factory.afterPropertiesSet();
        factory.start();
        template = new StringRedisTemplate(factory);
    }

    public static void main(String[] arguments) {
        int status = 1;
        try {
            new SpringProgram(Integer.parseInt(arguments[0])).run();
            status = 0;
        } catch (Exception e) {
            e.printStackTrace();
        }
        // its clients' threads would let it live on
        System.exit(status);
    }

    private void run() throws Exception {
        strings();
        collections();
        places();
        streams();
        transactions();
        listeners();
        cache();
        sessions();
    }

    private void strings() {
        var values = template.opsForValue();
        values.set("a", "1");
        values.multiSet(Map.of("b", "2", "c", "3"));
        Transcript.show("values", values.get("a"), values.increment("a", 4), values.increment("a", 0.5), values.multiGet(List.of("b", "none", "c")));
        Transcript.show("if", values.setIfAbsent("a", "x"), values.setIfPresent("a", "y", Duration.ofSeconds(100)), template.getExpire("a") > 90);
        Transcript.show("parts", values.append("a", "z"), values.get("a", 0, 0), values.size("a"), values.getAndDelete("a"), values.getAndExpire("b", Duration.ofSeconds(9)));
        Transcript.show("bits", values.setBit("bits", 7, true), values.getBit("bits", 7));
        Transcript.show("keys", template.hasKey("b"), template.countExistingKeys(List.of("b", "c", "x")), template.type("b").code(), template.delete(List.of("b", "x")));
    }

    private void collections() {
        var hash = template.<String, String>opsForHash();
        hash.putAll("hash", Map.of("f", "1", "g", "2"));
        Transcript.show("hash", hash.get("hash", "f"), hash.increment("hash", "f", 2), hash.entries("hash"), hash.putIfAbsent("hash", "f", "x"), hash.delete("hash", "g", "none"), hash.randomKey("hash"));
        var list = template.opsForList();
        Transcript.show("list", list.rightPushAll("list", "a", "b", "c", "b"), list.leftPop("list"), list.range("list", 0, -1), list.indexOf("list", "b"), list.remove("list", 1, "b"), list.leftPop("list", 2));
        Transcript.show("waiting", list.leftPop("none", Duration.ofSeconds(1)), list.rightPush("from", "x"), list.rightPopAndLeftPush("from", "to", Duration.ofSeconds(1)));
        var set = template.opsForSet();
        Transcript.show("set", set.add("set", "a", "b", "c"), set.isMember("set", "a", "x"), set.add("other", "b"), set.difference("set", "other"), set.intersectAndStore("set", "other", "both"), set.pop("other"));
        var sorted = template.opsForZSet();
        Transcript.show("zset", sorted.add("zset", "a", 1), sorted.add("zset", "b", 2.5), sorted.incrementScore("zset", "a", 5), sorted.reverseRangeWithScores("zset", 0, -1), sorted.rank("zset", "a"), sorted.popMin("zset"), sorted.score("zset", "a", "none"));
        Transcript.show("ranges", sorted.rangeByScore("zset", 0, 10), sorted.count("zset", 0, 10), sorted.unionAndStore("zset", "none", "union"), sorted.rangeByLex("zset", Range.unbounded()));
        for (int i = 0; i < 300; i++) {
            set.add("big", "m" + i);
        }
        try (var cursor = template.scan(ScanOptions.scanOptions().match("*set").count(10).build())) {
            Transcript.show("scan", java.util.Set.copyOf(cursor.stream().toList()));
        }
        try (var cursor = set.scan("big", ScanOptions.scanOptions().match("m29*").build())) {
            Transcript.show("sscan", java.util.Set.copyOf(cursor.stream().toList()));
        }
    }

    private void places() {
        var geo = template.opsForGeo();
        Transcript.show("geo", geo.add("geo", Map.of("Palermo", new Point(13.361389, 38.115556), "Catania", new Point(15.087269, 37.502669))));
        Transcript.show("distance", geo.distance("geo", "Palermo", "Catania", Metrics.KILOMETERS), geo.hash("geo", "Palermo", "none"), geo.position("geo", "Catania"));
        Transcript.show("radius", geo.radius("geo", new Circle(new Point(15, 37), new Distance(200, Metrics.KILOMETERS))).getContent().size());
        Transcript.show("loglog", template.opsForHyperLogLog().add("hll", "a", "b"), template.opsForHyperLogLog().size("hll"));
    }

    private void streams() {
        var stream = template.<String, String>opsForStream();
        for (int i = 1; i <= 3; i++) {
            stream.add(StreamRecords.newRecord().in("stream").withId(i + "-1").ofMap(Map.of("k", "v" + i)));
        }
        Transcript.show("group", stream.createGroup("stream", ReadOffset.from("0"), "g"));
        List<MapRecord<String, String, String>> read = stream.read(Consumer.from("g", "ann"), StreamOffset.create("stream", ReadOffset.lastConsumed()));
        Transcript.show("read", read.size(), read.get(0).getValue(), stream.acknowledge("stream", "g", RecordId.of("1-1")));
        Transcript.show("pending", stream.pending("stream", "g").getTotalPendingMessages(), stream.pending("stream", "g", Range.unbounded(), 10).size());
        Transcript.show("claim", stream.claim("stream", "g", "bob", Duration.ZERO, RecordId.of("2-1")).size(), stream.consumers("stream", "g").size());
        Transcript.show("info", stream.info("stream").streamLength(), stream.groups("stream").get(0).lastDeliveredId(), stream.trim("stream", 1), stream.range("stream", Range.unbounded()).size());
    }

    private void transactions() {
        Transcript.show("multi", template.execute(new SessionCallback<List<Object>>() {
            @Override
            @SuppressWarnings("unchecked")
            public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
                RedisOperations<String, String> strings = (RedisOperations<String, String>) operations;
                strings.watch("t");
                strings.multi();
                strings.opsForValue().set("t", "1");
                strings.opsForValue().increment("t");
                strings.opsForHash().put("th", "f", "v");
                return strings.exec();
            }
        }));
        Transcript.show("pipeline", template.executePipelined((org.springframework.data.redis.core.RedisCallback<Object>) connection -> {
            connection.stringCommands().set("p".getBytes(), "1".getBytes());
            connection.stringCommands().incr("p".getBytes());
            connection.keyCommands().pTtl("p".getBytes());
            return null;
        }));
        RedisScript<List> script = RedisScript.of("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}", List.class);
        Transcript.show("script", template.execute(script, List.of("p"), "x"), template.execute(script, List.of("p"), "y"));
        Transcript.attempt("wrong type", () -> template.opsForList().size("p"));
    }

    private void listeners() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.afterPropertiesSet();
        container.addMessageListener((message, pattern) -> got.add(new String(message.getChannel()) + " " + message), new PatternTopic("news.*"));
        container.start();
        // sets notify-keyspace-events where it is empty
        KeyExpirationEventMessageListener expirations = new KeyExpirationEventMessageListener(container);
        expirations.setApplicationEventPublisher(event -> got.add("expired " + new String((byte[]) ((org.springframework.data.redis.core.RedisKeyExpiredEvent<?>) event).getSource())));
        expirations.afterPropertiesSet();
        Transcript.until("the listener", () -> template.convertAndSend("news.a", "probe") > 0 && !got.isEmpty());
        got.clear();
        template.convertAndSend("news.b", "hello");
        template.opsForValue().set("brief", "x", Duration.ofMillis(30));
        Transcript.until("both", () -> got.contains("expired brief") && got.contains("news.b hello"));
        Transcript.show("config", factory.getConnection().serverCommands().getConfig("notify-keyspace-events"));
        expirations.destroy();
        container.stop();
    }

    private void cache() {
        RedisCacheManager manager = RedisCacheManager.builder(factory)
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofMinutes(5)).disableCachingNullValues())
                .build();
        Cache cache = manager.getCache("books");
        Transcript.show("loaded", cache.get("k", () -> "made"), cache.get("k", () -> "never"), cache.putIfAbsent("k", "x").get());
        Transcript.show("kept", template.keys("books*"), template.getExpire("books::k") > 200);
        cache.put("m", List.of(1, 2).toString());
        cache.evict("k");
        Transcript.show("evicted", cache.get("k") == null, cache.get("m").get(), cache.invalidate(), cache.get("m") == null);
    }

    private void sessions() throws Exception {
        RedisTemplate<String, Object> objects = new RedisTemplate<>();
        objects.setConnectionFactory(factory);
        objects.setKeySerializer(RedisSerializer.string());
        objects.setHashKeySerializer(RedisSerializer.string());
        objects.afterPropertiesSet();
        kept(new RedisSessionRepository(objects));
        RedisIndexedSessionRepository indexed = new RedisIndexedSessionRepository(objects);
        indexed.setDatabase(5);
        List<String> events = new CopyOnWriteArrayList<>();
        indexed.setApplicationEventPublisher(event -> events.add(event.getClass().getSimpleName()));
        indexed.afterPropertiesSet();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.afterPropertiesSet();
        container.addMessageListener(indexed, List.of(new PatternTopic(indexed.getSessionDeletedChannel()), new PatternTopic(indexed.getSessionExpiredChannel()), new PatternTopic(indexed.getSessionCreatedChannelPrefix() + "*")));
        container.start();
        Transcript.until("the subscriptions", () -> factory.getConnection().serverCommands().info("clients") != null && objects.convertAndSend(indexed.getSessionCreatedChannelPrefix() + "probe", Map.of()) > 0);
        String id = kept(indexed);
        Transcript.show("by name", indexed.findByPrincipalName("ann").containsKey(id), indexed.findByPrincipalName("bob").size());
        indexed.deleteById(id);
        Transcript.until("the deletion", () -> events.contains(SessionDeletedEvent.class.getSimpleName()));
        var brief = indexed.createSession();
        brief.setMaxInactiveInterval(Duration.ofSeconds(1));
        indexed.save(brief);
        Transcript.until("the expiry", () -> {
            template.hasKey("spring:session:sessions:expires:" + brief.getId());
            return events.contains(SessionExpiredEvent.class.getSimpleName());
        });
        Transcript.show("gone", indexed.findById(brief.getId()), indexed.findByPrincipalName("ann").size());
        indexed.destroy();
        container.stop();
    }

    private static <S extends Session> String kept(org.springframework.session.SessionRepository<S> repository) {
        S session = repository.createSession();
        session.setAttribute("cart", "3 books");
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, "ann");
        repository.save(session);
        S found = repository.findById(session.getId());
        Transcript.show("session", found.<String>getAttribute("cart"), found.getMaxInactiveInterval(), found.isExpired());
        found.removeAttribute("cart");
        found.setAttribute("seen", 7);
        String before = found.getId();
        String after = found.changeSessionId();
        repository.save(found);
        S changed = repository.findById(after);
        Transcript.show("changed", repository.findById(before) == null, changed.getAttributeNames(), changed.<Integer>getAttribute("seen"));
        return after;
    }
}
