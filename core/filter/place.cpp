// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/place.h"

#include <algorithm>
#include <iterator>

namespace weir::filter {
namespace {

constexpr std::size_t kMostBoxes = 64;

IntervalSet* dimension(Box& box, FieldId field) {
    switch (field) {
        case FieldId::Topic:
            return &box.topic;
        case FieldId::Partition:
            return &box.partition;
        case FieldId::Offset:
            return &box.offset;
        case FieldId::Received:
            return &box.received;
        case FieldId::Event:
            return &box.event;
        default:
            return nullptr;
    }
}

Box intersect(const Box& a, const Box& b) {
    return {a.topic.intersect(b.topic), a.partition.intersect(b.partition), a.offset.intersect(b.offset),
            a.received.intersect(b.received), a.event.intersect(b.event)};
}

std::vector<Box> both(const std::vector<Box>& a, const std::vector<Box>& b) {
    if (a.size() * b.size() > kMostBoxes) return a.size() < b.size() ? a : b;  // either alone is true, too
    std::vector<Box> out;
    for (const Box& x : a) {
        for (const Box& y : b) {
            Box box = intersect(x, y);
            if (!box.empty()) out.push_back(std::move(box));
        }
    }
    return out;
}

class Finder {
  public:
    explicit Finder(bool always_there) : always_there_(always_there) {}

    std::vector<Box> of(const Bound& bound, bool negated) {
        switch (bound.type) {
            case Node::Type::Test:
                return ofTest(bound, negated);
            case Node::Type::Not:
                return of(bound.children.front(), !negated);
            default:
                return (bound.type == Node::Type::And) != negated ? ofAll(bound, negated)
                                                                  : ofAny(bound, negated);
        }
    }

  private:
    std::vector<Box> ofTest(const Bound& bound, bool negated) const {
        Box box;
        IntervalSet* const set = dimension(box, bound.test->field);
        if (set == nullptr || (negated && !always_there_)) return {box};
        *set = negated ? bound.numbers.complement() : bound.numbers;
        if (box.empty()) return {};
        return {box};
    }

    std::vector<Box> ofAll(const Bound& bound, bool negated) {
        std::vector<Box> out{Box{}};
        for (const Bound& child : bound.children) out = both(out, of(child, negated));
        return out;
    }

    std::vector<Box> ofAny(const Bound& bound, bool negated) {
        std::vector<Box> out;
        for (const Bound& child : bound.children) {
            std::vector<Box> more = of(child, negated);
            std::move(more.begin(), more.end(), std::back_inserter(out));
            if (out.size() > kMostBoxes) return {Box{}};
        }
        return out;
    }

    bool always_there_;
};

}  // namespace

std::vector<Box> boxesOf(const Bound& bound, bool always_there) {
    return Finder(always_there).of(bound, false);
}

}  // namespace weir::filter
