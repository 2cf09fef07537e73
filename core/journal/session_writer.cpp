// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_writer.h"

#include "journal/bytes_json.h"
#include "journal/fact_insert.h"
#include "journal/file_gate.h"
#include "journal/finding_insert.h"
#include "journal/pruner.h"
#include "journal/rollup_store.h"
#include "journal/schema.h"
#include "journal/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

namespace weir::journal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPageSize = 8192;  // measured best for 200-byte values without making small sessions large
constexpr int kCacheKib = 16 * 1024;
constexpr int kPruneSlices = 8;
constexpr std::int64_t kMostRoom = 64 << 20;
constexpr auto kHandOutEvery = std::chrono::seconds(1);
constexpr auto kCheckpointEvery = std::chrono::seconds(4);
constexpr int kCheckpointPages = (64 << 20) / kPageSize;
constexpr int kBlockedPages = 4 * kCheckpointPages;  // a reader holds the -wal: wait for it, for a moment
constexpr int kBusyMs = 5000;

const char* captureWord(CapturePolicy::Values values) {
    switch (values) {
        case CapturePolicy::Values::Whole:
            return "whole";
        case CapturePolicy::Values::Prefix:
            return "prefix";
        case CapturePolicy::Values::None:
            return "none";
    }
    return "whole";
}

/// The masking rules as the session keeps them; empty: none.
std::string maskJson(const CapturePolicy& capture) {
    if (capture.mask_paths.empty() && capture.mask_headers.empty()) return {};
    const auto list = [](std::string& out, const std::vector<std::string>& texts) {
        out += '[';
        for (const std::string& text : texts) {
            if (out.back() != '[') out += ',';
            appendTextJson(out, text);
        }
        out += ']';
    };
    std::string json = R"({"paths":)";
    list(json, capture.mask_paths);
    json += R"(,"headers":)";
    list(json, capture.mask_headers);
    return json + '}';
}

Error systemError(const std::string& path, int error) {
    if (error == ENOSPC || error == EDQUOT) {
        return {ErrorCode::DiskFull, fmt::format("No room left on the disk for {}", path),
                "Free some space or write the session to another disk."};
    }
    if (error == ENOENT) {
        return {ErrorCode::FileNotWritable,
                fmt::format("Cannot create {}: its directory does not exist", path),
                "Create the directory first."};
    }
    return {ErrorCode::FileNotWritable, fmt::format("Cannot write {}: {}", path, std::strerror(error)),
            "Choose a place where you may create files."};
}

Error alreadyThere(const std::string& path) {
    return {ErrorCode::FileExists, fmt::format("{} already exists", path),
            "A session never overwrites a file. Choose another name or remove the file."};
}

/// Creates the file, so that exactly one process ever writes it: nothing opens an existing session for
/// writing.
Status createExclusively(const std::string& path) {
    for (const char* suffix : {"-wal", "-journal"}) {
        std::error_code ignored;
        if (std::filesystem::exists(path + suffix, ignored))
            return tl::unexpected(alreadyThere(path + suffix));
    }
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        const int error = errno;
        if (error == EEXIST) return tl::unexpected(alreadyThere(path));
        return tl::unexpected(systemError(path, error));
    }
    ::close(fd);
    return {};
}

}  // namespace

struct SessionWriter::Impl {
    std::string path;
    std::shared_ptr<FileGate> gate;
    sqlite::Database db;
    std::optional<FactInsert> facts;
    std::optional<Pruner> pruner;  // only with limits
    std::optional<std::int64_t> max_bytes;
    std::optional<DurationNs> max_age;
    std::optional<RollupStore> rollups;
    std::optional<RollupBook> book;
    std::optional<FindingInsert> findings;
    sqlite::Statement begin, commit, last;
    Purpose purpose = Purpose::Recording;
    TimeNs last_at = 0;
    bool in_transaction = false;
    bool closed = false;
    int wal_pages = 0;            // in the -wal as of the last commit
    bool checkpoint_due = false;  // something was committed since the last checkpoint
    Clock::time_point checkpointed = Clock::now();
    Clock::time_point handed_out = Clock::now();  // the figures

    ~Impl() {
        // After a failure: keep what can be kept. Who cares about errors has called finish().
        if (db && !closed) (void)close(false);
    }

    Status open(const CapturePolicy& capture);
    Status setUp(const CapturePolicy& capture);
    Status useWal();
    Status useNoLog();
    Status write(std::span<const facts::Fact> batch);
    template <typename Insert>
    Status add(const Insert& insert);
    Status ensureTransaction();
    Status flush();
    Status handOut();
    Status prune();
    void checkpointIfDue();
    void checkpoint(int mode);
    Status close(bool in_order);
    Status leaveWal();
    [[nodiscard]] Error error(int rc) const;
    [[nodiscard]] Status check(int rc) const {
        if (rc == SQLITE_OK) return {};
        return tl::unexpected(error(rc));
    }
};

Error SessionWriter::Impl::error(int rc) const {
    const int system = sqlite3_system_errno(db.get());
    if ((rc & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT) return systemError(path, ENOSPC);
    switch (rc & 0xff) {
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return systemError(path, system != 0 ? system : EACCES);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::FileNotWritable, fmt::format("{} is locked by another program", path),
                    "Close what writes to the session; reading it is no problem."};
        case SQLITE_IOERR:
            return {ErrorCode::FileNotWritable,
                    fmt::format("Writing {} failed: {}", path,
                                system != 0 ? std::strerror(system) : sqlite::lastMessage(db.get())),
                    "Check the disk."};
        default:
            return {ErrorCode::Internal,
                    fmt::format("Writing {} failed: {}", path, sqlite::lastMessage(db.get()))};
    }
}

Status SessionWriter::Impl::open(const CapturePolicy& capture) {
    sqlite3* raw = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    db.reset(raw);
    if (Status s = check(rc); !s) return s;
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, kBusyMs);
    return setUp(capture);
}

Status SessionWriter::Impl::setUp(const CapturePolicy& capture) {
    // The tables are made before WAL, so that the file itself says what it is from its first moment on.
    const std::string head = fmt::format(
        "PRAGMA page_size={}; PRAGMA cache_size=-{}; PRAGMA application_id={}; PRAGMA user_version={};"
        "PRAGMA synchronous=NORMAL; BEGIN;",
        kPageSize, kCacheKib, schema::kApplicationId, schema::kVersion);
    if (Status s = check(sqlite::execute(db.get(), head.c_str())); !s) return s;
    if (Status s = check(sqlite::execute(db.get(), schema::kCreate)); !s) return s;
    sqlite::Statement session(
        db.get(),
        "INSERT INTO session(id, name, mode, cluster, weir_version, capture, capture_bytes, "
        "mask, max_bytes, max_age_ns, started_ns, last_ns) VALUES (1,?,'drive','',?,?,?,?,?,?,?,?)");
    const std::string name = std::filesystem::path(path).stem().string();
    const std::optional<std::int64_t> bytes =
        capture.values == CapturePolicy::Values::Prefix ? std::optional{capture.prefix_bytes} : std::nullopt;
    const TimeNs at = now();
    const std::string mask = maskJson(capture);
    if (Status s = check(session.run(name, WEIR_VERSION, captureWord(capture.values), bytes,
                                     mask.empty() ? std::string_view{} : std::string_view{mask},
                                     capture.max_bytes, capture.max_age, at, at));
        !s) {
        return s;
    }
    if (Status s = check(sqlite::execute(db.get(), "COMMIT")); !s) return s;

    if (Status s = purpose == Purpose::Import ? useNoLog() : useWal(); !s) return s;

    if (capture.max_bytes || capture.max_age) {
        max_bytes = capture.max_bytes;
        max_age = capture.max_age;
        pruner.emplace(db.get());
        if (Status s = check(pruner->prepared()); !s) return s;
    }
    facts.emplace(db.get(), capture);
    rollups.emplace(db.get());
    book.emplace(*rollups, [this](EventId event) { return rollups->findArrival(event); });
    begin = sqlite::Statement(db.get(), "BEGIN IMMEDIATE");
    commit = sqlite::Statement(db.get(), "COMMIT");
    last = sqlite::Statement(db.get(), "UPDATE session SET last_ns=?");
    if (Status s = check(rollups->prepared()); !s) return s;
    if (Status s = check(facts->prepared()); !s) return s;
    findings.emplace(db.get());
    return check(findings->prepared());
}

Status SessionWriter::Impl::useNoLog() {
    return check(sqlite::execute(db.get(), "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"));
}

Status SessionWriter::Impl::useWal() {
    if (sqlite::queryText(db.get(), "PRAGMA journal_mode=WAL") != "wal") {
        return fail(ErrorCode::FileNotWritable,
                    fmt::format("The file system of {} does not support SQLite's write-ahead log", path),
                    "Write the session to a local disk; it can be moved when it is finished.");
    }
    const std::string limits = fmt::format("PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={};",
                                           static_cast<std::int64_t>(kCheckpointPages) * kPageSize);
    if (Status s = check(sqlite::execute(db.get(), limits.c_str())); !s) return s;
    sqlite3_wal_hook(
        db.get(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Impl*>(self)->wal_pages = pages;
            return SQLITE_OK;
        },
        this);

    // Makes the -wal and the -shm, by which readers see that the file is being written.
    if (Status s = check(sqlite::execute(db.get(), "UPDATE session SET last_ns=last_ns")); !s) return s;
    return {};
}

Status SessionWriter::Impl::ensureTransaction() {
    if (in_transaction) return {};
    if (Status s = check(begin.finish()); !s) return s;
    in_transaction = true;
    return {};
}

template <typename Insert>
Status SessionWriter::Impl::add(const Insert& insert) {
    if (Status s = ensureTransaction(); !s) return s;
    return check(insert());
}

Status SessionWriter::Impl::write(std::span<const facts::Fact> batch) {
    if (batch.empty()) return {};
    if (Status s = ensureTransaction(); !s) return s;
    for (const facts::Fact& fact : batch) {
        if (Status s = check(facts->insert(fact)); !s) return s;
        book->add(fact);
    }
    if (Status s = check(rollups->failed()); !s) return s;
    last_at = batch.back().at;
    return {};
}

/// The figures follow once a second: they change with every fact, and can be counted again.
Status SessionWriter::Impl::handOut() {
    book->handOut();
    handed_out = Clock::now();
    return check(rollups->failed());
}

/// A few slices with each flush: more than arrives in the meantime, and never a long stop.
Status SessionWriter::Impl::prune() {
    if (max_age) {
        if (Status s = check(pruner->before(last_at - *max_age, kPruneSlices, "age", last_at)); !s) return s;
    }
    // The file itself never grows beyond the limit as long as what is pruned makes room for what comes.
    if (max_bytes) {
        const std::int64_t room = std::min<std::int64_t>(*max_bytes / 10, kMostRoom);
        return check(pruner->toSize(*max_bytes - room, kPruneSlices, "size", last_at));
    }
    return {};
}

Status SessionWriter::Impl::flush() {
    if (!in_transaction) return {};
    if (pruner) {
        if (Status s = prune(); !s) return s;
    }
    if (Clock::now() - handed_out >= kHandOutEvery) {
        if (Status s = handOut(); !s) return s;
    }
    if (last_at != 0) {
        if (Status s = check(last.run(last_at)); !s) return s;
    }
    if (Status s = check(commit.finish()); !s) return s;
    in_transaction = false;
    checkpoint_due = true;
    checkpointIfDue();
    return {};
}

void SessionWriter::Impl::checkpointIfDue() {
    if (!checkpoint_due) return;
    if (wal_pages >= kBlockedPages) {
        checkpoint(SQLITE_CHECKPOINT_RESTART);
    } else if (wal_pages >= kCheckpointPages || Clock::now() - checkpointed >= kCheckpointEvery) {
        checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    }
}

/// A checkpoint that fails harms nothing: the -wal still holds everything, and a later one makes up for it.
void SessionWriter::Impl::checkpoint(int mode) {
    sqlite3_busy_timeout(db.get(), 20);
    sqlite3_wal_checkpoint_v2(db.get(), nullptr, mode, nullptr, nullptr);
    sqlite3_busy_timeout(db.get(), kBusyMs);
    checkpoint_due = false;
    checkpointed = Clock::now();
}

Status SessionWriter::Impl::close(bool in_order) {
    closed = true;
    Status result = flush();
    if (in_transaction) sqlite::execute(db.get(), "ROLLBACK");
    if (result && in_order) {
        result = check(begin.finish());
        if (result) result = handOut();
        if (result) result = check(commit.finish());
    }
    if (result && in_order) {
        sqlite::Statement end(db.get(), "UPDATE session SET ended_ns=max(last_ns, ?)");
        result = check(end.run(purpose == Purpose::Recording ? now() : 0));
    }
    if (Status left = leaveWal(); !left && result) result = left;
    db.reset();
    return result;
}

/// Makes the session one file. When another process reads it just then, everything is in the file all the
/// same; only its header still says WAL, which readers of Weir cope with.
Status SessionWriter::Impl::leaveWal() {
    const auto alone = gate->takeAlone();
    facts.reset();
    pruner.reset();
    book.reset();
    rollups.reset();
    findings.reset();
    for (sqlite::Statement* s : {&begin, &commit, &last}) *s = sqlite::Statement();
    sqlite3_busy_timeout(db.get(), 1000);
    const int rc = sqlite3_wal_checkpoint_v2(db.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) return check(rc);
    sqlite::execute(db.get(), "PRAGMA journal_mode=DELETE");
    return {};
}

SessionWriter::SessionWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SessionWriter::~SessionWriter() = default;

Result<std::unique_ptr<SessionWriter>> SessionWriter::create(const std::string& path,
                                                             const CapturePolicy& capture, Purpose purpose) {
    if (Status s = createExclusively(path); !s) return passOn(s);
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->purpose = purpose;
    impl->gate = FileGate::of(path);
    if (Status s = impl->open(capture); !s) {
        impl->db.reset();
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
        return passOn(s);
    }
    return std::unique_ptr<SessionWriter>(new SessionWriter(std::move(impl)));
}

Status SessionWriter::write(std::span<const facts::Fact> facts) {
    return impl_->write(facts);
}
Status SessionWriter::writeFindings(std::span<const FindingRow> findings) {
    return impl_->add([&] { return impl_->findings->insert(findings); });
}
Status SessionWriter::writeOrderCheck(const OrderSummaryRow& check, std::span<const FindingCountRow> counts) {
    return impl_->add([&] { return impl_->findings->summary(check, counts); });
}
Status SessionWriter::clearFindings() {
    return impl_->add([&] { return impl_->findings->clear(); });
}
Status SessionWriter::writeParent(const Parent& p) {
    const auto orNull = [](const std::string& text) {
        return text.empty() ? std::string_view{} : std::string_view{text};
    };
    return impl_->add([&] {
        sqlite::Statement s(impl_->db.get(), "INSERT INTO parent VALUES (1,?,?,?,?,?,?,?,?)", 0);
        if (s.prepared() != SQLITE_OK) return s.prepared();
        return s.run(p.name, p.file, p.started, orNull(p.filter), p.events, p.function, orNull(p.batches_of),
                     p.pace);
    });
}
Status SessionWriter::flush() {
    return impl_->flush();
}
void SessionWriter::idle() {
    impl_->checkpointIfDue();
}
Status SessionWriter::finish() {
    return impl_->close(true);
}

}  // namespace weir::journal
