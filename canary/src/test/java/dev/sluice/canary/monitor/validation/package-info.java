@NullMarked
package dev.sluice.canary.monitor.validation;

import org.jspecify.annotations.NullMarked;
