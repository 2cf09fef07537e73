// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret_source.h"

#include <QObject>
#include <QString>

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace weir::views {

/// Secrets in the keychain of the system; where there is none, in memory for this run only. They are never
/// written anywhere else.
/// Threads: secret() from any thread, the rest from the UI thread.
class KeychainSecrets : public QObject, public SecretSource {
    Q_OBJECT
  public:
    enum class Store { Keychain, MemoryOnly };
    enum class State { Unknown, Kept, MemoryOnly };

    explicit KeychainSecrets(Store store, QObject* parent = nullptr);

    /// What was kept or fetched in this run.
    [[nodiscard]] std::optional<std::string> secret(const std::string& name) const override;

    /// Asks the keychain whether it is there; stateChanged() may follow.
    void probe();
    [[nodiscard]] State state() const { return state_; }

    /// Looks in memory, then in the keychain. `done` gets nothing when it is nowhere.
    void fetch(const QString& name, QObject* context, std::function<void(std::optional<QString>)> done);
    void keep(const QString& name, const QString& value);
    void forget(const QString& name);

  signals:
    void stateChanged();

  private:
    void remember(const QString& name, const QString& value);
    void setState(State state);

    const Store store_;
    State state_;
    mutable std::mutex mutex_;  // guards values_
    std::map<std::string, std::string> values_;
};

}  // namespace weir::views
