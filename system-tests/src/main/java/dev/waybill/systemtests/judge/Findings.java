package dev.waybill.systemtests.judge;

import java.util.ArrayList;
import java.util.List;

/** The violations found so far. */
final class Findings {

    private final List<Violation> violations = new ArrayList<>();

    void add(Violation.Kind kind, Object subject, String text, Object... values) {
        violations.add(new Violation(kind, String.valueOf(subject), text.formatted(values)));
    }

    List<Violation> violations() {
        return violations;
    }
}
