package org.nofear.setup.cli;

import java.util.Optional;
import picocli.CommandLine;

/** The version of NoFear, as the jar's manifest has it. */
final class Version implements CommandLine.IVersionProvider {

    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unreleased");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"nofear-setup " + text()};
    }
}
