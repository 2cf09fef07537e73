# SPDX-License-Identifier: GPL-3.0-or-later
# One place for everything that all targets share: language, warnings, sanitizers, output folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(WEIR_CCACHE ccache)
if(WEIR_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_NOHASHDIR=1 "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "${WEIR_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_C_COMPILER_LAUNCHER}")
endif()

# Links many programs of much debug information in a fraction of the time.
find_program(WEIR_MOLD mold)
if(WEIR_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_library(weir_settings INTERFACE)
target_compile_options(weir_settings INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(WEIR_WERROR)
    target_compile_options(weir_settings INTERFACE -Werror)
endif()
target_compile_definitions(weir_settings INTERFACE WEIR_VERSION="${PROJECT_VERSION}")
if(WEIR_SANITIZE)
    add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${WEIR_SANITIZE})
    if(WEIR_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
    # GCC 12 warns falsely inside the standard library once sanitizers are on.
    target_compile_options(weir_settings INTERFACE -Wno-maybe-uninitialized -Wno-tsan)
endif()

if(WEIR_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "WEIR_FUZZ needs clang, as in: cmake --preset fuzz")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=address,undefined)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

if(WEIR_SANITIZE MATCHES "thread")
    # See there: librdkafka's threads, made visible. -u takes it out of its archive although we never call it.
    add_library(weir_c11_threads STATIC "${PROJECT_SOURCE_DIR}/tests/sanitizers/c11_threads.cpp")
    target_link_libraries(weir_settings INTERFACE weir_c11_threads Threads::Threads)
    target_link_options(weir_settings INTERFACE -Wl,-u,thrd_create)
endif()

# weir_library(NAME SOURCES … LINKS … PRIVATE_LINKS …): a static library of one core folder. What it may
# include follows from what it links, so the arrows of docs/architecture.md hold by construction.
function(weir_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE weir_settings ${arg_PRIVATE_LINKS})
endfunction()
