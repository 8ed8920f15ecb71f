@NullMarked
package dev.sluice.canary.monitor.profile;

import org.jspecify.annotations.NullMarked;
