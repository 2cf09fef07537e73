// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_resolver.h"

#include "base/text.h"
#include "journal/text/fact_names.h"
#include "journal/text/fact_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kShown = 10;  // unrecorded events that are named

std::string shownEvent(std::string_view topic, std::int32_t partition, std::int64_t offset) {
    return fmt::format("{}/{}@{}", terminalSafe(topic), partition, offset);
}

/// Tells contents of records apart. Not against people who try to make two that look alike: they would only
/// make their own record a repeat.
class ContentHash {
  public:
    void add(std::uint64_t word) noexcept {
        state_ = (state_ ^ word) * 0x9E37'79B9'7F4A'7C15u;
        state_ ^= state_ >> 32;
    }
    void add(Bytes bytes) noexcept {
        add(bytes.isNull() ? ~std::uint64_t{0} : bytes.size);
        std::size_t at = 0;
        for (; at + 8 <= bytes.size; at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data + at, 8);
            add(word);
        }
        if (at < bytes.size) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data + at, bytes.size - at);
            add(word);
        }
    }
    /// Never 0.
    [[nodiscard]] std::uint64_t value() const noexcept { return state_ | 1; }

  private:
    std::uint64_t state_ = 0x243F'6A88'85A3'08D3u;
};

std::uint64_t contentOf(const TextFact& f) {
    ContentHash hash;
    hash.add(static_cast<std::uint64_t>(f.timestamp));
    hash.add(static_cast<std::uint64_t>(f.timestamp_type));
    hash.add(f.key);
    hash.add(f.value);
    const bool whole = f.value_known <= ValueKnown::WholeAndSize;
    hash.add(static_cast<std::uint64_t>(whole ? ValueKnown::Whole : f.value_known));
    hash.add(static_cast<std::uint64_t>(whole ? -1 : f.size));
    for (const Header& header : f.headers) {
        hash.add(Bytes{header.name.data(), header.name.size()});
        hash.add(header.value);
    }
    return hash.value();
}

void addRecord(RecordChunk& chunk, const TextFact& f) {
    chunk.add(f.offset, f.timestamp, f.timestamp_type, f.key, f.value, f.headers);
    chunk.setKnown(f.value_known, f.size);
}

}  // namespace

bool FactResolver::inOrder(const TextFact& f) {
    FactRank rank = rankOf(f.kind);
    if (rank == FactRank::End) {
        const auto call = in_flight_.find(callNamed(f.invocation));
        if (call != in_flight_.end() && call->second.start == f.at) rank = FactRank::EndOfNoTime;
    }
    if (std::tie(f.at, rank) < std::tie(at_, rank_)) return false;
    at_ = f.at;
    rank_ = rank;
    if (rank != FactRank::Record && rank != FactRank::Output) return true;

    // Within an instant offsets can be sorted; a record that came at another time keeps it.
    PartitionPlaces* const place = find(f.topic, f.partition);
    if (place == nullptr) return true;
    return rank == FactRank::Record ? place->record_at != f.at || place->record_offset <= f.offset
                                    : place->output_at != f.at || place->output_offset <= f.offset;
}

Status FactResolver::take(const TextFact& f, std::int64_t line) {
    Status taken = apply(f, line);
    if (!taken) taken.error().message = fmt::format("{}: {}", nameOf(f.kind), taken.error().message);
    return taken;
}

Status FactResolver::apply(const TextFact& f, std::int64_t line) {
    switch (f.kind) {
        case FactKind::Session: {
            facts::Session session;
            session.name = f.name;
            session.mode = factWord(f.mode, facts::Mode::Import);
            records_.put(f.at, std::move(session));
            return {};
        }
        case FactKind::Topic:
            return names_.declareTopic(f);
        case FactKind::Function:
            return names_.declareFunction(f);
        case FactKind::Trigger:
            names_.declareTrigger(f);
            return {};
        case FactKind::Assignment:
            takeAssignment(f);
            return {};
        case FactKind::Record:
            return takeRecord(f);
        case FactKind::Hole:
            takeHole(f);
            return {};
        case FactKind::Instance:
            names_.declareInstance(f);
            return {};
        case FactKind::InstanceReady:
            return names_.instanceReady(f);
        case FactKind::End:
            return takeEnd(f);
        case FactKind::Skip:
            return takeSkip(f, line);
        case FactKind::Batch:
            return takeBatch(f, line);
        case FactKind::Start:
            return takeStart(f, line);
        case FactKind::Observed:
            return takeObserved(f, line);
        case FactKind::Output:
            return takeOutput(f, line);
        case FactKind::Commit:
            records_.put(f.at, facts::Commit{names_.topic(f.topic, f.partition, f.at), f.partition, f.offset,
                                             std::string(f.group)});
            return {};
        case FactKind::Decision:
            records_.put(f.at, facts::Decision{factWord(f.decision, facts::DecisionKind::Config),
                                               names_.trigger(f.trigger, {}, f.at), std::string(f.reason)});
            return {};
        case FactKind::Log:
            return takeLog(f);
        case FactKind::InstanceEnd:
            return names_.instanceEnd(f);
        case FactKind::Note:
            records_.put(f.at, facts::Note{std::string(f.text)});
            return {};
    }
    return {};
}

PartitionPlaces* FactResolver::find(std::string_view topic, std::int32_t partition) {
    const TopicId id = names_.findTopic(topic);
    return id ? places_.find(id, partition) : nullptr;
}

PartitionPlaces& FactResolver::place(std::string_view topic, std::int32_t partition, TimeNs at) {
    return places_.at(names_.topic(topic, partition, at), partition);
}

void FactResolver::takeAssignment(const TextFact& f) {
    facts::Assignment assignment;
    assignment.topic = names_.topic(f.topic, f.partition, f.at);
    assignment.partition = f.partition;
    assignment.state = factWord(f.state, facts::AssignmentState::Lost);
    assignment.epoch = f.epoch.value_or(0);
    assignment.offset = f.start_offset;
    assignment.group = f.group;
    records_.put(f.at, std::move(assignment));
}

Status FactResolver::takeRecord(const TextFact& f) {
    PartitionPlaces& place = this->place(f.topic, f.partition, f.at);
    const Slot before = place.event(pages_, f.offset);
    const std::uint64_t content = contentOf(f);
    if (before.content != 0) {
        if (before.content == content) {
            ++repeats_;
            return {};
        }
        return fail(ErrorCode::FileCorrupt,
                    fmt::format("{} was recorded before with another content; a record is given once",
                                shownEvent(f.topic, f.partition, f.offset)));
    }
    place.record_at = f.at;
    place.record_offset = f.offset;
    if (before.id != 0) {
        const auto chunk = std::make_shared<RecordChunk>(place.topic(), f.partition);
        chunk->setFirstEvent(EventId{before.id});
        chunk->setReceived(f.at);
        addRecord(*chunk, f);
        records_.put(f.at, facts::LateRecord{chunk});
        place.setEvent(pages_, f.offset, {before.id, content});
        --unrecorded_count_;
        return {};
    }
    addRecord(records_.chunkFor(f.at, place.topic(), f.partition, f.offset, EventId{next_event_},
                                f.key.size + f.value.size),
              f);
    place.setEvent(pages_, f.offset, {next_event_++, content});
    return {};
}

void FactResolver::takeHole(const TextFact& f) {
    PartitionPlaces& place = this->place(f.topic, f.partition, f.at);
    place.addHole(pages_, f.first, f.last);
    records_.put(f.at, facts::Hole{place.topic(), f.partition, f.first, f.last,
                                   factWord(f.reason, facts::HoleReason::Retention)});
}

/// Finds the events of runs, as pieces_. Changes nothing, so that a fact can still be refused.
Status FactResolver::look(const std::vector<TextRun>& runs, std::string_view field) {
    pieces_.clear();
    for (const TextRun& run : runs) {
        PartitionPlaces* const place = find(run.topic, run.partition);
        if (place == nullptr) {
            pieces_.push_back({&run, run.first, run.last, 0});
            continue;
        }
        for (std::int64_t offset = run.first; offset <= run.last; ++offset) {
            const std::int64_t event = place->event(pages_, offset).id;
            if (event == 0 && place->isHole(pages_, offset)) {
                return fail(ErrorCode::FileCorrupt,
                            fmt::format("`{}`: {} is a hole; a run names only offsets that hold an event",
                                        field, shownEvent(run.topic, run.partition, offset)));
            }
            const bool goes_on =
                offset > run.first &&
                (event == 0 ? pieces_.back().event == 0
                            : pieces_.back().event != 0 &&
                                  pieces_.back().event + offset - pieces_.back().first == event);
            if (goes_on) {
                pieces_.back().last = offset;
            } else {
                pieces_.push_back({&run, offset, offset, event});
            }
        }
    }
    return {};
}

/// The runs that were looked at. Events that nothing names so far get their ids.
std::vector<facts::EventRun> FactResolver::resolved(TimeNs at, std::int64_t line) {
    std::vector<facts::EventRun> out;
    out.reserve(pieces_.size());
    for (const Piece& piece : pieces_) {
        if (piece.event == 0) {
            resolveUnrecorded(piece, at, line, out);
            continue;
        }
        const TopicId topic = names_.topic(piece.run->topic, piece.run->partition, at);
        out.push_back({topic, piece.run->partition, piece.first, piece.last, EventId{piece.event}});
    }
    return out;
}

void FactResolver::resolveUnrecorded(const Piece& piece, TimeNs at, std::int64_t line,
                                     std::vector<facts::EventRun>& out) {
    const TextRun& run = *piece.run;
    PartitionPlaces& place = this->place(run.topic, run.partition, at);
    for (std::int64_t offset = piece.first; offset <= piece.last;) {
        // Another run of this fact may have named it a moment ago.
        if (const std::int64_t known = place.event(pages_, offset).id; known != 0) {
            out.push_back({place.topic(), run.partition, offset, offset, EventId{known}});
            ++offset;
            continue;
        }
        facts::EventRun fresh{place.topic(), run.partition, offset, offset, EventId{next_event_}};
        for (; offset <= piece.last && place.event(pages_, offset).id == 0; ++offset) {
            place.setEvent(pages_, offset, {next_event_++, 0});
            ++unrecorded_count_;
            fresh.last = offset;
            if (unrecorded_.size() < kShown) {
                unrecorded_.push_back({std::string(run.topic), run.partition, offset, line});
            }
        }
        records_.put(at, facts::Unrecorded{fresh});
        out.push_back(fresh);
    }
}

std::vector<FactResolver::Unrecorded> FactResolver::unrecorded() {
    std::vector<Unrecorded> still;
    for (const Unrecorded& event : unrecorded_) {
        PartitionPlaces* const place = find(event.topic, event.partition);
        if (place != nullptr && place->event(pages_, event.offset).content == 0) still.push_back(event);
    }
    return still;
}

/// No event twice.
Status FactResolver::once(const std::vector<TextRun>& runs) {
    if (runs.size() < 2) return {};
    by_place_ = runs;
    std::sort(by_place_.begin(), by_place_.end(), [](const TextRun& a, const TextRun& b) {
        return std::tie(a.topic, a.partition, a.first) < std::tie(b.topic, b.partition, b.first);
    });
    for (std::size_t i = 1; i < by_place_.size(); ++i) {
        const TextRun& a = by_place_[i - 1];
        const TextRun& b = by_place_[i];
        if (a.topic == b.topic && a.partition == b.partition && b.first <= a.last) {
            return fail(ErrorCode::FileCorrupt,
                        fmt::format("`events`: {} stands there twice; an invocation has an event once",
                                    shownEvent(b.topic, b.partition, b.first)));
        }
    }
    return {};
}

}  // namespace weir::journal
