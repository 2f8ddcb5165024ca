package dev.waybill.shipping.shipment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.shipping.Address;
import dev.waybill.shipping.carrier.Answer;
import dev.waybill.shipping.carrier.Question;
import dev.waybill.shipping.shipment.Course.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Random lives of a shipment beside a carrier that loses answers, hears questions late and refuses some. */
class CourseTest {

    private static final int LIVES = 50_000;
    private static final UUID ORDER = new UUID(7, 7);

    /** What a carrier has to be: a key used before gets the answer it got then, and changes nothing. */
    private static final class CarrierModel {
        private final Map<String, Answer> answers = new HashMap<>();
        private final Map<String, Question> bodies = new HashMap<>();
        private final Map<String, Address> live = new HashMap<>();

        Answer hear(Question question, boolean refusesToCancel) {
            Question before = bodies.putIfAbsent(question.key(), question);
            assertThat(before == null || before.equals(question))
                    .as("one body a key: %s, %s", before, question)
                    .isTrue();
            return answers.computeIfAbsent(question.key(), key -> answer(question, refusesToCancel));
        }

        private Answer answer(Question question, boolean refusesToCancel) {
            if (question.address() != null && question.address().postcode().equals("REFUSED")) {
                return new Answer(Answer.Kind.REFUSED, null, null, "no");
            }
            String id = question.bookingId();
            switch (question.kind()) {
                case BOOK -> {
                    live.put("BK-" + question.key(), question.address());
                    return new Answer(Answer.Kind.DONE, "BK-" + question.key(), "TRK-" + question.key(), null);
                }
                case REDIRECT -> {
                    if (!live.containsKey(id)) {
                        return new Answer(Answer.Kind.GONE, null, null, null);
                    }
                    live.put(id, question.address());
                }
                case CANCEL -> {
                    if (refusesToCancel) {
                        return new Answer(Answer.Kind.REFUSED, null, null, "on its way");
                    }
                    live.remove(id);
                }
            }
            return new Answer(Answer.Kind.DONE, null, null, null);
        }
    }

    @Test
    void theCarrierEndsWithWhatWasLastWanted() {
        for (int seed = 0; seed < LIVES; seed++) {
            try {
                live(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void live(Random random) {
        CarrierModel carrier = new CarrierModel();
        List<Question> onTheirWay = new ArrayList<>();
        boolean refusesToCancel = random.nextInt(8) == 0;
        Address placed = address(random);
        Course course =
                new Course(ORDER, new Wanted(0, placed, false), Question.book(ORDER, 0, placed), false, null, null);
        int wishes = random.nextInt(6);
        for (int step = 0; wishes > 0 || course.next().isPresent(); step++) {
            assertThat(step).as("steps, all answered sooner or later").isLessThan(2_000);
            if (!onTheirWay.isEmpty() && random.nextInt(4) == 0) { // a copy that was long on its way
                carrier.hear(onTheirWay.remove(random.nextInt(onTheirWay.size())), refusesToCancel);
            }
            if (wishes > 0 && random.nextInt(3) == 0) {
                wishes--;
                course = wish(course, random);
                continue;
            }
            if (course.next().isEmpty()) {
                course = course.settled();
                continue;
            }
            Question question = course.next().get();
            course = course.sending(question); // written down before it is sent
            switch (random.nextInt(5)) {
                case 0 -> onTheirWay.add(question); // heard later, if at all; no answer
                case 1 -> carrier.hear(question, refusesToCancel); // heard, the answer is lost
                case 2 -> {} // killed before it was sent
                default -> course = course.answered(carrier.hear(question, refusesToCancel));
            }
        }
        onTheirWay.forEach(question -> carrier.hear(question, refusesToCancel));
        judge(course, carrier);
    }

    private static Course wish(Course course, Random random) {
        long version = course.wanted().version() + 1;
        Wanted wanted = random.nextInt(4) == 0
                ? new Wanted(version, course.wanted().address(), true)
                : new Wanted(version, address(random), false);
        return new Course(course.orderId(), wanted, course.asked(), course.sent(), course.booked(), course.refusal());
    }

    private static void judge(Course course, CarrierModel carrier) {
        Wanted wanted = course.wanted();
        assertThat(carrier.live.size()).as("live bookings").isLessThanOrEqualTo(1);
        Address atCarrier = carrier.live.values().stream().findFirst().orElse(null);
        switch (course.status()) {
            case BOOKED -> {
                boolean couldNotBeHelped = course.currentRefusal()
                        .filter(refusal -> refusal.what() == Question.Kind.CANCEL)
                        .isPresent();
                assertThat(atCarrier).isEqualTo(course.booked().address());
                assertThat(couldNotBeHelped || !wanted.cancelled() && Objects.equals(atCarrier, wanted.address()))
                        .isTrue();
            }
            case REFUSED -> {
                assertThat(atCarrier).isNull();
                assertThat(wanted.address().postcode()).isEqualTo("REFUSED");
                assertThat(course.outcome()).isInstanceOf(ShipmentEvent.Refused.class);
            }
            case CANCELLED -> {
                assertThat(atCarrier).isNull();
                assertThat(wanted.cancelled()).isTrue();
            }
            case AWAITING_CARRIER -> throw new AssertionError("still waits");
        }
    }

    private static Address address(Random random) {
        String postcode = random.nextInt(4) == 0 ? "REFUSED" : "P" + random.nextInt(3);
        return new Address("Ada", "1 St James's Square", "London", postcode, "GB");
    }

    @Test
    void whatWasCancelledBeforeTheCarrierHeardOfItNeedsNoCarrier() {
        Address address = address(new Random(1));
        Course placed =
                new Course(ORDER, new Wanted(0, address, false), Question.book(ORDER, 0, address), false, null, null);
        Course cancelled = new Course(ORDER, new Wanted(1, address, true), placed.asked(), false, null, null);
        assertThat(cancelled.next()).isEmpty();
        assertThat(cancelled.status()).isEqualTo(Shipment.Status.CANCELLED);
        Course sent = new Course(ORDER, new Wanted(1, address, true), placed.asked(), true, null, null);
        assertThat(sent.next()).contains(placed.asked());
    }

    @Test
    void aQuestionHasTheSameKeyWheneverItIsAskedAndNoOtherQuestionsKey() {
        Address address = address(new Random(1));
        assertThat(List.of(
                                Question.book(ORDER, 0, address),
                                Question.book(ORDER, 1, address),
                                Question.redirect(ORDER, 1, address, "b"),
                                Question.cancel(ORDER, 1, "b"))
                        .stream()
                        .map(Question::key))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[A-Za-z0-9._~-]{1,200}"));
    }
}
