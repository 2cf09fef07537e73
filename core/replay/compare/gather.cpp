// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/gather.h"

#include "journal/session_rows.h"

#include <functional>
#include <future>
#include <string_view>
#include <utility>

namespace weir::compare {
namespace {

using journal::forEachRow;
using journal::RowReader;

/// An event of the sources, by its id in the session.
struct Known {
    std::int64_t id = 0;
    Name name;
    bool operator<(const Known& o) const { return id < o.id; }
};
/// Events with one content, the first of them first.
struct Alike {
    std::uint64_t content = 0;
    std::int64_t id = 0;
    bool operator<(const Alike& o) const { return std::tie(content, id) < std::tie(o.content, o.id); }
};
/// A function succeeded with an event.
struct Success {
    std::int64_t event = 0;
    std::int32_t function = 0;
    bool operator<(const Success& o) const {
        return std::tie(event, function) < std::tie(o.event, o.function);
    }
};
/// An output as an invocation made it, by its place.
struct Made {
    std::int32_t topic = 0, partition = 0;
    std::int64_t offset = 0, cause = 0;
    std::int32_t function = 0;

    [[nodiscard]] auto place() const { return std::tie(topic, partition, offset); }
    bool operator<(const Made& o) const {
        return std::tie(topic, partition, offset, cause) < std::tie(o.topic, o.partition, o.offset, o.cause);
    }
};
/// An event of a topic that is written to, by its place.
struct Recorded {
    std::int32_t topic = 0, partition = 0;
    std::int64_t offset = 0, event = 0, key = 0, value = 0;

    [[nodiscard]] auto place() const { return std::tie(topic, partition, offset); }
    bool operator<(const Recorded& o) const {
        return std::tie(topic, partition, offset, event) < std::tie(o.topic, o.partition, o.offset, o.event);
    }
};
/// An output and what was recorded of it, by its cause.
struct Caused {
    std::int64_t cause = 0;
    std::int32_t function = 0, topic = 0, partition = 0;
    std::int64_t offset = 0, event = 0, key = 0, value = 0;

    bool operator<(const Caused& o) const {
        return std::tie(cause, function, topic, partition, offset) <
               std::tie(o.cause, o.function, o.topic, o.partition, o.offset);
    }
};

std::uint64_t hashed(std::string_view text, std::uint64_t seed) {
    const std::uint64_t h = std::hash<std::string_view>{}(text) + 0x9E3779B97F4A7C15ULL;
    seed ^= h + (seed << 6) + (seed >> 2);
    return seed * 0xBF58476D1CE4E5B9ULL;
}
std::uint64_t mixed(std::int64_t value, std::uint64_t seed) {
    return hashed({reinterpret_cast<const char*>(&value), sizeof value}, seed);
}
/// Null and empty differ. Never 0.
std::uint64_t withBytes(std::string_view bytes, std::uint64_t seed) {
    const std::uint64_t h = mixed(bytes.data() == nullptr ? -1 : 1, hashed(bytes, seed));
    return h == 0 ? 1 : h;
}

/// One session while it is read.
class Gatherer {
  public:
    Gatherer(Session& session, const Common& common, bool by_place, Scratch& scratch)
        : session_(session),
          common_(common),
          by_place_(by_place),
          scratch_(scratch),
          known_(scratch),
          alike_(scratch),
          successes_(scratch),
          made_(scratch),
          recorded_(scratch),
          caused_(scratch) {}

    /// Reads the session, and finds what was recorded of its outputs.
    Status read() {
        auto in_use = session_.reader->file().use();
        if (!in_use) return passOn(in_use);
        if (Status s = readOutputs(); !s) return s;
        if (Status s = readSuccesses(); !s) return s;
        if (Status s = readEvents(); !s) return s;
        if (Status s = nameAlike(); !s) return s;
        return findRecorded();
    }
    /// Topics with outputs that were not recorded.
    [[nodiscard]] const std::set<std::int32_t>& dark() const noexcept { return dark_; }
    /// Names what causes and successes tell by ids. Once.
    Result<Gathered> name(const std::set<std::int32_t>& dark);

  private:
    Status readOutputs();
    Status readSuccesses();
    Status readEvents();
    Status nameAlike();
    Status findRecorded();
    void takeSource(RowReader& row, std::int64_t id, std::int32_t topic, std::int32_t partition,
                    std::int64_t offset, bool whole);

    Session& session_;
    const Common& common_;
    const bool by_place_;
    Scratch& scratch_;
    Sorter<Known> known_;
    Sorter<Alike> alike_;
    Sorter<Success> successes_;
    Sorter<Made> made_;
    Sorter<Recorded> recorded_;
    Sorter<Caused> caused_;
    std::set<TopicId> written_;  // topics with outputs
    std::set<std::int32_t> dark_;
};

Status Gatherer::readOutputs() {
    Status s = forEachRow(session_.reader->file(),
                          "SELECT i.function_id, o.topic_id, o.partition, o.offset, o.first_cause_id "
                          "FROM output AS o JOIN invocation AS i ON i.id = o.invocation_id ORDER BY o.id",
                          [&](RowReader& row) {
                              const auto function = common_.functions.find(row.id<FunctionId>());
                              const auto topic = common_.topics.find(row.id<TopicId>());
                              if (function == common_.functions.end() || topic == common_.topics.end())
                                  return;
                              Made made;
                              made.function = function->second;
                              made.topic = topic->second;
                              made.partition = row.int32();
                              made.offset = row.integer();
                              made.cause = row.maybeInteger().value_or(0);
                              made_.add(made);
                              written_.insert(topic->first);
                          });
    return s ? made_.status() : s;
}

Status Gatherer::readSuccesses() {
    Status s = forEachRow(session_.reader->file(),
                          "SELECT i.function_id, r.first_event_id, r.last_event_id, coalesce(r.outcome, "
                          "i.outcome) IS 'success' "
                          "FROM delivery_run AS r JOIN invocation AS i ON i.id = r.invocation_id "
                          "ORDER BY r.invocation_id, r.position",
                          [&](RowReader& row) {
                              const auto function = common_.functions.find(row.id<FunctionId>());
                              const std::int64_t first = row.integer();
                              const std::int64_t last = row.integer();
                              const bool succeeded = row.flag();
                              row.require(first > 0 && last >= first && last - first < 256);
                              if (function == common_.functions.end() || row.bad() || !succeeded) return;
                              for (std::int64_t id = first; id <= last; ++id)
                                  successes_.add({id, function->second});
                          });
    return s ? successes_.status() : s;
}

Status Gatherer::readEvents() {
    // Keys and values of the topics that need them, by their ids as bits; larger ids are few.
    constexpr std::int64_t kBits = 62;
    std::int64_t needed = 0;
    std::set<TopicId> topics = written_;
    if (!by_place_) topics.insert(common_.sources.begin(), common_.sources.end());
    for (const TopicId topic : topics) {
        if (topic.value >= 0 && topic.value <= kBits) needed |= std::int64_t{1} << topic.value;
    }
    Status s = forEachRow(
        session_.reader->file(),
        "SELECT id, topic_id, partition, offset, capture, "
        "CASE WHEN topic_id > 62 OR (?1 >> topic_id) & 1 THEN key END, "
        "CASE WHEN topic_id > 62 OR (?1 >> topic_id) & 1 THEN value END, "
        "size, timestamp_ns FROM event ORDER BY id",
        [&](RowReader& row) {
            const std::int64_t id = row.integer();
            const auto topic_id = row.id<TopicId>();
            const auto topic = common_.topics.find(topic_id);
            const std::int32_t partition = row.int32();
            const std::int64_t offset = row.integer();
            if (topic == common_.topics.end()) return;
            const std::string_view capture = row.view();
            const bool source = capture != "unrecorded" && common_.sources.count(topic_id) > 0;
            const bool target = written_.count(topic_id) > 0;
            const bool whole = capture.data() == nullptr || capture == "whole" || capture == "masked";
            const Name place{(static_cast<std::uint64_t>(topic->second) + 1) << 32U |
                                 static_cast<std::uint32_t>(partition),
                             static_cast<std::uint64_t>(offset)};
            if (source && by_place_) known_.add({id, place});
            if (!target && (!source || by_place_)) return;
            const std::string_view key = row.view();
            const std::string_view value = row.view();
            if (source && !by_place_) {
                std::uint64_t content = withBytes(key, mixed(topic->second, 0));
                const std::int64_t size = row.maybeInteger().value_or(-1);
                const std::int64_t timestamp = row.maybeInteger().value_or(-1);
                content = whole ? withBytes(value, content) : mixed(timestamp, mixed(size, content));
                alike_.add({content == 0 ? 1 : content, id});
            }
            if (!target) return;
            Recorded r;
            r.topic = topic->second;
            r.partition = partition;
            r.offset = offset;
            r.event = id;
            if (key.data() != nullptr) r.key = static_cast<std::int64_t>(withBytes(key, 1));
            if (whole) r.value = static_cast<std::int64_t>(withBytes(value, 2));
            recorded_.add(r);
        },
        needed);
    if (!s) return s;
    for (const Status* of : {&known_.status(), &alike_.status(), &recorded_.status()}) {
        if (!*of) return *of;
    }
    return {};
}

/// Events that are told apart by their content: which of several such each is.
Status Gatherer::nameAlike() {
    alike_.rewind();
    Name name;
    for (; const Alike* const a = alike_.peek(); alike_.next()) {
        name = {a->content, a->content == name.high ? name.low + 1 : 1};
        known_.add({a->id, name});
    }
    return alike_.status() ? known_.status() : alike_.status();
}

Status Gatherer::findRecorded() {
    made_.rewind();
    recorded_.rewind();
    for (; const Made* const made = made_.peek(); made_.next()) {
        while (recorded_.peek() != nullptr && recorded_.peek()->place() < made->place()) recorded_.next();
        const Recorded* const r = recorded_.peek();
        Caused output{made->cause, made->function, made->topic, made->partition, made->offset};
        if (r != nullptr && r->place() == made->place()) {
            output.event = r->event;
            output.key = r->key;
            output.value = r->value;
        } else {
            dark_.insert(made->topic);
        }
        caused_.add(output);
    }
    while (recorded_.peek() != nullptr) recorded_.next();
    for (const Status* of : {&made_.status(), &recorded_.status()}) {
        if (!*of) return *of;
    }
    return caused_.status();
}

Result<Gathered> Gatherer::name(const std::set<std::int32_t>& dark) {
    Gathered all{Sorter<Named>(scratch_), Sorter<Output>(scratch_), known_.size()};
    known_.rewind();
    successes_.rewind();
    caused_.rewind();
    const auto output = [&](const Caused& c, Name name) {
        all.outputs.add({name, c.function, c.topic, dark.count(c.topic) > 0 ? 0 : c.key, c.offset, c.event,
                         c.value, c.cause, c.partition});
    };
    for (; const Known* const known = known_.peek(); known_.next()) {
        all.names.add({known->name});
        for (; successes_.peek() != nullptr && successes_.peek()->event <= known->id; successes_.next()) {
            if (successes_.peek()->event == known->id)
                all.names.add({known->name, successes_.peek()->function});
        }
        for (; caused_.peek() != nullptr && caused_.peek()->cause <= known->id; caused_.next())
            output(*caused_.peek(), caused_.peek()->cause == known->id ? known->name : Name{});
    }
    for (; caused_.peek() != nullptr; caused_.next()) output(*caused_.peek(), {});
    while (successes_.peek() != nullptr) successes_.next();
    for (const Status* of : {&known_.status(), &successes_.status(), &caused_.status(), &all.names.status(),
                             &all.outputs.status()}) {
        if (!*of) return tl::unexpected<Error>(of->error());
    }
    all.names.rewind();
    all.outputs.rewind();
    return all;
}

/// Does something for each side, for the second on a thread of its own.
template <typename Do>
auto forBoth(const Do& what) {
    auto second = std::async(std::launch::async, [&] { return what(std::size_t{1}); });
    auto first = what(std::size_t{0});
    return std::pair{std::move(first), second.get()};
}

}  // namespace

Result<std::vector<Gathered>> gather(Both<Session>& sessions, const Both<Common>& common, bool by_place,
                                     Both<std::unique_ptr<Scratch>>& scratch) {
    Both<Gatherer> sides{Gatherer(sessions[0], common[0], by_place, *scratch[0]),
                         Gatherer(sessions[1], common[1], by_place, *scratch[1])};
    auto read = forBoth([&](std::size_t side) { return sides.at(side).read(); });
    if (!read.first) return passOn(read.first);
    if (!read.second) return passOn(read.second);
    // Where one session did not record a topic that is written to, keys cannot be told apart in the other
    // either.
    std::set<std::int32_t> dark = sides[0].dark();
    dark.insert(sides[1].dark().begin(), sides[1].dark().end());
    auto named = forBoth([&](std::size_t side) { return sides.at(side).name(dark); });
    if (!named.first) return passOn(named.first);
    if (!named.second) return passOn(named.second);
    std::vector<Gathered> both;
    both.push_back(std::move(*named.first));
    both.push_back(std::move(*named.second));
    return both;
}

}  // namespace weir::compare
