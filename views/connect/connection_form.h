// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"
#include "secrets/keychain_secrets.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace weir::views {

class ThemedLabel;

/// Where a cluster is and how to sign in.
class ConnectionForm : public QWidget {
    Q_OBJECT
  public:
    explicit ConnectionForm(QWidget* parent = nullptr);

    void setProfile(const ClusterProfile& profile);
    /// Fills what the form knows into the profile.
    void fill(ClusterProfile& profile) const;
    /// Password, client secret and key password, by property.
    [[nodiscard]] ProfileSecrets secrets() const;
    void setSecret(const QString& property, const QString& value);
    void setKeychain(KeychainSecrets::State state);

    QLineEdit *name, *brokers, *user, *password, *token_endpoint, *ca_file, *certificate_file, *key_file,
        *key_password;
    QComboBox *security, *mechanism;
    QCheckBox* check_host;

  signals:
    void changed();

  private:
    void updateEnabled();
    QWidget* filePicker(QLineEdit*& field, const QString& title);

    QLabel *user_label_, *password_label_, *token_label_, *kept_, *promise_;
    ThemedLabel* kept_glyph_;
};

}  // namespace weir::views
