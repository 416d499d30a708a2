"""RQ: results, failures, retries, dependencies, delays, registries, and a job whose worker died."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta

import redis
from rq import Queue, Retry, SimpleWorker, Worker
from rq.registry import StartedJobRegistry
from transcript import show, until

port = int(sys.argv[1])
client = redis.Redis(port=port, db=6)


def add(x, y):
    return x + y


def fails():
    raise ValueError("never")


def hold(path):
    """Lives as long as its worker the first time, and is done at once the second time."""
    if os.path.exists(path):
        return "recovered"
    with open(path, "w", encoding="ascii"):
        signal.pause()


# workers import it under its own name, not as the main program
sys.modules["jobs"] = sys.modules[__name__]
for function in (add, fails, hold):
    function.__module__ = "jobs"


def work(*queues):
    SimpleWorker(queues, connection=client).work(burst=True, logging_level="CRITICAL")


if len(sys.argv) > 2:
    Worker(["high"], connection=client).work(logging_level="CRITICAL")
    sys.exit()

high, low = Queue("high", connection=client), Queue("low", connection=client)
jobs = [low.enqueue(add, i, i) for i in range(10)] + [high.enqueue(add, 100, 1)]
failed = low.enqueue(fails, retry=Retry(max=2))
after = low.enqueue(add, 1, 1, depends_on=jobs[-1])
never = low.enqueue(add, 1, 1, depends_on=failed)
show("queued", [high.count, low.count, low.deferred_job_registry.count, never.get_status()])
work(high, low)
show("results", [each.refresh() or each.result for each in jobs])
show("failed", [failed.get_status(refresh=True), failed.retries_left, "ValueError: never" in failed.exc_info, low.failed_job_registry.count])
show("dependent", [after.get_status(refresh=True), after.refresh() or after.result, never.get_status(refresh=True)])
show("requeue", [low.failed_job_registry.requeue(failed).get_status(), low.count])
show("emptied", [low.empty(), low.count, low.finished_job_registry.count])

delayed = low.enqueue_in(timedelta(milliseconds=50), add, 2, 3)
show("scheduled", [delayed.get_status(), low.scheduled_job_registry.count])
time.sleep(0.1)
show("due", low.scheduled_job_registry.get_jobs_to_schedule() == [delayed.id])

with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "held")
    held = high.enqueue(hold, path, retry=Retry(max=1))
    with subprocess.Popen([sys.executable, "-B", __file__, str(port), "worker"], start_new_session=True) as worker:
        until("the worker to have it", lambda: os.path.exists(path))
        os.killpg(worker.pid, signal.SIGKILL)
    started = StartedJobRegistry("high", connection=client)
    show("held", [started.count, held.get_status(), len(Worker.all(connection=client))])
    started.cleanup(timestamp=time.time() + 1000)
    show("found", [started.count, held.get_status(), high.count])
    work(high)
    show("end", [held.get_status(), held.refresh() or held.result, started.count])
