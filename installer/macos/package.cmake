# SPDX-License-Identifier: GPL-3.0-or-later
# A disk image for macOS: `cpack -G DragNDrop`. NOT YET RUN: Weir has not been built on macOS so far.
set_target_properties(weir PROPERTIES MACOSX_BUNDLE ON
    MACOSX_BUNDLE_BUNDLE_NAME Weir
    MACOSX_BUNDLE_GUI_IDENTIFIER org.weir.Weir
    MACOSX_BUNDLE_BUNDLE_VERSION "${PROJECT_VERSION}"
    MACOSX_BUNDLE_SHORT_VERSION_STRING "${PROJECT_VERSION}")
install(CODE "execute_process(COMMAND macdeployqt \"\${CMAKE_INSTALL_PREFIX}/weir.app\" COMMAND_ERROR_IS_FATAL ANY)")
set(CPACK_GENERATOR DragNDrop)
set(CPACK_PACKAGE_NAME Weir)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_DMG_VOLUME_NAME Weir)
include(CPack)
