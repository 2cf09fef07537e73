// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"
#include "lineage/lineage_layout.h"
#include "lineage/lineage_until.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace weir::views {

/// The causes and effects of an event as columns of boxes; a clock under them.
class LineageCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit LineageCanvas(QWidget* parent = nullptr);

    void show(std::shared_ptr<const analysis::Lineage> lineage);
    void setMostInColumn(std::size_t most);
    /// Events and calls for which the filter does not hold, by index; they are dimmed.
    void setDimmed(std::set<std::size_t> events, std::set<std::size_t> calls);
    /// A replay's cursor: what had not happened by then is faint and dashed, calls that ran then are in
    /// flight. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    [[nodiscard]] const LineageLater& later() const { return later_; }
    [[nodiscard]] const LineagePicture& picture() const { return picture_; }
    /// The whole picture, for a file.
    void paintOn(QPainter& painter) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

  signals:
    /// A box was chosen; an event's or a call's index in the lineage.
    void eventChosen(std::size_t index);
    void callChosen(std::size_t index);
    /// Double click: look at it from there.
    void eventOpened(std::size_t index);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void layOutAgain();
    void paintHead(QPainter& p, double left) const;
    void paintLines(QPainter& p) const;
    [[nodiscard]] bool dimmed(const LineageBox& box) const;
    [[nodiscard]] bool later(const LineageBox& box) const;
    [[nodiscard]] std::size_t happened(const LineageColumn& column) const;
    void paintBox(QPainter& p, std::size_t i) const;
    void paintClock(QPainter& p) const;
    void choose(std::size_t box, bool open);
    [[nodiscard]] std::optional<std::size_t> boxAt(const QPointF& at) const;
    [[nodiscard]] QPointF origin() const;
    [[nodiscard]] QString describe(std::size_t box) const;

    std::shared_ptr<const analysis::Lineage> lineage_;
    LineageLook look_;
    LineagePicture picture_;
    std::set<std::size_t> dimmed_events_, dimmed_calls_;
    std::optional<TimeNs> until_;
    LineageLater later_;  ///< than until_
    std::optional<std::size_t> focused_;
    Clock clock_;
};

}  // namespace weir::views
