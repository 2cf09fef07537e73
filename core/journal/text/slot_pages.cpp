// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/slot_pages.h"

#include <algorithm>
#include <utility>

namespace weir::journal {

SlotPages::SlotPages(TempFile file, std::size_t frames)
    : file_(std::move(file)), most_frames_(std::max<std::size_t>(frames, 2)) {}

/// A frame to use: a new one, or that of a page which was not used for a while and goes to the file.
SlotPages::Frame& SlotPages::freeFrame() {
    if (frames_.size() < most_frames_) {
        hand_ = frames_.size();
        return *frames_.emplace_back(std::make_unique<Frame>());
    }
    do {
        hand_ = (hand_ + 1) % frames_.size();
    } while (std::exchange(frames_[hand_]->used, false));
    Frame& frame = *frames_[hand_];
    Status s =
        file_.write(frame.number * static_cast<std::int64_t>(sizeof(Page)), frame.page.data(), sizeof(Page));
    if (!s && status_) status_ = std::move(s);
    frame_of_[static_cast<std::size_t>(frame.number)] = -1;
    return frame;
}

std::int64_t SlotPages::add() {
    Frame& frame = freeFrame();
    frame.page.fill({});
    frame.number = static_cast<std::int64_t>(frame_of_.size());
    frame.used = true;
    frame_of_.push_back(static_cast<std::int32_t>(hand_));
    return frame.number;
}

SlotPages::Page& SlotPages::page(std::int64_t number) {
    const std::int32_t at = frame_of_[static_cast<std::size_t>(number)];
    if (at >= 0) {
        Frame& frame = *frames_[static_cast<std::size_t>(at)];
        frame.used = true;
        return frame.page;
    }
    Frame& frame = freeFrame();
    auto n = file_.read(number * static_cast<std::int64_t>(sizeof(Page)), frame.page.data(), sizeof(Page));
    if (!n || *n != sizeof(Page)) {
        if (!n && status_) status_ = tl::unexpected(n.error());
        frame.page.fill({});
    }
    frame.number = number;
    frame.used = true;
    frame_of_[static_cast<std::size_t>(number)] = static_cast<std::int32_t>(hand_);
    return frame.page;
}

Slot* SlotArray::find(SlotPages& pages, std::int64_t number) {
    const std::int64_t block = number / SlotPages::kSlots;
    if (block != last_block_) {
        const auto known = pages_.find(block);
        if (known == pages_.end()) return nullptr;
        last_block_ = block;
        last_page_ = known->second;
    }
    return &pages.page(last_page_)[static_cast<std::size_t>(number % SlotPages::kSlots)];
}

Slot& SlotArray::at(SlotPages& pages, std::int64_t number) {
    if (Slot* const slot = find(pages, number)) return *slot;
    last_block_ = number / SlotPages::kSlots;
    last_page_ = pages.add();
    pages_[last_block_] = last_page_;
    return pages.page(last_page_)[static_cast<std::size_t>(number % SlotPages::kSlots)];
}

}  // namespace weir::journal
