# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions of the auction: they check items and bids, enrich what was sold and tell the bidders.

Each handler takes Lambda's Kafka event and answers with a list of records for Weir to produce; see
docs/outputs.md for their form. The work is simulated: a handler sleeps as long as a real one would compute
or wait for a table, and importing the module takes as long as loading a real one's libraries.
"""
import base64
import json
import os
import time
import zlib

CURRENCIES = ("EUR", "USD", "GBP", "SEK")
FEE_RATE = 0.05
CITIES = ("Lisbon", "Malmö", "Ghent", "Turin", "Kraków", "Cork", "Porto", "Graz")

INIT_MS = int(os.environ.get("AUCTION_INIT_MS", "300"))
time.sleep(INIT_MS / 1000)

# Of the topics, where they are known: a record with a key of its own goes to the partition of that key.
PARTITIONS = int(os.environ.get("AUCTION_PARTITIONS", "0"))

# A warm call takes at least this long whatever it is given, and up to three times as long.
CALL_MS = int(os.environ.get("AUCTION_CALL_MS", "25"))


class Rejected(Exception):
    """An event that breaks a rule of the auction."""


class Incoming:
    """One record of a batch: its CloudEvents attributes and its data, in either content mode."""

    def __init__(self, index, record):
        self.index = index
        value = record.get("value")
        document = json.loads(base64.b64decode(value)) if value else {}
        if not isinstance(document, dict):
            raise Rejected("the value is not a JSON object")
        if "specversion" in document:
            self.data = document.get("data") or {}
            self.attributes = {name: text for name, text in document.items() if name != "data"}
        else:
            self.data = document
            self.attributes = header_attributes(record.get("headers") or [])
        key = record.get("key")
        self.key = base64.b64decode(key).decode() if key else None

    def field(self, name):
        value = self.data.get(name)
        if value in (None, ""):
            raise Rejected(f"'{name}' is missing")
        return value

    def answer(self, kind, data, suffix="", key=None):
        """The record that answers this event, as an event of its own."""
        origin = self.attributes.get("id", f"event-{self.index}")
        return {
            "value": data,
            "key": key or self.key or str(data.get("item", "")),
            "partition": number_for(key, PARTITIONS) if key and PARTITIONS else None,
            "headers": {
                "ce_specversion": "1.0",
                "ce_type": kind,
                "ce_source": "/auction/" + os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "function"),
                "ce_id": f"{origin}/{kind}{suffix}",
                "ce_causationid": str(origin),
                "content-type": "application/json",
            },
            "cause": self.index,
        }


def header_attributes(headers):
    attributes = {}
    for header in headers:
        for name, numbers in header.items():
            if name.startswith("ce_"):
                attributes[name[3:]] = bytes(number & 0xFF for number in numbers).decode()
    return attributes


def records_of(event):
    for records in event["records"].values():
        yield from records


def number_for(text, below):
    """A number that is always the same for a text, so that every run of the demo looks alike."""
    return zlib.crc32(str(text).encode()) % below


def work(text, least_ms, most_ms):
    """Takes the time that real work on this text would."""
    share = number_for(text, 1000) / 1000
    time.sleep((least_ms + share * (most_ms - least_ms)) / 1000)


def handle(event, one):
    """Answers each record by `one`, which returns a list; what it rejects is logged and has no answer."""
    answers = []
    records = list(records_of(event))
    work("call " + "".join(f"{r['partition']}@{r['offset']}" for r in records[:1]), CALL_MS, 3 * CALL_MS)
    for index, record in enumerate(records):
        try:
            answers.extend(one(Incoming(index, record)))
        except (Rejected, ValueError) as reason:
            place = f"{record['topic']}/{record['partition']}@{record['offset']}"
            print(f"rejected {place}: {reason}", flush=True)
    return answers


def positive(value, name):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise Rejected(f"'{name}' must be above 0, not {value!r}")
    return value


def check_item(incoming):
    work(incoming.field("item"), 1, 3)
    incoming.field("title")
    incoming.field("seller")
    reserve = incoming.data.get("reserve", 0)
    if isinstance(reserve, bool) or not isinstance(reserve, (int, float)) or reserve < 0:
        raise Rejected(f"'reserve' must not be below 0, not {reserve!r}")
    positive(incoming.field("closes_ms"), "closes_ms")
    return [incoming.answer("item.accepted", incoming.data)]


def check_bid(incoming):
    work(incoming.field("bid"), 1, 3)
    incoming.field("item")
    bidder = str(incoming.field("bidder"))
    positive(incoming.data.get("amount"), "amount")
    currency = incoming.data.get("currency")
    if currency not in CURRENCIES:
        raise Rejected(f"the currency {currency!r} is none of {', '.join(CURRENCIES)}")
    if bidder.startswith("s-"):
        raise Rejected(f"'{bidder}' is a seller's account, which may not bid")
    return [incoming.answer("bid.accepted", incoming.data)]


def profile(bidder):
    return {
        "name": bidder,
        "city": CITIES[number_for(bidder, len(CITIES))],
        "member_since": 2015 + number_for(bidder, 10),
    }


def winner_of(auction):
    """Who bought the item; nobody when the best bid stayed below the reserve."""
    return auction.get("winner") if auction.get("sold", True) else None


def add_details(incoming):
    item = incoming.field("item")
    work(item, 6, 10)
    enriched = dict(incoming.data)
    winner = winner_of(incoming.data)
    if winner:
        enriched["winner_profile"] = profile(winner)
        enriched["fee"] = round(incoming.data.get("amount", 0) * FEE_RATE, 2)
    return [incoming.answer("item.enriched", enriched)]


def tell_everybody(incoming):
    item = incoming.field("item")
    work(item, 12, 18)
    winner = winner_of(incoming.data)
    people = {name: "lost" for name in incoming.data.get("bidders") or []}
    if winner:
        people[winner] = "won"
    seller = incoming.data.get("seller")
    if seller:
        people[seller] = "sold" if winner else "not sold"
    return [
        incoming.answer(
            "notification.sent",
            {"item": item, "to": person, "about": about, "amount": incoming.data.get("amount")},
            suffix=f"/{person}",
            key=person,
        )
        for person, about in people.items()
    ]


def validate_item(event, _context):
    return handle(event, check_item)


def validate_bid(event, _context):
    return handle(event, check_bid)


def enrich(event, _context):
    return handle(event, add_details)


def notify(event, _context):
    return handle(event, tell_everybody)
