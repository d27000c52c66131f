/**
 * A plan file as text of which only parts are changed: where each XML element stands, and edits of
 * that text. What is not edited stays as it is to the byte, with elements and attributes of plugins
 * that nobody here knows.
 */
package io.tollgate.adopt.xml;
