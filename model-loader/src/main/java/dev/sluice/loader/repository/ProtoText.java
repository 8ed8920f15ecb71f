package dev.sluice.loader.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parser of protobuf's text format that needs no schema: {@code name: value}, {@code name { ... }}, lists, comments, strings
 * that continue each other; separators are optional.
 *
 * <p>Bound: {@value #DEPTH_MAX} levels; the file's size is its caller's.
 *
 * <p>Threading: confined to the thread that parses.
 *
 * @see "protobuf.dev, Text Format Language Specification"
 */
final class ProtoText {
    private static final int DEPTH_MAX = 32;

    private final ProtoLexer lexer;

    private ProtoText(ProtoLexer lexer) {
        this.lexer = lexer;
    }

    static ProtoMessage parse(String text) throws ProtoTextException {
        return new ProtoText(new ProtoLexer(text)).fields("", 0);
    }

    /**
     * Fields until a mark.
     *
     * @param close the mark that ends them; empty for the end of the text
     */
    private ProtoMessage fields(String close, int depth) throws ProtoTextException {
        if (depth > DEPTH_MAX) {
            throw new ProtoTextException(lexer.line(), "nested deeper than " + DEPTH_MAX + " levels");
        }
        List<ProtoMessage.Field> fields = new ArrayList<>();
        while (true) {
            if (close.isEmpty() ? lexer.kind() == ProtoLexer.Kind.END : lexer.isMark(close)) {
                lexer.next();
                return new ProtoMessage(fields);
            }
            field(fields, close, depth);
            if (lexer.isMark(",") || lexer.isMark(";")) {
                lexer.next();
            }
        }
    }

    private void field(List<ProtoMessage.Field> fields, String close, int depth) throws ProtoTextException {
        String name = lexer.text();
        int line = lexer.line();
        if (lexer.kind() != ProtoLexer.Kind.WORD) {
            String end = close.isEmpty() ? "" : " or '" + close + "'";
            throw new ProtoTextException(line, "expected the name of a field" + end + ", got " + lexer.describe());
        }
        lexer.next();
        boolean colon = lexer.isMark(":");
        if (colon) {
            lexer.next();
        }
        if (!lexer.isMark("[")) {
            fields.add(value(name, line, colon, depth));
            return;
        }
        lexer.next();
        while (!lexer.isMark("]")) {
            fields.add(value(name, lexer.line(), true, depth));
            if (lexer.isMark(",")) {
                lexer.next();
            } else if (!lexer.isMark("]")) {
                throw new ProtoTextException(
                        lexer.line(), "expected ',' or ']' in the list " + name + ", got " + lexer.describe());
            }
        }
        lexer.next();
    }

    private ProtoMessage.Field value(String name, int line, boolean colon, int depth) throws ProtoTextException {
        if (lexer.isMark("{") || lexer.isMark("<")) {
            String close = lexer.isMark("{") ? "}" : ">";
            lexer.next();
            return new ProtoMessage.Field(name, line, "", Optional.of(fields(close, depth + 1)));
        }
        if (!colon) {
            throw new ProtoTextException(line, "expected ':' or '{' after " + name + ", got " + lexer.describe());
        }
        StringBuilder text = new StringBuilder(lexer.text());
        switch (lexer.kind()) {
            case WORD -> lexer.next();
            case STRING -> {
                lexer.next();
                while (lexer.kind() == ProtoLexer.Kind.STRING) {
                    text.append(lexer.text());
                    lexer.next();
                }
            }
            case MARK, END ->
                throw new ProtoTextException(lexer.line(), "expected a value of " + name + ", got " + lexer.describe());
        }
        return new ProtoMessage.Field(name, line, text.toString(), Optional.empty());
    }
}
