// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/facts_session.h"

#include "analysis/order/checking_store.h"
#include "journal/session_reader.h"
#include "journal/text/session_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

namespace weir::test {
namespace {

constexpr std::int64_t kBegin = 1'795'095'180'000'000'000;  // 2026-11-19 13:33:00 UTC
constexpr std::int64_t kMs = 1'000'000;

/// Lines with their instants, given out by time.
class Facts {
  public:
    /// `body`: the fact without its instant.
    void add(std::int64_t ms, const std::string& body) {
        lines_.emplace_back(ms, "{" + body + fmt::format(",\"at\":{}}}\n", kBegin + ms * kMs));
    }
    [[nodiscard]] std::string text() {
        std::stable_sort(lines_.begin(), lines_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::string all;
        for (const auto& [ms, line] : lines_) all += line;
        return all;
    }

  private:
    std::vector<std::pair<std::int64_t, std::string>> lines_;
};

std::string session(const char* name) {
    return fmt::format(R"("fact":"session","version":1,"name":"{}","mode":"drive")", name);
}

class Overtaken {
  public:
    explicit Overtaken(const char* country = "SE") : country_(country) {}

    std::string text() {
        facts_.add(0, session("overtaken"));
        for (const char* topic : {"bids", "valid-bids"})
            facts_.add(0, fmt::format(R"("fact":"topic","topic":"{}","partitions":3)", topic));
        facts_.add(0, R"("fact":"function","function":"validate-bid","target":"lambda-runtime")");
        facts_.add(0, R"("fact":"function","function":"notify","target":"lambda-runtime")");
        facts_.add(0, R"("fact":"trigger","trigger":"bids→validate-bid","function":"validate-bid",)"
                      R"("topics":["bids"],"order":"partition","group":"g")");
        facts_.add(0, R"("fact":"trigger","trigger":"valid-bids→notify","function":"notify",)"
                      R"("topics":["valid-bids"],"order":"partition","group":"n")");
        for (int p = 0; p < 3; ++p) {
            facts_.add(1, fmt::format(R"("fact":"assignment","topic":"bids","partition":{},)"
                                      R"("state":"assigned","epoch":1,"offset":0,"group":"g")",
                                      p));
            instance(10, fmt::format("vb-{}", p + 1), "validate-bid");
            for (int i = 0; i < 48; ++i) record(20 + i * 20 + p, "bids", p, i);
        }
        instance(10, "nf-1", "notify");
        for (int p = 0; p < 3; ++p) {
            for (int batch = 0; batch < 6; ++batch) {
                const int first = batch * 8;
                const std::int64_t start = 190 + batch * 160 + p;
                if (p == 1 && batch == 2) {
                    call(start, 460, p, first, "success", 1);  // overtaken while it runs
                } else if (p == 2 && batch == 1) {
                    call(start, 60, p, first, "error", 1);
                    call(start + 330, 70, p, first, "success", 2);  // tried again after later ones were done
                } else {
                    call(start, 70 + 5 * p, p, first, "success", 1);
                }
            }
        }
        return facts_.text();
    }

  private:
    void instance(std::int64_t ms, const std::string& name, const char* function) {
        facts_.add(ms, fmt::format(R"("fact":"instance","instance":"{}","function":"{}")", name, function));
        facts_.add(ms + 150, fmt::format(R"("fact":"instance-ready","instance":"{}")", name));
    }
    void record(std::int64_t ms, const char* topic, int partition, int offset, const char* country = "SE") {
        facts_.add(
            ms, fmt::format(R"("fact":"record","topic":"{}","partition":{},"offset":{},"key":"item-{}",)"
                            R"("value":"{{\"item\":{},\"price\":{},\"bidder\":{{\"country\":\"{}\"}}}}")",
                            topic, partition, offset, partition * 5 + offset % 5, partition * 5 + offset % 5,
                            100 + offset * 3, country));
    }
    void call(std::int64_t start, std::int64_t run, int partition, int first, const char* outcome,
              int attempt) {
        const int id = next_call_++;
        const std::string events = fmt::format(R"(["bids",{},{},{}])", partition, first, first + 7);
        facts_.add(start, fmt::format(R"("fact":"start","invocation":{},"function":"validate-bid",)"
                                      R"("trigger":"bids→validate-bid","instance":"vb-{}","attempt":{},)"
                                      R"("epoch":1,"events":[{}])",
                                      id, partition + 1, attempt, events));
        const std::int64_t end = start + run;
        const bool good = std::string_view(outcome) == "success";
        facts_.add(end, fmt::format(R"("fact":"end","invocation":{},"outcome":"{}"{})", id, outcome,
                                    good ? "" : R"(,"error":"no such item")"));
        facts_.add(end, fmt::format(R"("fact":"log","invocation":{},"instance":"vb-{}","stream":"stderr",)"
                                    R"("text":"{} bids, {}")",
                                    id, partition + 1, 8, good ? "all valid" : "no such item"));
        if (!good) return;
        for (int i = 0; i < 8; ++i) {
            const int out = next_output_[static_cast<std::size_t>(partition)]++;
            facts_.add(end + 1, fmt::format(R"("fact":"output","invocation":{},"event":["valid-bids",{},{}],)"
                                            R"("caused_by":[["bids",{},{}]])",
                                            id, partition, out, partition, first + i));
            record(end + 2, "valid-bids", partition, out, country_);
        }
        const int notify = next_call_++;
        const int last = next_output_[static_cast<std::size_t>(partition)] - 1;
        facts_.add(end + 20, fmt::format(R"("fact":"start","invocation":{},"function":"notify",)"
                                         R"("trigger":"valid-bids→notify","instance":"nf-1","attempt":1,)"
                                         R"("events":[["valid-bids",{},{},{}]])",
                                         notify, partition, last - 7, last));
        facts_.add(end + 32, fmt::format(R"("fact":"end","invocation":{},"outcome":"success")", notify));
        facts_.add(end + 33,
                   fmt::format(R"("fact":"commit","topic":"bids","partition":{},"offset":{},"group":"g")",
                               partition, first + 8));
    }

    const char* const country_;  ///< in what validate-bid writes
    Facts facts_;
    int next_call_ = 1;
    std::vector<int> next_output_{0, 0, 0};
};

}  // namespace

journal::Parent parentAt(const std::string& path) {
    journal::Parent parent;
    parent.file = path.substr(path.rfind('/') + 1);
    if (const auto reader = journal::SessionReader::open(path)) {
        if (const auto info = (*reader)->info()) {
            parent.name = info->name;
            parent.started = info->started;
        }
    }
    return parent;
}

bool writeFacts(const std::string& facts, const std::string& path, const std::string& parent) {
    const std::string file = path + ".ndjson";
    std::ofstream(file) << facts;
    journal::SessionImport plan;
    plan.facts = file;
    plan.session = path;
    plan.options.on_error = [](const std::string& message) { fmt::print(stderr, "{}\n", message); };
    plan.around = [parent](std::unique_ptr<journal::SessionWriter> writer, const std::string& at) {
        if (!parent.empty() && !writer->writeParent(parentAt(parent)))
            fmt::print(stderr, "cannot say the parent\n");
        return std::make_unique<analysis::order::CheckingStore>(std::move(writer), at);
    };
    const auto report = journal::importSession(plan);
    if (!report) fmt::print(stderr, "{}\n", report.error().message);
    return report.has_value();
}

std::string overtakenFacts() {
    return Overtaken().text();
}

std::string otherCountryFacts() {
    return Overtaken("NO").text();
}

std::string wideFacts() {
    Facts facts;
    const std::string topic =
        "orders.eu-west-1.production.accounts-payable.invoices.validated-and-enriched.payments.v2";
    const std::string function =
        "reconcile-<b>invoices</b>-with-\\u202etxet\\u202c-and-\\u001b[31mescapes-"
        "and-a-name-that-does-not-end";
    facts.add(0, session("wide"));
    facts.add(0, fmt::format(R"("fact":"topic","topic":"{}","partitions":300)", topic));
    facts.add(0, fmt::format(R"("fact":"function","function":"{}","target":"lambda-runtime")", function));
    facts.add(0, fmt::format(
                     R"("fact":"trigger","trigger":"t","function":"{}","topics":["{}"],"order":"partition")",
                     function, topic));
    int call = 1;
    for (int p = 0; p < 300; ++p) {
        for (int i = 0; i < 3; ++i) {
            const std::int64_t at = 10 + (p * 7) % 90 + i * 120;
            facts.add(at, fmt::format(R"("fact":"record","topic":"{}","partition":{},"offset":{},)"
                                      R"("key":"<img src=x>\u200b{}","value":"{{\"n\":{}}}")",
                                      topic, p, i, std::string(60, 'k'), p * 3 + i));
            facts.add(at + 5, fmt::format(R"("fact":"start","invocation":{},"function":"{}","trigger":"t",)"
                                          R"("attempt":1,"events":[["{}",{},{}]])",
                                          call, function, topic, p, i));
            facts.add(at + 25 + (p * 13) % 60, fmt::format(R"("fact":"end","invocation":{},"outcome":"{}")",
                                                           call, (p + i) % 17 == 0 ? "error" : "success"));
            ++call;
        }
    }
    return facts.text();
}

std::string emptyFacts() {
    Facts facts;
    facts.add(0, session("empty"));
    return facts.text();
}

}  // namespace weir::test
