package org.nofear.setup.doctor;

import java.util.Optional;
import org.nofear.facts.FilesystemLayout;
import org.nofear.facts.ShareSurvey;
import org.nofear.host.Host;

/** The walk over all that guests share: it takes seconds, so it is done when the first check wants it, and once. */
public final class SharesOnce {

    private final Host host;
    private final FilesystemLayout layout;
    private Optional<ShareSurvey> found = Optional.empty();

    SharesOnce(Host host, FilesystemLayout layout) {
        this.host = host;
        this.layout = layout;
    }

    synchronized ShareSurvey survey() {
        ShareSurvey survey = found.orElseGet(() -> ShareSurvey.detect(host, layout));
        found = Optional.of(survey);
        return survey;
    }
}
