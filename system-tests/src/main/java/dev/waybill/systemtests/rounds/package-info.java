/**
 * Rounds of faults: {@link dev.waybill.systemtests.rounds.Trial} starts the system, lets customers at it and the nemesis too,
 * heals it, waits until it is at rest, and records all of that; {@link dev.waybill.systemtests.rounds.Soak} does so again and
 * again. What it means is for {@code dev.waybill.systemtests.judge} to say.
 */
package dev.waybill.systemtests.rounds;
