# HiGHS parses the same headers for each of its 200 sources. In batches it takes half the time, as its authors have it on
# macOS; the library of extras, which nothing here uses, is left out.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
set(BUILD_SHARED_EXTRAS_LIB OFF CACHE BOOL "")
