// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"
#include "session/task.h"
#include "shell/services.h"

#include <QDialog>

#include <atomic>

class QPushButton;
class QTabWidget;

namespace weir::views {

class ConnectionForm;
class KeychainSecrets;
class PropertiesPage;
class TestResult;
class TopicsPage;

/// Says where a cluster is, tests it and chooses the topics to watch. Nothing on the cluster changes.
class ConnectDialog : public QDialog {
    Q_OBJECT
  public:
    ConnectDialog(const Services& services, KeychainSecrets* secrets, QWidget* parent = nullptr);
    ~ConnectDialog() override;

    void setProfile(const ClusterProfile& profile);
    [[nodiscard]] ClusterProfile profile() const;
    [[nodiscard]] kafka::ClusterSettings settings() const;
    [[nodiscard]] ConnectionForm* form() const { return form_; }
    [[nodiscard]] PropertiesPage* propertiesPage() const { return properties_; }
    [[nodiscard]] TopicsPage* topicsPage() const { return topics_; }
    [[nodiscard]] TestResult* result() const { return result_; }
    [[nodiscard]] QTabWidget* tabs() const { return tabs_; }

    void test();
    void listTopics();
    void connectNow();
    /// The recording that was asked for does not start.
    void showFailure(const Error& error);
    void setBusy(bool busy);

  signals:
    void watchWanted(const weir::views::ClusterProfile& profile, const weir::kafka::ClusterSettings& settings,
                     const QStringList& topics);
    void testFinished(bool good);
    void flowWanted();

  private:
    void loadSecrets();
    void keepSecrets() const;
    void formChanged();
    void updateButtons();
    [[nodiscard]] ProfileSecrets allSecrets() const;
    [[nodiscard]] bool complain();

    const Services& services_;
    KeychainSecrets* const secrets_;
    ClusterProfile profile_;
    QTabWidget* tabs_;
    ConnectionForm* form_;
    TopicsPage* topics_;
    PropertiesPage* properties_;
    TestResult* result_;
    QPushButton *test_, *copy_, *cancel_, *connect_;
    std::atomic<bool> stop_test_{false};
    bool testing_ = false, busy_ = false;
    Task test_task_, list_task_;
};

}  // namespace weir::views
