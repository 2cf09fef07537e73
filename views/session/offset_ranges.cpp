// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/offset_ranges.h"

#include "journal/session_reader.h"

#include <QCoreApplication>

#include <algorithm>
#include <tuple>

namespace weir::views {
namespace {

constexpr std::size_t kMostLookUps = 20'000;

QString tr(const char* source) {
    return QCoreApplication::translate("Offsets", source);
}

/// Finds where events with consecutive ids stand by looking at both ends, and between them only where the
/// offsets do not follow each other as the ids do.
class RunReader {
  public:
    RunReader(journal::SessionReader& reader, std::vector<OffsetRange>& into)
        : reader_(reader), into_(into) {}

    Status read(EventId first, EventId last) {
        auto low = place(first);
        if (!low) return passOn(low);
        auto high = first == last ? low : place(last);
        if (!high) return passOn(high);
        return split(first, *low, last, *high);
    }

  private:
    struct At {
        TopicId topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
    };

    Result<At> place(EventId id) {
        if (++look_ups_ > kMostLookUps)
            return fail(ErrorCode::Usage, "The call has too many separate events.");
        auto rows = reader_.events(id, 1, 0);
        if (!rows) return passOn(rows);
        if (rows->empty() || rows->front().id != id)
            return fail(ErrorCode::FileNotFound, "An event of the call was pruned.");
        return At{rows->front().topic, rows->front().partition, rows->front().offset};
    }

    Status split(EventId first, const At& low, EventId last, const At& high) {
        if (low.topic == high.topic && low.partition == high.partition &&
            high.offset - low.offset == last.value - first.value) {
            into_.push_back({low.topic, low.partition, low.offset, high.offset});
            return {};
        }
        if (last.value - first.value == 1) {
            into_.push_back({low.topic, low.partition, low.offset, low.offset});
            into_.push_back({high.topic, high.partition, high.offset, high.offset});
            return {};
        }
        const EventId middle{first.value + (last.value - first.value) / 2};
        auto left = place(middle);
        if (!left) return passOn(left);
        if (Status s = split(first, low, middle, *left); !s) return s;
        const EventId next{middle.value + 1};
        auto right = next == last ? Result<At>(high) : place(next);
        if (!right) return passOn(right);
        return split(next, *right, last, high);
    }

    journal::SessionReader& reader_;
    std::vector<OffsetRange>& into_;
    std::size_t look_ups_ = 0;
};

}  // namespace

std::vector<OffsetRange> joined(std::vector<OffsetRange> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const OffsetRange& a, const OffsetRange& b) {
        return std::tuple(a.topic, a.partition, a.first) < std::tuple(b.topic, b.partition, b.first);
    });
    std::vector<OffsetRange> result;
    for (const OffsetRange& range : ranges) {
        const bool follows = !result.empty() && result.back().topic == range.topic &&
                             result.back().partition == range.partition &&
                             range.first <= result.back().last + 1;
        if (follows) {
            result.back().last = std::max(result.back().last, range.last);
        } else {
            result.push_back(range);
        }
    }
    return result;
}

QString rangesText(const std::vector<OffsetRange>& ranges, const Catalog& names, std::size_t most) {
    QString words;
    const std::size_t shown = std::min(most, ranges.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const OffsetRange& r = ranges[i];
        const bool same_place =
            i > 0 && ranges[i - 1].topic == r.topic && ranges[i - 1].partition == r.partition;
        if (i > 0) words += same_place ? QStringLiteral(", ") : QStringLiteral("; ");
        if (!same_place) words += names.place(r.topic, r.partition) + QStringLiteral(" @ ");
        words += offsetsText(r.first, r.last);
    }
    if (shown < ranges.size()) {
        words += QLatin1Char(' ') + countedText(static_cast<std::int64_t>(ranges.size() - shown),
                                                tr("and %1 more range"), tr("and %1 more ranges"));
    }
    return words;
}

Result<std::vector<OffsetRange>> rangesOf(journal::SessionReader& reader, InvocationId call) {
    auto runs = reader.deliveryRuns(call, call);
    if (!runs) return passOn(runs);
    std::vector<OffsetRange> ranges;
    RunReader places(reader, ranges);
    for (const journal::DeliveryRunRow& run : *runs) {
        if (Status s = places.read(run.first_event, run.last_event); !s) return passOn(s);
    }
    return joined(std::move(ranges));
}

}  // namespace weir::views
