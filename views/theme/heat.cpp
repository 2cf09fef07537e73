// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/heat.h"

#include "theme/theme.h"

namespace weir::views {
namespace {

constexpr std::array<QRgb, 7> kDarkRamp{0xff15171B, 0xff172B38, 0xff1B4050, 0xff215667,
                                        0xff2D707C, 0xff458B8C, 0xff6AA796};
constexpr std::array<QRgb, 7> kLightRamp{0xffFFFFFF, 0xffE6F1F4, 0xffCBE3E8, 0xffA9CFD7,
                                         0xff84B8C3, 0xff609EAC, 0xff438596};

}  // namespace

const std::array<QRgb, 7>& heatRamp() {
    return theme().dark ? kDarkRamp : kLightRamp;
}

}  // namespace weir::views
