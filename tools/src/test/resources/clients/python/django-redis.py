"""django-redis as Django's cache: values, many at once, counters, patterns, locks and sessions."""

import sys

from django.conf import settings

port = int(sys.argv[1])
settings.configure(
    CACHES={
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/7",
            "KEY_PREFIX": "app",
            "OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient"},
        }
    },
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    INSTALLED_APPS=["django.contrib.sessions"],
    SECRET_KEY="tests",
)

import django  # noqa: E402 - after the settings

django.setup()

from django.contrib.sessions.backends.cache import SessionStore  # noqa: E402
from django.core.cache import cache  # noqa: E402
from transcript import attempt, show  # noqa: E402

show("set", [cache.set("a", {"deep": [1, 2.5, None]}), cache.get("a"), cache.get("none", "default")])
show("add", [cache.add("a", 1), cache.add("b", 1, timeout=100), cache.ttl("b") in (99, 100), cache.ttl("a") > 200])
many = {f"key:{i}": i for i in range(200)}
show("set_many", cache.set_many(many, timeout=500))
show("get_many", cache.get_many(list(many)) == many)
show("delete_many", cache.delete_many([f"key:{i}" for i in range(0, 200, 2)]))
show("left", [len(cache.get_many(list(many))), cache.get_or_set("key:0", lambda: "made"), cache.has_key("key:1")])
show("counter", [cache.set("n", 5), cache.incr("n"), cache.incr("n", 10), cache.decr("n", 3)])
attempt("no counter", cache.incr, "missing")
show("keys", [len(cache.keys("key:*")), len(list(cache.iter_keys("key:*")))])
show("delete_pattern", [cache.delete_pattern("key:1*"), len(cache.keys("key:*"))])
show("touch", [cache.touch("a", 50), cache.ttl("a") in (49, 50), cache.persist("a"), cache.ttl("a"), cache.expire("a", 5)])
with cache.lock("lock", timeout=10):
    show("locked", cache.client.get_client().exists("app:1:lock"))
show("free", cache.client.get_client().exists("app:1:lock"))
show("version", [cache.set("v", 1), cache.incr_version("v"), cache.get("v"), cache.get("v", version=2)])
session = SessionStore()
session["user"] = 42
session.create()
show("session", [SessionStore(session.session_key)["user"], SessionStore(session.session_key).exists(session.session_key)])
session.flush()
show("flushed", SessionStore(session.session_key or "none").get("user"))
show("cleared", [cache.clear(), cache.keys("*")])
