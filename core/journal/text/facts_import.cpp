// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/facts_import.h"

#include "journal/text/held_lines.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::int64_t kLookUpEvery = 4096;  // lines

/// Hands on to a store that belongs to somebody else, until told to stop.
class Forward final : public FactStore {
  public:
    Forward(FactStore& store, const std::atomic<bool>& abandoned) : store_(store), abandoned_(abandoned) {}

    Status write(std::span<const facts::Fact> facts) override {
        return abandoned_ ? gone() : store_.write(facts);
    }
    Status flush() override { return abandoned_ ? gone() : store_.flush(); }
    void idle() override { store_.idle(); }
    Status finish() override { return abandoned_ ? gone() : store_.finish(); }

  private:
    static Status gone() { return fail(ErrorCode::Cancelled, "The import was given up"); }

    FactStore& store_;
    const std::atomic<bool>& abandoned_;
};

class JournalSink final : public FactSink {
  public:
    explicit JournalSink(Journal& journal) : journal_(journal) {}
    void put(TimeNs at, facts::Body body) override { journal_.append(at, std::move(body)); }

  private:
    Journal& journal_;
};

class Importer {
  public:
    Importer(LineSource& lines, FactStore& store, const ImportOptions& options, SlotPages pages)
        : lines_(lines),
          options_(options),
          pages_(std::move(pages)),
          journal_(std::make_unique<Forward>(store, abandoned_), {16 << 20, kSecond}),
          sink_(journal_),
          resolver_(pages_, sink_),
          held_(options.temp_directory) {}
    ~Importer() { abandoned_ = true; }
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;

    Result<ImportReport> run();

  private:
    Status readAll();
    Status take(const Line& line);
    Status takeFact(const TextFact& fact, const Line& line);
    Status releaseEnds();
    Status session(const TextFact& fact) const;
    Status wrong(std::int64_t line, Error error);
    Status lookUp(std::int64_t line);

    LineSource& lines_;
    const ImportOptions& options_;
    std::atomic<bool> abandoned_{false};
    SlotPages pages_;
    Journal journal_;
    JournalSink sink_;
    FactResolver resolver_;
    FactParser parser_;
    HeldLines held_;  ///< ends at this instant whose start was not seen
    TimeNs at_ = 0;
    bool begun_ = false;
    ImportReport report_;
};

Status Importer::session(const TextFact& fact) const {
    if (fact.kind == FactKind::Session) {
        return begun_
                   ? fail(ErrorCode::FileCorrupt, "session: there is one already; expected one for all facts")
                   : Status{};
    }
    if (begun_) return {};
    return fail(ErrorCode::FileCorrupt,
                options_.sorted
                    ? "its `at` lies before that of the session; expected `session` to be the first fact"
                    : "expected `session` to be the first fact");
}

/// What is wrong with a line ends the import, or is reported and left out.
Status Importer::wrong(std::int64_t line, Error error) {
    const bool about_the_line = error.code == ErrorCode::FileCorrupt;
    if (about_the_line || error.code == ErrorCode::FileTooNew) {
        error.message = fmt::format("{}, line {}: {}", options_.name, line, error.message);
    }
    if (!about_the_line || !options_.keep_going || !begun_) return tl::unexpected(std::move(error));
    ++report_.left_out;
    if (options_.on_error) options_.on_error(error.message);
    return {};
}

Status Importer::take(const Line& line) {
    if (line.too_long) {
        return wrong(line.number, {ErrorCode::FileCorrupt, "the line is longer than a gigabyte"});
    }
    if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    const auto parsed = parser_.parse(line.text);
    if (!parsed) return wrong(line.number, parsed.error());
    const TextFact& fact = **parsed;
    if (Status s = session(fact); !s) return wrong(line.number, std::move(s.error()));
    if (!options_.sorted && !resolver_.inOrder(fact)) {
        report_.out_of_order = line.number;
        return {};
    }
    if (!held_.empty() && (fact.at != at_ || rankOf(fact.kind) > FactRank::EndOfNoTime)) {
        if (Status s = releaseEnds(); !s) return s;
    }
    at_ = fact.at;
    begun_ = true;
    if (resolver_.endsBeforeStart(fact)) return held_.add(line);
    return takeFact(fact, line);
}

Status Importer::takeFact(const TextFact& fact, const Line& line) {
    Status taken = resolver_.take(fact, line.number);
    if (!taken) return wrong(line.number, std::move(taken.error()));
    ++report_.facts;
    return {};
}

/// The starts of this instant were taken: now the ends of calls that took no time, or have no start.
Status Importer::releaseEnds() {
    FactParser parser;  // the other one's fact is in use
    return held_.release([&](const Line& line) -> Status {
        const auto fact = parser.parse(line.text);
        return fact ? takeFact(**fact, line) : wrong(line.number, fact.error());
    });
}

Status Importer::lookUp(std::int64_t lines) {
    if (options_.progress) options_.progress(lines);
    if (options_.cancelled && options_.cancelled()) return fail(ErrorCode::Cancelled, "Stopped on request");
    if (!pages_.status()) return pages_.status();
    return journal_.failed() ? journal_.status() : Status{};
}

Status Importer::readAll() {
    Line line;
    for (std::int64_t lines = 1; report_.out_of_order == 0 && lines_.next(line); ++lines) {
        if (Status s = take(line); !s) return s;
        if (lines % kLookUpEvery == 0) {
            if (Status s = lookUp(lines); !s) return s;
        }
    }
    if (report_.out_of_order != 0) return {};
    if (!lines_.status()) return lines_.status();
    if (Status s = releaseEnds(); !s) return s;
    if (!begun_) {
        return fail(ErrorCode::FileCorrupt, fmt::format("There are no facts in {}", options_.name),
                    "The first line says what the facts are: "
                    R"({"fact":"session","version":1,"name":"…","mode":"import","at":…})");
    }
    return {};
}

Result<ImportReport> Importer::run() {
    if (Status s = readAll(); !s) return passOn(s);
    if (report_.out_of_order != 0) return std::move(report_);
    resolver_.finish();
    if (Status s = journal_.close(); !s) return passOn(s);
    if (!pages_.status()) return tl::unexpected(pages_.status().error());
    report_.repeats = resolver_.repeats();
    report_.events = resolver_.events();
    report_.invocations = resolver_.invocations();
    report_.unrecorded_count = resolver_.unrecordedCount();
    report_.unrecorded = resolver_.unrecorded();
    report_.sorted = options_.sorted;
    return std::move(report_);
}

}  // namespace

Result<ImportReport> importFacts(LineSource& lines, FactStore& store, const ImportOptions& options) {
    auto file = TempFile::create(options.temp_directory);
    if (!file) return passOn(file);
    Importer importer(lines, store, options, SlotPages(std::move(*file)));
    return importer.run();
}

}  // namespace weir::journal
