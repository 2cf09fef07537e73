// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as text facts: parser, resolver and sorter. What comes of them must be fit for a session.
#include "fuzz/must.h"
#include "journal/text/fact_parser.h"
#include "journal/text/fact_sorter.h"
#include "journal/text/facts_import.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace weir;
using weir::fuzz::must;

class MemoryLines final : public journal::LineSource {
  public:
    explicit MemoryLines(std::string_view text) : text_(text) {
        text_.append(journal::FactParser::kPadding, '\0');
        rest_ = std::string_view(text_).substr(0, text.size());
    }
    bool next(journal::Line& line) override {
        if (rest_.empty()) return false;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        line = {rest_.substr(0, end), ++number_, false};
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return true;
    }
    [[nodiscard]] const Status& status() const override { return status_; }

  private:
    std::string text_;
    std::string_view rest_;
    std::int64_t number_ = 0;
    Status status_;
};

/// Holds facts against what the session file relies on.
class CheckingStore final : public journal::FactStore {
  public:
    Status write(std::span<const facts::Fact> facts) override {
        for (const facts::Fact& fact : facts) {
            must(fact.at >= last_at_, "time does not run backwards");
            last_at_ = fact.at;
            std::visit([this](const auto& body) { check(body); }, fact.body);
        }
        return {};
    }
    Status flush() override { return {}; }

  private:
    template <typename Body>
    void check(const Body& /*body*/) {}
    void check(const facts::Records& f) {
        must(f.chunk->eventId(0).value == next_event_, "events are numbered without gaps");
        next_event_ += f.chunk->size();
        for (std::uint32_t i = 1; i < f.chunk->size(); ++i) {
            must((*f.chunk)[i - 1].offset < (*f.chunk)[i].offset, "a chunk's offsets rise");
        }
    }
    void check(const facts::Unrecorded& f) {
        must(f.events.first_event.value == next_event_, "events are numbered without gaps");
        next_event_ += f.events.count();
    }
    void check(const facts::LateRecord& f) {
        must(f.chunk->size() == 1 && f.chunk->eventId(0).value < next_event_,
             "a late record is of a known event");
    }
    void check(const facts::Start& f) {
        must(f.id.value == next_call_++, "calls are numbered without gaps");
        check(f.events);
    }
    void check(const facts::Observed& f) {
        must(f.id.value == next_call_++, "calls are numbered without gaps");
        check(f.events);
    }
    void check(const facts::End& f) {
        must(f.id.value > 0 && f.id.value < next_call_, "an end is of a known call");
        check(f.failed);
    }
    void check(const facts::Output& f) { check(f.caused_by); }
    void check(const std::vector<facts::EventRun>& runs) {
        for (const facts::EventRun& run : runs) {
            must(run.count() > 0 && run.first_event.value > 0 && run.lastEvent().value < next_event_,
                 "runs are of known events");
        }
    }

    TimeNs last_at_ = 0;
    std::int64_t next_event_ = 1, next_call_ = 1;
};

std::string temporary() {
    const char* directory = std::getenv("TMPDIR");
    return directory == nullptr ? "/tmp" : directory;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    journal::ImportOptions options;
    options.temp_directory = temporary();
    options.keep_going = true;
    bool out_of_order = false;
    {
        MemoryLines lines(text);
        CheckingStore store;
        const auto report = importFacts(lines, store, options);
        out_of_order = report && report->out_of_order != 0;
    }
    if (!out_of_order) return 0;
    MemoryLines lines(text);
    auto sorted = journal::FactSorter::sort(lines, {temporary(), 2048});
    must(sorted.has_value(), "sorting works");
    CheckingStore store;
    options.sorted = true;
    const auto report = importFacts(**sorted, store, options);
    must(!report || report->out_of_order == 0, "what is sorted is in order");
    return 0;
}
