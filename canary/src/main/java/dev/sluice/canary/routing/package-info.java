/**
 * Which version of a model gets a request: a pure function of the request and one immutable table.
 *
 * <p>Starting points: {@link dev.sluice.canary.routing.Router} (asks), {@link dev.sluice.canary.routing.RouteTable}
 * (answers), {@link dev.sluice.canary.routing.TrafficSplit} (divides).
 *
 * <p>Depends on {@code dev.sluice.model} only; knows no clock, no thread and no statistic.
 *
 * <p>Threading: immutable values; {@code Router} publishes a table by one volatile write.
 */
@NullMarked
package dev.sluice.canary.routing;

import org.jspecify.annotations.NullMarked;
