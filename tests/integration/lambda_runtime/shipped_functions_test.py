# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python that Weir ships: the auction's functions and the runtime loop."""
import base64
import contextlib
import io
import json
import unittest

import auction
import weir_runtime


def record(value, offset=0, headers=(), key="item-17"):
    document = value if isinstance(value, bytes) else json.dumps(value).encode()
    return {
        "topic": "bids",
        "partition": 0,
        "offset": offset,
        "key": base64.b64encode(key.encode()).decode(),
        "value": base64.b64encode(document).decode(),
        "headers": [{name: [byte - 256 if byte > 127 else byte for byte in text.encode()]} for name, text in headers],
    }


def batch(*records):
    return {"eventSource": "SelfManagedKafka", "records": {"bids-0": list(records)}}


def bid(**changes):
    good = {"bid": "bid-1", "item": "item-17", "bidder": "b-40001", "amount": 12.5, "currency": "EUR"}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def run(handler, *records):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        answers = handler(batch(*records), None)
    return answers, output.getvalue()


class ValidateBid(unittest.TestCase):
    def test_good_bid_is_accepted_with_its_data_and_cause(self):
        answers, printed = run(auction.validate_bid, record(bid(), headers=[("ce_id", "é-1")]))
        self.assertEqual(printed, "")
        self.assertEqual(answers[0]["value"], bid())
        self.assertEqual(answers[0]["key"], "item-17")
        self.assertEqual(answers[0]["cause"], 0)
        self.assertEqual(answers[0]["headers"]["ce_type"], "bid.accepted")
        self.assertEqual(answers[0]["headers"]["ce_causationid"], "é-1")

    def test_structured_cloud_event_is_understood_too(self):
        event = {"specversion": "1.0", "id": "7", "source": "/web", "type": "bid.placed", "data": bid()}
        answers, _ = run(auction.validate_bid, record(event))
        self.assertEqual(answers[0]["value"], bid())
        self.assertEqual(answers[0]["headers"]["ce_causationid"], "7")

    def test_bad_bids_are_logged_and_not_answered(self):
        bad = [
            bid(amount=-5), bid(amount=None), bid(amount=True), bid(currency="XXX"), bid(currency=None),
            bid(bidder="s-17"), bid(bidder=None), bid(item=None), ["not", "an", "object"], b"\xff not JSON",
        ]
        for offset, value in enumerate(bad):
            with self.subTest(value=value):
                answers, printed = run(auction.validate_bid, record(value, offset=offset))
                self.assertEqual(answers, [])
                self.assertIn(f"rejected bids/0@{offset}: ", printed)

    def test_a_bad_bid_does_not_hold_up_its_batch(self):
        answers, _ = run(auction.validate_bid, record(bid()), record(bid(amount=0)), record(bid(bid="bid-3")))
        self.assertEqual([answer["cause"] for answer in answers], [0, 2])


class ValidateItem(unittest.TestCase):
    ITEM = {"item": "item-17", "title": "Globe", "seller": "s-1", "reserve": 10, "closes_ms": 1}

    def test_good_and_bad(self):
        bad = {**self.ITEM, "reserve": -1}
        answers, printed = run(auction.validate_item, record(self.ITEM), record(bad, offset=1))
        self.assertEqual([answer["value"] for answer in answers], [self.ITEM])
        self.assertIn("rejected bids/0@1: 'reserve'", printed)


class AfterTheAuction(unittest.TestCase):
    SOLD = {"item": "item-17", "seller": "s-1", "sold": True, "winner": "b-2", "amount": 100.0, "bidders": ["b-1", "b-2"]}

    def test_enrich_adds_profile_and_fee(self):
        answers, _ = run(auction.enrich, record(self.SOLD))
        self.assertEqual(answers[0]["value"]["fee"], 5.0)
        self.assertEqual(answers[0]["value"]["winner_profile"]["name"], "b-2")

    def test_enrich_of_an_unsold_item_has_no_winner(self):
        answers, _ = run(auction.enrich, record({**self.SOLD, "sold": False}))
        self.assertNotIn("winner_profile", answers[0]["value"])

    def test_notify_tells_everybody_once(self):
        answers, _ = run(auction.notify, record(self.SOLD))
        told = {answer["value"]["to"]: answer["value"]["about"] for answer in answers}
        self.assertEqual(told, {"b-1": "lost", "b-2": "won", "s-1": "sold"})
        self.assertEqual({answer["cause"] for answer in answers}, {0})
        self.assertEqual(len({answer["headers"]["ce_id"] for answer in answers}), 3)

    def test_notify_of_an_item_without_bids(self):
        answers, _ = run(auction.notify, record({"item": "item-17", "seller": "s-1", "sold": False}))
        self.assertEqual([answer["value"]["about"] for answer in answers], ["not sold"])


class RuntimeLoop(unittest.TestCase):
    def test_handler_names(self):
        self.assertIs(weir_runtime.load_handler("auction.notify"), auction.notify)
        for name in ("auction", ".notify", "auction."):
            with self.subTest(name=name), self.assertRaises((ValueError, AttributeError)):
                weir_runtime.load_handler(name)

    def test_answers_that_are_no_json_are_refused(self):
        self.assertEqual(weir_runtime.encode({"a": [1, None]}), b'{"a":[1,null]}')
        for answer in (float("nan"), float("inf"), {1, 2}, b"bytes"):
            with self.subTest(answer=answer), self.assertRaises(TypeError):
                weir_runtime.encode(answer)

    def test_usage(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            self.assertEqual(weir_runtime.main(["weir_runtime.py"]), 2)
        self.assertIn("usage", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
