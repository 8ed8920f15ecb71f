@NullMarked
package dev.sluice.loader.repository;

import org.jspecify.annotations.NullMarked;
