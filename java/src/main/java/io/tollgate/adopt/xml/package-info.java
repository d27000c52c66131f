/**
 * Reads a plan file with the position of each XML element, and edits its text at those positions.
 * Every byte that is not edited stays as it is, elements of unknown plugins included.
 */
package io.tollgate.adopt.xml;
