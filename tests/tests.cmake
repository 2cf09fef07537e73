# SPDX-License-Identifier: GPL-3.0-or-later
include(GoogleTest)
find_package(GTest REQUIRED)

add_library(weir_test_places STATIC places.cpp)
target_include_directories(weir_test_places PUBLIC "${PROJECT_SOURCE_DIR}/tests")
target_compile_definitions(weir_test_places PRIVATE
    WEIR_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WEIR_PROGRAM_DIR="${CMAKE_BINARY_DIR}/bin")

# weir_core_test(NAME [SERIAL] SOURCES … LINKS … LABELS … TIMEOUT …): a GoogleTest program of core, one ctest entry per
# test case. Labels are unit, integration (needs a peer: broker, function runtime) or long. SERIAL: nothing else runs beside it.
function(weir_core_test name)
    cmake_parse_arguments(arg "SERIAL" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINKS} weir_test_places weir_settings GTest::gmock GTest::gtest_main)
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS unit)
    endif()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
        PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} RUN_SERIAL "${arg_SERIAL}")
endfunction()
