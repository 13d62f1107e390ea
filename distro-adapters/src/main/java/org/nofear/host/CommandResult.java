package org.nofear.host;

import java.util.List;

/**
 * How a program ended.
 *
 * @param status its exit status, 0 to 255; 128+N when signal N killed it
 * @param output what it wrote on standard output, as UTF-8 with malformed bytes replaced (empty when it went to a log)
 * @param error what it wrote on standard error, likewise
 * @param timedOut whether the deadline killed it
 */
public record CommandResult(int status, String output, String error, boolean timedOut) {

    public boolean succeeded() {
        return status == 0 && !timedOut;
    }

    public List<String> lines() {
        return output.lines().toList();
    }
}
