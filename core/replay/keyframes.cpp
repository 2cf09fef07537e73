// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/keyframes.h"

#include "journal/session_rows.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weir::replay {
namespace {

using journal::forEachRow;
using journal::RowReader;

constexpr std::size_t kSegments = 3;          // held at once
constexpr std::int64_t kTellEvery = 100'000;  // moments

/// Which functions take which topics: by their triggers, else by what they were called with.
Result<Routes> readRoutes(journal::SessionFile& file) {
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    Routes routes;
    std::set<FunctionId> bound;
    std::set<std::string> grouped;
    const auto add = [&](FunctionId function, TopicId topic, const std::string& group) {
        auto& of = routes.of[topic];
        const bool known =
            std::any_of(of.begin(), of.end(), [&](const auto& r) { return r.function == function; });
        if (!known) of.push_back({function, group, grouped.count(group) > 0});
    };
    Status s = forEachRow(
        file, "SELECT DISTINCT group_name FROM assignment WHERE state = 'assigned' AND offset IS NOT NULL",
        [&](RowReader& row) { grouped.insert(row.text()); });
    if (!s) return passOn(s);
    s = forEachRow(file,
                   "SELECT t.function_id, tt.topic_id, t.group_name FROM trigger AS t JOIN trigger_topic AS "
                   "tt ON tt.trigger_id = t.id ORDER BY t.id, tt.position",
                   [&](RowReader& row) {
                       const auto function = row.id<FunctionId>();
                       const auto topic = row.id<TopicId>();
                       add(function, topic, row.text());
                       bound.insert(function);
                   });
    if (!s) return passOn(s);
    bool unbound = false;
    s = forEachRow(file, "SELECT id FROM function",
                   [&](RowReader& row) { unbound = unbound || bound.count(row.id<FunctionId>()) == 0; });
    if (!s) return passOn(s);
    if (unbound) {
        s = forEachRow(file,
                       "SELECT DISTINCT function_id, topic_id FROM invocation WHERE topic_id IS NOT NULL",
                       [&](RowReader& row) {
                           const auto function = row.id<FunctionId>();
                           const auto topic = row.id<TopicId>();
                           if (bound.count(function) == 0) add(function, topic, {});
                       });
        if (!s) return passOn(s);
    }
    return routes;
}

}  // namespace

Result<Keyframes> Keyframes::of(journal::SessionFile& file, Limits limits) {
    Keyframes frames(file, limits);
    auto routes = readRoutes(file);
    if (!routes) return passOn(routes);
    frames.routes_ = std::move(*routes);
    auto instances = readInstances(file);
    if (!instances) return passOn(instances);
    frames.instances_ = std::make_unique<InstanceMoments>(std::move(*instances));
    auto end = endMarks(file, *frames.instances_);
    if (!end) return passOn(end);
    frames.end_ = *end;
    Marks begin;
    begin.next.fill(1);
    begin.next[Marks::Instances] = 0;
    frames.reader_ =
        std::make_unique<MomentReader>(file, *frames.instances_, begin, *end, frames.state_.calls);
    frames.keep();
    return frames;
}

/// Keeps how things stand at the front.
void Keyframes::keep() {
    auto frame = std::make_shared<Keyframe>();
    frame->position = front_;
    frame->state = state_;
    frame->marks = reader_->marks();
    frame->bytes = sizeof(Keyframe) + state_.roughBytes();
    bytes_ += frame->bytes;
    frames_.push_back(std::move(frame));
    since_ = 0;
    if (frames_.size() < limits_.most && bytes_ < limits_.most_bytes) return;
    if (frames_.size() < 3) return;
    std::vector<KeyframePtr> kept;
    bytes_ = 0;
    for (std::size_t i = 0; i < frames_.size(); i += 2) {
        kept.push_back(std::move(frames_[i]));
        bytes_ += kept.back()->bytes;
    }
    if (frames_.size() % 2 == 0) since_ = limits_.spacing;  // the newest went, too
    frames_ = std::move(kept);
    limits_.spacing *= 2;
    loaded_.clear();
}

Status Keyframes::extendBeyond(const Position& position, const std::function<bool(std::int64_t)>& progress) {
    while (!complete_ && !(frames_.back()->position > position)) {
        auto moment = reader_->next();
        if (!moment) return passOn(moment);
        if (!*moment) {
            complete_ = true;
            reader_.reset();
            break;
        }
        front_ = (*moment)->position;
        state_.apply(**moment, routes_, front_);
        if (++since_ >= limits_.spacing) keep();
        if (++read_ % kTellEvery == 0 && progress && !progress(read_))
            return fail(ErrorCode::Cancelled, "Stopped before the session was read.");
    }
    return {};
}

Status Keyframes::complete(const std::function<bool(std::int64_t)>& progress) {
    return extendBeyond(Position::after(std::numeric_limits<TimeNs>::max()), progress);
}

Result<Position> Keyframes::end() {
    if (Status s = complete(); !s) return passOn(s);
    return front_;
}

Result<std::shared_ptr<const Keyframes::Segment>> Keyframes::segment(const Position& position) {
    for (const auto& segment : loaded_) {
        if (segment->from->position <= position && (segment->last || position < segment->until))
            return segment;
    }
    if (Status s = extendBeyond(position, nullptr); !s) return passOn(s);
    const auto after =
        std::upper_bound(frames_.begin(), frames_.end(), position,
                         [](const Position& p, const KeyframePtr& frame) { return p < frame->position; });
    // The first one is before everything.
    return load(static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - frames_.begin() - 1, 0)));
}

Result<std::shared_ptr<const Keyframes::Segment>> Keyframes::before(const Segment& segment) {
    const auto at =
        std::lower_bound(frames_.begin(), frames_.end(), segment.from->position,
                         [](const KeyframePtr& frame, const Position& p) { return frame->position < p; });
    if (at == frames_.begin()) return std::shared_ptr<const Segment>{};
    return load(static_cast<std::size_t>(at - frames_.begin() - 1));
}

Result<std::shared_ptr<const Keyframes::Segment>> Keyframes::load(std::size_t index) {
    const KeyframePtr from = frames_.at(index);
    for (const auto& held : loaded_) {
        if (held->from == from) return held;
    }
    auto segment = std::make_shared<Segment>();
    segment->from = from;
    segment->last = index + 1 == frames_.size();
    segment->until =
        segment->last ? Position::after(std::numeric_limits<TimeNs>::max()) : frames_[index + 1]->position;
    MomentReader reader(*file_, *instances_, from->marks, segment->last ? end_ : frames_[index + 1]->marks,
                        from->state.calls);
    for (;;) {
        auto moment = reader.next();
        if (!moment) return passOn(moment);
        if (!*moment || (*moment)->position > segment->until) break;
        segment->moments.push_back(std::move(**moment));
    }
    if (loaded_.size() >= kSegments) loaded_.erase(loaded_.begin());
    loaded_.push_back(segment);
    return std::shared_ptr<const Segment>{std::move(segment)};
}

}  // namespace weir::replay
