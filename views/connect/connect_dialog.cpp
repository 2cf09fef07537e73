// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/connect_dialog.h"

#include "connect/connection_form.h"
#include "connect/properties_page.h"
#include "connect/test_result.h"
#include "connect/topics_page.h"
#include "format/format.h"
#include "secrets/keychain_secrets.h"
#include "theme/glyphs.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QUuid>
#include <QVBoxLayout>

namespace weir::views {
namespace {

constexpr int kTestMs = 10'000;
constexpr int kListMs = 10'000;

std::vector<kafka::ConnectionStep> stepsOf(Security security) {
    std::vector<kafka::ConnectionStep> steps{kafka::ConnectionStep::NameFound,
                                             kafka::ConnectionStep::Connected};
    if (usesTls(security)) steps.push_back(kafka::ConnectionStep::Tls);
    if (usesSasl(security)) steps.push_back(kafka::ConnectionStep::SignedIn);
    steps.push_back(kafka::ConnectionStep::TopicsListed);
    return steps;
}

}  // namespace

ConnectDialog::ConnectDialog(const Services& services, KeychainSecrets* secrets, QWidget* parent)
    : QDialog(parent),
      services_(services),
      secrets_(secrets),
      tabs_(new QTabWidget),
      form_(new ConnectionForm),
      topics_(new TopicsPage),
      properties_(new PropertiesPage),
      result_(new TestResult),
      test_(new QPushButton(tr("&Test connection"))),
      copy_(new QPushButton(tr("Copy message"))),
      cancel_(new QPushButton(tr("Cancel"))),
      connect_(new QPushButton(tr("Connect"))) {
    setWindowTitle(tr("Connect to a cluster"));
    tabs_->setDocumentMode(true);
    tabs_->addTab(form_, tr("Connection"));
    tabs_->addTab(topics_, tr("Topics"));
    tabs_->addTab(properties_, tr("Properties"));
    auto* flow = new QPushButton(tr("Open &flow…"));
    flow->setToolTip(tr("Run a flow file: drive its functions and record every delivery"));
    copy_->setFlat(false);
    copy_->hide();
    connect_->setDefault(true);

    auto* frame = new QVBoxLayout;
    frame->setContentsMargins(16, 4, 16, 12);
    frame->addWidget(result_);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(16, 10, 16, 12);
    buttons->setSpacing(8);
    buttons->addWidget(test_);
    buttons->addWidget(flow);
    buttons->addWidget(copy_);
    buttons->addStretch();
    buttons->addWidget(cancel_);
    buttons->addWidget(connect_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(tabs_, 1);
    layout->addLayout(frame);
    layout->addLayout(buttons);
    resize(760, 520);

    connect(test_, &QPushButton::clicked, this, [this] {
        if (testing_) {
            stop_test_ = true;
        } else {
            test();
        }
    });
    connect(flow, &QPushButton::clicked, this, &ConnectDialog::flowWanted);
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(result_->message()); });
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(connect_, &QPushButton::clicked, this, &ConnectDialog::connectNow);
    connect(topics_, &TopicsPage::refreshWanted, this, &ConnectDialog::listTopics);
    connect(topics_->model(), &TopicsModel::chosenChanged, this, &ConnectDialog::updateButtons);
    connect(form_, &ConnectionForm::changed, this, &ConnectDialog::formChanged);
    connect(properties_, &PropertiesPage::changed, this, [this] {
        const int count = properties_->count();
        tabs_->setTabText(2, count == 0 ? tr("Properties") : tr("Properties (%1)").arg(count));
        topics_->invalidate();
    });
    connect(tabs_, &QTabWidget::currentChanged, this, [this](int page) {
        if (page == 1 && !topics_->listed() && !form_->brokers->text().trimmed().isEmpty()) listTopics();
    });
    connect(secrets_, &KeychainSecrets::stateChanged, this,
            [this] { form_->setKeychain(secrets_->state()); });
    form_->setKeychain(secrets_->state());
    secrets_->probe();
    ClusterProfile fresh;
    fresh.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    setProfile(fresh);
}

ConnectDialog::~ConnectDialog() {
    stop_test_ = true;
}

void ConnectDialog::setProfile(const ClusterProfile& profile) {
    profile_ = profile;
    if (profile_.id.isEmpty()) profile_.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    form_->setProfile(profile_);
    properties_->setProperties(profile_.properties);
    topics_->model()->setTopics({});
    topics_->model()->setChosen(profile_.topics);
    topics_->invalidate();
    result_->clear();
    copy_->hide();
    loadSecrets();
    updateButtons();
    tabs_->setCurrentIndex(0);
    (profile_.brokers.isEmpty() ? form_->brokers : form_->name)->setFocus();
}

ClusterProfile ConnectDialog::profile() const {
    ClusterProfile p = profile_;
    form_->fill(p);
    if (p.name.isEmpty()) p.name = p.brokers.section(QLatin1Char(','), 0, 0);
    p.properties = properties_->properties();
    p.secret_properties.clear();
    for (const auto& [name, value] : properties_->secrets()) p.secret_properties << name;
    p.topics = topics_->model()->chosen();
    return p;
}

ProfileSecrets ConnectDialog::allSecrets() const {
    ProfileSecrets secrets = properties_->secrets();
    for (const auto& [name, value] : form_->secrets()) secrets[name] = value;
    return secrets;
}

kafka::ClusterSettings ConnectDialog::settings() const {
    return settingsOf(profile(), allSecrets());
}

void ConnectDialog::loadSecrets() {
    for (const QString& name : secretNames(profile_)) {
        const bool free = profile_.secret_properties.contains(name);
        secrets_->fetch(secretKey(profile_, name), this,
                        [this, name, free, id = profile_.id](std::optional<QString> value) {
                            if (id != profile_.id) return;  // another profile was chosen meanwhile
                            if (free) {
                                properties_->setSecret(name, value.value_or(QString()));
                            } else if (value) {
                                form_->setSecret(name, *value);
                            }
                        });
    }
}

void ConnectDialog::keepSecrets() const {
    const ClusterProfile p = profile();
    const ProfileSecrets values = allSecrets();
    for (const QString& name : secretNames(p)) {
        const auto at = values.find(name);
        if (at != values.end() && !at->second.isEmpty()) secrets_->keep(secretKey(p, name), at->second);
    }
}

void ConnectDialog::formChanged() {
    topics_->invalidate();
    result_->clear();
    copy_->hide();
    updateButtons();
}

bool ConnectDialog::complain() {
    if (form_->brokers->text().trimmed().isEmpty()) {
        tabs_->setCurrentIndex(0);
        form_->brokers->setFocus();
        result_->showError(tr("No bootstrap server is given"),
                           {ErrorCode::Usage, "Weir needs at least one address to begin with.",
                            "For example localhost:9092; several are separated by commas."});
        copy_->hide();
        return true;
    }
    if (const Status status = kafka::checkProperties(settings().properties); !status) {
        result_->showError(tr("A client property is not right"), status.error());
        copy_->show();
        return true;
    }
    return false;
}

void ConnectDialog::test() {
    if (testing_ || complain()) return;
    testing_ = true;
    stop_test_ = false;
    copy_->hide();
    result_->begin(stepsOf(profile().security));
    updateButtons();
    test_task_.start(
        [this, cluster = settings(), run = services_.test_connection] {
            return run(
                cluster, kTestMs,
                [this](const kafka::StepResult& step) {
                    test_task_.tell([this, step] { result_->showStep(step); });
                },
                &stop_test_);
        },
        [this](kafka::ConnectionReport report) {
            testing_ = false;
            const bool cancelled = !report.status && report.status.error().code == ErrorCode::Cancelled;
            if (cancelled) {
                result_->clear();
            } else {
                result_->showReport(report);
                copy_->setVisible(!report.status);
            }
            updateButtons();
            emit testFinished(report.status.has_value());
        });
}

void ConnectDialog::listTopics() {
    if (list_task_.running() || complain()) return;
    topics_->showLoading();
    list_task_.start(
        [cluster = settings(), run = services_.describe_cluster] { return run(cluster, {}, true, kListMs); },
        [this](Result<kafka::ClusterInfo> info) {
            if (!info) {
                topics_->showError(info.error());
                return;
            }
            topics_->showTopics(std::move(info->topics));
            updateButtons();
        });
}

void ConnectDialog::connectNow() {
    if (busy_ || complain()) return;
    const QStringList chosen = topics_->model()->chosen();
    if (chosen.isEmpty()) {
        tabs_->setCurrentIndex(1);
        if (!topics_->listed()) listTopics();
        return;
    }
    keepSecrets();
    const ClusterProfile p = profile();
    ProfileStore::save(p);
    profile_.id = p.id;
    setBusy(true);
    emit watchWanted(p, settings(), chosen);
}

void ConnectDialog::showFailure(const Error& error) {
    setBusy(false);
    result_->showError(tr("Watching does not start"), error);
    copy_->show();
}

void ConnectDialog::setBusy(bool busy) {
    busy_ = busy;
    updateButtons();
}

void ConnectDialog::updateButtons() {
    test_->setText(testing_ ? tr("Stop the &test") : tr("&Test connection"));
    const bool chosen = !topics_->model()->chosen().isEmpty();
    connect_->setText(busy_ ? tr("Connecting…") : chosen ? tr("Connect") : tr("Choose topics"));
    connect_->setEnabled(!busy_);
    test_->setEnabled(!busy_);
}

}  // namespace weir::views
