#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of the flow file judges the table of cases as the parser does (cases_test.cpp).

usage: schema_test.py SCHEMA CASES [FLOW…]   the FLOWs are samples that must be good
"""
import copy
import json
import os
import sys

SKIPPED = 77

try:
    import jsonschema
except ImportError:
    required = os.environ.get("CI") or os.environ.get("WEIR_REQUIRE_PEERS")
    print("python3-jsonschema is not installed")
    sys.exit(1 if required else SKIPPED)


def locate(document, pointer):
    """The container that a JSON pointer leads into, and the last step."""
    *path, last = pointer.split("/")[1:]
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document, int(last) if isinstance(document, list) else last


def apply(base, case):
    flow = copy.deepcopy(base)
    for pointer, value in case.get("set", {}).items():
        container, last = locate(flow, pointer)
        if isinstance(container, list) and last == len(container):
            container.append(value)
        else:
            container[last] = value
    for pointer in case.get("remove", []):
        container, last = locate(flow, pointer)
        del container[last]
    return flow


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(schema_path, cases_path, *samples):
    schema = load(schema_path)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    table = load(cases_path)
    failures = []
    for case in table["cases"]:
        flow = apply(table["base"], case)
        expected_good = "place" not in case or case.get("schema") == "blind"
        errors = [error.message for error in validator.iter_errors(flow)]
        if expected_good == bool(errors):
            failures.append(f"{case['name']}: {errors or 'accepted'}")
    for path in samples:
        failures += [f"{path}: {error.message}" for error in validator.iter_errors(load(path))]
    print("\n".join(failures) or f"{len(table['cases'])} cases and {len(samples)} samples agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
