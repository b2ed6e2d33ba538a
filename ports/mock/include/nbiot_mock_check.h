/* nbiot_mock_check.h - what a test expects of a world: said with the seed when it does not hold.
 * Included by nbiot_mock.h.
 *
 * An expectation that does not hold prints to stderr where it stands, the seed of the world, the
 * time, how to run the same world again, and the last 20 lines of the journal (a later one: those
 * since). The test goes on, so that it can clean up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_CHECK_H
#define NBIOT_MOCK_CHECK_H

#include "nbiot.h"
#include "nbiot_mock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @name Expectations. Each is 1 when it holds, otherwise 0. The world must not be null.
 *  @{ */
/** A condition holds. */
#define NBIOT_MOCK_EXPECT(world, condition) \
  nbiot_mock_expect((world), (condition) != 0, #condition, __FILE__, __LINE__)

/** A number is another; both as int64_t. */
#define NBIOT_MOCK_EXPECT_EQUAL(world, got, wanted) \
  nbiot_mock_expect_equal((world), (int64_t)(got), (int64_t)(wanted), #got, __FILE__, __LINE__)

/** Nothing is pending in the world, and no node shows misuse: destroy the devices before. */
#define NBIOT_MOCK_EXPECT_EMPTY(world) nbiot_mock_expect_empty((world), __FILE__, __LINE__)

/**
 * The tables of a device are empty: nothing unsent, unacknowledged, unanswered, half transferred or
 * stored, and it remembers no request. It remembers each for 247 s (RFC 7252 4.8.2): let that time
 * pass first, nbiot_mock_run(world, step, context, 248000).
 * @param statistics    as nbiot_device_statistics() filled them.
 * @param observations  how many the device should have; 0 once it is de-registered: then it has no
 *                      Write-Attributes left either.
 */
#define NBIOT_MOCK_EXPECT_DEVICE_EMPTY(world, statistics, observations) \
  nbiot_mock_expect_device_empty((world), (statistics), (observations), __FILE__, __LINE__)
/** @} */

/** Return how many expectations on this world did not hold. */
uint32_t nbiot_mock_failures(const nbiot_mock_world_t *world);

/** Choose where failures of this world are printed; null = stderr. The file is borrowed. */
void nbiot_mock_report_to(nbiot_mock_world_t *world, FILE *file);

/** Behind NBIOT_MOCK_EXPECT(). @return 1 = it holds, 0 = it does not. */
int32_t nbiot_mock_expect(nbiot_mock_world_t *world, int32_t holds, const char *text,
                          const char *file, int32_t line);
/** Behind NBIOT_MOCK_EXPECT_EQUAL(). */
int32_t nbiot_mock_expect_equal(nbiot_mock_world_t *world, int64_t got, int64_t wanted,
                                const char *text, const char *file, int32_t line);
/** Behind NBIOT_MOCK_EXPECT_EMPTY(). */
int32_t nbiot_mock_expect_empty(nbiot_mock_world_t *world, const char *file, int32_t line);
/** Behind NBIOT_MOCK_EXPECT_DEVICE_EMPTY(). */
int32_t nbiot_mock_expect_device_empty(nbiot_mock_world_t *world,
                                       const nbiot_statistics_t *statistics,
                                       uint32_t observations, const char *file, int32_t line);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_CHECK_H */
