/** Tests of transforms of text. */
@NullMarked
package dev.sluice.loader.transform.text;

import org.jspecify.annotations.NullMarked;
