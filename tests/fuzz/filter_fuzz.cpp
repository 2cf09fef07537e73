// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a filter. What is refused is refused at a place inside the text; what is accepted finds page
// by page, with SQLite's help, the same as judging each row by itself. Completion copes with any cursor.
#include "filter/complete.h"
#include "filter/query.h"
#include "fuzz/made_session.h"
#include "fuzz/must.h"
#include "journal/session_reader.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace weir;
using fuzz::must;

constexpr std::int64_t kMostIds = 200;

class Opened {
  public:
    Opened() {
        auto reader = journal::SessionReader::open(made_.path());
        must(reader.has_value(), "the good session can be opened");
        reader_ = std::move(*reader);
        auto data = filter::completionData(*reader_);
        must(data.has_value(), "there is something to complete with");
        data_ = std::move(*data);
    }

    journal::SessionReader& reader() { return *reader_; }
    [[nodiscard]] const filter::CompletionData& data() const { return data_; }

  private:
    fuzz::MadeSession made_;
    std::unique_ptr<journal::SessionReader> reader_;
    filter::CompletionData data_;
};

void findsWhatHolds(journal::SessionReader& reader, const filter::Filter& filter, filter::Subject subject) {
    filter::Query all(reader, filter::Filter{}, subject);
    const auto every = all.page({1, kMostIds, filter::Direction::Forward, 0});
    must(every.has_value(), "everything can be asked for");
    filter::Query query(reader, filter, subject);
    const auto page = query.page({1, kMostIds, filter::Direction::Forward, 0});
    const auto explained = query.explain();
    must(page.has_value() == explained.has_value(), "what can be asked can be explained");
    if (!page) {
        must(!page.error().message.empty(), "an error says what is wrong");
        return;
    }
    for (const std::int64_t id : every->ids) {
        const auto holds = query.holdsFor(id);
        must(holds.has_value(), "what can be asked of all can be asked of one");
        const bool found = std::find(page->ids.begin(), page->ids.end(), id) != page->ids.end();
        must(found == *holds, "a page has just those for which the filter holds");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Opened session;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::size_t step = 1 + size / 16;
    for (std::size_t cursor = 0; cursor <= size; cursor += step) {
        const auto completion = filter::complete(text, cursor, session.data());
        must(completion.from <= completion.to && completion.to <= size,
             "what a candidate replaces is in the text");
    }
    const auto filter = filter::Filter::parse(text);
    if (!filter) {
        must(filter.error().at <= size && filter.error().length <= size - filter.error().at,
             "the place is in the text");
        must(!filter.error().message.empty() && !filter.error().toError(text).message.empty(),
             "an error says what is wrong");
        return 0;
    }
    for (const auto subject :
         {filter::Subject::Events, filter::Subject::Invocations, filter::Subject::Findings}) {
        findsWhatHolds(session.reader(), *filter, subject);
    }
    return 0;
}
