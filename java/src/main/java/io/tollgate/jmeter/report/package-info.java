/** The report of a run: its history from the journal, sentences, a chart, a page. */
package io.tollgate.jmeter.report;
