// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

namespace weir::compare {
namespace {

using journal::forEachRow;
using journal::RowReader;
using journal::sqlite::Statement;

constexpr std::int64_t kSamples = 200;  // events that are looked at
constexpr std::int64_t kPage = 2'000;

std::int64_t hashed(std::string_view text, std::uint64_t seed) {
    const std::uint64_t h = std::hash<std::string_view>{}(text) + 0x9E3779B97F4A7C15ULL;
    seed ^= h + (seed << 6) + (seed >> 2);
    return static_cast<std::int64_t>(seed * 0xBF58476D1CE4E5B9ULL);
}
std::int64_t mixed(std::int64_t value, std::int64_t seed) {
    const std::string_view bytes(reinterpret_cast<const char*>(&value), sizeof value);
    return hashed(bytes, static_cast<std::uint64_t>(seed));
}
/// Null and empty differ.
std::int64_t withBytes(std::string_view bytes, std::int64_t seed) {
    return mixed(bytes.data() == nullptr ? -1 : 1, hashed(bytes, static_cast<std::uint64_t>(seed)));
}

/// Inserts rows and remembers what went wrong.
class Inserter {
  public:
    static Result<Inserter> of(Scratch& scratch, const std::string& sql) {
        auto statement = scratch.prepare(sql);
        if (!statement) return passOn(statement);
        return Inserter(scratch, std::move(*statement));
    }
    template <typename... Values>
    void add(const Values&... values) {
        if (status_ && statement_.run(values...) != SQLITE_OK)
            status_ = tl::unexpected<Error>(scratch_->error());
    }
    [[nodiscard]] const Status& status() const noexcept { return status_; }

  private:
    Inserter(Scratch& scratch, Statement statement) : scratch_(&scratch), statement_(std::move(statement)) {}
    Scratch* scratch_;
    Statement statement_;
    Status status_;
};

Status gatherEvents(Session& session, const Common& common, bool by_place, char side, Scratch& scratch) {
    auto into = Inserter::of(scratch, fmt::format("INSERT INTO raw_{} VALUES (?1, ?2)", side));
    if (!into) return passOn(into);
    auto in_use = session.reader->file().use();
    if (!in_use) return passOn(in_use);
    const char* const places =
        "SELECT id, topic_id, partition, offset FROM event WHERE capture IS NOT "
        "'unrecorded' ORDER BY id";
    const char* const contents =
        "SELECT id, topic_id, partition, offset, key, value, capture, size, timestamp_ns FROM event "
        "WHERE capture IS NOT 'unrecorded' ORDER BY id";
    Status s = forEachRow(session.reader->file(), by_place ? places : contents, [&](RowReader& row) {
        const std::int64_t id = row.integer();
        const auto topic = row.id<TopicId>();
        if (common.sources.count(topic) == 0) return;
        std::int64_t hash = mixed(common.topics.at(topic), 0);
        const std::int64_t partition = row.integer();
        const std::int64_t offset = row.integer();
        if (by_place) {
            hash = mixed(offset, mixed(partition, hash));
        } else {
            hash = withBytes(row.view(), hash);
            const std::string_view value = row.view();
            const std::int64_t of_value = withBytes(value, hash);
            const std::string_view capture = row.view();
            const bool whole = capture.data() == nullptr || capture == "whole" || capture == "masked";
            const auto size = row.maybeInteger();
            const auto timestamp = row.maybeInteger();
            hash = whole ? of_value : mixed(timestamp.value_or(-1), mixed(size.value_or(-1), hash));
        }
        into->add(id, hash);
    });
    if (!s) return s;
    if (!into->status()) return into->status();
    return scratch.execute(
        fmt::format("INSERT INTO ev_{0} SELECT id, hash, {1} FROM raw_{0} ORDER BY id; DROP TABLE raw_{0};",
                    side, by_place ? "1" : "row_number() OVER (PARTITION BY hash ORDER BY id)")
            .c_str());
}

Status gatherOutputs(Session& session, const Common& common, char side, Scratch& scratch) {
    auto into =
        Inserter::of(scratch, fmt::format("INSERT INTO out_{} VALUES (?1,?2,?3,?4,?5,?6,?7,?8)", side));
    if (!into) return passOn(into);
    auto in_use = session.reader->file().use();
    if (!in_use) return passOn(in_use);
    Status s = forEachRow(
        session.reader->file(),
        "SELECT i.function_id, o.topic_id, o.partition, o.offset, o.first_cause_id, e.id, e.key, e.value, "
        "e.capture FROM output AS o JOIN invocation AS i ON i.id = o.invocation_id "
        "LEFT JOIN event_run AS r ON r.id = (SELECT n.id FROM event_run AS n INDEXED BY event_run_place "
        "WHERE n.topic_id = o.topic_id AND n.partition = o.partition AND n.first_offset <= o.offset "
        "ORDER BY n.first_offset DESC LIMIT 1) AND r.last_offset >= o.offset "
        "LEFT JOIN event AS e ON e.id = r.first_event_id + o.offset - r.first_offset ORDER BY o.id",
        [&](RowReader& row) {
            const auto function = common.functions.find(row.id<FunctionId>());
            const auto topic = common.topics.find(row.id<TopicId>());
            if (function == common.functions.end() || topic == common.topics.end()) return;
            const std::int64_t partition = row.integer();
            const std::int64_t offset = row.integer();
            const std::int64_t cause = row.maybeInteger().value_or(0);
            const std::int64_t event = row.maybeInteger().value_or(0);
            const std::string_view key_bytes = row.view();
            const std::int64_t key = key_bytes.data() == nullptr ? 0 : withBytes(key_bytes, 1);
            std::int64_t value = withBytes(row.view(), 2);
            const std::string_view capture = row.view();
            const bool whole = capture.data() == nullptr || capture == "whole" || capture == "masked";
            if (event == 0 || !whole) value = 0;
            into->add(function->second, topic->second, cause, key, partition, offset, event, value);
        });
    return s ? into->status() : s;
}

Status gatherDeliveries(Session& session, const Common& common, char side, Scratch& scratch) {
    auto into = Inserter::of(scratch, fmt::format("INSERT INTO dl_{} VALUES (?1, ?2, ?3)", side));
    if (!into) return passOn(into);
    auto in_use = session.reader->file().use();
    if (!in_use) return passOn(in_use);
    Status s = forEachRow(session.reader->file(),
                          "SELECT i.function_id, r.first_event_id, r.last_event_id, coalesce(r.outcome, "
                          "i.outcome) IS 'success' "
                          "FROM delivery_run AS r JOIN invocation AS i ON i.id = r.invocation_id "
                          "ORDER BY r.invocation_id, r.position",
                          [&](RowReader& row) {
                              const auto function = common.functions.find(row.id<FunctionId>());
                              const std::int64_t first = row.integer();
                              const std::int64_t last = row.integer();
                              const std::int64_t ok = row.integer();
                              row.require(first > 0 && last >= first && last - first < 256);
                              if (function == common.functions.end() || row.bad()) return;
                              for (std::int64_t id = first; id <= last; ++id)
                                  into->add(function->second, id, ok);
                          });
    return s ? into->status() : s;
}

}  // namespace

Result<Session> openSession(const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return passOn(reader);
    Session session;
    session.path = path;
    session.reader = std::move(*reader);
    const auto topics = session.reader->topics();
    if (!topics) return tl::unexpected<Error>(topics.error());
    for (const journal::TopicRow& t : *topics) {
        session.topics[t.name] = t.id;
        session.topic_names[t.id] = t.name;
    }
    const auto functions = session.reader->functions();
    if (!functions) return tl::unexpected<Error>(functions.error());
    for (const journal::FunctionRow& f : *functions) session.functions[f.name] = f.id;
    return session;
}

Result<bool> samePlaces(Session& a, Session& b, const std::vector<std::string>& sources) {
    std::set<TopicId> of_b;
    for (const std::string& name : sources) of_b.insert(b.topics.at(name));
    auto extent = b.reader->extent();
    if (!extent) return passOn(extent);
    const std::int64_t step = std::max<std::int64_t>(extent->events / kSamples, 1);
    std::int64_t looked = 0;
    for (std::int64_t id = 1; id <= extent->events && looked < kSamples; id += step) {
        // One event of a source, at or soon after that id.
        auto page = b.reader->events(EventId{id}, std::min(step, kPage), 0);
        if (!page) return passOn(page);
        const auto row = std::find_if(page->begin(), page->end(),
                                      [&](const auto& e) { return e.recorded && of_b.count(e.topic) > 0; });
        if (row == page->end()) continue;
        ++looked;
        const TopicId topic = a.topics.at(b.topic_names.at(row->topic));
        auto found = a.reader->findEvent(topic, row->partition, row->offset);
        if (!found) return passOn(found);
        if (!*found) return false;
        auto other = a.reader->events(*found, 1, 0);
        if (!other) return passOn(other);
        if (other->empty() || other->front().key != row->key || other->front().size != row->size)
            return false;
        if (other->front().timestamp != row->timestamp) return false;
    }
    return looked > 0;
}

Status gather(Session& session, const Common& common, bool by_place, char side, Scratch& scratch) {
    Status s = scratch.execute(
        fmt::format(
            "CREATE TABLE raw_{0}(id INTEGER PRIMARY KEY, hash INTEGER);"
            "CREATE TABLE ev_{0}(id INTEGER PRIMARY KEY, hash INTEGER, ord INTEGER);"
            "CREATE TABLE out_{0}(f INTEGER, t INTEGER, cause INTEGER, k INTEGER, p INTEGER, off INTEGER,"
            " ev INTEGER, v INTEGER);"
            "CREATE TABLE dl_{0}(f INTEGER, e INTEGER, ok INTEGER); BEGIN;",
            side)
            .c_str());
    if (s) s = gatherEvents(session, common, by_place, side, scratch);
    if (s) s = gatherOutputs(session, common, side, scratch);
    if (s) s = gatherDeliveries(session, common, side, scratch);
    return s ? scratch.execute("COMMIT") : s;
}

}  // namespace weir::compare
