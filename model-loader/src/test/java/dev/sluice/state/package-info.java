@NullMarked
package dev.sluice.state;

import org.jspecify.annotations.NullMarked;
