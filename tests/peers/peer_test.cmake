# SPDX-License-Identifier: GPL-3.0-or-later

# weir_peer_test(NAME SOURCES … LINKS … LABELS … TIMEOUT …): a GoogleTest program that talks to real peers. One
# ctest entry for the whole program, so that all its cases share one broker.
function(weir_peer_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS integration)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE
        ${arg_LINKS} weir_test_peers weir_test_places weir_settings GTest::gmock GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
