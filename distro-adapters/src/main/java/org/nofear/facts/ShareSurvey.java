package org.nofear.facts;

import org.nofear.host.Host;

/**
 * What a single look at the shared directories finds; two would take twice the time.
 *
 * @param unreadable what the VMM cannot open
 * @param outward links whose targets guests do not share
 */
public record ShareSurvey(UnreadablePrograms unreadable, OutwardLinks outward) {

    public static ShareSurvey detect(Host host, FilesystemLayout layout) {
        NotableFiles notable = NotableFiles.in(host, layout.shares());
        return new ShareSurvey(UnreadablePrograms.among(notable), OutwardLinks.among(notable, layout));
    }
}
