"""What a program saw, a line each, in a form that is the same on every server."""

import time


def plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, BaseException):
        return f"{type(value).__name__} {value}"
    if isinstance(value, dict):
        return {plain(k): plain(value[k]) for k in sorted(value, key=str)}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def show(label, value):
    print(f"{label}: {plain(value)!r}", flush=True)


def attempt(label, call, *arguments, **named):
    """Shows what a call comes to, an error too."""
    try:
        show(label, call(*arguments, **named))
    except Exception as e:  # noqa: BLE001 - whatever it is, it is what is to be seen
        show(label, e)


def until(what, condition):
    """Returns once the condition holds; a program that waits in vain ends with an error."""
    deadline = time.monotonic() + 45
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError("still waiting for " + what)
        time.sleep(0.01)
