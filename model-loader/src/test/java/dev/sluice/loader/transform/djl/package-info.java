/** Tests of transforms by DJL. */
@NullMarked
package dev.sluice.loader.transform.djl;

import org.jspecify.annotations.NullMarked;
