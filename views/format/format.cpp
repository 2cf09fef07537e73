// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/format.h"

#include "base/text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

const QChar kNbsp(0x00A0);
const QChar kEnDash(0x2013);
const QChar kEllipsis(0x2026);

QString tr(const char* source) {
    return QCoreApplication::translate("format", source);
}

QString threeDigits(double value) {
    const double size = std::abs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return QLocale().toString(value, 'f', decimals);
}

QString scaledText(double value) {
    const double size = std::abs(value);
    if (size >= 999.5e6) return threeDigits(value / 1e9) + kNbsp + QLatin1Char('G');
    if (size >= 999.5e3) return threeDigits(value / 1e6) + kNbsp + QLatin1Char('M');
    if (size >= 999.5) return threeDigits(value / 1e3) + kNbsp + QLatin1Char('k');
    return {};
}

std::int64_t floorDiv(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string utf8(const QString& text) {
    return text.toStdString();
}

QString notApplicable() {
    return QString(kEnDash);
}

QString countText(std::int64_t count) {
    return text(formatCount(count));
}

QString shortCountText(double count) {
    const QString scaled = scaledText(count);
    return scaled.isEmpty() ? QString::number(std::llround(count)) : scaled;
}

QString rateText(double per_second) {
    QString number = scaledText(per_second);
    if (number.isEmpty()) number = per_second == 0 ? QStringLiteral("0") : threeDigits(per_second);
    const bool scaled = number.contains(kNbsp);
    return number + (scaled ? QChar(u' ') : kNbsp) + tr("ev/s");
}

QString durationText(DurationNs duration) {
    return text(formatDuration(duration));
}

QString sizeText(std::int64_t bytes) {
    return text(formatSize(bytes));
}

QString shareText(double share) {
    const double percent = share * 100;
    const bool whole = percent == 0 || percent >= 9.95;
    const int decimals = whole ? 0 : percent >= 0.995 ? 1 : 2;
    return QLocale().toString(percent, 'f', decimals) + kNbsp + QLatin1Char('%');
}

QString countedText(std::int64_t count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(countText(count));
}

QString callText(std::int64_t id) {
    return QLatin1Char('#') + countText(id);
}

QString partitionText(const QString& topic, std::int32_t partition) {
    return topic + QLatin1Char('/') + QString::number(partition);
}

QString offsetsText(std::int64_t first, std::int64_t last) {
    if (first == last) return countText(first);
    return countText(first) + QLatin1Char(' ') + kEnDash + QLatin1Char(' ') + countText(last);
}

QString bytesText(std::string_view bytes) {
    if (!isUtf8(bytes)) {
        const QByteArray raw(bytes.data(), static_cast<qsizetype>(std::min<std::size_t>(bytes.size(), 64)));
        return QStringLiteral("0x") + QString::fromLatin1(raw.toHex()) +
               (bytes.size() > 64 ? QString(kEllipsis) : QString());
    }
    QString result = text(bytes);
    for (QChar& c : result) {
        if (c.unicode() < 0x20) {
            c = QChar(static_cast<char16_t>(0x2400 + c.unicode()));
        } else if (c.unicode() == 0x7f) {
            c = QChar(u'\u2421');
        }
    }
    return result;
}

QString bytesText(const std::optional<std::string>& bytes) {
    return bytes ? bytesText(std::string_view(*bytes)) : QStringLiteral("null");
}

QString elidedName(const QString& name, const QFontMetrics& metrics, int width) {
    return metrics.elidedText(name, Qt::ElideMiddle, width);
}

QString errorText(const Error& error) {
    QString result = text(error.message);
    if (!error.hint.empty()) result += QLatin1Char('\n') + text(error.hint);
    return result;
}

QDateTime Clock::local(TimeNs at) const {
    return QDateTime::fromMSecsSinceEpoch(floorDiv(at, kMillisecond), zone_);
}

QString Clock::time(TimeNs at) const {
    return local(at).toString(QStringLiteral("HH:mm:ss.zzz"));
}

QString Clock::dateTime(TimeNs at) const {
    return QLocale().toString(local(at), QStringLiteral("d MMM yyyy HH:mm:ss.zzz"));
}

QString Clock::dayAndTime(TimeNs at, TimeNs now) const {
    const QDateTime then = local(at);
    const qint64 days = then.date().daysTo(local(now).date());
    const QString time = then.toString(QStringLiteral("HH:mm"));
    if (days == 0) return tr("today %1").arg(time);
    if (days == 1) return tr("yesterday %1").arg(time);
    const QString format = days > 300 ? QStringLiteral("d MMM yyyy HH:mm") : QStringLiteral("d MMM HH:mm");
    return QLocale().toString(then, format);
}

QString Clock::exactTime(TimeNs at) const {
    return tr("%1\n%2\n%3 ns since the epoch")
        .arg(dateTime(at), text(formatTimeUtc(at)), QString::number(at));
}

QString Clock::zoneName(TimeNs at) const {
    const int seconds = local(at).offsetFromUtc();
    const QString sign = seconds < 0 ? QString(QChar(0x2212)) : QStringLiteral("+");
    const int minutes = std::abs(seconds) / 60;
    QString zone = QStringLiteral("UTC");
    if (minutes != 0) {
        zone += sign + QString::number(minutes / 60);
        if (minutes % 60 != 0) zone += QStringLiteral(":%1").arg(minutes % 60, 2, 10, QLatin1Char('0'));
    }
    return tr("Local time (%1)").arg(zone);
}

DurationNs Clock::offset(TimeNs at) const {
    return local(at).offsetFromUtc() * kSecond;
}

QString Clock::axisTime(TimeNs at, DurationNs step, bool full) const {
    const QDateTime t = local(at);
    const TimeNs within = at - floorDiv(at, kSecond) * kSecond;
    QString fraction;
    if (step < kSecond) {
        int digits = 1;
        for (DurationNs unit = kSecond / 10; digits < 9 && step % unit != 0; unit /= 10) ++digits;
        fraction = QStringLiteral(".%1").arg(within, 9, 10, QLatin1Char('0')).left(digits + 1);
    }
    if (full) return t.toString(QStringLiteral("HH:mm:ss")) + fraction;
    if (step < kSecond) return t.toString(QStringLiteral("ss")) + fraction;
    if (step < 60 * kSecond) return t.toString(QStringLiteral("mm:ss"));
    if (step < 24 * 3600 * kSecond) return t.toString(QStringLiteral("HH:mm"));
    return QLocale().toString(t, QStringLiteral("d MMM"));
}

}  // namespace weir::views
