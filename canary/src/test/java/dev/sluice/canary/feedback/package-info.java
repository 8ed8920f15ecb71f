@NullMarked
package dev.sluice.canary.feedback;

import org.jspecify.annotations.NullMarked;
