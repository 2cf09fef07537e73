// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/handles.h"
#include "kafka/settings.h"

#include <openssl/ssl.h>

namespace weir::kafka {

using SslContextHandle = Handle<SSL_CTX, SSL_CTX_free>;

/// OpenSSL set up from the ssl.* properties, as librdkafka does: authorities, client certificate, key,
/// ciphers. The error names the property that cannot be used.
Result<SslContextHandle> makeTlsContext(const ClusterSettings& cluster);

}  // namespace weir::kafka
