// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace weir {

/// What went wrong, for code to branch on. The words for people are in Error::message and Error::hint.
enum class ErrorCode {
    Usage,               ///< wrong arguments
    FlowInvalid,         ///< the flow file is broken or promises what cannot be done
    FileNotFound,        ///< an input file does not exist
    FileUnreadable,      ///< exists, but cannot be read (permissions, not a file, I/O error)
    FileCorrupt,         ///< is not what it claims to be, or is damaged
    FileTooNew,          ///< written by a newer version
    FileExists,          ///< an output would overwrite something that it must not
    FileNotWritable,     ///< read-only place, no permission
    DiskFull,            ///< no room left while writing
    Unreachable,         ///< nobody listens, or the connection broke
    DnsFailed,           ///< a host name could not be resolved
    TlsFailed,           ///< TLS handshake or certificate
    CredentialsRefused,  ///< user, password, token or client certificate refused
    NotAuthorized,       ///< signed in, but an ACL forbids it
    UnknownTopic,        ///< topic or partition does not exist
    FunctionFailed,      ///< a function cannot be started or did not answer
    Exhausted,           ///< all retries were used up and the trigger stops
    Unsupported,         ///< valid, but this version cannot do it
    Cancelled,           ///< stopped on request
    Internal,            ///< a bug in Weir
};

/// An error as a value. `message` says what happened and to what, in one sentence; `hint` says what to do
/// about it and may be empty. Neither ever holds a secret.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string hint = {};
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

/// Hands an error on: `if (!r) return passOn(r);`
template <typename T>
[[nodiscard]] tl::unexpected<Error> passOn(Result<T>& failed) {
    return tl::unexpected<Error>(std::move(failed.error()));
}

/// The process exit code for an error, as documented for weir-cli: 2 usage or flow file, 3 input file,
/// 4 cluster or function not reachable or credentials refused, 5 anything that ends a recording early.
[[nodiscard]] int exitCode(ErrorCode code) noexcept;

}  // namespace weir
