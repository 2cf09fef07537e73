// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_file.h"
#include "replay/moment_reader.h"
#include "replay/state.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace weir::replay {

/// How everything stands at some places of a session, from which any other is quickly reached. Kept in
/// memory, made from the front on as far as they are needed, bounded: when there are too many, every other
/// one goes. The file must live longer. Threads: as the file.
class Keyframes {
  public:
    struct Limits {
        std::size_t spacing = 1'024;         ///< moments from one to the next, at first
        std::size_t most = 8'192;            ///< keyframes
        std::size_t most_bytes = 192 << 20;  ///< about, over all of them
    };
    struct Keyframe {
        Position position = Position::start();
        State state;
        Marks marks;
        std::size_t bytes = 0;
    };
    using KeyframePtr = std::shared_ptr<const Keyframe>;

    static Result<Keyframes> of(journal::SessionFile& file, Limits limits);

    [[nodiscard]] const Routes& routes() const noexcept { return routes_; }

    /// A keyframe and what happens from it to the next one.
    struct Segment {
        KeyframePtr from;
        std::vector<Moment> moments;
        Position until;  ///< that of the next keyframe; of the last segment after everything
        bool last = false;
    };
    /// The segment in which a place lies: its keyframe is at or before it, the next one after it.
    Result<std::shared_ptr<const Segment>> segment(const Position& position);
    /// The segment that ends where one begins; null when that is the first.
    Result<std::shared_ptr<const Segment>> before(const Segment& segment);

    /// Makes all that are missing. `progress` is told moments and may end it with false (Cancelled).
    Status complete(const std::function<bool(std::int64_t moments)>& progress = nullptr);
    /// The last moment of the session; all keyframes are made for it.
    Result<Position> end();

  private:
    Keyframes(journal::SessionFile& file, Limits limits) : file_(&file), limits_(limits) {}

    Status extendBeyond(const Position& position, const std::function<bool(std::int64_t)>& progress);
    void keep();
    Result<std::shared_ptr<const Segment>> load(std::size_t index);

    journal::SessionFile* file_;
    Limits limits_;
    Routes routes_;
    std::unique_ptr<InstanceMoments> instances_;
    Marks end_;
    std::vector<KeyframePtr> frames_;
    std::size_t bytes_ = 0;
    // The front: how far they are made.
    std::unique_ptr<MomentReader> reader_;
    State state_;
    Position front_ = Position::start();
    std::size_t since_ = 0;
    std::int64_t read_ = 0;
    bool complete_ = false;
    std::vector<std::shared_ptr<const Segment>> loaded_;  // the newest last
};

}  // namespace weir::replay
