/** Tests of padding and cutting. */
@NullMarked
package dev.sluice.loader.padding;

import org.jspecify.annotations.NullMarked;
