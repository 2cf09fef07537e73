// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/profile.h"

#include "format/format.h"

#include <QSettings>
#include <QUuid>

namespace weir::views {
namespace {

const QString kArray = QStringLiteral("clusters");

ClusterProfile readProfile(const QSettings& s) {
    ClusterProfile p;
    p.id = s.value(QStringLiteral("id")).toString();
    p.name = s.value(QStringLiteral("name")).toString();
    p.brokers = s.value(QStringLiteral("brokers")).toString();
    p.security = static_cast<Security>(qBound(0, s.value(QStringLiteral("security")).toInt(), 3));
    p.mechanism = static_cast<Mechanism>(qBound(0, s.value(QStringLiteral("mechanism")).toInt(), 3));
    p.user = s.value(QStringLiteral("user")).toString();
    p.token_endpoint = s.value(QStringLiteral("tokenEndpoint")).toString();
    p.ca_file = s.value(QStringLiteral("caFile")).toString();
    p.certificate_file = s.value(QStringLiteral("certificateFile")).toString();
    p.key_file = s.value(QStringLiteral("keyFile")).toString();
    p.check_host = s.value(QStringLiteral("checkHost"), true).toBool();
    const QStringList names = s.value(QStringLiteral("propertyNames")).toStringList();
    const QStringList values = s.value(QStringLiteral("propertyValues")).toStringList();
    for (qsizetype i = 0; i < std::min(names.size(), values.size()); ++i)
        p.properties.append({names[i], values[i]});
    p.secret_properties = s.value(QStringLiteral("secretProperties")).toStringList();
    p.topics = s.value(QStringLiteral("topics")).toStringList();
    return p;
}

void writeProfile(QSettings& s, const ClusterProfile& p) {
    s.setValue(QStringLiteral("id"), p.id);
    s.setValue(QStringLiteral("name"), p.name);
    s.setValue(QStringLiteral("brokers"), p.brokers);
    s.setValue(QStringLiteral("security"), static_cast<int>(p.security));
    s.setValue(QStringLiteral("mechanism"), static_cast<int>(p.mechanism));
    s.setValue(QStringLiteral("user"), p.user);
    s.setValue(QStringLiteral("tokenEndpoint"), p.token_endpoint);
    s.setValue(QStringLiteral("caFile"), p.ca_file);
    s.setValue(QStringLiteral("certificateFile"), p.certificate_file);
    s.setValue(QStringLiteral("keyFile"), p.key_file);
    s.setValue(QStringLiteral("checkHost"), p.check_host);
    QStringList names;
    QStringList values;
    for (const auto& [name, value] : p.properties) {
        names << name;
        values << value;
    }
    s.setValue(QStringLiteral("propertyNames"), names);
    s.setValue(QStringLiteral("propertyValues"), values);
    s.setValue(QStringLiteral("secretProperties"), p.secret_properties);
    s.setValue(QStringLiteral("topics"), p.topics);
}

void writeAll(const QVector<ClusterProfile>& profiles) {
    QSettings s;
    s.remove(kArray);
    s.beginWriteArray(kArray, static_cast<int>(profiles.size()));
    for (int i = 0; i < profiles.size(); ++i) {
        s.setArrayIndex(i);
        writeProfile(s, profiles[i]);
    }
    s.endArray();
}

}  // namespace

QString protocolWord(Security security) {
    switch (security) {
        case Security::Plaintext:
            return QStringLiteral("PLAINTEXT");
        case Security::SaslPlaintext:
            return QStringLiteral("SASL_PLAINTEXT");
        case Security::Tls:
            return QStringLiteral("SSL");
        case Security::SaslTls:
            return QStringLiteral("SASL_SSL");
    }
    return {};
}

QString mechanismWord(Mechanism mechanism) {
    switch (mechanism) {
        case Mechanism::Plain:
            return QStringLiteral("PLAIN");
        case Mechanism::ScramSha256:
            return QStringLiteral("SCRAM-SHA-256");
        case Mechanism::ScramSha512:
            return QStringLiteral("SCRAM-SHA-512");
        case Mechanism::OAuthBearer:
            return QStringLiteral("OAUTHBEARER");
    }
    return {};
}

QStringList secretNames(const ClusterProfile& p) {
    QStringList names = p.secret_properties;
    if (usesSasl(p.security)) {
        const bool token = p.mechanism == Mechanism::OAuthBearer;
        names << (token ? QStringLiteral("sasl.oauthbearer.client.secret") : QStringLiteral("sasl.password"));
    }
    if (usesTls(p.security) && !p.key_file.isEmpty()) names << QStringLiteral("ssl.key.password");
    names.removeDuplicates();
    return names;
}

QString secretKey(const ClusterProfile& profile, const QString& property) {
    return QStringLiteral("cluster/%1/%2").arg(profile.id, property);
}

kafka::ClusterSettings settingsOf(const ClusterProfile& p, const ProfileSecrets& secrets) {
    kafka::ClusterSettings settings;
    QString brokers = p.brokers;
    settings.brokers = utf8(brokers.remove(QLatin1Char(' ')));
    const auto set = [&](const char* name, const QString& value) {
        if (!value.isEmpty()) settings.properties[name] = utf8(value);
    };
    for (const auto& [name, value] : p.properties) settings.properties[utf8(name)] = utf8(value);
    set("security.protocol", protocolWord(p.security));
    if (usesSasl(p.security)) {
        set("sasl.mechanism", mechanismWord(p.mechanism));
        if (p.mechanism == Mechanism::OAuthBearer) {
            set("sasl.oauthbearer.method", QStringLiteral("oidc"));
            set("sasl.oauthbearer.client.id", p.user);
            set("sasl.oauthbearer.token.endpoint.url", p.token_endpoint);
        } else {
            set("sasl.username", p.user);
        }
    }
    if (usesTls(p.security)) {
        set("ssl.ca.location", p.ca_file);
        set("ssl.certificate.location", p.certificate_file);
        set("ssl.key.location", p.key_file);
        set("ssl.endpoint.identification.algorithm",
            p.check_host ? QStringLiteral("https") : QStringLiteral("none"));
    }
    for (const QString& name : secretNames(p)) {
        const auto at = secrets.find(name);
        if (at != secrets.end() && !at->second.isEmpty()) settings.properties[utf8(name)] = utf8(at->second);
    }
    return settings;
}

QVector<ClusterProfile> ProfileStore::all() {
    QSettings s;
    QVector<ClusterProfile> profiles;
    const int count = s.beginReadArray(kArray);
    for (int i = 0; i < count; ++i) {
        s.setArrayIndex(i);
        profiles.append(readProfile(s));
    }
    s.endArray();
    return profiles;
}

void ProfileStore::save(const ClusterProfile& profile) {
    QVector<ClusterProfile> profiles = all();
    profiles.removeIf([&](const ClusterProfile& p) { return p.id == profile.id; });
    profiles.prepend(profile);
    writeAll(profiles);
}

void ProfileStore::remove(const QString& id) {
    QVector<ClusterProfile> profiles = all();
    profiles.removeIf([&](const ClusterProfile& p) { return p.id == id; });
    writeAll(profiles);
}

}  // namespace weir::views
