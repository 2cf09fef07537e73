// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/file_gate.h"

#include <filesystem>
#include <map>

namespace weir::journal {

std::shared_ptr<FileGate> FileGate::of(const std::string& path) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<FileGate>> gates;

    std::error_code error;
    const auto canonical = std::filesystem::weakly_canonical(path, error);
    const std::lock_guard lock(mutex);
    std::erase_if(gates, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<FileGate>& known = gates[error ? path : canonical.string()];
    std::shared_ptr<FileGate> gate = known.lock();
    if (!gate) {
        gate = std::make_shared<FileGate>();
        known = gate;
    }
    return gate;
}

void FileGate::enter(Connection* connection) {
    const std::lock_guard lock(mutex_);
    connections_.push_back(connection);
}

void FileGate::leave(Connection* connection) {
    const auto in_use = use();  // not while takeAlone() walks over it
    const std::lock_guard lock(mutex_);
    std::erase(connections_, connection);
}

std::unique_lock<std::shared_mutex> FileGate::takeAlone() {
    std::unique_lock alone(use_);
    const std::lock_guard lock(mutex_);
    for (Connection* connection : connections_) connection->letGo();
    return alone;
}

}  // namespace weir::journal
