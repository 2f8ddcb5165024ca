package dev.waybill.orders.web;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.waybill.orders.web.Problem.FieldError;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Says what is wrong with a JSON body in the words of its sender, without the names of our classes. */
final class JsonFault {

    private static final String BODY = "body";

    private JsonFault() {}

    static FieldError of(JacksonException fault) {
        if (fault.getCause() instanceof StreamReadException nested) {
            return of(nested);
        }
        if (fault instanceof InputCoercionException number) {
            return new FieldError(path(number.getProcessor()), "is out of range");
        }
        if (fault instanceof StreamReadException broken) {
            return brokenAt(broken);
        }
        if (fault instanceof UnrecognizedPropertyException unknown) {
            return new FieldError(path(unknown.getPath()), "is not a known property");
        }
        if (fault.getOriginalMessage().startsWith("Trailing token")) {
            return new FieldError(BODY, "goes on after its end");
        }
        if (fault instanceof MismatchedInputException mismatch) {
            return new FieldError(path(mismatch.getPath()), expected(mismatch.getTargetType()));
        }
        if (fault instanceof JsonMappingException ours) {
            return new FieldError(path(ours.getPath()), ours.getOriginalMessage());
        }
        return new FieldError(BODY, "is not JSON that can be read");
    }

    private static FieldError brokenAt(StreamReadException broken) {
        String path = path(broken.getProcessor());
        if (broken.getOriginalMessage().startsWith("Duplicate field")) {
            return new FieldError(path, "is given twice");
        }
        JsonLocation at = broken.getLocation();
        return new FieldError(
                path,
                at == null
                        ? "is not valid JSON"
                        : "is not valid JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
    }

    private static String expected(Class<?> type) {
        if (type == null || type == void.class) {
            return "does not fit what is expected here";
        }
        if (type == Integer.class || type == int.class) {
            return "must be an integer";
        }
        if (type == String.class) {
            return "must be a string";
        }
        if (type == UUID.class) {
            return "must be a UUID";
        }
        return Collection.class.isAssignableFrom(type) ? "must be a list" : "must be an object";
    }

    private static String path(List<JsonMappingException.Reference> references) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : references) {
            append(path, reference.getFieldName(), reference.getIndex());
        }
        return path.isEmpty() ? BODY : path.toString();
    }

    private static String path(JsonParser parser) {
        StringBuilder path = new StringBuilder();
        if (parser != null) {
            append(path, parser.getParsingContext());
        }
        return path.isEmpty() ? BODY : path.toString();
    }

    private static void append(StringBuilder path, JsonStreamContext context) {
        if (context.getParent() != null) {
            append(path, context.getParent());
        }
        if (context.hasPathSegment()) {
            append(path, context.getCurrentName(), context.getCurrentIndex());
        }
    }

    private static void append(StringBuilder path, String name, int index) {
        if (name == null) {
            path.append('[').append(index).append(']');
        } else {
            path.append(path.isEmpty() ? "" : ".").append(name);
        }
    }
}
