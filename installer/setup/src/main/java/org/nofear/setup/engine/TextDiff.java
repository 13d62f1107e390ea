package org.nofear.setup.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The difference of two texts in the unified format, with three lines of context. */
final class TextDiff {

    private static final int CONTEXT = 3;

    /** Above this many lines in both together, a difference helps nobody. */
    private static final int LINES_AT_MOST = 4000;

    private final List<String> before;
    private final List<String> after;

    private TextDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /** Empty when the texts are the same, or too long. */
    static Optional<String> between(String before, String after) {
        TextDiff diff = new TextDiff(before.lines().toList(), after.lines().toList());
        if (before.equals(after) || diff.before.size() + diff.after.size() > LINES_AT_MOST) {
            return Optional.empty();
        }
        return Optional.of(diff.hunks(diff.script()));
    }

    /** One line of the result: '-', '+' or ' ', and the line. */
    private record Edit(char sign, String line) {}

    private List<Edit> script() {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<Edit> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                edits.add(new Edit(' ', before.get(i++)));
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                edits.add(new Edit('-', before.get(i++)));
            } else {
                edits.add(new Edit('+', after.get(j++)));
            }
        }
        return edits;
    }

    private String hunks(List<Edit> edits) {
        StringBuilder text = new StringBuilder();
        int index = 0;
        while (index < edits.size()) {
            int first = next(edits, index);
            if (first == edits.size()) {
                break;
            }
            int start = Math.max(index, first - CONTEXT);
            int end = first + 1;
            for (int next = next(edits, end); next < edits.size() && next - end <= 2 * CONTEXT; ) {
                end = next + 1;
                next = next(edits, end);
            }
            int stop = Math.min(edits.size(), end + CONTEXT);
            text.append(hunk(edits, start, stop));
            index = stop;
        }
        return text.toString();
    }

    private static int next(List<Edit> edits, int from) {
        int index = from;
        while (index < edits.size() && edits.get(index).sign() == ' ') {
            index++;
        }
        return index;
    }

    private static String hunk(List<Edit> edits, int start, int stop) {
        List<Edit> ahead = edits.subList(0, start);
        List<Edit> inside = edits.subList(start, stop);
        StringBuilder text = new StringBuilder();
        text.append(String.format("@@ -%s +%s @@%n", range(ahead, inside, '+'), range(ahead, inside, '-')));
        inside.forEach(edit -> text.append(edit.sign()).append(edit.line()).append('\n'));
        return text.toString();
    }

    /** Start and count of lines, those of the other side left out. */
    private static String range(List<Edit> ahead, List<Edit> inside, char other) {
        long count = inside.stream().filter(edit -> edit.sign() != other).count();
        long start = ahead.stream().filter(edit -> edit.sign() != other).count();
        return (count == 0 ? start : start + 1) + "," + count;
    }
}
