/** Tests of transforms of images. */
@NullMarked
package dev.sluice.loader.transform.image;

import org.jspecify.annotations.NullMarked;
