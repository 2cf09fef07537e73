// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/test_result.h"

#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace weir::views {
namespace {

void setGlyph(QLabel* label, Glyph glyph, QRgb colour, int size) {
    label->setPixmap(glyphPixmap(glyph, size, colour, label->devicePixelRatioF()));
}

}  // namespace

TestResult::TestResult(QWidget* parent)
    : QWidget(parent),
      glyph_(new QLabel),
      head_(new QLabel),
      took_(new QLabel),
      list_(new QWidget),
      hint_(new QLabel),
      original_(new QLabel) {
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(16, 12, 14, 12);
    layout->setHorizontalSpacing(10);
    layout->setVerticalSpacing(8);
    layout->setColumnStretch(1, 1);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    head_->setFont(bold);
    head_->setWordWrap(true);
    took_->setFont(monoFont());
    took_->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {head_, hint_, original_}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    hint_->setWordWrap(true);
    original_->setWordWrap(true);
    original_->setFont(monoFont());
    original_->setForegroundRole(QPalette::PlaceholderText);
    original_->setAccessibleName(tr("The client's own message"));
    grid_ = new QGridLayout(list_);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(8);
    grid_->setVerticalSpacing(4);
    grid_->setColumnMinimumWidth(1, 120);
    grid_->setColumnStretch(2, 1);
    layout->addWidget(glyph_, 0, 0, Qt::AlignTop);
    layout->addWidget(head_, 0, 1);
    layout->addWidget(took_, 0, 2, Qt::AlignRight | Qt::AlignTop);
    layout->addWidget(list_, 1, 1, 1, 2);
    layout->addWidget(hint_, 2, 1, 1, 2);
    layout->addWidget(original_, 3, 1, 1, 2);
    setAccessibleName(tr("Result of the connection test"));
    hide();
}

QString TestResult::stepName(kafka::ConnectionStep step, kafka::StepResult::State state) {
    const bool done = state == kafka::StepResult::State::Passed;
    switch (step) {
        case kafka::ConnectionStep::NameFound:
            return done ? tr("Name found") : tr("Find the name");
        case kafka::ConnectionStep::Connected:
            return done ? tr("Connected") : tr("Connect");
        case kafka::ConnectionStep::Tls:
            return done ? tr("TLS agreed") : tr("Agree on TLS");
        case kafka::ConnectionStep::SignedIn:
            return done ? tr("Signed in") : tr("Sign in");
        case kafka::ConnectionStep::TopicsListed:
            return done ? tr("Topics listed") : tr("List topics");
    }
    return {};
}

void TestResult::setHead(Look look, const QString& words) {
    look_ = look;
    const Theme& t = theme();
    if (look == Look::Running) setGlyph(glyph_, Glyph::Waiting, t.text2, 14);
    if (look == Look::Good) setGlyph(glyph_, Glyph::Success, t.success.text, 14);
    if (look == Look::Bad) setGlyph(glyph_, Glyph::Failed, t.failed.text, 14);
    head_->setText(words);
    update();
}

void TestResult::begin(const std::vector<kafka::ConnectionStep>& steps) {
    steps_.clear();
    for (const auto step : steps) steps_.push_back({step, kafka::StepResult::State::NotReached, {}});
    running_ = true;
    took_->clear();
    hint_->hide();
    original_->hide();
    setHead(Look::Running, tr("Testing the connection…"));
    layOutSteps();
    show();
}

void TestResult::showStep(const kafka::StepResult& step) {
    for (auto& known : steps_) {
        if (known.step == step.step) known = step;
    }
    layOutSteps();
}

void TestResult::showReport(const kafka::ConnectionReport& report) {
    running_ = false;
    steps_ = report.steps;
    took_->setText(durationText(report.took));
    if (report.status) {
        setHead(Look::Good, tr("The cluster answers"));
        hint_->hide();
        original_->hide();
    } else {
        setHead(Look::Bad, text(report.status.error().message));
        hint_->setText(text(report.status.error().hint));
        hint_->setVisible(!hint_->text().isEmpty());
        original_->setText(text(report.original));
        original_->setVisible(!report.original.empty());
    }
    layOutSteps();
    show();
}

void TestResult::showError(const QString& title, const Error& error) {
    running_ = false;
    steps_.clear();
    took_->clear();
    setHead(Look::Bad, title);
    hint_->setText(errorText(error));
    hint_->show();
    original_->hide();
    layOutSteps();
    show();
}

void TestResult::clear() {
    hide();
}

void TestResult::layOutSteps() {
    while (QLayoutItem* item = grid_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Theme& t = theme();
    list_->setVisible(!steps_.empty());
    bool next = running_;
    for (int i = 0; i < static_cast<int>(steps_.size()); ++i) {
        const kafka::StepResult& step = steps_[static_cast<std::size_t>(i)];
        auto* glyph = new QLabel;
        auto* name = new QLabel(stepName(step.step, step.state));
        auto* detail = new QLabel(text(step.detail));
        detail->setTextFormat(Qt::PlainText);
        detail->setWordWrap(true);
        detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
        switch (step.state) {
            case kafka::StepResult::State::Passed:
                setGlyph(glyph, Glyph::Success, t.success.text, 12);
                detail->setForegroundRole(QPalette::PlaceholderText);
                break;
            case kafka::StepResult::State::Failed: {
                setGlyph(glyph, Glyph::Failed, t.failed.text, 12);
                QFont bold = font();
                bold.setWeight(QFont::DemiBold);
                name->setFont(bold);
                break;
            }
            case kafka::StepResult::State::NotReached:
                setGlyph(glyph, next ? Glyph::Waiting : Glyph::NotReached, t.text3, 12);
                name->setForegroundRole(QPalette::PlaceholderText);
                detail->setForegroundRole(QPalette::PlaceholderText);
                if (step.detail.empty())
                    detail->setText(next ? tr("now…") : running_ ? QString() : tr("not reached"));
                next = false;
                break;
        }
        grid_->addWidget(glyph, i, 0);
        grid_->addWidget(name, i, 1);
        grid_->addWidget(detail, i, 2);
    }
}

QString TestResult::message() const {
    QStringList lines{head_->text()};
    for (const auto& step : steps_) {
        const char* mark = step.state == kafka::StepResult::State::Passed   ? "[ok] "
                           : step.state == kafka::StepResult::State::Failed ? "[failed] "
                                                                            : "[not reached] ";
        lines << QLatin1String(mark) + stepName(step.step, kafka::StepResult::State::Passed) +
                     QStringLiteral(": ") + text(step.detail);
    }
    if (!hint_->isHidden()) lines << hint_->text();
    if (!original_->isHidden()) lines << original_->text();
    return lines.join(QLatin1Char('\n'));
}

void TestResult::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && !isHidden()) {
        setHead(look_, head_->text());
        layOutSteps();
    }
    QWidget::changeEvent(event);
}

void TestResult::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    const QRgb colour = look_ == Look::Bad    ? t.failed.fill
                        : look_ == Look::Good ? t.success.fill
                                              : t.line_strong;
    QPainter p(this);
    p.fillRect(rect(), QColor(t.canvas));
    p.setPen(QColor(colour));
    p.drawRect(rect().adjusted(0, 0, -1, -1));
    p.fillRect(QRect(0, 0, 4, height()), QColor(colour));
}

}  // namespace weir::views
