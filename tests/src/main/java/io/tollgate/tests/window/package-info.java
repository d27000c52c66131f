/** JMeter's real window, on a screen in memory, used as a person does: by mouse and keyboard. */
package io.tollgate.tests.window;
