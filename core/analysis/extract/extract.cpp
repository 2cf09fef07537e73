// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/extract/extract.h"

#include "analysis/extract/extraction.h"
#include "analysis/order/checking_store.h"
#include "analysis/order/session_check.h"
#include "filter/query.h"
#include "journal/finding_insert.h"
#include "journal/partial_file.h"
#include "journal/session_file.h"
#include "journal/session_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace weir::analysis {
namespace {

namespace fs = std::filesystem;
using journal::sqlite::Database;
using journal::sqlite::execute;
using journal::sqlite::Statement;

/// Nobody listens: only the figures matter.
class Unheard final : public order::FindingSink {
    void found(const order::Finding& /*finding*/) override {}
};

Status goOn(const ExtractOptions& options) {
    if (options.stop == nullptr || !options.stop->load()) return {};
    return fail(ErrorCode::Cancelled, "The part was not written: it was stopped.");
}

/// Ends statements of a connection when that is asked for.
void watch(sqlite3* db, const ExtractOptions& options) {
    constexpr int kSteps = 100'000;
    if (options.stop == nullptr) return;
    sqlite3_progress_handler(
        db, kSteps, [](void* stop) { return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0; },
        const_cast<std::atomic<bool>*>(options.stop));  // SQLite hands it back as it is
}

/// An empty session, open for writing without a log: it counts only once it is whole.
Result<Database> emptySession(const std::string& path) {
    auto writer = journal::SessionWriter::create(path, {}, journal::SessionWriter::Purpose::Import);
    if (!writer) return passOn(writer);
    if (Status s = (*writer)->finish(); !s) return passOn(s);
    writer->reset();
    sqlite3* raw = nullptr;
    int rc = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
    Database db(raw);
    if (rc == SQLITE_OK) {
        rc = execute(
            raw,
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; BEGIN; DELETE FROM "
            "rollup_total; DELETE FROM rollup");
    }
    if (rc != SQLITE_OK) return tl::unexpected(journal::rewriteError(raw, path, rc));
    return db;
}

/// The events and functions that are meant.
Result<Extraction::What> whatIsMeant(journal::SessionReader& reader, const ExtractOptions& options,
                                     Extracted& result) {
    const auto extent = reader.extent();
    if (!extent) return tl::unexpected<Error>(extent.error());
    const auto matching = filter::matchingEvents(reader, options.filter);
    if (!matching) return tl::unexpected<Error>(matching.error());
    const auto there = filter::IntervalSet::of({{extent->first_event.value, extent->events}});
    Extraction::What what;
    what.events = matching->intersect(there);
    for (const auto& run : what.events.intervals()) result.events += run.last - run.first + 1;
    result.of_events = extent->first_event ? extent->events - extent->first_event.value + 1 : 0;
    if (what.events.empty()) {
        return fail(
            ErrorCode::Usage,
            result.of_events == 0 ? "The session holds no events." : "The filter lets no event through.",
            "`weir-cli events --filter` says what a filter lets through.");
    }
    const auto functions = reader.functions();
    if (!functions) return tl::unexpected<Error>(functions.error());
    for (const std::string& name : options.functions) {
        const auto found = std::find_if(functions->begin(), functions->end(),
                                        [&](const journal::FunctionRow& f) { return f.name == name; });
        if (found == functions->end()) {
            std::string known;
            for (const journal::FunctionRow& f : *functions) known += (known.empty() ? "" : ", ") + f.name;
            return fail(ErrorCode::Usage, fmt::format("The session has no function {}.", name),
                        fmt::format("It has: {}.", known));
        }
        what.functions.push_back(found->id);
    }
    what.values = options.values;
    what.all = result.events == result.of_events && what.functions.empty();
    return what;
}

/// Where the events come from.
int sayOrigin(sqlite3* db, const std::string& in, const journal::SessionInfo& info, const Extracted& done,
              const ExtractOptions& options) {
    Statement origin(db, "INSERT INTO extract VALUES (1,?,?,?,?,?)", 0);
    if (origin.prepared() != SQLITE_OK) return origin.prepared();
    const std::string file = fs::path(in).filename().string();
    return origin.run(file, info.started, options.filter.text(), done.events, done.of_events);
}

Status keepFindings(sqlite3* db, const std::string& path, const std::vector<order::Finding>& findings,
                    const std::string& bounded) {
    Unheard nobody;
    auto summary = order::checkFromRows(path, nobody);
    if (!summary) return passOn(summary);
    summary->counts = {};
    summary->bounded = bounded;
    std::vector<journal::FindingRow> rows;
    rows.reserve(findings.size());
    for (const order::Finding& f : findings) {
        summary->counts.of(f.kind, f.severity) += f.units();
        rows.push_back(order::rowOf(f));
    }
    journal::FindingInsert insert(db);
    int rc = insert.prepared();
    if (rc == SQLITE_OK) rc = execute(db, "BEGIN");
    if (rc == SQLITE_OK) rc = insert.insert(rows);
    if (rc == SQLITE_OK) rc = insert.summary(order::rowOf(*summary), order::rowsOf(summary->counts));
    if (rc == SQLITE_OK) rc = execute(db, "COMMIT");
    if (rc != SQLITE_OK) return tl::unexpected(journal::rewriteError(db, path, rc));
    return {};
}

}  // namespace

Result<Extracted> extractSession(const std::string& in, const std::string& out,
                                 const ExtractOptions& options) {
    std::error_code ignored;
    if (fs::exists(out, ignored)) {
        return fail(ErrorCode::FileExists, fmt::format("{} already exists", out),
                    "A session never overwrites a file. Choose another name or remove the file.");
    }
    auto reader = journal::SessionReader::open(in);
    if (!reader) return passOn(reader);
    auto info = (*reader)->info();
    if (!info) return passOn(info);
    Extracted result;
    auto what = whatIsMeant(**reader, options, result);
    if (!what) return passOn(what);
    if (Status s = goOn(options); !s) return passOn(s);
    auto check = order::checkSession(in);
    if (!check) return passOn(check);

    journal::PartialFile work(out + ".extracting");
    auto db = emptySession(work.path());
    if (!db) return passOn(db);
    std::vector<order::Finding> findings;
    {
        auto file = journal::SessionFile::open(in);
        if (!file) return passOn(file);
        auto in_use = (*file)->use();
        if (!in_use) return passOn(in_use);
        watch((*file)->handle(), options);
        Extraction extraction(**file, db->get(), work.path(), std::move(*what));
        Status copied = extraction.run();
        if (Status s = goOn(options); !s) return passOn(s);
        if (!copied) return passOn(copied);
        result.invocations = extraction.invocations().count();
        auto kept = extraction.clip(check->findings);
        if (!kept) return passOn(kept);
        findings = std::move(*kept);
    }
    int rc = sayOrigin(db->get(), in, *info, result, options);
    if (rc == SQLITE_OK) rc = execute(db->get(), "COMMIT");
    if (rc != SQLITE_OK) return tl::unexpected(journal::rewriteError(db->get(), work.path(), rc));
    if (Status s = goOn(options); !s) return passOn(s);
    if (Status s = journal::countFigures(db->get(), work.path()); !s) return passOn(s);
    if (Status s = goOn(options); !s) return passOn(s);
    if (Status s = keepFindings(db->get(), work.path(), findings, check->summary.bounded); !s)
        return passOn(s);
    db->reset();
    if (Status s = work.putAt(out); !s) return passOn(s);
    return result;
}

}  // namespace weir::analysis
