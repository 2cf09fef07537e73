# SPDX-License-Identifier: GPL-3.0-or-later
"""A small AWS Lambda Runtime API loop: `python3 weir_runtime.py module.handler`.

Standard library only and few imports, so that an instance starts fast. It behaves as Lambda's own Python
runtime does: the module is looked for in the working directory, an exception becomes an error report with
its traceback, an exception while importing becomes an init error and ends the process.
"""
import importlib
import json
import os
import sys
import time
from http.client import HTTPConnection

BASE = "/2018-06-01/runtime/"
JSON_TYPE = {"Content-Type": "application/json"}


class Context:
    """What a handler may ask about its call."""

    def __init__(self, headers):
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id", "")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn", "")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self._deadline_ms = int(headers.get("Lambda-Runtime-Deadline-Ms", "0"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


def error_report(error):
    """The report that the Runtime API wants, of the exception that is being handled."""
    import traceback  # only now: most instances never need it

    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


class Runtime:
    """One connection to the Runtime API."""

    def __init__(self, address):
        self._connection = HTTPConnection(address)

    def next(self):
        """Waits for the next call: (headers, event as bytes)."""
        self._connection.request("GET", BASE + "invocation/next")
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"the Runtime API answered {response.status} to 'next'")
        return response.headers, body

    def post(self, path, body, headers=JSON_TYPE):
        self._connection.request("POST", BASE + path, body, headers)
        self._connection.getresponse().read()

    def post_error(self, path, error):
        report = error_report(error)
        headers = dict(JSON_TYPE)
        headers["Lambda-Runtime-Function-Error-Type"] = "Unhandled"
        self.post(path, json.dumps(report).encode(), headers)
        print(f"[ERROR] {report['errorType']}: {report['errorMessage']}", file=sys.stderr)
        print("".join(report["stackTrace"]), end="", file=sys.stderr, flush=True)


def load_handler(name):
    """The function `attribute` of `module` for `module.attribute`."""
    module_name, dot, attribute = name.rpartition(".")
    if not dot or not module_name:
        raise ValueError(f"the handler '{name}' must be MODULE.FUNCTION")
    return getattr(importlib.import_module(module_name), attribute)


def encode(answer):
    try:
        return json.dumps(answer, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise TypeError(f"the handler's answer cannot be written as JSON: {error}") from error


def serve(runtime, handler):
    while True:
        headers, body = runtime.next()
        context = Context(headers)
        path = "invocation/" + context.aws_request_id
        try:
            answer = encode(handler(json.loads(body), context))
        except Exception as error:  # whatever a handler raises is its answer
            runtime.post_error(path + "/error", error)
        else:
            sys.stdout.flush()
            runtime.post(path + "/response", answer)


def main(arguments):
    if len(arguments) != 2:
        print("usage: weir_runtime.py MODULE.FUNCTION", file=sys.stderr)
        return 2
    address = os.environ.get("AWS_LAMBDA_RUNTIME_API")
    if not address:
        print("AWS_LAMBDA_RUNTIME_API is not set: a host such as Weir must start this", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(line_buffering=True)
    sys.path.insert(0, os.getcwd())
    runtime = Runtime(address)
    try:
        handler = load_handler(arguments[1])
    except Exception as error:
        runtime.post_error("init/error", error)
        return 1
    try:
        serve(runtime, handler)
    except ConnectionError:
        return 0  # the host went away
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
