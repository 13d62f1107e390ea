package org.nofear.setup.engine;

import org.nofear.setup.InstallOptions;

/**
 * What to install where a stage fails that install can do without, since nobody asked for it.
 *
 * @param words what is done then, in a few words: "going on without ..."
 * @param options of that install
 */
public record Otherwise(String words, InstallOptions options) {}
