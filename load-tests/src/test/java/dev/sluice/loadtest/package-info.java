/** Tests of the load generator; {@link dev.sluice.loadtest.FakeInferenceServer} is what they load. */
@NullMarked
package dev.sluice.loadtest;

import org.jspecify.annotations.NullMarked;
