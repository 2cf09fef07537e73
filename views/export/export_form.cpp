// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/export_form.h"

#include "analysis/extract/extract.h"
#include "format/format.h"
#include "journal/session_reader.h"
#include "report/report.h"
#include "theme/theme.h"
#include "widgets/form_parts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace weir::views {
namespace {

constexpr std::array kSuffixes{"-report.html", "-report.pdf", "-report.json",
                               "-tables.zip",  "-report.xml", "-part.weir"};
constexpr std::array kFormats{report::Format::Html, report::Format::Pdf, report::Format::Json,
                              report::Format::Csv, report::Format::Junit};

}  // namespace

struct ExportForm::Order {
    What what = Page;
    std::string session, out;
    filter::Filter filter;
    std::vector<std::string> functions;
    bool values = true;
    const std::atomic<bool>* stop = nullptr;

    [[nodiscard]] Status carryOut() const {
        if (what == Part) {
            auto done = analysis::extractSession(session, out, {filter, functions, values, stop});
            if (!done) return passOn(done);
            return {};
        }
        auto reader = journal::SessionReader::open(session);
        if (!reader) return passOn(reader);
        return report::writeReport(**reader, session, out, kFormats.at(static_cast<std::size_t>(what)),
                                   {filter, functions, stop});
    }
};

ExportForm::ExportForm(ExportStart start, What what, QWidget* parent)
    : QDialog(parent),
      start_(std::move(start)),
      what_(new QComboBox),
      function_(new QComboBox),
      events_(new EventChoice(start_.filter, start_.selection, this)),
      file_(new QLineEdit),
      values_(new QCheckBox(tr("with the values of the events"))),
      words_(new QLabel),
      progress_(new QProgressBar) {
    setWindowTitle(tr("Export"));
    QVBoxLayout* const layout =
        startForm(*this, 560, tr("Export from %1").arg(QFileInfo(start_.session).fileName()));
    QFormLayout* const form = formRows();
    what_->addItems({tr("report as a page (HTML)"), tr("report as PDF"), tr("report as JSON"),
                     tr("report as tables (CSV in a zip)"), tr("report for CI (JUnit XML)"),
                     tr("session of these events (.weir)")});
    what_->setCurrentIndex(what);
    addFormRow(*form, tr("What"), what_);
    events_->addRows(*form);
    function_->addItem(tr("all"));
    function_->addItems(start_.functions);
    function_->setCurrentIndex(std::max(0, function_->findText(start_.function)));
    addFormRow(*form, tr("Functions"), function_);
    values_->setChecked(true);
    form->addRow(QString(), values_);
    QPushButton* const choose = addFileRow(*form, tr("File"), file_);
    layout->addLayout(form);

    showConsequence(*words_);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(words_);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    progress_->setMaximumHeight(4);
    progress_->setAccessibleName(tr("Writing"));
    auto keeps = progress_->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keeps);
    progress_->hide();
    layout->addWidget(progress_);
    auto* buttons = new QDialogButtonBox;
    open_ = buttons->addButton(tr("Open it"), QDialogButtonBox::ActionRole);
    open_->hide();
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    go_ = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    go_->setDefault(true);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, &ExportForm::write);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportForm::reject);
    connect(open_, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(written_)); });
    connect(choose, &QPushButton::clicked, this, &ExportForm::browse);
    connect(what_, &QComboBox::currentIndexChanged, this, &ExportForm::whatChosen);
    connect(function_, &QComboBox::currentIndexChanged, this, &ExportForm::refresh);
    connect(events_, &EventChoice::changed, this, &ExportForm::refresh);
    connect(file_, &QLineEdit::textChanged, this, &ExportForm::refresh);
    connect(values_, &QCheckBox::toggled, this, &ExportForm::refresh);
    whatChosen();
}

ExportForm::~ExportForm() {
    stop_ = true;
}

ExportForm::What ExportForm::what() const {
    return static_cast<What>(what_->currentIndex());
}

QString ExportForm::words() const {
    return words_->text();
}

void ExportForm::reject() {
    if (task_.running()) {
        stop_ = true;  // the form stays until the writing has ended
        words_->setText(tr("Stopping…"));
        return;
    }
    QDialog::reject();
}

/// The file's name follows what is written, as long as it is ours.
void ExportForm::whatChosen() {
    values_->setVisible(what() == Part);
    const QString stem = QFileInfo(start_.session).completeBaseName();
    file_->setText(QDir(start_.folder)
                       .filePath(stem + QString::fromLatin1(kSuffixes.at(static_cast<std::size_t>(what())))));
    refresh();
}

void ExportForm::browse() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export to"), file_->text(), {}, nullptr,
                                                      QFileDialog::DontConfirmOverwrite);
    if (!path.isEmpty()) file_->setText(path);
}

void ExportForm::refresh() {
    if (task_.running()) return;
    open_->hide();
    const auto filter = filter::Filter::parse(events_->text());
    const QFileInfo file(file_->text());
    const bool part = what() == Part;
    const bool exists = file.exists();
    go_->setEnabled(filter.has_value() && !file_->text().isEmpty() && !(part && exists));
    if (!filter) {
        words_->setText(text(filter.error().toError(events_->text()).message));
        return;
    }
    if (part && exists) {
        words_->setText(
            tr("%1 exists. A session never replaces a file: choose another name.").arg(file.fileName()));
        return;
    }
    const bool some = !filter->matchesAll() || function_->currentIndex() > 0;
    QString words;
    if (part) {
        words =
            tr("The events, their deliveries and what rests on them, with the findings that this session has "
               "for them, in a session of their own.");
    } else {
        words = some ? tr("A report of this part of the session. Calls are told with the chosen ones of "
                          "their events.")
                     : tr("A report of the whole session.");
        words += QLatin1Char(' ') + tr("It holds no values and no headers.");
    }
    if (exists) words += QLatin1Char(' ') + tr("It replaces the file that is there.");
    words_->setText(words);
}

void ExportForm::write() {
    auto filter = filter::Filter::parse(events_->text());
    if (!filter || task_.running()) return;
    Order order;
    order.what = what();
    order.session = utf8(start_.session);
    order.out = utf8(file_->text());
    order.filter = std::move(*filter);
    if (function_->currentIndex() > 0) order.functions = {utf8(function_->currentText())};
    order.values = values_->isChecked();
    order.stop = &stop_;
    stop_ = false;
    go_->setEnabled(false);
    open_->hide();
    progress_->show();
    words_->setText(tr("Writing…"));
    task_.start([order = std::move(order)] { return order.carryOut(); },
                [this](const Status& status) { written(status); });
}

void ExportForm::written(const Status& status) {
    progress_->hide();
    go_->setEnabled(true);
    if (!status) {
        const Error& error = status.error();
        words_->setText(error.hint.empty() ? text(error.message)
                                           : text(error.message) + QLatin1Char(' ') + text(error.hint));
        return;
    }
    written_ = file_->text();
    words_->setText(tr("Written: %1, %2.").arg(written_, sizeText(QFileInfo(written_).size())));
    open_->setVisible(true);
}

}  // namespace weir::views
