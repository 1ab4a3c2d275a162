# HiGHS parses the same headers for each of its 200 sources. In batches it takes half the time, as its authors have it on
# macOS.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
