// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/schema.h"

namespace weir::journal::schema {

// key and value are declared BLOB because that affinity converts nothing: what is bound as text stays text.
const char* const kCreate = R"sql(
CREATE TABLE session(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    cluster TEXT NOT NULL,
    weir_version TEXT NOT NULL,
    capture TEXT NOT NULL,
    capture_bytes INTEGER,
    mask TEXT,
    max_bytes INTEGER,
    max_age_ns INTEGER,
    started_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    ended_ns INTEGER
);
CREATE TABLE parent(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    filter TEXT,
    event_count INTEGER NOT NULL,
    function TEXT NOT NULL,
    batches_of TEXT,
    pace TEXT NOT NULL
);
CREATE TABLE extract(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    file TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    filter TEXT NOT NULL,
    event_count INTEGER NOT NULL,
    of_events INTEGER NOT NULL
);
CREATE TABLE topic(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    partitions INTEGER NOT NULL,
    source TEXT NOT NULL,
    at_ns INTEGER
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
    at_ns INTEGER
);
CREATE TABLE trigger(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    ordered_by TEXT NOT NULL,
    group_name TEXT NOT NULL,
    batch_size INTEGER NOT NULL,
    batching_window_ns INTEGER NOT NULL,
    at_ns INTEGER
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
    started_ns INTEGER,
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
    value_bytes INTEGER,
    received_ns INTEGER NOT NULL
);
CREATE INDEX event_run_place ON event_run(topic_id, partition, first_offset);
CREATE TABLE late_record(
    event_id INTEGER PRIMARY KEY,
    received_ns INTEGER NOT NULL
);
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
CREATE INDEX skip_place ON skip(topic_id, partition, function_id, first_offset);
CREATE TABLE header_cause(
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    last_offset INTEGER NOT NULL,
    last_event_id INTEGER NOT NULL,
    PRIMARY KEY (topic, partition, first_offset, first_event_id)
) WITHOUT ROWID;
CREATE TABLE batch(
    id INTEGER PRIMARY KEY,
    trigger_id INTEGER,
    closed_by TEXT NOT NULL,
    event_count INTEGER NOT NULL,
    number INTEGER,
    at_ns INTEGER
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
    number INTEGER,
    start_ns INTEGER,
    end_ns INTEGER,
    outcome TEXT,
    error TEXT
);
CREATE INDEX invocation_number ON invocation(number) WHERE number IS NOT NULL;
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
CREATE TABLE order_check(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    events INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    open INTEGER NOT NULL,
    displaced INTEGER NOT NULL,
    bounded TEXT
);
CREATE TABLE finding_count(
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    units INTEGER NOT NULL,
    PRIMARY KEY (kind, severity)
) WITHOUT ROWID;
CREATE TABLE finding(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    cause TEXT,
    function_id INTEGER,
    topic_id INTEGER NOT NULL,
    partition INTEGER,
    first_offset INTEGER,
    last_offset INTEGER,
    key BLOB,
    against_topic_id INTEGER,
    against_partition INTEGER,
    against_offset INTEGER,
    invocation_id INTEGER,
    lateness_ns INTEGER,
    at_ns INTEGER NOT NULL
);
CREATE TABLE rollup(
    scope TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    width_ns INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    refined INTEGER NOT NULL,
    events INTEGER NOT NULL,
    value_bytes INTEGER NOT NULL,
    skewed INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    invocations INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    cold_starts INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    success INTEGER NOT NULL,
    partial INTEGER NOT NULL,
    error INTEGER NOT NULL,
    timeout INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    crashed INTEGER NOT NULL,
    abandoned INTEGER NOT NULL,
    outputs INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    inits INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    waiting_most INTEGER NOT NULL,
    lag_most_ns INTEGER NOT NULL,
    running_most INTEGER NOT NULL,
    wait BLOB,
    run BLOB,
    total BLOB,
    PRIMARY KEY (scope, scope_id, partition, width_ns, start_ns)
) WITHOUT ROWID;
CREATE TABLE rollup_total(
    scope TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    events INTEGER NOT NULL,
    value_bytes INTEGER NOT NULL,
    skewed INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    invocations INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    cold_starts INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    success INTEGER NOT NULL,
    partial INTEGER NOT NULL,
    error INTEGER NOT NULL,
    timeout INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    crashed INTEGER NOT NULL,
    abandoned INTEGER NOT NULL,
    outputs INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    inits INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    waiting_most INTEGER NOT NULL,
    lag_most_ns INTEGER NOT NULL,
    running_most INTEGER NOT NULL,
    first_arrival_ns INTEGER,
    last_arrival_ns INTEGER,
    first_start_ns INTEGER,
    last_start_ns INTEGER,
    first_end_ns INTEGER,
    last_end_ns INTEGER,
    arrival BLOB,
    gather BLOB,
    queue BLOB,
    wait BLOB,
    run BLOB,
    total BLOB,
    output BLOB,
    init BLOB,
    PRIMARY KEY (scope, scope_id, partition)
) WITHOUT ROWID;
CREATE TABLE cold_start(
    instance_id INTEGER PRIMARY KEY,
    function_id INTEGER NOT NULL,
    invocation_id INTEGER,
    started_ns INTEGER NOT NULL,
    ready_ns INTEGER,
    called_ns INTEGER,
    waiting_before INTEGER NOT NULL,
    waiting_after INTEGER NOT NULL,
    event_count INTEGER NOT NULL,
    added_ns INTEGER NOT NULL,
    added_most_ns INTEGER NOT NULL,
    worked_off_ns INTEGER
);
CREATE TABLE pruned(
    reason TEXT PRIMARY KEY,
    events INTEGER NOT NULL,
    invocations INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    first_invocation_id INTEGER NOT NULL,
    before_ns INTEGER NOT NULL,
    at_ns INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

}  // namespace weir::journal::schema
