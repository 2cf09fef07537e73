// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/figure.h"

#include <array>

namespace weir::report {

struct Colour {
    Ink ink;
    const char* name;   ///< in the style sheet
    const char* light;  ///< #RRGGBB
    const char* dark;
};

/// The desktop's colours (views/theme), checked for contrast and for colour-blind people.
inline constexpr std::array kPalette{
    Colour{Ink::Text, "text", "#1B1F24", "#E3E6EA"},
    Colour{Ink::Text2, "text2", "#4B5460", "#A9B1BC"},
    Colour{Ink::Text3, "text3", "#5F6874", "#959EAA"},
    Colour{Ink::Line, "line", "#D4D8DE", "#343A43"},
    Colour{Ink::LineStrong, "line-strong", "#858E99", "#68727F"},
    Colour{Ink::Chrome, "chrome", "#F1F2F4", "#22262C"},
    Colour{Ink::OnFill, "on-fill", "#0E1116", "#0E1116"},
    Colour{Ink::OnBreak, "on-break", "#FFFFFF", "#0E1116"},
    Colour{Ink::Success, "success", "#1B9B79", "#3E9181"},
    Colour{Ink::SuccessSoft, "success-soft", "#CFE9E2", "#21423D"},
    Colour{Ink::SuccessText, "success-text", "#0B6B52", "#6CC4AD"},
    Colour{Ink::Cold, "cold", "#2E92B3", "#90DDF3"},
    Colour{Ink::ColdText, "cold-text", "#176883", "#90DDF3"},
    Colour{Ink::Warn, "warn", "#B97B07", "#F1E062"},
    Colour{Ink::WarnText, "warn-text", "#7F5200", "#F1E062"},
    Colour{Ink::Failed, "failed", "#B5381C", "#F1680C"},
    Colour{Ink::FailedText, "failed-text", "#A83216", "#FF8A45"},
    Colour{Ink::Break, "break", "#B50055", "#FF5C86"},
    Colour{Ink::BreakSoft, "break-soft", "#F4DCE7", "#48222F"},
    Colour{Ink::Accent, "accent", "#236ADD", "#3F95FF"},
    Colour{Ink::Waiting, "waiting", "#7A838F", "#5E6A78"},
    Colour{Ink::WaitingSoft, "waiting-soft", "#E4E7EA", "#2B3037"},
};

[[nodiscard]] constexpr const Colour& colour(Ink ink) {
    for (const Colour& c : kPalette) {
        if (c.ink == ink) return c;
    }
    return kPalette.front();
}

}  // namespace weir::report
