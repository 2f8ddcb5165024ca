package dev.waybill.outbox.deadletter;

import static dev.waybill.outbox.deadletter.OperatorAnswers.text;

import dev.waybill.outbox.deadletter.OperatorAnswers.BadRequestException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.lang.Nullable;

/**
 * {@code /actuator/deadletters}: what could not be applied, and what an operator can do about it. 400 for what was asked
 * wrongly, 404 for no such letter, 409 for what cannot be done to it, 503 while the database is away.
 */
@Endpoint(id = "deadletters")
final class DeadLettersEndpoint {

    /** @param next null on the last page, else what to give as {@code after} for the next one */
    record Page(List<DeadLetter> items, Long next) {}

    /** @param next null when all were tried, else what to give as {@code after} to go on */
    record Retried(int applied, int failed, int waiting, int refused, Long next) {}

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(20);

    private final LetterQueries letters;
    private final Remedies remedies;

    DeadLettersEndpoint(LetterQueries letters, Remedies remedies) {
        this.letters = letters;
        this.remedies = remedies;
    }

    /** The newest letters first, settled ones too: those that had FAILED or that an operator had a hand in. */
    @ReadOperation
    public WebEndpointResponse<Object> list(
            @Nullable String state, @Nullable String subject, @Nullable String after, @Nullable String limit) {
        return answer(() -> {
            int most = limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, MOST);
            long before = after == null ? Long.MAX_VALUE : number("after", after, Long.MAX_VALUE);
            List<DeadLetter> found = letters.list(state(state), text("subject", subject), before, most + 1);
            boolean more = found.size() > most;
            List<DeadLetter> items = more ? found.subList(0, most) : found;
            return new Page(items, more ? items.get(most - 1).id() : null);
        });
    }

    @ReadOperation
    public WebEndpointResponse<Object> read(@Selector String id) {
        return answer(() -> id(id).flatMap(letters::full).map(RawView::of).orElse(null));
    }

    /** Retries all FAILED letters, the oldest first, each in a transaction of its own, for as long as a request may take. */
    @WriteOperation
    public WebEndpointResponse<Object> retryAll(
            SecurityContext security,
            @Nullable String action,
            @Nullable String state,
            @Nullable String subject,
            @Nullable String after,
            @Nullable String reason) {
        return answer(() -> {
            if (!"retry".equals(action)) {
                throw new BadRequestException("action must be retry; anything else is said of one letter");
            }
            if (state != null && state(state) != DeadLetter.State.FAILED) {
                throw new BadRequestException("state must be FAILED: no other letters can be retried");
            }
            long from = after == null ? 0 : number("after", after, Long.MAX_VALUE);
            return retryAll(text("subject", subject), from, word(security, "retry", reason));
        });
    }

    @WriteOperation
    public WebEndpointResponse<Object> act(
            SecurityContext security, @Selector String id, @Nullable String action, @Nullable String reason) {
        return answer(() -> {
            Optional<DeadLetter> letter = id(id).flatMap(letters::find);
            if (letter.isEmpty()) {
                return null;
            }
            long known = letter.get().id();
            Word word = word(security, action, reason);
            switch (String.valueOf(action)) {
                case "retry" -> remedies.retry(known, word);
                case "discard" -> remedies.discard(known, reasoned(word));
                case "accept-gap" -> remedies.acceptGap(known, reasoned(word));
                default -> throw new BadRequestException("action must be retry, discard or accept-gap");
            }
            return letters.find(known).orElse(null);
        });
    }

    private Retried retryAll(String subject, long from, Word word) {
        long deadline = System.nanoTime() + LONGEST_REQUEST.toNanos();
        int[] ends = new int[DeadLetter.State.values().length];
        int refused = 0;
        long last = from;
        for (List<Long> chunk = letters.failed(subject, last, MOST);
                !chunk.isEmpty();
                chunk = letters.failed(subject, last, MOST)) {
            for (long id : chunk) {
                if (System.nanoTime() - deadline > 0) {
                    return retried(ends, refused, last);
                }
                try {
                    remedies.retry(id, word);
                    letters.find(id).ifPresent(after -> ends[after.state().ordinal()]++);
                } catch (Remedies.RefusedException e) {
                    refused++;
                } catch (Remedies.NotNowException e) { // what is done is told; who goes on begins with this one
                    if (last == from) {
                        throw e;
                    }
                    return retried(ends, refused, last);
                }
                last = id;
            }
        }
        return retried(ends, refused, null);
    }

    private static Retried retried(int[] ends, int refused, Long next) {
        return new Retried(
                ends[DeadLetter.State.APPLIED.ordinal()],
                ends[DeadLetter.State.FAILED.ordinal()],
                ends[DeadLetter.State.WAITING.ordinal()],
                refused,
                next);
    }

    private static WebEndpointResponse<Object> answer(Supplier<Object> answer) {
        return OperatorAnswers.of(() -> {
            Object body = answer.get();
            return body == null
                    ? OperatorAnswers.problem(
                            404, "there is no such letter; one that merely waited is removed when it is applied")
                    : new WebEndpointResponse<>(body, 200);
        });
    }

    private static Word word(SecurityContext security, String action, String reason) {
        String who = security.getPrincipal() == null
                ? "operator"
                : security.getPrincipal().getName();
        return new Word(action, who, text("reason", reason), Instant.now());
    }

    private static Word reasoned(Word word) {
        if (word.reason() == null || word.reason().isBlank()) {
            throw new BadRequestException(word.action() + " needs a reason: it is kept with the letter");
        }
        return word;
    }

    private static DeadLetter.State state(String state) {
        if (state == null) {
            return null;
        }
        return Arrays.stream(DeadLetter.State.values())
                .filter(each -> each.name().equals(state))
                .findFirst()
                .orElseThrow(() ->
                        new BadRequestException("state must be one of " + Arrays.toString(DeadLetter.State.values())));
    }

    private static long number(String name, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer
        }
        throw new BadRequestException("%s must be a number from 1 to %d".formatted(name, most));
    }

    /** Empty for what can be the id of no letter. */
    private static Optional<Long> id(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
