// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/inspector_dock.h"

#include "theme/theme.h"
#include "widgets/dock_title.h"
#include "widgets/legend.h"

#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace weir::views {

InspectorDock::InspectorDock(Selection* selection, QWidget* parent)
    : QDockWidget(tr("Inspector"), parent),
      selection_(selection),
      pages_(new QStackedWidget),
      hint_(new QLabel),
      call_(new CallInspector),
      event_(new EventInspector(selection)),
      legend_(new Legend) {
    setObjectName(QStringLiteral("inspector"));
    setFeatures(DockWidgetClosable | DockWidgetMovable | DockWidgetFloatable);
    auto* title = new DockTitle(tr("Inspector"));
    title->addButton(Glyph::Close, tr("Close the inspector"), [this] { close(); });
    setTitleBarWidget(title);
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setMargin(24);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    hint_->setBackgroundRole(QPalette::Base);
    hint_->setAutoFillBackground(true);
    pages_->addWidget(hint_);
    pages_->addWidget(call_);
    pages_->addWidget(event_);
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(pages_, 1);
    layout->addWidget(legend_);
    body->setMinimumWidth(280);
    setWidget(body);
    connect(selection_, &Selection::changed, this, &InspectorDock::refresh);
    refresh();
}

void InspectorDock::setSession(Session* session) {
    session_ = session;
    shown_call_ = {};
    shown_event_ = {};
    call_->setSession(session);
    event_->setSession(session);
    refresh();
}

void InspectorDock::setSubject(Subject subject) {
    subject_ = subject;
    refresh();
}

void InspectorDock::setPage(QWidget* page, bool always) {
    if (page != nullptr && pages_->indexOf(page) < 0) pages_->addWidget(page);
    page_ = page;
    always_ = always;
    refresh();
}

void InspectorDock::refresh() {
    legend_->setVisible(subject_ == Subject::Lanes);
    if (session_ && selection_->call() && selection_->call() != shown_call_) {
        shown_call_ = selection_->call();
        call_->showCall(shown_call_);
    }
    if (session_ && selection_->event() && selection_->event() != shown_event_) {
        shown_event_ = selection_->event();
        event_->showEvent(shown_event_);
    }
    const bool call = session_ && selection_->call();
    const bool event = session_ && selection_->event();
    if (session_ && page_ && always_) {
        pages_->setCurrentWidget(page_);
    } else if (event && (subject_ == Subject::Event || !call)) {
        pages_->setCurrentWidget(event_);
    } else if (call) {
        pages_->setCurrentWidget(call_);
    } else if (session_ && page_) {
        pages_->setCurrentWidget(page_);
    } else {
        hint_->setText(
            subject_ == Subject::Lanes ? tr("Click a bar, or choose a lane and press Enter, to see the call.")
            : subject_ == Subject::Call ? tr("Choose a call or an event to see what became of it.")
                                        : tr("Choose an event to see its deliveries and its value."));
        pages_->setCurrentWidget(hint_);
    }
}

}  // namespace weir::views
