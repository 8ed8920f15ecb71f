@NullMarked
package dev.sluice.canary.inputlog.jsonl;

import org.jspecify.annotations.NullMarked;
