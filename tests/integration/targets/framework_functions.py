# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions for Google's Functions Framework. `receive` takes CloudEvents and notes them in the file $SEEN; `answer`
takes HTTP and does what the path says."""
import base64
import json
import os

import functions_framework


@functions_framework.cloud_event
def receive(event):
    with open(os.environ["SEEN"], "a", encoding="utf-8") as seen:
        seen.write(json.dumps({**event.get_attributes(), "data": event.get_data()}) + "\n")
    if event["type"] == "break":
        raise ValueError("a bad bid")


def batch(request):
    """Of each record of Lambda's Kafka event its value, with the offset as the key."""
    records = [r for run in request.get_json()["records"].values() for r in run]
    return [{"value": base64.b64decode(r["value"]).decode(), "key": str(r["offset"])} for r in records]


def score(request):
    """As a custom handler of Azure Functions answers its host."""
    events = request.get_json()["Data"]["events"]
    return {"Outputs": {"sold": [{"value": e["Value"]} for e in events]}, "Logs": [f"scored {len(events)}"]}


@functions_framework.http
def answer(request):
    match request.path:
        case "/batch":
            return batch(request)
        case "/value":
            place = "/".join(request.headers[f"Kafka-{part}"] for part in ("Topic", "Partition", "Offset"))
            return f"{place} {request.get_data(as_text=True)}", 200, {"Content-Type": "text/plain"}
        case "/values":
            return [{"value": item["n"] * 2} for item in request.get_json()]
        case "/score":
            return score(request)
        case "/busy":
            return "later", 429, {"Retry-After": "2"}
        case _:
            raise ValueError("a bad path")
