/**
 * What a model's rules take out of records before anything else is done with them.
 *
 * <p>Starting points: {@link dev.sluice.canary.inputlog.redaction.RuleRedactor}, {@link
 * dev.sluice.canary.inputlog.redaction.LogRulesCheck}; the rules are described in docs/redaction.md.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog}, {@code dev.sluice.model}, {@code dev.sluice.protocol} and the contract types of
 * {@code dev.sluice.loader}.
 *
 * <p>Threading: records are changed on the threads of their channels; what is made once per version is immutable.
 */
@NullMarked
package dev.sluice.canary.inputlog.redaction;

import org.jspecify.annotations.NullMarked;
