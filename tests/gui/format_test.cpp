// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/format.h"

#include "format/places.h"

#include <QTest>

using namespace weir;
using namespace weir::views;

class FormatTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void counts() {
        QCOMPARE(countText(72'990), QStringLiteral("72\u202F990"));
        QCOMPARE(countText(7), QStringLiteral("7"));
        QCOMPARE(callText(11'402), QStringLiteral("#11\u202F402"));
        QCOMPARE(offsetsText(72'976, 73'055), QStringLiteral("72\u202F976 – 73\u202F055"));
        QCOMPARE(offsetsText(5, 5), QStringLiteral("5"));
        QCOMPARE(countedText(1, QStringLiteral("%1 lane"), QStringLiteral("%1 lanes")),
                 QStringLiteral("1 lane"));
        QCOMPARE(countedText(1'200, QStringLiteral("%1 lane"), QStringLiteral("%1 lanes")),
                 QStringLiteral("1\u202F200 lanes"));
    }

    void bytes() {
        QCOMPARE(bytesText(std::optional<std::string>("item-3")), QStringLiteral("item-3"));
        QVERIFY(bytesText(std::optional<std::string>(std::string("\xff\x00\x01", 3)))
                    .startsWith(QStringLiteral("0x")));
        QCOMPARE(bytesText(std::optional<std::string>()), QStringLiteral("null"));
        QVERIFY(!bytesText(std::optional<std::string>("a\x1b[2J")).contains(QChar(0x1b)));
    }

    void times() {
        const Clock clock(QTimeZone(3600));
        const TimeNs at = 1'795'095'182'640'000'000;  // 2026-11-19 13:33:02.640 UTC
        QCOMPARE(clock.time(at), QStringLiteral("14:33:02.640"));
        QVERIFY(clock.exactTime(at).contains(QStringLiteral("1795095182640000000")));
        QVERIFY(clock.exactTime(at).contains(QStringLiteral("13:33:02.640")));
        QVERIFY(clock.zoneName(at).contains(QStringLiteral("UTC+1")));
        QVERIFY(clock.dayAndTime(at, at + kSecond).startsWith(QStringLiteral("today")));
        QVERIFY(clock.dayAndTime(at, at + 24 * 3600 * kSecond).startsWith(QStringLiteral("yesterday")));
    }

    void longNamesKeepBothEnds() {
        const QFontMetrics metrics{QFont()};
        const QString name = QStringLiteral("orders.eu-west.payments.and.refunds.v2/17");
        const QString elided = elidedName(name, metrics, metrics.horizontalAdvance(name) / 2);
        QVERIFY(elided.size() < name.size());
        QVERIFY(elided.startsWith(QStringLiteral("ord")));
        QVERIFY(elided.endsWith(QStringLiteral("/17")));
        // However little room there is, a partition keeps its number.
        const QString place =
            elidedPlace(name, metrics, metrics.horizontalAdvance(QStringLiteral("orde/17")));
        QVERIFY2(place.endsWith(QStringLiteral("/17")) && place.size() < 12, qPrintable(place));
    }
};

QTEST_MAIN(FormatTest)
#include "format_test.moc"
