package org.nofear.setup.describe;

import java.io.IOException;
import org.nofear.build.Cache;

/** That a guest has booted with what is installed, as install remembers it in its cache. */
public final class BootRecord {

    private BootRecord() {}

    /** Lets the next install boot a guest again, and choose the VMM anew: none comes up any more. */
    public static void forget() throws IOException {
        Cache.delete(Workshop.CACHE.resolve(BootStage.KIND));
    }
}
