@NullMarked
package dev.sluice.loader.tuning;

import org.jspecify.annotations.NullMarked;
