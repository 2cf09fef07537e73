// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/style.h"

#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QComboBox>
#include <QPainter>
#include <QStyleOption>
#include <QTabBar>

#include <algorithm>

namespace weir::views {
namespace {

constexpr double kRadius = 3;
constexpr int kFieldPad = 4;

void roundBox(QPainter* p, const QRect& rect, QRgb fill, QRgb border, double width = 1) {
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(QPen(QColor(border), width));
    p->setBrush(QColor(fill));
    const double inset = width / 2;
    p->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    p->restore();
}

bool on(const QStyleOption* option, QStyle::StateFlag flag) {
    return option->state.testFlag(flag);
}

void drawButton(const QStyleOption* option, QPainter* p) {
    const Theme& t = theme();
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    const bool enabled = on(option, QStyle::State_Enabled);
    const bool is_default = button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton);
    QRgb fill = t.header;
    QRgb border = t.line_strong;
    if (!enabled) {
        fill = t.chrome;
        border = t.line;
    } else if (on(option, QStyle::State_On)) {
        fill = t.sel_bg;
        border = t.accent;
    } else if (is_default) {
        fill = border = t.accent;
    } else if (on(option, QStyle::State_Sunken) || on(option, QStyle::State_MouseOver)) {
        fill = t.hover;
    }
    roundBox(p, option->rect, fill, border);
    if (enabled && on(option, QStyle::State_HasFocus) && on(option, QStyle::State_KeyboardFocusChange)) {
        roundBox(p, option->rect, fill, t.accent, 2);
    }
}

void drawField(const QStyleOption* option, QPainter* p) {
    const Theme& t = theme();
    const bool enabled = on(option, QStyle::State_Enabled);
    const bool focus = enabled && on(option, QStyle::State_HasFocus);
    roundBox(p, option->rect, enabled ? t.canvas : t.chrome,
             focus     ? t.accent
             : enabled ? t.line_strong
                       : t.line,
             focus ? 2 : 1);
}

/// What a text needs beyond its usual width when it is chosen and so written bolder.
int boldExtra(const QString& text, const QWidget* widget) {
    const QFont font = widget == nullptr ? QFont() : widget->font();
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    const int extra = QFontMetrics(bold).horizontalAdvance(text) - QFontMetrics(font).horizontalAdvance(text);
    return std::max(0, extra);
}

void drawTab(const QStyleOptionTab* tab, QPainter* p) {
    const Theme& t = theme();
    QRect r = tab->rect;
    const bool selected = on(tab, QStyle::State_Selected);
    p->fillRect(r, QColor(selected ? t.base : on(tab, QStyle::State_MouseOver) ? t.hover : t.chrome));
    p->setPen(QColor(t.line));
    if (selected) {
        p->drawLine(r.topLeft(), r.bottomLeft());
        p->drawLine(r.topRight(), r.bottomRight());
        p->fillRect(QRect(r.left(), r.top(), r.width(), 2), QColor(t.accent));
    } else {
        p->drawLine(r.bottomLeft(), r.bottomRight());
    }
    if (on(tab, QStyle::State_HasFocus)) {
        p->setPen(QPen(QColor(t.accent), 2));
        p->drawRect(r.adjusted(5, 6, -5, -5));
    }
}

void drawCheck(const QStyleOption* option, QPainter* p) {
    const Theme& t = theme();
    const bool checked = on(option, QStyle::State_On);
    const bool enabled = on(option, QStyle::State_Enabled);
    const QRgb fill = !checked ? t.canvas : enabled ? t.accent : t.line_strong;
    roundBox(p, option->rect, fill, checked ? fill : t.line_strong);
    if (!checked) return;
    const QRectF r(option->rect);
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(QPen(QColor(t.on_accent), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF points[] = {{r.x() + r.width() * 0.24, r.y() + r.height() * 0.52},
                              {r.x() + r.width() * 0.43, r.y() + r.height() * 0.71},
                              {r.x() + r.width() * 0.77, r.y() + r.height() * 0.31}};
    p->drawPolyline(points, 3);
    p->restore();
}

void drawHeaderSection(const QStyleOption* option, QPainter* p) {
    const Theme& t = theme();
    p->fillRect(option->rect, QColor(t.chrome));
    p->setPen(QColor(t.line));
    p->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
    const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
    if (header == nullptr || header->orientation == Qt::Horizontal) {
        p->drawLine(option->rect.topRight(), option->rect.bottomRight());
    }
}

void drawChevron(QPainter* p, const QRectF& r, bool down, QRgb colour) {
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(QPen(QColor(colour), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c = r.center();
    if (down) {
        const QPointF points[] = {c + QPointF(-3.5, -1.5), c + QPointF(0, 2), c + QPointF(3.5, -1.5)};
        p->drawPolyline(points, 3);
    } else {
        const QPointF points[] = {c + QPointF(-1.5, -3.5), c + QPointF(2, 0), c + QPointF(-1.5, 3.5)};
        p->drawPolyline(points, 3);
    }
    p->restore();
}

}  // namespace

WeirStyle::WeirStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void WeirStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    switch (element) {
        case PE_PanelButtonCommand:
            drawButton(option, painter);
            return;
        case PE_PanelLineEdit:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
                frame != nullptr && frame->lineWidth > 0) {
                drawField(option, painter);
            }
            return;
        case PE_FrameLineEdit:
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            drawCheck(option, painter);
            return;
        case PE_FrameTabBarBase:
            painter->setPen(QColor(theme().line));
            painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
            return;
        case PE_FrameDockWidget:
            return;
        case PE_IndicatorBranch:
            if (on(option, State_Children)) {
                drawChevron(painter, option->rect, on(option, State_Open), theme().text2);
            }
            return;
        case PE_FrameFocusRect:
            painter->setPen(QPen(QColor(theme().accent), 1));
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            return;
        case PE_PanelButtonTool:
            if (on(option, State_Enabled) && (on(option, State_MouseOver) || on(option, State_On))) {
                const bool active = on(option, State_On);
                roundBox(painter, option->rect, active ? theme().sel_bg : theme().hover,
                         active ? theme().accent : theme().hover);
            }
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void WeirStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                            const QWidget* widget) const {
    switch (element) {
        case CE_TabBarTabShape:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) drawTab(tab, painter);
            return;
        case CE_TabBarTabLabel:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
                QStyleOptionTab label(*tab);
                label.state &= ~State_HasFocus;
                const bool bright = on(option, State_Selected);
                label.palette.setColor(QPalette::WindowText, QColor(bright ? theme().text : theme().text2));
                painter->save();
                if (bright) {
                    QFont font = painter->font();
                    font.setWeight(QFont::DemiBold);
                    painter->setFont(font);
                }
                QProxyStyle::drawControl(element, &label, painter, widget);
                painter->restore();
            }
            return;
        case CE_ToolBar:
            // Flat: beside the tabs nothing but the ground and the line that they stand on.
            painter->fillRect(option->rect, QColor(theme().chrome));
            painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                              QColor(theme().line));
            return;
        case CE_HeaderSection:
        case CE_HeaderEmptyArea:
            drawHeaderSection(option, painter);
            return;
        case CE_HeaderLabel:
            // The margin of headers is meant for their sides only; the base style takes it off all round.
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                QStyleOptionHeader label(*header);
                const int margin = pixelMetric(PM_HeaderMargin, option, widget);
                label.rect.adjust(0, -margin, 0, margin - 1);
                QProxyStyle::drawControl(element, &label, painter, widget);
                return;
            }
            break;
        case CE_PushButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
                button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton) &&
                on(option, State_Enabled)) {
                QStyleOptionButton label(*button);
                label.palette.setColor(QPalette::ButtonText, QColor(theme().on_accent));
                painter->save();
                QFont font = painter->font();
                font.setWeight(QFont::DemiBold);
                painter->setFont(font);
                QProxyStyle::drawControl(element, &label, painter, widget);
                painter->restore();
                return;
            }
            break;
        default:
            break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void WeirStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                   QPainter* painter, const QWidget* widget) const {
    if (control == CC_ComboBox) {
        if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option); combo != nullptr) {
            drawField(option, painter);
            const QRect arrow = subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
            const bool enabled = on(option, State_Enabled);
            drawChevron(painter, arrow, true, enabled ? theme().text2 : theme().text3);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int WeirStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_TabBarTabHSpace:
            return 32;
        case PM_TabBarTabShiftVertical:
        case PM_TabBarTabShiftHorizontal:
        case PM_TabBarTabOverlap:
        case PM_DockWidgetFrameWidth:
            return 0;
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
            return 14;
        case PM_DockWidgetSeparatorExtent:
        case PM_SplitterWidth:
            return 1;
        case PM_FocusFrameHMargin:
            return 6;
        case PM_HeaderMargin:
            return 7;
        case PM_SmallIconSize:
            return 14;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QSize WeirStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                  const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_TabBarTab:
            result.setHeight(std::max(33, size.height()));
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
                result.rwidth() += boldExtra(tab->text, widget);
            }
            break;
        case CT_PushButton:
            result.setHeight(std::max(26, size.height() + 8));
            result.setWidth(std::max(result.width(), size.width() + 20));
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
                result.rwidth() += boldExtra(button->text, widget);
            }
            break;
        case CT_LineEdit:
        case CT_ComboBox:
            result.setHeight(std::max(26, size.height() + 8));
            break;
        case CT_ItemViewItem:
            result.setHeight(std::max(22, result.height()));
            break;
        case CT_HeaderSection:
            result.setHeight(24);
            break;
        case CT_MenuBarItem:
            result.setHeight(std::max(24, result.height()));
            break;
        default:
            break;
    }
    return result;
}

QRect WeirStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element != SE_LineEditContents) return rect;
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    return frame != nullptr && frame->lineWidth > 0 ? rect.adjusted(kFieldPad, 0, -kFieldPad, 0) : rect;
}

QRect WeirStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                                const QWidget* widget) const {
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    if (control == CC_ComboBox && part == SC_ComboBoxEditField) return rect.adjusted(kFieldPad, 0, 0, 0);
    return rect;
}

QIcon WeirStyle::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const {
    if (icon == SP_LineEditClearButton) return glyphIcon(Glyph::Close);
    return QProxyStyle::standardIcon(icon, option, widget);
}

int WeirStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* data) const {
    switch (hint) {
        case SH_DialogButtonBox_ButtonsHaveIcons:
        case SH_EtchDisabledText:
        case SH_DitherDisabledText:
            return 0;
        case SH_UnderlineShortcut:
            return 0;
        case SH_ItemView_ShowDecorationSelected:
            return 1;
        case SH_TabBar_Alignment:
            return Qt::AlignLeft;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

}  // namespace weir::views
