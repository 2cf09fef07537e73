// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/keychain_secrets.h"

#include <QPointer>
#include <qt6keychain/keychain.h>

namespace weir::views {
namespace {

const QString kService = QStringLiteral("weir");

/// True when the answer came from a keychain, be it "no such entry".
bool answered(QKeychain::Error error) {
    return error == QKeychain::NoError || error == QKeychain::EntryNotFound;
}

}  // namespace

KeychainSecrets::KeychainSecrets(Store store, QObject* parent)
    : QObject(parent), store_(store), state_(store == Store::Keychain ? State::Unknown : State::MemoryOnly) {}

std::optional<std::string> KeychainSecrets::secret(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto at = values_.find(name);
    if (at == values_.end()) return std::nullopt;
    return at->second;
}

void KeychainSecrets::setState(State state) {
    if (state == state_) return;
    state_ = state;
    emit stateChanged();
}

void KeychainSecrets::remember(const QString& name, const QString& value) {
    const std::lock_guard lock(mutex_);
    values_[name.toStdString()] = value.toStdString();
}

void KeychainSecrets::probe() {
    if (store_ == Store::MemoryOnly || state_ != State::Unknown) return;
    fetch(QStringLiteral("probe"), this, [](const std::optional<QString>&) {});
}

void KeychainSecrets::fetch(const QString& name, QObject* context,
                            std::function<void(std::optional<QString>)> done) {
    if (const auto known = secret(name.toStdString())) {
        done(QString::fromStdString(*known));
        return;
    }
    if (store_ == Store::MemoryOnly || state_ == State::MemoryOnly) {
        done(std::nullopt);
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(name);
    connect(job, &QKeychain::Job::finished, this,
            [this, name, job, guard = QPointer<QObject>(context), done = std::move(done)] {
                setState(answered(job->error()) ? State::Kept : State::MemoryOnly);
                std::optional<QString> found;
                if (job->error() == QKeychain::NoError) {
                    found = job->textData();
                    remember(name, *found);
                }
                if (guard) done(found);
            });
    job->start();
}

void KeychainSecrets::keep(const QString& name, const QString& value) {
    remember(name, value);
    if (store_ == Store::MemoryOnly || state_ == State::MemoryOnly) return;
    auto* job = new QKeychain::WritePasswordJob(kService, this);
    job->setKey(name);
    job->setTextData(value);
    connect(job, &QKeychain::Job::finished, this,
            [this, job] { setState(job->error() == QKeychain::NoError ? State::Kept : State::MemoryOnly); });
    job->start();
}

void KeychainSecrets::forget(const QString& name) {
    {
        const std::lock_guard lock(mutex_);
        values_.erase(name.toStdString());
    }
    if (store_ == Store::MemoryOnly || state_ == State::MemoryOnly) return;
    auto* job = new QKeychain::DeletePasswordJob(kService, this);
    job->setKey(name);
    job->start();
}

}  // namespace weir::views
