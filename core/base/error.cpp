// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

namespace weir {

int exitCode(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::Usage:
        case ErrorCode::FlowInvalid:
        case ErrorCode::FileExists:
        case ErrorCode::Unsupported:
            return 2;
        case ErrorCode::FileNotFound:
        case ErrorCode::FileUnreadable:
        case ErrorCode::FileCorrupt:
        case ErrorCode::FileTooNew:
            return 3;
        case ErrorCode::Unreachable:
        case ErrorCode::DnsFailed:
        case ErrorCode::TlsFailed:
        case ErrorCode::CredentialsRefused:
        case ErrorCode::NotAuthorized:
        case ErrorCode::UnknownTopic:
        case ErrorCode::FunctionFailed:
            return 4;
        case ErrorCode::FileNotWritable:
        case ErrorCode::DiskFull:
        case ErrorCode::Exhausted:
        case ErrorCode::Internal:
            return 5;
        case ErrorCode::Cancelled:
            return 130;
    }
    return 5;
}

}  // namespace weir
