package org.nofear.facts;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.nofear.host.Host;

/**
 * What a single walk over the shared directories finds; two walks would take twice the time.
 *
 * @param unreadable what the VMM cannot open
 * @param outward links whose targets guests do not share
 */
public record ShareSurvey(UnreadablePrograms unreadable, OutwardLinks outward) {

    public static ShareSurvey detect(Host host, FilesystemLayout layout) {
        Collection<UnreadablePrograms.Unreadable> unreadable = new ConcurrentLinkedQueue<>();
        Collection<OutwardLinks.Outward> links = new ConcurrentLinkedQueue<>();
        Consumer<ShareWalk.Seen> outward = OutwardLinks.collector(host, layout, links);
        boolean complete = ShareWalk.walk(host, layout.shares(), seen -> {
            UnreadablePrograms.collect(seen, unreadable);
            outward.accept(seen);
        });
        return new ShareSurvey(UnreadablePrograms.sorted(unreadable, complete), OutwardLinks.sorted(links, complete));
    }
}
