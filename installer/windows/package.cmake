# SPDX-License-Identifier: GPL-3.0-or-later
# A setup program for Windows: `cpack -G NSIS`, with NSIS 3. NOT YET RUN: Weir has not been built on Windows so far.
set(CPACK_GENERATOR NSIS)
set(CPACK_PACKAGE_NAME Weir)
set(CPACK_PACKAGE_VENDOR "Weir")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_EXECUTABLES weir "Weir")
set(CPACK_CREATE_DESKTOP_LINKS weir)
set(CPACK_NSIS_ENABLE_UNINSTALL_BEFORE_INSTALL ON)
set(CPACK_NSIS_MODIFY_PATH ON)
# Qt's libraries and plugins go beside the program.
install(CODE "execute_process(COMMAND windeployqt6 --no-translations \"\${CMAKE_INSTALL_PREFIX}/bin/weir.exe\"
    COMMAND_ERROR_IS_FATAL ANY)")
# Sessions and flow files open with Weir.
set(CPACK_NSIS_EXTRA_INSTALL_COMMANDS "
    WriteRegStr HKCR '.weir' '' 'Weir.Session'
    WriteRegStr HKCR 'Weir.Session' '' 'Weir session'
    WriteRegStr HKCR 'Weir.Session\\\\shell\\\\open\\\\command' '' '\\\"$INSTDIR\\\\bin\\\\weir.exe\\\" \\\"%1\\\"'")
set(CPACK_NSIS_EXTRA_UNINSTALL_COMMANDS "
    DeleteRegKey HKCR '.weir'
    DeleteRegKey HKCR 'Weir.Session'")
include(CPack)
