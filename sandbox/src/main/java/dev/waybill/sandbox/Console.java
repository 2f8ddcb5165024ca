package dev.waybill.sandbox;

import java.io.PrintStream;

/** What the user sees: whole lines, from whichever thread. */
public final class Console {
    private final PrintStream out;

    public Console(PrintStream out) {
        this.out = out;
    }

    /** Says one thing; a text alone is said as it is, else it is a format. */
    public void say(String format, Object... arguments) {
        String text = arguments.length == 0 ? format : format.formatted(arguments);
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }
}
