# SPDX-License-Identifier: GPL-3.0-or-later
"""A function for Knative's middleware for Python: it replies with an event, with nothing, or not at all, as the event's
type asks. Prints its port and ends with its input."""
import os
import socket
import sys
import threading
import time

from cloudevents.core.v1.event import CloudEvent
from func_python.cloudevent import serve

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
os.environ["LISTEN_ADDRESS"] = f"127.0.0.1:{port}"


def watch():
    """Says when it listens, which is a moment after start(), and ends with its input."""
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.01)
    print(port, flush=True)
    sys.stdin.read()
    os._exit(0)


class Function:
    def start(self, _):
        threading.Thread(target=watch, daemon=True).start()

    async def handle(self, scope, _, send):
        event = scope["event"]
        kind = event.get_type()
        if kind == "break":
            raise RuntimeError("a bad bid")
        if kind == "silent":
            await send.http({"type": "http.response.start", "status": 204, "headers": []})
            await send.http({"type": "http.response.body", "body": b""})
            return
        reply = CloudEvent(
            attributes={"id": "reply-" + event.get_id(), "source": "/function", "type": "reply." + kind,
                        "partitionkey": "k", "datacontenttype": "application/json"},
            data={"subject": event.get_subject(), "source": event.get_source()})
        await (send.binary if kind == "binary" else send.structured)(reply)


def new():
    return Function()


serve(new)
