package org.nofear.distro;

/**
 * A fault of a distribution that NoFear works around or warns of.
 *
 * @param check the id of the doctor's check that it belongs to, such as {@code gui.xpra}
 * @param summary what is wrong, one sentence
 * @param remedy what NoFear does, or what the user can do
 */
public record KnownDefect(String check, String summary, String remedy) {}
