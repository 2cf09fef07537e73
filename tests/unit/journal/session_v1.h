// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace weir::journal::test {

/// A small session as version 1 of the format had it.
constexpr const char* kSessionV1 = R"sql(
CREATE TABLE session(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    cluster TEXT NOT NULL,
    weir_version TEXT NOT NULL,
    capture TEXT NOT NULL,
    capture_bytes INTEGER,
    started_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    ended_ns INTEGER
);
CREATE TABLE topic(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    partitions INTEGER NOT NULL,
    source TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE function(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    observe INTEGER NOT NULL,
    answers TEXT NOT NULL,
    concurrency INTEGER NOT NULL,
    memory_mb INTEGER NOT NULL,
    timeout_ns INTEGER NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE trigger(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    ordered_by TEXT NOT NULL,
    group_name TEXT NOT NULL,
    batch_size INTEGER NOT NULL,
    batching_window_ns INTEGER NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE trigger_topic(
    trigger_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    topic_id INTEGER NOT NULL,
    PRIMARY KEY (trigger_id, position)
) WITHOUT ROWID;
CREATE TABLE instance(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    started_ns INTEGER NOT NULL,
    ready_ns INTEGER,
    ended_ns INTEGER,
    end_reason TEXT,
    end_detail TEXT
);
CREATE TABLE assignment(
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    state TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    offset INTEGER,
    group_name TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE event(
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    received_ns INTEGER NOT NULL,
    timestamp_ns INTEGER,
    timestamp_type INTEGER,
    key BLOB,
    size INTEGER,
    capture TEXT,
    headers TEXT,
    value BLOB
);
CREATE TABLE event_run(
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    last_offset INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    value_bytes INTEGER NOT NULL,
    received_ns INTEGER NOT NULL
);
CREATE INDEX event_run_place ON event_run(topic_id, partition, first_offset);
CREATE TABLE hole(
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    last_offset INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE skip(
    id INTEGER PRIMARY KEY,
    function_id INTEGER NOT NULL,
    trigger_id INTEGER,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    last_offset INTEGER NOT NULL,
    first_event_id INTEGER,
    reason TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE batch(
    id INTEGER PRIMARY KEY,
    trigger_id INTEGER,
    closed_by TEXT NOT NULL,
    event_count INTEGER NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE batch_run(
    batch_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    last_event_id INTEGER NOT NULL,
    PRIMARY KEY (batch_id, position)
) WITHOUT ROWID;
CREATE TABLE invocation(
    id INTEGER PRIMARY KEY,
    function_id INTEGER NOT NULL,
    trigger_id INTEGER,
    instance_id INTEGER,
    batch_id INTEGER,
    attempt INTEGER NOT NULL,
    cold INTEGER NOT NULL,
    epoch INTEGER,
    split_of INTEGER,
    topic_id INTEGER,
    partition INTEGER,
    first_offset INTEGER,
    last_offset INTEGER,
    event_count INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER,
    outcome TEXT,
    error TEXT
);
CREATE TABLE delivery_run(
    invocation_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    last_event_id INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (invocation_id, position)
) WITHOUT ROWID;
CREATE INDEX delivery_run_event ON delivery_run(first_event_id);
CREATE VIEW delivery(invocation_id, position, event_id, outcome) AS
    SELECT r.invocation_id, r.position + e.id - r.first_event_id, e.id, coalesce(r.outcome, i.outcome)
    FROM event AS e
    JOIN delivery_run AS r ON r.first_event_id BETWEEN e.id - 255 AND e.id AND r.last_event_id >= e.id
    JOIN invocation AS i ON i.id = r.invocation_id;
CREATE TABLE output(
    id INTEGER PRIMARY KEY,
    invocation_id INTEGER NOT NULL,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    first_cause_id INTEGER,
    last_cause_id INTEGER,
    at_ns INTEGER NOT NULL
);
CREATE INDEX output_invocation ON output(invocation_id, first_cause_id);
CREATE INDEX output_place ON output(topic_id, partition, offset);
CREATE TABLE output_more(
    output_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    first_cause_id INTEGER NOT NULL,
    last_cause_id INTEGER NOT NULL,
    PRIMARY KEY (output_id, position)
) WITHOUT ROWID;
CREATE VIEW caused_by(output_id, first_event_id, last_event_id) AS
    SELECT id, first_cause_id, last_cause_id FROM output WHERE first_cause_id IS NOT NULL
    UNION ALL SELECT output_id, first_cause_id, last_cause_id FROM output_more;
CREATE TABLE offset_commit(
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    trigger_id INTEGER,
    reason TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE TABLE log(
    id INTEGER PRIMARY KEY,
    instance_id INTEGER,
    invocation_id INTEGER,
    stream TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
CREATE INDEX log_invocation ON log(invocation_id) WHERE invocation_id IS NOT NULL;
CREATE TABLE note(
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    at_ns INTEGER NOT NULL
);
INSERT INTO session VALUES (1,'old','drive','localhost:9092','0.0.9','whole',NULL,1000000000,5000000000,6000000000);
INSERT INTO topic VALUES (1,'bids',1,'kafka',1000000000);
INSERT INTO function VALUES (1,'f','builtin',0,'some',10,128,30000000000,1000000000);
INSERT INTO trigger VALUES (1,'t',1,'partition','g',100,500000000,1000000000);
INSERT INTO trigger_topic VALUES (1,0,1);
INSERT INTO instance VALUES (1,'i',1,1000000000,2000000000,NULL,NULL,NULL);
INSERT INTO event VALUES (1,1,0,0,2000000000,1900000000,1,'k',2,NULL,NULL,'v0'),(2,1,0,1,2000000000,1900000000,1,'k',2,NULL,NULL,'v1');
INSERT INTO event_run VALUES (1,1,0,0,1,1,4,2000000000);
INSERT INTO batch VALUES (1,1,'size',2,2500000000);
INSERT INTO batch_run VALUES (1,0,1,2);
INSERT INTO invocation VALUES (1,1,1,1,1,1,1,1,NULL,1,0,0,1,2,3000000000,4000000000,'success',NULL);
INSERT INTO delivery_run VALUES (1,0,1,2,NULL);
INSERT INTO note VALUES (1,'kept',4000000000);
PRAGMA application_id=0x57656972;
PRAGMA user_version=1;
)sql";

}  // namespace weir::journal::test
