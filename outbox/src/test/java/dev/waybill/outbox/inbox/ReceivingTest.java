package dev.waybill.outbox.inbox;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** A receiver for all tests of a class, each of which has subjects of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReceivingTest {

    final Receiving receiving;
    final Operator operator;

    ReceivingTest() {
        this(Map.of());
    }

    /** @param more settings of the receiver */
    ReceivingTest(Map<String, String> more) {
        receiving = new Receiving(more);
        operator = new Operator(receiving.management);
    }

    @AfterEach
    void mend() {
        Receiver.FAILING.clear();
    }

    @AfterAll
    void stop() {
        receiving.close();
    }
}
