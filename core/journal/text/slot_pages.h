// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/temp_file.h"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace weir::journal {

/// What stands behind one offset or number.
struct Slot {
    std::int64_t id = 0;
    std::uint64_t content = 0;
};

/// Pages of slots in a temporary file, of which the used ones are in memory: an array of any length in
/// bounded memory. After a failure of the file slots are lost; status() says so and stays.
/// Threads: one.
class SlotPages {
  public:
    static constexpr std::int64_t kSlots = 256;
    using Page = std::array<Slot, kSlots>;

    /// Keeps at most `frames` pages of 4 KiB in memory.
    explicit SlotPages(TempFile file, std::size_t frames = 2048);

    /// Makes a page of empty slots and returns its number.
    std::int64_t add();
    /// A page, to be read or changed until the next call of add() or page().
    Page& page(std::int64_t number);

    [[nodiscard]] const Status& status() const noexcept { return status_; }

  private:
    struct Frame {
        Page page{};
        std::int64_t number = -1;
        bool used = false;
    };
    Frame& freeFrame();

    TempFile file_;
    const std::size_t most_frames_;
    std::vector<std::unique_ptr<Frame>> frames_;
    std::vector<std::int32_t> frame_of_;  ///< by page; −1: in the file
    std::size_t hand_ = 0;
    Status status_;
};

/// A sparse array of slots over 64-bit numbers, near ones near each other. Memory: some bytes for every 256
/// numbers in use.
class SlotArray {
  public:
    /// The slot of a number, nothing when none near it was ever used. Valid until the next use of the pages.
    Slot* find(SlotPages& pages, std::int64_t number);
    Slot& at(SlotPages& pages, std::int64_t number);
    [[nodiscard]] bool hasPage(std::int64_t number) const {
        return pages_.count(number / SlotPages::kSlots) > 0;
    }

  private:
    std::unordered_map<std::int64_t, std::int64_t> pages_;  ///< by number / kSlots
    std::int64_t last_block_ = -1, last_page_ = -1;
};

}  // namespace weir::journal
