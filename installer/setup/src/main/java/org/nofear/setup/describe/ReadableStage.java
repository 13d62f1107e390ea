package org.nofear.setup.describe;

import java.util.List;
import org.nofear.facts.NeededPrograms;
import org.nofear.host.Host;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;

/**
 * Copies of the programs that guests need and that the host lets nobody read. On the host they are programs like any other,
 * without setuid; guests get them in the originals' places, with the originals' modes.
 */
final class ReadableStage implements Stage {

    private final Host host;
    private final Layout layout;

    ReadableStage(Host host, Layout layout) {
        this.host = host;
        this.layout = layout;
    }

    @Override
    public List<Resource> resources() {
        return NeededPrograms.unreadable(host).stream().map(this::copy).toList();
    }

    private Resource copy(String program) {
        return new BuiltFile(
                layout.readable(program),
                host.path(program),
                Permissions.PROGRAM,
                "for guests: nobody may read " + program + " itself");
    }
}
