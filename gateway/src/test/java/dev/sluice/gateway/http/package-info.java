@NullMarked
package dev.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
