// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace weir {

/// An allocator for tables that are looked up at random: it asks the system for large pages, so that a
/// look-up misses the cache and not the table of pages as well. Small allocations, and systems that have no
/// such pages, get ordinary memory.
template <typename T>
class LargePages {
  public:
    using value_type = T;

    LargePages() noexcept = default;
    template <typename U>
    LargePages(const LargePages<U>&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t n) {
        if (n > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) throw std::bad_array_new_length();
        const std::size_t bytes = n * sizeof(T);
#ifdef __linux__
        if (bytes >= 2 * kPage) {
            void* const at = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
            if (at == nullptr) throw std::bad_alloc();
            (void)::madvise(at, bytes, MADV_HUGEPAGE);  // advice: without it the table is only slower
            return static_cast<T*>(at);
        }
#endif
        return static_cast<T*>(::operator new(bytes));
    }
    void deallocate(T* at, std::size_t n) noexcept {
#ifdef __linux__
        if (n * sizeof(T) >= 2 * kPage) {
            std::free(at);
            return;
        }
#endif
        (void)n;
        ::operator delete(at);
    }

    template <typename U>
    friend bool operator==(const LargePages&, const LargePages<U>&) noexcept {
        return true;
    }

  private:
    static constexpr std::size_t kPage = std::size_t{2} << 20;
};

/// A table of so many zeroed values in large pages, without a pass over them. T is plain data.
template <typename T>
class ZeroedTable {
  public:
    ZeroedTable() noexcept = default;
    explicit ZeroedTable(std::size_t size) : size_(size) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
#ifdef __linux__
        void* const at = ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) throw std::bad_alloc();
        (void)::madvise(at, bytes(), MADV_HUGEPAGE);  // advice, as above
#else
        void* const at = std::calloc(size, sizeof(T));
        if (at == nullptr) throw std::bad_alloc();
#endif
        values_ = static_cast<T*>(at);
    }
    ~ZeroedTable() {
        if (values_ == nullptr) return;
#ifdef __linux__
        ::munmap(values_, bytes());
#else
        std::free(values_);
#endif
    }
    ZeroedTable(ZeroedTable&& other) noexcept
        : values_(std::exchange(other.values_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    ZeroedTable& operator=(ZeroedTable&& other) noexcept {
        std::swap(values_, other.values_);
        std::swap(size_, other.size_);
        return *this;
    }
    ZeroedTable(const ZeroedTable&) = delete;
    ZeroedTable& operator=(const ZeroedTable&) = delete;

    [[nodiscard]] std::size_t size() const noexcept {
        return size_;
    }
    [[nodiscard]] T& operator[](std::size_t i) noexcept {
        return values_[i];
    }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept {
        return values_[i];
    }

  private:
    [[nodiscard]] std::size_t bytes() const noexcept {
        return size_ * sizeof(T);
    }

    T* values_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace weir
