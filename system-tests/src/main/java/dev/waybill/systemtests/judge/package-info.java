/**
 * Judges the recorded history of a round ({@code dev.waybill.systemtests.history}), from what anybody outside could see:
 * what clients were answered, what the carrier was asked, what lies on the topics and in the dead letters. A program of
 * its own, that knows neither the services' code nor their databases.
 *
 * <p>What it does not know for sure, it does not condemn. A call without a certain answer may be done or not; and one that
 * got no answer at all may be done late, after later ones were (it waited in a process that was frozen). That an order is
 * back at an earlier address is taken for such a call only if there is one, and if the topic shows one change more.
 */
package dev.waybill.systemtests.judge;
