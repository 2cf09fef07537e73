// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <QFontMetrics>
#include <QString>
#include <QTimeZone>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers, times and words as people read them. Copies and exports use plain digits instead.
namespace weir::views {

[[nodiscard]] QString text(std::string_view utf8);
[[nodiscard]] std::string utf8(const QString& text);

/// `–`: does not apply.
[[nodiscard]] QString notApplicable();

/// `72 990`, groups of three with U+202F.
[[nodiscard]] QString countText(std::int64_t count);
/// `2.48 M`, `904 k`, `12`: three significant digits for narrow columns.
[[nodiscard]] QString shortCountText(double count);
/// `25.0 k ev/s`.
[[nodiscard]] QString rateText(double per_second);
[[nodiscard]] QString durationText(DurationNs duration);
[[nodiscard]] QString sizeText(std::int64_t bytes);
/// `74 %`, `0.05 %`.
[[nodiscard]] QString shareText(double share);
/// One of two translated texts by number, `%1` replaced by the count: `1 lane`, `6 lanes`.
[[nodiscard]] QString countedText(std::int64_t count, const QString& one, const QString& many);
/// `#11 402`.
[[nodiscard]] QString callText(std::int64_t id);
/// `bids/3`.
[[nodiscard]] QString partitionText(const QString& topic, std::int32_t partition);
/// `72 976 – 73 055`, or one offset.
[[nodiscard]] QString offsetsText(std::int64_t first, std::int64_t last);

/// Bytes of a key as text, or as `0x…` when they are not UTF-8; control characters become visible. `null`
/// for nothing.
[[nodiscard]] QString bytesText(const std::optional<std::string>& bytes);
[[nodiscard]] QString bytesText(std::string_view bytes);
[[nodiscard]] inline QString bytesText(const std::string& bytes) {
    return bytesText(std::string_view(bytes));
}

/// Long names keep both ends: `orders.eu-west…payments.v2/17`.
[[nodiscard]] QString elidedName(const QString& name, const QFontMetrics& metrics, int width);

/// Message and hint of an error as one text to copy.
[[nodiscard]] QString errorText(const Error& error);

/// Instants in one time zone.
class Clock {
  public:
    Clock() : Clock(QTimeZone::systemTimeZone()) {}
    explicit Clock(QTimeZone zone) : zone_(std::move(zone)) {}

    /// `14:33:02.640`.
    [[nodiscard]] QString time(TimeNs at) const;
    /// `19 Nov 2026 14:33:02.640`.
    [[nodiscard]] QString dateTime(TimeNs at) const;
    /// `today 14:38`, `yesterday 17:45`, `17 Nov 02:10`.
    [[nodiscard]] QString dayAndTime(TimeNs at, TimeNs now) const;
    /// Nanoseconds, UTC and the epoch, a line each.
    [[nodiscard]] QString exactTime(TimeNs at) const;
    /// `Local time (UTC+1)`.
    [[nodiscard]] QString zoneName(TimeNs at) const;
    /// A time for an axis whose ticks are `step` apart: in full, or only what changes from tick to tick.
    [[nodiscard]] QString axisTime(TimeNs at, DurationNs step, bool full) const;
    /// Nanoseconds to add to get local time.
    [[nodiscard]] DurationNs offset(TimeNs at) const;

  private:
    [[nodiscard]] QDateTime local(TimeNs at) const;

    QTimeZone zone_;
};

}  // namespace weir::views
