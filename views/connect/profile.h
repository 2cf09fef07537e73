// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/settings.h"

#include <QString>
#include <QStringList>
#include <QVector>

#include <map>
#include <utility>

class QSettings;

namespace weir::views {

enum class Security { Plaintext, SaslPlaintext, Tls, SaslTls };
enum class Mechanism { Plain, ScramSha256, ScramSha512, OAuthBearer };

[[nodiscard]] inline bool usesTls(Security s) {
    return s == Security::Tls || s == Security::SaslTls;
}
[[nodiscard]] inline bool usesSasl(Security s) {
    return s == Security::SaslPlaintext || s == Security::SaslTls;
}
/// The word of Kafka: `SASL_SSL`.
[[nodiscard]] QString protocolWord(Security security);
/// The word of Kafka: `SCRAM-SHA-512`.
[[nodiscard]] QString mechanismWord(Mechanism mechanism);

/// How to reach a cluster, without its secrets.
struct ClusterProfile {
    QString id;  ///< stays the same when the name changes; names the secrets
    QString name;
    QString brokers;
    Security security = Security::Plaintext;
    Mechanism mechanism = Mechanism::ScramSha512;
    QString user;            ///< of OAUTHBEARER: the client id
    QString token_endpoint;  ///< of OAUTHBEARER
    QString ca_file, certificate_file, key_file;
    bool check_host = true;
    QVector<std::pair<QString, QString>> properties;  ///< further ones, none of them secret
    QStringList secret_properties;                    ///< names of further ones whose values are secret
    QStringList topics;                               ///< chosen the last time

    bool operator==(const ClusterProfile&) const = default;
};

/// Values of secret properties, by their Kafka names (`sasl.password`).
using ProfileSecrets = std::map<QString, QString>;

/// Names of the secrets that the profile needs.
[[nodiscard]] QStringList secretNames(const ClusterProfile& profile);
/// What a secret is called in the keychain.
[[nodiscard]] QString secretKey(const ClusterProfile& profile, const QString& property);

[[nodiscard]] kafka::ClusterSettings settingsOf(const ClusterProfile& profile, const ProfileSecrets& secrets);

/// Profiles in the user's settings. No secret passes through here.
class ProfileStore {
  public:
    [[nodiscard]] static QVector<ClusterProfile> all();
    static void save(const ClusterProfile& profile);
    static void remove(const QString& id);
};

}  // namespace weir::views
