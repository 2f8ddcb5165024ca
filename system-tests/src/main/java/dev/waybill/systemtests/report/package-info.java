/** Tells people of judged rounds: a page and a picture of each, and a page of many. */
package dev.waybill.systemtests.report;
