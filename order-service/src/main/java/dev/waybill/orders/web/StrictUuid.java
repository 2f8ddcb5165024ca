package dev.waybill.orders.web;

import java.beans.PropertyEditorSupport;
import java.util.UUID;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/** {@link UUID#fromString} also takes {@code 1-1-1-1-1}; here an id has one spelling only. */
@ControllerAdvice
class StrictUuid {

    private static final int LENGTH = 36;

    // An editor, not a Converter: where a Converter fails, Spring tries its own, lenient editor.
    @InitBinder
    void register(WebDataBinder binder) {
        binder.registerCustomEditor(UUID.class, new PropertyEditorSupport() {
            @Override
            public void setAsText(String text) {
                if (!text.isEmpty() && text.length() != LENGTH) {
                    throw new IllegalArgumentException("not a UUID");
                }
                setValue(text.isEmpty() ? null : UUID.fromString(text));
            }
        });
    }
}
