// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/sqlite.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::compare {

/// How many bytes of rows one comparison holds in memory, over all its tables. Threads: any.
class MemoryBudget {
  public:
    explicit MemoryBudget(std::int64_t bytes)
        : run_bytes_(std::clamp<std::int64_t>(bytes / 64, 1'024, 4 << 20)), left_(bytes) {}

    /// What a table collects before it asks for more: 4 MiB, less where the budget is small.
    [[nodiscard]] std::int64_t runBytes() const noexcept { return run_bytes_; }

    /// Whether there was room for so many more.
    [[nodiscard]] bool take(std::int64_t bytes) noexcept {
        if (left_.fetch_sub(bytes) >= bytes) return true;
        left_.fetch_add(bytes);
        return false;
    }
    void give(std::int64_t bytes) noexcept { left_.fetch_add(bytes); }

  private:
    const std::int64_t run_bytes_;
    std::atomic<std::int64_t> left_;
};

/// A temporary file for what memory has no room for, gone with it; there is none before the first write.
/// Threads: one at a time.
class Scratch {
  public:
    /// Bytes of a page, which is written and read as a whole; so many fill a page of the database.
    static constexpr std::size_t kPageBytes = 32'768 - 64;

    explicit Scratch(MemoryBudget& budget) : budget_(budget) {}

    [[nodiscard]] MemoryBudget& budget() const noexcept { return budget_; }
    /// Bytes that were written so far.
    [[nodiscard]] std::int64_t written() const noexcept { return written_; }

    /// Keeps a page of at most kPageBytes; pages are numbered from 1 on in the order of writing.
    Result<std::int64_t> write(std::span<const std::byte> page);
    /// Reads a page into `to`, which has its size.
    Status read(std::int64_t number, std::span<std::byte> to);
    /// Makes room for others.
    Status erase(std::int64_t number);

  private:
    Status open();
    [[nodiscard]] Error error() const;

    MemoryBudget& budget_;
    journal::sqlite::Database db_;
    journal::sqlite::Statement write_, read_, erase_;
    std::int64_t next_ = 1;
    std::int64_t written_ = 0;
};

}  // namespace weir::compare
