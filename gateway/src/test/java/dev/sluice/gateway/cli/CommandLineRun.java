package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line printed, and its exit code. */
record CommandLineRun(int exitCode, String out, String err) {
    static CommandLineRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int exitCode = SluiceCommand.run(new PrintWriter(out), new PrintWriter(err), texts);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }
}
