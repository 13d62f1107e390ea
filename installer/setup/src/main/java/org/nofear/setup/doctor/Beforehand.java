package org.nofear.setup.doctor;

import org.nofear.facts.FilesystemLayout;
import org.nofear.facts.ShareSurvey;
import org.nofear.facts.XpraPython;
import org.nofear.host.Host;

/**
 * What takes long to look at: it is begun before anything else is known, when a check will want it.
 *
 * @param shares what is in the directories that guests share
 * @param drift compares the installation with what install would do now
 * @param python what Xpra finds in Python
 */
public record Beforehand(
        Background<ShareSurvey> shares, Background<Drift.Difference> drift, Background<XpraPython> python) {

    /** None of it is begun. */
    public static Beforehand of(Host host, Drift drift) {
        return new Beforehand(
                new Background<>(() -> ShareSurvey.detect(host, FilesystemLayout.detect(host))),
                new Background<>(drift::look),
                new Background<>(() -> XpraPython.detect(host)));
    }
}
