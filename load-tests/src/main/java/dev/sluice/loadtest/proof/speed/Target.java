package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import java.net.URI;

/**
 * A model behind a server, and what to ask it.
 *
 * <p>Threading: immutable.
 *
 * @param system name of the server in tables
 * @param base of its data port
 * @param pid its process, or 0 when that is not known
 * @param model name of the model
 * @param body what to send
 */
record Target(String system, URI base, long pid, String model, BodySource body) {}
