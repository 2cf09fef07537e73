// SPDX-License-Identifier: GPL-3.0-or-later
// Every view beside its accepted picture, in both themes. Pictures are an eighth of the window's size, so
// that what fonts and rasterisers do differently does not count, and what is in the wrong place, missing or
// of another colour does. WEIR_RENEW_PICTURES=1 accepts what there is (./dev screenshots does that).
#include "support/tour.h"
#include "theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QMap>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace weir;
using namespace weir::views;

namespace {

constexpr int kReduced = 8;
constexpr QSize kSize(1400, 896);

/// Small, and of 32 levels a channel: it is kept in the repository.
QImage reduced(const QPixmap& picture) {
    QImage small = picture.toImage()
                       .convertToFormat(QImage::Format_RGB32)
                       .scaled(kSize / kReduced, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    for (int y = 0; y < small.height(); ++y) {
        for (int x = 0; x < small.width(); ++x)
            small.setPixel(x, y, (small.pixel(x, y) & 0xfff8f8f8) | 0x00040404);
    }
    return small;
}

/// Sum over the channels.
int distance(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b));
}

struct Difference {
    double mean = 0;   ///< of the channels, 0…255
    double share = 0;  ///< of the pixels that are clearly different
};

/// A pixel is compared with the nearest of the accepted one and its neighbours: a line of text may move by
/// less than a pixel of the reduced picture.
Difference difference(const QImage& is, const QImage& accepted) {
    double sum = 0;
    int clear = 0;
    for (int y = 0; y < is.height(); ++y) {
        for (int x = 0; x < is.width(); ++x) {
            const QRgb a = is.pixel(x, y);
            int least = 3 * 255;
            for (int dy = -1; dy <= 1; ++dy) {
                for (int dx = -1; dx <= 1; ++dx) {
                    if (!accepted.valid(x + dx, y + dy)) continue;
                    least = std::min(least, distance(a, accepted.pixel(x + dx, y + dy)));
                }
            }
            sum += least / 3.0;
            clear += least > 3 * 28 ? 1 : 0;
        }
    }
    const double pixels = static_cast<double>(is.width()) * is.height();
    return {sum / pixels, clear / pixels};
}

/// What encloses all pixels that are clearly of another colour; a cursor that blinks does not count.
QRect whereOther(const QImage& is, const QImage& should) {
    QRect where;
    for (int y = 0; y < std::min(is.height(), should.height()); ++y) {
        for (int x = 0; x < std::min(is.width(), should.width()); ++x) {
            if (distance(is.pixel(x, y), should.pixel(x, y)) > 90) where |= QRect(x, y, 1, 1);
        }
    }
    return where.width() > 2 ? where : QRect();
}

}  // namespace

class PicturesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("weir"));
        QCoreApplication::setApplicationName(QStringLiteral("weir-pictures-test"));
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        QVERIFY(folder_.isValid());
        QVERIFY(test::TourSessions::write(folder_.path(), sessions_));
    }
    void cleanupTestCase() { QSettings().clear(); }

    void theComparisonSeesWhatIsMissing() {
        QImage a(kSize / kReduced, QImage::Format_RGB32);
        a.fill(Qt::white);
        QImage b = a;
        QVERIFY(difference(a, b).mean == 0);
        for (int y = 10; y < 40; ++y) {
            for (int x = 10; x < 60; ++x) b.setPixel(x, y, qRgb(27, 155, 121));
        }
        QVERIFY(difference(a, b).share > 0.02);
    }

    void everyView_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void everyView() {
        QFETCH(bool, dark);
        applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        const QString theme = dark ? QStringLiteral("dark") : QStringLiteral("light");
        const bool renew = qEnvironmentVariableIntValue("WEIR_RENEW_PICTURES") != 0;
        const QDir accepted(QStringLiteral(WEIR_PICTURES));
        if (renew) accepted.mkpath(QStringLiteral("."));
        QStringList wrong;
        const bool whole =
            test::tourOfTheWindow(sessions_, kSize, [&](const test::Draw& draw, const QString& name) {
                const QPixmap picture = draw();
                if (dark) dark_[name] = picture.toImage();
                const QString file =
                    accepted.filePath(name + QLatin1Char('-') + theme + QStringLiteral(".png"));
                const QImage is = reduced(picture);
                if (renew) {
                    is.save(file, nullptr, 0);
                    return;
                }
                const QImage should(file);
                if (should.isNull()) {
                    wrong << name + QStringLiteral(": there is no accepted picture");
                    return;
                }
                const Difference d = difference(is, should.convertToFormat(QImage::Format_RGB32));
                if (d.mean <= kMostMean && d.share <= kMostShare) return;
                const QString kept =
                    QDir::current().filePath(QStringLiteral("pictures-failed/%1-%2.png").arg(name, theme));
                QDir::current().mkpath(QStringLiteral("pictures-failed"));
                picture.save(kept);
                wrong << QStringLiteral("%1: mean %2, share %3; see %4")
                             .arg(name)
                             .arg(d.mean, 0, 'f', 2)
                             .arg(d.share, 0, 'f', 4)
                             .arg(kept);
            });
        QVERIFY(whole);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    /// No colour of the theme before is left, whatever is open.
    void aThemeThatIsSwitchedToIsWhole() {
        QVERIFY(!dark_.isEmpty());
        applyTheme(ThemeChoice::Light);
        QStringList wrong;
        const bool whole =
            test::tourOfTheWindow(sessions_, kSize, [&](const test::Draw& draw, const QString& name) {
                (void)draw();
                applyTheme(ThemeChoice::Dark);
                QTest::qWait(80);
                const QImage switched = draw().toImage();
                applyTheme(ThemeChoice::Light);
                QTest::qWait(30);
                const QRect other = whereOther(switched, dark_[name]);
                if (other.isEmpty()) return;
                QDir::current().mkpath(QStringLiteral("pictures-failed"));
                const QString kept =
                    QDir::current().filePath(QStringLiteral("pictures-failed/%1-switched.png").arg(name));
                switched.save(kept);
                wrong << QStringLiteral("%1: other colours at %2,%3 in %4 × %5; see %6")
                             .arg(name)
                             .arg(other.x())
                             .arg(other.y())
                             .arg(other.width())
                             .arg(other.height())
                             .arg(kept);
            });
        QVERIFY(whole);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

  private:
    static constexpr double kMostMean = 3.0, kMostShare = 0.02;

    QTemporaryDir folder_;
    test::TourSessions sessions_;
    QMap<QString, QImage> dark_;  ///< whole pictures, by name
};

int main(int argc, char** argv) {
    // The same everywhere: no screen, a time zone, a language, a font that Debian's fontconfig brings along.
    qputenv("TZ", "UTC");
    qputenv("LC_ALL", "C.UTF-8");
    QApplication app(argc, argv);
    QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
    PicturesTest tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "pictures_test.moc"
