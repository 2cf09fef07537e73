# SPDX-License-Identifier: GPL-3.0-or-later
# Puts the generated sections into the manual.
file(READ "${SECTIONS}" WEIR_PAGES_SECTIONS)
configure_file("${TEMPLATE}" "${OUT}" @ONLY)
