/**
 * Everything that warns, as the canary in a coal mine does: which version gets a request, and is that version still good.
 *
 * <p>Starting points: {@link dev.sluice.canary.routing.Router}, {@link
 * dev.sluice.canary.monitor.profile.ReferenceProfile}.
 *
 * <p>Depends on {@code model-loader}; must not depend on HTTP, Vert.x or ONNX Runtime.
 */
@NullMarked
package dev.sluice.canary;

import org.jspecify.annotations.NullMarked;
