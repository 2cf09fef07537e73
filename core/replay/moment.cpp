// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/moment.h"

namespace weir::replay {

const char* word(Kind kind) noexcept {
    switch (kind) {
        case Kind::Assignment:
            return "assignment";
        case Kind::Record:
            return "record";
        case Kind::Hole:
            return "hole";
        case Kind::Instance:
            return "instance";
        case Kind::InstanceReady:
            return "instance-ready";
        case Kind::End:
        case Kind::EndOfNoTime:
            return "end";
        case Kind::Skip:
            return "skip";
        case Kind::Batch:
            return "batch";
        case Kind::Start:
            return "start";
        case Kind::Observed:
            return "observed";
        case Kind::Output:
            return "output";
        case Kind::Commit:
            return "commit";
        case Kind::Decision:
            return "decision";
        case Kind::InstanceEnd:
            return "instance-end";
        case Kind::Finding:
            return "finding";
        case Kind::Last:
            break;
    }
    return "";
}

}  // namespace weir::replay
