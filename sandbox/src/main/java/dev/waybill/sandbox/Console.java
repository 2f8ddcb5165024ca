package dev.waybill.sandbox;

import java.io.PrintStream;

/** What the user sees: whole lines, from whichever thread. */
final class Console {
    private final PrintStream out;

    Console(PrintStream out) {
        this.out = out;
    }

    void say(String format, Object... arguments) {
        String text = arguments.length == 0 ? format : format.formatted(arguments);
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }
}
