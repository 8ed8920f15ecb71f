/** Tests of what all transforms have in common. */
@NullMarked
package dev.sluice.loader.transform;

import org.jspecify.annotations.NullMarked;
