# SPDX-License-Identifier: GPL-3.0-or-later
raise RuntimeError("no table to load")
