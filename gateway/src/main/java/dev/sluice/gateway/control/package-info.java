/**
 * What operators and clients may ask about models, apart from how they ask it.
 *
 * <p>Starting points: {@link dev.sluice.gateway.control.ModelCatalog}.
 *
 * <p>Depends on {@code loader.lifecycle} and {@code canary.routing}; must not depend on any front.
 */
@NullMarked
package dev.sluice.gateway.control;

import org.jspecify.annotations.NullMarked;
