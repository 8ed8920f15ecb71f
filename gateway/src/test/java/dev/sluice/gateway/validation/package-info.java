@NullMarked
package dev.sluice.gateway.validation;

import org.jspecify.annotations.NullMarked;
