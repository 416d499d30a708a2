"""redis-py: databases, pipelines, transactions, scripts, locks, streams, subscriptions, iterators, parsed replies."""

import sys
import threading

import redis
from redis.exceptions import LockError, WatchError
from transcript import attempt, show, until

port = int(sys.argv[1])


def databases():
    one, two = redis.Redis(port=port, db=1), redis.from_url(f"redis://127.0.0.1:{port}/2")
    show("set", [one.set("k", "of one"), two.set("k", "of two", px=100000), one.get("k"), two.get("k")])
    show("sizes", [one.dbsize(), sorted(one.info("keyspace")), two.move("k", 1), one.swapdb(1, 2), one.get("k")])
    show("copy", [one.copy("k", "k", destination_db=5), redis.Redis(port=port, db=5).get("k"), one.flushdb(), two.dbsize()])
    attempt("none such", redis.Redis(port=port, db=99).ping)


def pipelines(r):
    with r.pipeline() as pipe:
        show("transaction", pipe.set("a", 1).incr("a").hset("h", mapping={"f": 1, "g": 2}).hgetall("h").execute())
    with r.pipeline(transaction=False) as pipe:
        pipe.lpush("a", "x").get("a")
        show("errors among replies", pipe.execute(raise_on_error=False))
    with r.pipeline() as pipe:
        attempt("an error", pipe.set("a", "x").incr("a").execute)

    def take(pipe):
        left = int(pipe.get("stock"))
        pipe.multi()
        pipe.set("stock", left - 1)

    r.set("stock", 40)
    threads = [threading.Thread(target=lambda: [r.transaction(take, "stock") for _ in range(10)]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    show("optimistic", r.get("stock"))
    with r.pipeline() as pipe:
        pipe.watch("stock")
        r.incr("stock")
        pipe.multi()
        pipe.incr("stock")
        try:
            show("watched", pipe.execute())
        except WatchError as e:
            show("watched", e)


def scripts(r):
    total = r.register_script("local s = 0 for _, k in ipairs(KEYS) do s = s + redis.call('GET', k) end return {s, ARGV[1]}")
    r.mset({"x": 1, "y": 2})
    show("script", [total(keys=["x", "y"], args=["z"]), r.script_exists(total.sha), r.script_flush(), r.script_exists(total.sha)])
    show("again", total(keys=["x"], args=[""]))
    with r.pipeline() as pipe:
        total(keys=["y"], args=["p"], client=pipe)
        show("in a pipeline", pipe.execute())
    attempt("no script", r.evalsha, "0" * 40, 0)
    attempt("an error", r.eval, "return redis.call('INCR', KEYS[1])", 1, "h")


def locks(r):
    first, second = r.lock("lock", timeout=30), r.lock("lock", timeout=30, blocking_timeout=0.05)
    show("acquire", [first.acquire(), second.acquire(), first.locked(), first.owned(), second.owned()])
    show("extend", [first.extend(60, replace_ttl=True), r.ttl("lock") > 50, first.reacquire(), r.ttl("lock") <= 30])
    attempt("release of another's", second.release)
    first.release()
    attempt("release twice", first.release)
    inside, most, sums = [0], [0], [0]

    def work():
        for _ in range(10):
            with r.lock("contended", timeout=20, sleep=0.002):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                before = sums[0]
                r.ping()
                sums[0] = before + 1
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    show("contention", [most[0], sums[0]])
    short = r.lock("short", timeout=0.05)
    short.acquire()
    until("the lock to expire", lambda: not r.exists("short"))
    try:
        short.release()
    except LockError as e:
        show("expired", e)


def streams(r):
    show("xadd", [r.xadd("s", {"n": i}, id=f"{i}-1") for i in range(1, 6)])
    show("group", [r.xgroup_create("s", "g", id="0"), r.xreadgroup("g", "ann", {"s": ">"}, count=3), r.xpending("s", "g")])
    show("ack", [r.xack("s", "g", "1-1"), r.xclaim("s", "g", "bob", 0, ["2-1"], justid=True), r.xautoclaim("s", "g", "cyd", 0, count=1)])
    show("info", [r.xinfo_groups("s"), [each["name"] for each in r.xinfo_consumers("s", "g")], r.xinfo_stream("s")["length"]])
    show("trim", [r.xtrim("s", maxlen=2, approximate=False), r.xrange("s"), r.xdel("s", "5-1"), r.xlen("s")])
    show("nothing", r.xread({"s": "$"}, block=20))


def subscriptions(r):
    pubsub = r.pubsub()
    pubsub.subscribe("news")
    pubsub.psubscribe("n*")
    until("the subscriptions", lambda: pubsub.get_message(timeout=1) and r.pubsub_numpat() == 1 and r.pubsub_numsub("news")[0][1] == 1)
    r.publish("news", "hello")
    got = []
    until("the messages", lambda: got.append(pubsub.get_message(ignore_subscribe_messages=True, timeout=1)) or len([m for m in got if m]) == 2)
    show("got", sorted(str(m) for m in got if m))
    pubsub.close()


def collections(r):
    r.zadd("z", {f"m{i}": i / 4 for i in range(300)})
    r.sadd("set", *range(300))
    r.hset("hash", mapping={f"f{i}": i for i in range(300)})
    r.rpush("list", *[3, 1, 2])
    show("iterators", [len(list(r.zscan_iter("z"))), len(set(r.sscan_iter("set"))), len(dict(r.hscan_iter("hash"))), sorted(r.scan_iter("*s*", _type="SET"))])
    show("zset", [r.zrange("z", 0, 2, withscores=True), r.zpopmax("z", 2), r.zrangestore("to", "z", 1, 2, byscore=True), r.zadd("z", {"m1": 9}, gt=True, incr=True)])
    show("sort", [r.sort("list", desc=True), r.sort("list", store="sorted"), r.lrange("sorted", 0, -1), r.lpos("list", 3)])
    show("geo", [r.geoadd("g", (13.361389, 38.115556, "Palermo")), r.geopos("g", "Palermo"), r.geosearch("g", longitude=15, latitude=37, radius=200, unit="km", withdist=True)])
    show("bits", [r.setbit("b", 9, 1), r.bitcount("b"), r.bitpos("b", 1), r.bitfield("b").incrby("u8", 0, 5).execute()])
    show("types", [r.type("z"), r.object("encoding", "list"), r.memory_usage("none"), r.expire("z", 100, nx=True), r.getex("stock", persist=True)])
    show("dump", [r.restore("copy", 0, r.dump("hash")), r.hlen("copy")])
    show("waiting", [r.blpop(["list", "none"], timeout=1), r.brpop("none", timeout=0.05), r.lmove("list", "to list"), r.lmpop(1, "list", direction="LEFT")])


client = redis.Redis(port=port, db=7)
databases()
pipelines(client)
scripts(client)
locks(client)
streams(client)
subscriptions(client)
collections(client)
