// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/moves.h"

#include "analysis/lineage/lineage.h"
#include "analysis/lineage/session_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace weir::replay {
namespace {

constexpr std::array<std::pair<std::string_view, Unit>, 6> kUnits{{{"moment", Unit::Moment},
                                                                   {"event", Unit::Event},
                                                                   {"batch", Unit::Batch},
                                                                   {"call", Unit::Invocation},
                                                                   {"delivery", Unit::Delivery},
                                                                   {"finding", Unit::Finding}}};

std::optional<std::int64_t> numberOf(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// A long way goes as far as time goes.
TimeNs plus(TimeNs at, DurationNs by) {
    TimeNs sum = 0;
    if (!__builtin_add_overflow(at, by, &sum)) return sum;
    return by > 0 ? std::numeric_limits<TimeNs>::max() : std::numeric_limits<TimeNs>::min();
}

/// `event`, `call*10`, `2s`.
std::optional<Move> steps(std::string_view text, Direction direction) {
    const std::size_t star = text.find('*');
    const std::string_view name = text.substr(0, star);
    for (const auto& [word, unit] : kUnits) {
        if (word != name) continue;
        const auto count =
            star == std::string_view::npos ? std::optional<std::int64_t>{1} : numberOf(text.substr(star + 1));
        if (!count) return std::nullopt;
        return Move{Move::Steps{unit, direction, *count}};
    }
    if (const auto duration = parseDuration(text))
        return Move{Move::ByTime{direction == Direction::Forward ? *duration : -*duration}};
    return std::nullopt;
}

Result<Move> running(std::string_view text, Direction direction) {
    auto filter = filter::Filter::parse(text);
    if (!filter) return tl::unexpected<Error>(filter.error().toError(text));
    return Move{Move::Run{std::move(*filter), direction}};
}

std::optional<Move> parsed(std::string_view text) {
    const auto behind = [&](std::string_view prefix) -> std::optional<std::string_view> {
        if (text.substr(0, prefix.size()) != prefix) return std::nullopt;
        return text.substr(prefix.size());
    };
    if (text == "start") return Move{Move::ToStart{}};
    if (text == "end") return Move{Move::ToEnd{}};
    if (const auto rest = behind("next:")) return steps(*rest, Direction::Forward);
    if (const auto rest = behind("back:")) return steps(*rest, Direction::Backward);
    if (const auto rest = behind("at:")) {
        const auto after = parseDuration(*rest);
        return after ? std::optional{Move{Move::ToTime{*after, true}}} : std::nullopt;
    }
    if (const auto rest = behind("call:")) {
        const auto number = numberOf(*rest);
        return number ? std::optional{Move{Move::ToCall{*number}}} : std::nullopt;
    }
    if (const auto rest = behind("finding:")) {
        const auto id = numberOf(*rest);
        return id ? std::optional{Move{Move::ToFinding{*id}}} : std::nullopt;
    }
    if (const auto time = parseTimeUtc(text)) return Move{Move::ToTime{*time, false}};
    if (const auto place = analysis::parseEventPlace(text))
        return Move{Move::ToPlace{place->topic, place->partition, place->offset}};
    return std::nullopt;
}

class Making {
  public:
    Making(Cursor& cursor, const analysis::SessionNames& names) : cursor_(cursor), names_(names) {}

    Result<bool> operator()(const Move::ToStart&) { return done(cursor_.toStart()); }
    Result<bool> operator()(const Move::ToEnd&) { return done(cursor_.toEnd()); }
    Result<bool> operator()(const Move::ToTime& m) {
        if (!m.after_start) return done(cursor_.toTime(m.at));
        auto info = names_.reader->info();
        if (!info) return passOn(info);
        return done(cursor_.toTime(plus(info->started, m.at)));
    }
    Result<bool> operator()(const Move::ToPlace& m) {
        auto event = names_.reader->findEvent(names_.topic(m.topic), m.partition, m.offset);
        if (!event) return passOn(event);
        return *event ? done(cursor_.toEvent(*event)) : Result<bool>{false};
    }
    Result<bool> operator()(const Move::ToCall& m) {
        return found(cursor_.toInvocation(InvocationId{m.number}));
    }
    Result<bool> operator()(const Move::ToFinding& m) { return found(cursor_.toFinding(m.id)); }
    Result<bool> operator()(const Move::Steps& m) {
        for (std::int64_t i = 0; i < m.count; ++i) {
            auto moved = cursor_.step(m.unit, m.direction);
            if (!moved || !*moved) return moved;
        }
        return true;
    }
    Result<bool> operator()(const Move::ByTime& m) {
        auto extent = names_.reader->extent();
        if (!extent) return passOn(extent);
        const TimeNs from =
            cursor_.position() == Position::start() ? extent->first_at : cursor_.position().at;
        return done(cursor_.toTime(
            std::clamp(plus(from, m.by), extent->first_at, std::max(extent->first_at, extent->last_at))));
    }
    Result<bool> operator()(const Move::Run& m) { return cursor_.run(m.until, m.direction); }

  private:
    static Result<bool> done(Status s) {
        if (!s) return passOn(s);
        return true;
    }
    static Result<bool> found(Status s) {
        if (!s && s.error().code == ErrorCode::FileNotFound) return false;
        return done(std::move(s));
    }

    Cursor& cursor_;
    const analysis::SessionNames& names_;
};

}  // namespace

Result<Move> Move::parse(std::string_view text) {
    constexpr std::string_view kUntil = "until:";
    constexpr std::string_view kBack = "back-until:";
    if (text.substr(0, kUntil.size()) == kUntil)
        return running(text.substr(kUntil.size()), Direction::Forward);
    if (text.substr(0, kBack.size()) == kBack) return running(text.substr(kBack.size()), Direction::Backward);
    if (auto move = parsed(text)) return std::move(*move);
    return fail(
        ErrorCode::Usage, "'" + std::string(text) + "' is no way to go.",
        "Write start, end, a time such as 2026-01-31T10:00:00Z or at:2s, TOPIC/PARTITION@OFFSET, "
        "call:N, finding:N, next:event, back:call*10, next:500ms, until:FILTER or back-until:FILTER.");
}

Result<bool> make(const Move& move, Cursor& cursor, const analysis::SessionNames& names) {
    return std::visit(Making(cursor, names), move.what);
}

}  // namespace weir::replay
