// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/flow_window.h"

#include "format/format.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace weir::views {

FlowWindow::FlowWindow(const QString& path, flow::FlowReading reading, QWidget* parent)
    : QDialog(parent), reading_(std::move(reading)) {
    setWindowTitle(QFileInfo(path).fileName());
    resize(640, 380);
    auto* head = new QLabel;
    head->setFont(titleFont());
    head->setWordWrap(true);
    auto* body = new QPlainTextEdit;
    body->setReadOnly(true);
    body->setFont(monoFont());
    body->setAccessibleName(tr("What the flow does, or what is wrong with it"));
    auto* note = new QLabel;
    note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addWidget(head);
    layout->addWidget(body, 1);
    layout->addWidget(note);
    layout->addWidget(buttons);
    if (canRun()) {
        describeFlow();
        head->setText(tr("Run the flow %1?").arg(text(reading_.flow.name)));
        note->setText(tr(
            "Driving invokes these functions, commits offsets of its groups and may write to the cluster."));
        QPushButton* run = buttons->addButton(tr("Run"), QDialogButtonBox::AcceptRole);
        buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
        run->setAutoDefault(false);
    } else {
        describeProblems();
        head->setText(countedText(static_cast<std::int64_t>(reading_.problems.size()),
                                  tr("%1 thing to put right in this flow"),
                                  tr("%1 things to put right in this flow")));
        note->setText(tr("Nothing was started."));
    }
    body->setPlainText(lines_.join(QLatin1Char('\n')));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void FlowWindow::describeProblems() {
    for (const flow::Problem& problem : reading_.problems) lines_ << text(flow::problemLine(problem));
}

void FlowWindow::describeFlow() {
    const flow::Flow& f = reading_.flow;
    lines_ << tr("cluster  %1").arg(text(f.cluster.brokers)) << QString();
    for (const auto& trigger : f.triggers) {
        if (!trigger.enabled) continue;
        QStringList topics;
        for (const auto& topic : trigger.topics()) topics << text(topic);
        lines_ << topics.join(QStringLiteral(", ")) + QStringLiteral(" → ") + text(trigger.function);
        lines_ << tr("    group %1, order %2, batch %3 or %4")
                      .arg(text(trigger.group), QLatin1String(flow::orderName(trigger.order)))
                      .arg(trigger.batch_size)
                      .arg(durationText(trigger.batching_window));
        for (const auto& output : trigger.outputs) lines_ << tr("    writes to %1").arg(text(output.topic));
        if (trigger.on_failure_topic)
            lines_ << tr("    failed events go to %1").arg(text(*trigger.on_failure_topic));
    }
}

Result<flow::FlowReading> readFlowFile(const QString& path, const SecretSource& secrets) {
    QFile file(path);
    if (!file.exists()) {
        return fail(ErrorCode::FileNotFound, "The flow file " + utf8(path) + " does not exist.",
                    "Check its name.");
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::FileUnreadable, "The flow file " + utf8(path) + " cannot be read.",
                    utf8(file.errorString()));
    }
    const QByteArray bytes = file.readAll();
    const std::string_view json(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    return flow::readFlow(json, utf8(QFileInfo(path).absolutePath()), secrets);
}

}  // namespace weir::views
