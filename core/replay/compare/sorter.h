// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "replay/compare/scratch.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir::compare {

/// Takes rows in any order and gives them back in that of `<`. What the budget has room for stays in memory,
/// the rest goes to a temporary file, a sorted run at a time; beyond the budget a table holds one run, and
/// while it is read a page of each run on disk.
///
/// First add(), then rewind(), then peek() and next() until there is no more; status() says whether that was
/// all. Rows that were read are gone.
/// Threads: one at a time.
template <typename Row>
class Sorter {
    static_assert(std::is_trivially_copyable_v<Row> && sizeof(Row) <= 512);

  public:
    explicit Sorter(Scratch& scratch)
        : scratch_(&scratch),
          run_rows_(std::bit_floor(static_cast<std::size_t>(scratch.budget().runBytes()) / sizeof(Row))) {}
    ~Sorter() {
        for (Run& run : runs_) release(run);
    }
    Sorter(Sorter&& other) noexcept
        : scratch_(other.scratch_),
          run_rows_(other.run_rows_),
          fill_(std::move(other.fill_)),
          runs_(std::exchange(other.runs_, {})),
          heap_(std::move(other.heap_)),
          size_(other.size_),
          status_(std::move(other.status_)) {}
    Sorter& operator=(Sorter&&) = delete;
    Sorter(const Sorter&) = delete;
    Sorter& operator=(const Sorter&) = delete;

    void add(const Row& row) {
        if (fill_.size() == run_rows_) endRun();
        fill_.push_back(row);
        ++size_;
    }
    /// Rows that were added.
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }

    void rewind() {
        if (!fill_.empty()) {
            sortRun();
            runs_.push_back({std::exchange(fill_, {}), 0, {}, 0, 0});
        }
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            load(runs_[i]);
            if (current(i) != nullptr) heap_.push_back(i);
        }
        for (std::size_t i = heap_.size() / 2; i-- > 0;) sink(i);
    }
    /// The next row, until next(); null: there is none, or something failed.
    [[nodiscard]] const Row* peek() const noexcept {
        return heap_.empty() || !status_ ? nullptr : current(heap_.front());
    }
    void next() {
        Run& run = runs_[heap_.front()];
        if (++run.at == run.rows.size()) {
            load(run);
            if (run.at == run.rows.size()) {
                release(run);
                heap_.front() = heap_.back();
                heap_.pop_back();
            }
        }
        if (!heap_.empty()) sink(0);
    }
    [[nodiscard]] const Status& status() const noexcept { return status_; }

  private:
    static constexpr std::size_t kPageRows = Scratch::kPageBytes / sizeof(Row);

    struct Run {
        std::vector<Row> rows;  // in memory: all of them, and then none are on disk
        std::size_t at = 0;
        std::optional<std::int64_t> page;  // the next one to read
        std::size_t on_disk = 0;           // rows that are still there
        std::int64_t budget = 0;           // bytes taken from it
    };

    [[nodiscard]] const Row* current(std::size_t run) const noexcept {
        const Run& r = runs_[run];
        return r.at < r.rows.size() ? &r.rows[r.at] : nullptr;
    }
    void sortRun() {
        if (!std::is_sorted(fill_.begin(), fill_.end())) std::sort(fill_.begin(), fill_.end());
    }
    void endRun() {
        sortRun();
        const auto bytes = static_cast<std::int64_t>(run_rows_ * sizeof(Row));
        if (scratch_->budget().take(bytes)) {
            runs_.push_back({std::exchange(fill_, {}), 0, {}, 0, bytes});
            fill_.reserve(run_rows_);
            return;
        }
        Run run;
        const std::span<const Row> rows(fill_);
        for (std::size_t from = 0; from < rows.size() && status_; from += kPageRows) {
            const auto page = rows.subspan(from, std::min(kPageRows, rows.size() - from));
            auto number = scratch_->write(std::as_bytes(page));
            if (!number) status_ = passOn(number);
            if (number && !run.page) run.page = *number;
        }
        run.on_disk = fill_.size();
        runs_.push_back(std::move(run));
        fill_.clear();
    }
    /// The next page of a run on disk, when it was read up to its end.
    void load(Run& run) {
        if (run.at < run.rows.size() || run.on_disk == 0 || !run.page || !status_) return;
        run.rows.resize(std::min(kPageRows, run.on_disk));
        run.at = 0;
        run.on_disk -= run.rows.size();
        if (Status s = scratch_->read(*run.page, std::as_writable_bytes(std::span(run.rows))); !s)
            status_ = s;
        if (status_) status_ = scratch_->erase(*run.page);
        ++*run.page;
    }
    void release(Run& run) {
        scratch_->budget().give(std::exchange(run.budget, 0));
        std::vector<Row>().swap(run.rows);  // assigning {} would keep the memory
        run.at = 0;
    }
    /// Puts what stands at `i` of the heap of runs, smallest row first, to where it belongs.
    void sink(std::size_t i) {
        const std::size_t run = heap_[i];
        const Row& row = *current(run);
        for (;;) {
            std::size_t child = 2 * i + 1;
            if (child >= heap_.size()) break;
            if (child + 1 < heap_.size() && *current(heap_[child + 1]) < *current(heap_[child])) ++child;
            if (!(*current(heap_[child]) < row)) break;
            heap_[i] = heap_[child];
            i = child;
        }
        heap_[i] = run;
    }

    Scratch* scratch_;
    std::size_t run_rows_;
    std::vector<Row> fill_;
    std::vector<Run> runs_;
    std::vector<std::size_t> heap_;  // runs with rows, as a heap by their current row
    std::int64_t size_ = 0;
    Status status_;
};

}  // namespace weir::compare
