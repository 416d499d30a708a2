"""Celery with Redis as its broker and for its results: chains, groups, chords, delays, retries, revocation, a worker that dies."""

import os
import signal
import subprocess
import sys
import tempfile
import time

from transcript import attempt, show, until

port = int(sys.argv[1])
VISIBILITY = 1

from celery import Celery, chain, chord, group  # noqa: E402

app = Celery("tests", broker=f"redis://127.0.0.1:{port}/3", backend=f"redis://127.0.0.1:{port}/4")
app.conf.update(
    broker_transport_options={"visibility_timeout": VISIBILITY},
    result_expires=600,
    task_acks_late=True,
    broker_connection_retry_on_startup=True,
)


@app.task(name="tests.add")
def add(x, y):
    return x + y


@app.task(name="tests.total")
def total(numbers):
    return sum(numbers)


@app.task(name="tests.retried", bind=True, max_retries=3)
def retried(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0.05)
    return self.request.retries


@app.task(name="tests.fails")
def fails():
    raise ValueError("never")


@app.task(name="tests.hold")
def hold(path):
    """Lives as long as the process of the first worker, and is done at once in the second."""
    if os.path.exists(path):
        return "recovered"
    with open(path, "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    signal.pause()


def tasks():
    show("result", add.delay(1, 2).get(timeout=40))
    show("many", [each.get(timeout=40) for each in [add.delay(i, i) for i in range(20)]])
    show("chain", chain(add.s(1, 2), add.s(10), add.s(100))().get(timeout=40))
    show("group", group(add.s(i, 1) for i in range(5))().get(timeout=40))
    show("chord", chord((add.s(i, i) for i in range(6)), total.s())().get(timeout=40))
    show("retried", retried.delay().get(timeout=40))
    attempt("failed", fails.delay().get, timeout=40)
    show("later", add.apply_async((5, 5), countdown=0.2).get(timeout=40))
    show("priority", add.apply_async((6, 6), priority=3).get(timeout=40))
    result = add.delay(7, 7)
    show("states", [result.get(timeout=40), result.state, result.forget(), result.state])
    revoked = add.apply_async((1, 1), countdown=3)
    revoked.revoke()
    attempt("revoked", revoked.get, timeout=40)
    show("ping", sorted(list(each.values())[0]["ok"] for each in app.control.ping(timeout=1)))


def worker(queue):
    command = [sys.executable, "-B", __file__, str(port), queue]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def crash():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "pid")
        result = hold.apply_async((path,), queue="held")
        with worker("held") as first:
            until("the worker to have it", lambda: os.path.exists(path) and os.path.getsize(path) > 0)
            first.kill()
        client = app.connection().default_channel.client
        show("left by the dead", [client.zcard("unacked_index"), client.llen("held")])
        # a worker looks for such when it starts, and then every hundred seconds
        until("the message to be due", lambda: client.zcount("unacked_index", 0, time.time() - VISIBILITY) == 1)
        with worker("held") as second:
            show("recovered", result.get(timeout=45))
            second.kill()


if len(sys.argv) > 2:
    app.worker_main(["worker", "--pool=threads", "-c2", "-Q", sys.argv[2], "-n", sys.argv[2] + "@here", "--without-mingle", "--without-gossip", "--loglevel=CRITICAL"])
else:
    with worker("celery") as process:
        try:
            tasks()
        finally:
            process.kill()
    crash()
