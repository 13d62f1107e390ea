package org.nofear.setup.cli;

import picocli.CommandLine.Option;

/** The options that say what is printed, and how. */
final class OutputArguments {

    @Option(names = "--json", description = "JSON on standard output: one object, or one event a line while it runs")
    private boolean json;

    @Option(names = "--quiet", description = "only errors and the result")
    private boolean quiet;

    @Option(names = "--verbose", description = "also what is usually left out")
    private boolean verbose;

    @Option(names = "--no-color", description = "no colour (as with NO_COLOR set)")
    private boolean noColor;

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose;
    }

    boolean noColor() {
        return noColor;
    }
}
