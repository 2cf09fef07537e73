# SPDX-License-Identifier: GPL-3.0-or-later
"""Handlers that behave and misbehave in every way that a host must survive."""
import os
import signal
import subprocess
import sys
import time

calls = 0


def records(event):
    return [record for partition in event["records"].values() for record in partition]


def echo(event, context):
    """One output for each event: where it came from."""
    return [f"{record['topic']}/{record['partition']}@{record['offset']}" for record in records(event)]


def count(event, context):
    global calls
    calls += 1
    return calls


def whole_event(event, context):
    return event


def environment(event, context):
    return {"environment": dict(os.environ), "directory": os.getcwd(), "input": sys.stdin.read()}


def about_context(event, context):
    return {
        "request": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "left_ms": context.get_remaining_time_in_millis(),
    }


def slow(event, context):
    time.sleep(0.3)
    return None


def throws(event, context):
    raise ValueError("a bad bid")


def exits(event, context):
    print("about to go", file=sys.stderr, flush=True)
    sys.exit(3)


def exits_hard(event, context):
    os._exit(4)


def kills_itself(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def hangs_at_first(event, context):
    """Hangs in the first of a batch whose offset is 0, answers all others."""
    if records(event)[0]["offset"] == 0:
        time.sleep(3600)
    return "fine"


def prints(event, context):
    print("plain line", flush=True)
    print("to the error stream", file=sys.stderr, flush=True)
    os.write(1, b"binary \xff\xfe\x00 line\r\n")
    os.write(1, b"x" * 1_000_000 + b"\n")
    os.write(1, b"no line end")
    return None


def floods(event, context):
    line = b"y" * 99 + b"\n"
    for _ in range(200):
        os.write(1, line * 1000)
    return None


def too_large(event, context):
    return "z" * 7_000_000


def large(event, context):
    return "z" * 6_000_000


def closes_output(event, context):
    os.close(1)
    os.close(2)
    return "closed"


def leaves_a_child(event, context):
    """A child in the same group that ignores what can be ignored, as does this process."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(3600)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child.stdout.readline()
    return {"parent": os.getpid(), "child": child.pid}


def pid(event, context):
    return os.getpid()


def inheritance(event, context):
    return {
        "pid": os.getpid(),
        "open": sorted(int(name) for name in os.listdir("/proc/self/fd")),
        "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    }


def grow(event, context):
    """Takes memory until somebody stops it."""
    kept = []
    while len(kept) < 1000:
        kept.append(bytearray(b"x" * (8 << 20)))
        time.sleep(0.02)
    return len(kept)


def grow_briefly(event, context):
    taken = bytearray(b"x" * (200 << 20))
    return len(taken)


def grow_in_a_child(event, context):
    program = "import time; kept = bytearray(b'x' * (200 << 20)); time.sleep(60)"
    subprocess.run([sys.executable, "-c", program], check=False)
