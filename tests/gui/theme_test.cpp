// SPDX-License-Identifier: GPL-3.0-or-later
// The colours are read by everybody: contrast as WCAG 2 measures it, and pairs of fills told apart by eyes
// without red or green (the usual matrices on linear RGB, distance as CIE76 in Lab, which is stricter here
// than it looks).
#include "theme/theme.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace weir::views;

namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

constexpr Matrix kDeuteranopia{
    {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}}};
constexpr Matrix kProtanopia{
    {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}}};

double linear(int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

Vector linearOf(QRgb colour) {
    return {linear(qRed(colour)), linear(qGreen(colour)), linear(qBlue(colour))};
}

double luminance(QRgb colour) {
    const Vector v = linearOf(colour);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
}

double contrast(QRgb a, QRgb b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Vector seen(const Matrix& m, QRgb colour) {
    const Vector v = linearOf(colour);
    Vector out{};
    for (std::size_t i = 0; i < 3; ++i) {
        out[i] = std::clamp(m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2], 0.0, 1.0);
    }
    return out;
}

Vector lab(const Vector& rgb) {
    const double x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047;
    const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    const double z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883;
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    return {116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
}

double distance(const Matrix& eyes, QRgb a, QRgb b) {
    const Vector la = lab(seen(eyes, a));
    const Vector lb = lab(seen(eyes, b));
    return std::hypot(la[0] - lb[0], la[1] - lb[1], la[2] - lb[2]);
}

std::vector<Tone> tones(const Theme& t) {
    return {t.success, t.cold, t.retry, t.failed, t.warn, t.broken, t.waiting};
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT
  private slots:
    void textIsReadable_data() { themes(); }
    void textIsReadable() {
        QFETCH(bool, dark);
        const Theme& t = dark ? darkTheme() : lightTheme();
        for (const QRgb ground : {t.canvas, t.base, t.chrome, t.header}) {
            for (const QRgb words : {t.text, t.text2, t.text3, t.accent_text})
                QVERIFY(contrast(words, ground) >= 4.5);
        }
        QVERIFY(contrast(t.sel_text, t.sel_bg) >= 4.5);
        QVERIFY(contrast(t.on_accent, t.accent) >= 4.5);
        for (const Tone& tone : tones(t)) QVERIFY(contrast(tone.text, t.canvas) >= 4.5);
    }

    void fillsStandOut_data() { themes(); }
    void fillsStandOut() {
        QFETCH(bool, dark);
        const Theme& t = dark ? darkTheme() : lightTheme();
        for (const Tone& tone : tones(t)) {
            QVERIFY(contrast(tone.fill, t.canvas) >= 3.0);
            QVERIFY(contrast(tone.label, tone.fill) >= 3.0);
        }
        QVERIFY(contrast(t.line_strong, t.canvas) >= 3.0);
        QVERIFY(contrast(t.line_strong, t.base) >= 3.0);
    }

    void colourBlindEyesTellFillsApart_data() { themes(); }
    void colourBlindEyesTellFillsApart() {
        QFETCH(bool, dark);
        const std::vector<Tone> all = tones(dark ? darkTheme() : lightTheme());
        for (std::size_t i = 0; i < all.size(); ++i) {
            for (std::size_t j = i + 1; j < all.size(); ++j) {
                QVERIFY(distance(kDeuteranopia, all[i].fill, all[j].fill) >= 10);
                QVERIFY(distance(kProtanopia, all[i].fill, all[j].fill) >= 8);
            }
        }
    }

  private:
    static void themes() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
