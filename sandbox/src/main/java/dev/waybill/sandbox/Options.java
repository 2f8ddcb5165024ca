package dev.waybill.sandbox;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the user asked for: by option, else by environment variable, else as usual. */
record Options(Map<Port, Integer> ports, boolean fresh, boolean help) {

    int port(Port port) {
        return ports.get(port);
    }

    /** @throws SandboxException if something cannot be understood; the message names it */
    static Options parse(List<String> arguments, Map<String, String> environment) {
        Map<Port, Integer> ports = new EnumMap<>(Port.class);
        for (Port port : Port.values()) {
            String value = environment.get(port.variable());
            ports.put(port, value == null || value.isBlank() ? port.usual() : number(port.variable(), value));
        }
        boolean fresh = false;
        boolean help = false;
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            String argument = rest.pop();
            switch (argument) {
                case "--fresh" -> fresh = true;
                case "--help", "-h" -> help = true;
                default -> {
                    String option = argument.split("=", 2)[0];
                    Port port = portOf(option);
                    if (argument.contains("=")) {
                        rest.push(argument.substring(option.length() + 1));
                    }
                    if (rest.isEmpty()) {
                        throw new SandboxException(option + " needs a port number");
                    }
                    ports.put(port, number(option, rest.pop()));
                }
            }
        }
        refuseSharedPorts(ports);
        return new Options(Map.copyOf(ports), fresh, help);
    }

    static String usage() {
        StringBuilder text = new StringBuilder("""
                Usage: ./run [options]

                Starts PostgreSQL, Kafka, the carrier and both services on this machine, each as a process of its own.
                Data, logs and pid files are under .waybill/; Ctrl-C stops everything, and the data stays.

                  --fresh   delete .waybill/data first
                  --help    show this

                Ports, all of 127.0.0.1, by option or by environment variable:
                """);
        for (Port port : Port.values()) {
            text.append("  %-38s %-40s %d%n".formatted(port.option() + " N", port.variable(), port.usual()));
        }
        return text.toString();
    }

    private static Port portOf(String option) {
        return Arrays.stream(Port.values())
                .filter(port -> port.option().equals(option))
                .findFirst()
                .orElseThrow(() -> new SandboxException("Unknown option " + option + "; --help lists them"));
    }

    private static int number(String source, String value) {
        if (!value.strip().matches("\\d{1,5}")) {
            throw new SandboxException("%s must be a port number, not '%s'".formatted(source, value));
        }
        int number = Integer.parseInt(value.strip());
        if (number < 1 || number > 65535) {
            throw new SandboxException("%s must be between 1 and 65535, not %d".formatted(source, number));
        }
        return number;
    }

    private static void refuseSharedPorts(Map<Port, Integer> ports) {
        for (Port one : Port.values()) {
            for (Port other : Port.values()) {
                if (one.compareTo(other) < 0 && ports.get(one).equals(ports.get(other))) {
                    throw new SandboxException("%s and %s cannot both have port %d; change %s or %s"
                            .formatted(one.owner(), other.owner(), ports.get(one), one.option(), other.option()));
                }
            }
        }
    }
}
