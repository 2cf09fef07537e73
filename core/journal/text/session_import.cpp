// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/session_import.h"

#include "journal/text/fact_sorter.h"
#include "journal/text/line_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace weir::journal {
namespace {

Error alreadyThere(const std::string& path) {
    return {ErrorCode::FileExists, fmt::format("{} already exists", path),
            "A session never overwrites a file. Choose another name or remove the file."};
}

/// A session under a name of its own, until it is whole.
class Unfinished {
  public:
    explicit Unfinished(const std::string& path) : path_(fmt::format("{}.{}.part", path, ::getpid())) {}
    ~Unfinished() {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path_ + suffix).c_str());
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

    Status rename(const std::string& to) const {
        int rc = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
        if (rc != 0 && (errno == EINVAL || errno == ENOSYS)) {  // a file system that cannot promise it
            std::error_code ignored;
            if (std::filesystem::exists(to, ignored)) return tl::unexpected(alreadyThere(to));
            rc = std::rename(path_.c_str(), to.c_str());
        }
        if (rc == 0) return {};
        if (errno == EEXIST) return tl::unexpected(alreadyThere(to));
        return fail(ErrorCode::FileNotWritable, fmt::format("Cannot write {}: {}", to, std::strerror(errno)),
                    "Choose a place where you may create files.");
    }

  private:
    std::string path_;
};

std::string directoryOf(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

/// One attempt, into a new file. Only an import that took all facts leaves it under its final name.
Result<ImportReport> attempt(const SessionImport& import, LineSource& lines, const ImportOptions& options) {
    const Unfinished unfinished(import.session);
    auto writer = SessionWriter::create(unfinished.path(), {}, SessionWriter::Purpose::Import);
    if (!writer) return passOn(writer);
    std::unique_ptr<FactStore> store;
    if (import.around) {
        store = import.around(std::move(*writer), unfinished.path());
    } else {
        store = std::move(*writer);
    }
    auto report = importFacts(lines, *store, options);
    store.reset();
    if (report && report->out_of_order == 0) {
        if (Status s = unfinished.rename(import.session); !s) return passOn(s);
    }
    return report;
}

}  // namespace

Result<ImportReport> importSession(const SessionImport& import) {
    const std::string directory = directoryOf(import.session);
    auto input = FactInput::open(import.facts, directory);
    if (!input) return passOn(input);
    for (const char* suffix : {"", "-wal", "-journal"}) {
        std::error_code ignored;
        if (std::filesystem::exists(import.session + suffix, ignored)) {
            return tl::unexpected(alreadyThere(import.session + suffix));
        }
    }
    ImportOptions options = import.options;
    options.name = input->name();
    options.temp_directory = directory;
    {
        LineReader lines(*input);
        auto report = attempt(import, lines, options);
        if (!report || report->out_of_order == 0) return report;
    }

    if (Status s = input->restart(); !s) return passOn(s);
    LineReader lines(*input);
    FactSorter::Options sorting;
    sorting.temp_directory = directory;
    sorting.cancelled = options.cancelled;
    auto sorted = FactSorter::sort(lines, sorting);
    if (!sorted) return passOn(sorted);
    options.sorted = true;
    return attempt(import, **sorted, options);
}

}  // namespace weir::journal
