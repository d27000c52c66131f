/** What a run did with its tokens, told afterwards: a model of it, an account, a page. */
package io.tollgate.jmeter.report;
