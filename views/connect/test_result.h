// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/connection_test.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace weir::views {

/// The checklist of a connection test: every step in order, up to the first that failed; what to try; the
/// client's own words.
class TestResult : public QWidget {
    Q_OBJECT
  public:
    explicit TestResult(QWidget* parent = nullptr);

    /// A test of these steps begins.
    void begin(const std::vector<kafka::ConnectionStep>& steps);
    void showStep(const kafka::StepResult& step);
    void showReport(const kafka::ConnectionReport& report);
    /// Something failed that is no test: a recording that does not start.
    void showError(const QString& title, const Error& error);
    void clear();

    /// All of it as text.
    [[nodiscard]] QString message() const;
    [[nodiscard]] static QString stepName(kafka::ConnectionStep step, kafka::StepResult::State state);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    enum class Look { Running, Good, Bad };
    void layOutSteps();
    void setHead(Look look, const QString& words);

    Look look_ = Look::Running;
    std::vector<kafka::StepResult> steps_;
    bool running_ = false;
    QLabel* glyph_;
    QLabel* head_;
    QLabel* took_;
    QGridLayout* grid_;
    QWidget* list_;
    QLabel* hint_;
    QLabel* original_;
};

}  // namespace weir::views
