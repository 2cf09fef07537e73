// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/net_probe.h"
#include "kafka/settings.h"

#include <optional>
#include <string>

namespace weir::kafka {

/// Makes a TLS handshake as librdkafka would with these settings, and judges the certificate itself, so that
/// the answer can name it: `TLS 1.3, certificate of kafka.example, valid until 3 Mar 2027`, or exactly why it
/// is not accepted. Sends nothing beyond the handshake.
Result<std::string> probeTls(const Socket& socket, const HostPort& broker, const ClusterSettings& cluster,
                             const Patience& patience);

/// What is wrong with TLS at the brokers of the bootstrap list, more exactly than librdkafka says it; nothing
/// when all is well or nobody answers.
std::optional<Error> findTlsFault(const ClusterSettings& cluster, const Patience& patience);

}  // namespace weir::kafka
