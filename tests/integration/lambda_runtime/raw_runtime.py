# SPDX-License-Identifier: GPL-3.0-or-later
"""A runtime that speaks the Runtime API by hand, in ways that the usual clients do not: `raw_runtime.py MODE`."""
import os
import sys
import time
from http.client import HTTPConnection

ADDRESS = os.environ["AWS_LAMBDA_RUNTIME_API"]
BASE = "/2018-06-01/runtime/"


def request(method, path, body=None, headers={}, connection=None, chunked=False):
    connection = connection or HTTPConnection(ADDRESS)
    connection.request(method, path, body, headers, encode_chunked=chunked)
    response = connection.getresponse()
    text = response.read()
    assert response.headers["Content-Type"] == "application/json", path
    return response, text


def next_call():
    response, _ = request("GET", BASE + "invocation/next")
    assert response.status == 200
    return response.headers["Lambda-Runtime-Aws-Request-Id"]


def answer(request_id, body, headers={}, **how):
    response, _ = request("POST", BASE + f"invocation/{request_id}/response", body, headers, **how)
    assert response.status == 202, response.status


def lives(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def answer_too_late(request_id, result):
    """From a process that has left the group of the instance: once that was killed, until nobody listens."""
    instance = os.getpid()
    if os.fork():
        return
    os.setsid()
    for number in range(3):
        os.close(number)
    while lives(instance):
        pass
    said = "never refused"
    try:
        for _ in range(1000):
            answer(request_id, b'"late"')
    except OSError:
        said = "refused"
    with open(result + ".part", "w") as file:
        file.write(said)
    os.rename(result + ".part", result)
    os._exit(0)


def main(mode, *arguments):
    if mode == "exit-after-answer":
        answer(next_call(), b'"done"')
        return 0
    if mode == "abandon-next":  # a `next` whose connection goes away must not get the call
        answer(next_call(), b'"first"')
        gone = HTTPConnection(ADDRESS)
        gone.request("GET", BASE + "invocation/next")
        gone.close()
        print("gone", flush=True)
    request_id = next_call()
    if mode == "not-json":
        answer(request_id, b"\x89PNG\r\n\x1a\n\x00")
    elif mode == "infinity":
        answer(request_id, b'{"price": Infinity}')
    elif mode == "chunked":
        answer(request_id, iter([b'["ch', b'unked"]']), {"Transfer-Encoding": "chunked"}, chunked=True)
    elif mode == "huge":
        answer(request_id, b'"' + b"h" * 20_000_000 + b'"')
    elif mode == "empty":
        answer(request_id, b"")
    elif mode == "expects-continue":
        connection = HTTPConnection(ADDRESS)
        connection.putrequest("POST", BASE + f"invocation/{request_id}/response")
        connection.putheader("Content-Length", "4")
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        line = connection.sock.recv(64)
        assert line.startswith(b"HTTP/1.1 100 "), line
        connection.send(b"\"go\"")
        assert connection.getresponse().status == 202
    elif mode == "foreign-id":
        answer("no-such-id", b'"wrong"')
        answer(request_id, b'"right"')
        answer(request_id, b'"again"')
    elif mode == "long-header":
        cause = {"Lambda-Runtime-Function-XRay-Error-Cause": "x" * 1_000_000}
        response, _ = request("POST", BASE + f"invocation/{request_id}/error",
                              b'{"errorType":"Oops","errorMessage":"broken \\ud800 text"}', cause)
        assert response.status == 202
    elif mode == "unknown-path":
        response, _ = request("GET", "/2020-01-01/extension/register")
        assert response.status == 404
        answer(request_id, b'"found"')
    elif mode == "never-again":  # answers, but never asks for the next call
        answer(request_id, b'"only one"')
        time.sleep(3600)
    elif mode == "abandon-next":
        answer(request_id, b'"second connection"')
    elif mode == "late":
        if not os.path.exists(arguments[0]):
            answer_too_late(request_id, arguments[0])
            time.sleep(3600)
        answer(request_id, b'"in time"')
    while True:
        answer(next_call(), b"null")


sys.exit(main(*sys.argv[1:]))
