// SPDX-License-Identifier: GPL-3.0-or-later
// How fast text facts become a session and come out of it again, beside reading their lines and parsing them
// as JSON, and what memory that takes as they get more.
#include "base/time.h"
#include "folder.h"
#include "journal/text/fact_parser.h"
#include "journal/text/facts_export.h"
#include "journal/text/line_reader.h"
#include "journal/text/session_import.h"
#include "process_memory.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace {

using namespace weir;
using Clock = std::chrono::steady_clock;

constexpr TimeNs kStart = 1'769'853'600'000'000'000;
constexpr int kPartitions = 6;
constexpr int kBatch = 10;

/// A busy flow: records come singly and in turn to six partitions; each batch of ten is a call with one
/// output. Every fact has an instant of its own. Out of order: each two lines in turn.
std::int64_t writeFacts(const std::string& path, std::int64_t facts, bool in_order) {
    std::ofstream out(path, std::ios::binary);
    std::int64_t written = 0, at = kStart, call = 0;
    std::string held;
    const auto put = [&](const std::string& fields, bool may_wait = true) {
        const std::string line = fmt::format("{{\"fact\":{},\"at\":{}}}\n", fields, at += 1000);
        ++written;
        if (in_order || !may_wait) {
            out << line;
        } else if (held.empty()) {
            held = line;
        } else {
            out << line << std::exchange(held, {});
        }
    };
    put(R"("session","version":1,"name":"bench","mode":"import")", false);
    put(R"("topic","topic":"bids","partitions":6,"source":"kafka")");
    put(R"("topic","topic":"valid-bids","partitions":6,"source":"kafka")");
    put(R"("function","function":"validate","target":"lambda")");
    put(R"("trigger","trigger":"bids→validate","function":"validate","topics":["bids"],"order":"partition")");
    const std::string note(120, 'x');
    for (std::int64_t batch = 0; written < facts; ++batch) {
        const std::int64_t first = batch * kBatch;
        for (std::int64_t i = 0; i < kBatch; ++i) {
            for (int p = 0; p < kPartitions; ++p) {
                put(fmt::format(
                    R"("record","topic":"bids","partition":{},"offset":{},"timestamp":{},"timestamp_type":"create","key":"item-{}","value":"{{\"item\":\"item-{}\",\"price\":{},\"note\":\"{}\"}}","headers":[["ce_type","bid"]])",
                    p, first + i, at / 1'000'000 * 1'000'000, (first + i) % 1000, (first + i) % 1000,
                    at % 9973, note));
            }
        }
        for (int p = 0; p < kPartitions; ++p) {
            const std::string events = fmt::format(R"([["bids",{},{},{}]])", p, first, first + kBatch - 1);
            ++call;
            put(fmt::format(R"("batch","batch":{},"trigger":"bids→validate","events":{},"closed_by":"size")",
                            call, events));
            put(fmt::format(
                R"("start","invocation":{},"function":"validate","trigger":"bids→validate","batch":{},"attempt":1,"events":{})",
                call, call, events));
            put(fmt::format(R"("end","invocation":{},"outcome":"success")", call));
            put(fmt::format(R"("output","invocation":{},"event":["valid-bids",{},{}],"caused_by":{})", call,
                            p, batch, events));
            put(fmt::format(R"("commit","topic":"bids","partition":{},"offset":{})", p, first + kBatch));
        }
    }
    out << held;
    return written;
}

double seconds(const std::function<void()>& work) {
    const auto from = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - from).count();
}

template <typename T>
void require(const Result<T>& result) {
    if (result) return;
    fmt::print(stderr, "facts_bench: {}\n", result.error().message);
    std::exit(1);
}

/// Lines and JSON alone: what no import can do without.
void onlyParse(const std::string& path) {
    auto input = journal::FactInput::open(path, "/tmp");
    require(input);
    journal::LineReader lines(*input);
    simdjson::dom::parser parser;
    journal::Line line;
    std::size_t objects = 0;
    while (lines.next(line)) {
        if (parser.parse(line.text.data(), line.text.size(), false).error() == simdjson::SUCCESS) ++objects;
    }
    if (objects == 0) std::exit(1);
}

void report(const char* what, std::int64_t facts, double took, double reference) {
    const double rate = static_cast<double>(facts) / took;
    fmt::print("  {:<24} {:>9.0f} facts/s  ÷ parsing alone {:.2f}\n", what, rate,
               rate * reference / static_cast<double>(facts));
    std::fflush(stdout);
}

void run(const weir::bench::Folder& folder, std::int64_t size) {
    const std::string path = folder.at("facts.ndjson"), session = folder.session(),
                      out = folder.at("out.ndjson");
    const std::int64_t facts = writeFacts(path, size, true);
    fmt::print("{} facts, {} bytes\n", facts, std::filesystem::file_size(path));
    const double reference = seconds([&] { onlyParse(path); });
    report("lines and JSON alone", facts, reference, reference);

    journal::SessionImport job;
    job.facts = path;
    job.session = session;
    std::int64_t memory = 0;
    job.options.progress = [&](std::int64_t) { memory = std::max(memory, weir::bench::residentBytes()); };
    const double imported = seconds([&] { require(importSession(job)); });
    report("import", facts, imported, reference);
    fmt::print("    resident at most {} MB\n", memory / 1'000'000);

    const double exported = seconds([&] {
        std::ofstream sink(out, std::ios::binary);
        require(journal::exportFacts(session, sink));
    });
    report("export", facts, exported, reference);
    fmt::print("    resident after it {} MB\n", weir::bench::residentBytes() / 1'000'000);
    std::filesystem::remove(session);
    std::filesystem::remove(out);

    writeFacts(path, size, false);
    memory = 0;
    const double sorted = seconds([&] { require(importSession(job)); });
    report("import, out of order", facts, sorted, reference);
    fmt::print("    resident at most {} MB\n", memory / 1'000'000);
    std::filesystem::remove(session);
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t most = argc > 1 ? std::atoll(argv[1]) : 3'000'000;
    const weir::bench::Folder folder;
    for (const std::int64_t size : {most / 10, most}) run(folder, size);
    return 0;
}
