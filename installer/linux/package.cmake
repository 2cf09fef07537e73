# SPDX-License-Identifier: GPL-3.0-or-later
# The .deb: `cpack -G DEB`. ./dev package builds it and looks at it.
set(doc "${CMAKE_INSTALL_DATADIR}/doc/weir")
install(FILES linux/copyright DESTINATION "${doc}")
# Debian wants it under this name, packed and without the time of packing.
find_program(WEIR_GZIP gzip)
if(WEIR_GZIP)
    add_custom_command(OUTPUT "${generated}/changelog.gz"
        COMMAND "${WEIR_GZIP}" -9nc "${PROJECT_SOURCE_DIR}/CHANGELOG.md" > "${generated}/changelog.gz"
        DEPENDS "${PROJECT_SOURCE_DIR}/CHANGELOG.md" VERBATIM)
    configure_file(linux/changelog.Debian.in "${generated}/changelog.Debian" @ONLY)
    add_custom_command(OUTPUT "${generated}/changelog.Debian.gz"
        COMMAND "${WEIR_GZIP}" -9nc "${generated}/changelog.Debian" > "${generated}/changelog.Debian.gz"
        DEPENDS linux/changelog.Debian.in VERBATIM)
    add_custom_target(weir_changelog ALL DEPENDS "${generated}/changelog.gz" "${generated}/changelog.Debian.gz")
    install(FILES "${generated}/changelog.gz" "${generated}/changelog.Debian.gz" DESTINATION "${doc}")
    install(CODE "
        file(GLOB pages \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1/weir*.1\")
        foreach(page \${pages})
            execute_process(COMMAND \"${WEIR_GZIP}\" -9nf \"\${page}\" COMMAND_ERROR_IS_FATAL ANY)
        endforeach()")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VENDOR "Weir")
set(CPACK_PACKAGE_CONTACT "The Weir developers <weir@example.org>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "see how Kafka events reach their functions")
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_STRIP_FILES TRUE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded while it runs, so that no library names it: the platform's window system and pictures as SVG.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6svg6, qt6-qpa-plugins")
# The functions of the demo are Python programs.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gnome-keyring, kafkacat")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Weir drives functions from Kafka as a managed event-source mapping would, or
watches those that others run, and records every delivery of every event:
whether the order of each partition survived, how long each batch waited and
ran, which calls were cold, and what each event caused.
.
This package has the desktop application weir and its headless twin weir-cli.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_SOURCE_DIR}/linux/prerm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)
