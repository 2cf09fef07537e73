// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/text/declared_names.h"
#include "journal/text/event_places.h"
#include "journal/text/fact_order.h"
#include "journal/text/fact_parser.h"
#include "journal/text/fact_sink.h"
#include "journal/text/number_map.h"
#include "journal/text/slot_pages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::journal {

/// Makes facts of text facts: ids of names, offsets and numbers, and checks what must hold between facts.
/// A fact that is refused leaves nothing behind. Memory follows the calls in flight, not the facts.
/// Threads: one.
class FactResolver {
  public:
    /// An event that a fact named and that no record names so far.
    struct Unrecorded {
        std::string topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        std::int64_t line = 0;  ///< of the first fact that names it
    };

    FactResolver(SlotPages& pages, FactSink& sink) : pages_(pages), records_(sink), names_(records_) {}

    /// False: by its time, its kind or its offset the fact belongs before one that was taken already. Facts
    /// must be sorted then, and taken from the start.
    bool inOrder(const TextFact& fact);
    /// An end whose start is still to come, at the same instant or never.
    [[nodiscard]] bool endsBeforeStart(const TextFact& fact) {
        return fact.kind == FactKind::End && calls_.find(pages_, fact.invocation) == 0;
    }

    /// Takes a fact; the error says what is wrong with it and what was expected. `line` is for unrecorded().
    Status take(const TextFact& fact, std::int64_t line);
    /// Hands on what is still held back.
    void finish() { records_.flush(); }

    [[nodiscard]] std::int64_t events() const noexcept { return next_event_ - 1; }
    [[nodiscard]] std::int64_t invocations() const noexcept { return next_call_ - 1; }
    /// Facts that were dropped because they repeat another.
    [[nodiscard]] std::int64_t repeats() const noexcept { return repeats_ + names_.repeats(); }
    /// How many events no record names, and some of them.
    [[nodiscard]] std::int64_t unrecordedCount() const noexcept { return unrecorded_count_; }
    [[nodiscard]] std::vector<Unrecorded> unrecorded();

  private:
    struct Call {
        TimeNs start = 0;
        std::vector<facts::EventRun> events;
    };
    /// Consecutive offsets with consecutive ids, or (event 0) without.
    struct Piece {
        const TextRun* run = nullptr;
        std::int64_t first = 0, last = 0, event = 0;
    };

    PartitionPlaces* find(std::string_view topic, std::int32_t partition);
    PartitionPlaces& place(std::string_view topic, std::int32_t partition, TimeNs at);
    Status look(const std::vector<TextRun>& runs, std::string_view field);
    std::vector<facts::EventRun> resolved(TimeNs at, std::int64_t line);
    void resolveUnrecorded(const Piece& piece, TimeNs at, std::int64_t line,
                           std::vector<facts::EventRun>& out);
    [[nodiscard]] Status once(const std::vector<TextRun>& runs);
    Status newCall(const TextFact& f);
    [[nodiscard]] std::int64_t callNamed(std::int64_t number) { return calls_.find(pages_, number); }

    Status apply(const TextFact& f, std::int64_t line);
    Status takeRecord(const TextFact& f);
    void takeHole(const TextFact& f);
    Status takeSkip(const TextFact& f, std::int64_t line);
    Status takeBatch(const TextFact& f, std::int64_t line);
    Status takeStart(const TextFact& f, std::int64_t line);
    Status takeObserved(const TextFact& f, std::int64_t line);
    Status takeEnd(const TextFact& f);
    Status takeOutput(const TextFact& f, std::int64_t line);
    Status takeLog(const TextFact& f);
    void takeAssignment(const TextFact& f);

    SlotPages& pages_;
    RecordGatherer records_;
    DeclaredNames names_;
    EventPlaces places_;
    NumberMap calls_, batches_;
    std::unordered_map<std::int64_t, Call> in_flight_;  ///< by id
    std::int64_t next_event_ = 1, next_call_ = 1, next_batch_ = 1;

    TimeNs at_ = 0;
    FactRank rank_ = FactRank::Session;

    std::int64_t repeats_ = 0;
    std::int64_t unrecorded_count_ = 0;
    std::vector<Unrecorded> unrecorded_;
    std::vector<Piece> pieces_;      ///< of the runs that were looked at last
    std::vector<TextRun> by_place_;  ///< scratch
};

}  // namespace weir::journal
