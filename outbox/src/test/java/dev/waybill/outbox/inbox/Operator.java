package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.support.Management;

/** Looks at dead letters and says what is to become of them, over HTTP. */
record Operator(Management management) {

    static final String RETRY = "{\"action\":\"retry\"}";
    static final String DISCARD = "{\"action\":\"discard\",\"reason\":\"agreed with sales\"}";
    static final String ACCEPT_GAP = "{\"action\":\"accept-gap\",\"reason\":\"lost with the old system\"}";

    Management.Answer list(String query) {
        return management.get("deadletters?" + query);
    }

    Management.Answer show(long id) {
        return management.get("deadletters/" + id);
    }

    Management.Answer say(long id, String word) {
        return management.post("deadletters/" + id, word);
    }

    /** Of all letters at once, or of those that the word names. */
    Management.Answer sayOfAll(String word) {
        return management.post("deadletters", word);
    }

    String state(long id) {
        return show(id).body().path("state").asText();
    }

    /** Null if there is none. */
    JsonNode letter(String subject, long sequence) {
        for (JsonNode item : list("subject=" + subject).body().path("items")) {
            if (item.path("sequence").asLong() == sequence) {
                return item;
            }
        }
        return null;
    }

    /** The letter's id, once it has this state. */
    long awaitLetter(String subject, long sequence, String state) {
        await().untilAsserted(() -> {
            JsonNode letter = letter(subject, sequence);
            assertThat(letter == null ? null : letter.path("state").asText()).isEqualTo(state);
        });
        return letter(subject, sequence).path("id").asLong();
    }
}
