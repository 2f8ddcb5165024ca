package dev.waybill.outbox.testing;

import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import dev.waybill.outbox.inbox.UnprocessableEventException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * What can happen to events on their way: they come twice, in another order, not at all; batches are cut anywhere and are
 * rolled back, or committed and brought again; the handler fails for once, or at one event whenever it comes; and all that
 * at two receivers at the same time, of which neither knows the other.
 */
final class Histories {

    /** Something that records are brought to: an inbox, or what a test puts in its place. */
    interface Receiver {

        /** @throws RuntimeException if the same records are to be brought again */
        void receive(List<RawRecord> records);
    }

    private static final int LARGEST_BATCH = 16;
    private static final int MOST_ATTEMPTS = 1_000;

    /** A database that is away for good lets each attempt wait for a connection. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final AtomicLong OFFSET = new AtomicLong(System.nanoTime());

    private final Faults faults;
    private final Receiver receiver;

    /** @param inbox given the handler with faults in it */
    Histories(InboxHandler handler, Function<InboxHandler, Receiver> inbox) {
        this.faults = new Faults(handler);
        this.receiver = inbox.apply(faults);
    }

    /** A place in the log that no other record has. */
    static long nextOffset() {
        return OFFSET.incrementAndGet();
    }

    /** Brings the events of these streams, each given in its order, disturbed in every way that the seed has in it. */
    void disturb(List<List<RawRecord>> streams, Random random) {
        List<RawRecord> log = interleaved(streams, random);
        for (int i = 0; i < 1 + log.size() / 150; i++) {
            faults.poison(log.get(random.nextInt(log.size())));
        }
        Random one = new Random(random.nextLong());
        Random other = new Random(random.nextLong());
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> bringDisturbed(log, other));
        try {
            bringDisturbed(log, one);
        } finally {
            try {
                second.join();
            } catch (CompletionException e) {
                throw new AssertionError("the second receiver: " + e.getCause(), e.getCause());
            }
        }
    }

    /** From now on the handler fails no more. */
    void mend() {
        faults.mend();
    }

    /** Brings them all once more, in order. */
    void heal(List<List<RawRecord>> streams) {
        mend();
        List<RawRecord> log = new ArrayList<>();
        streams.forEach(stream -> stream.forEach(record -> log.add(sentAgain(record))));
        batches(log, () -> 50).forEach(receiver::receive);
    }

    private void bringDisturbed(List<RawRecord> log, Random random) {
        faults.begin(new Random(random.nextLong()));
        try {
            for (List<RawRecord> batch : batches(disturbed(log, random), () -> 1 + random.nextInt(LARGEST_BATCH))) {
                do {
                    bring(batch);
                } while (random.nextInt(6) == 0); // killed after the commit, before Kafka heard of it
            }
        } finally {
            faults.end();
        }
    }

    private void bring(List<RawRecord> batch) {
        long begin = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                receiver.receive(batch);
                return;
            } catch (RuntimeException e) {
                if (attempt == MOST_ATTEMPTS || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new AssertionError("a batch never gets through", e);
                }
            }
        }
    }

    /** As one partition may hold them: each stream in its order. */
    private static List<RawRecord> interleaved(List<List<RawRecord>> streams, Random random) {
        List<List<RawRecord>> left = new ArrayList<>();
        streams.forEach(stream -> left.add(new ArrayList<>(stream)));
        List<RawRecord> log = new ArrayList<>();
        while (!left.isEmpty()) {
            List<RawRecord> stream = left.get(random.nextInt(Math.min(left.size(), 20)));
            log.add(stream.remove(0));
            left.removeIf(List::isEmpty);
        }
        return log;
    }

    private static List<RawRecord> disturbed(List<RawRecord> log, Random random) {
        List<RawRecord> disturbed = new ArrayList<>(log);
        disturbed.removeIf(record -> random.nextInt(20) == 0);
        for (int i = log.size() / 5; i > 0; i--) {
            RawRecord again = log.get(random.nextInt(log.size()));
            disturbed.add(random.nextInt(disturbed.size()), random.nextBoolean() ? again : sentAgain(again));
        }
        if (random.nextInt(4) == 0) {
            Collections.shuffle(disturbed, random);
        }
        for (int i = disturbed.size() / 4; i > 0; i--) {
            int place = random.nextInt(disturbed.size());
            Collections.swap(disturbed, place, Math.min(disturbed.size() - 1, place + random.nextInt(30)));
        }
        return disturbed;
    }

    private static RawRecord sentAgain(RawRecord record) {
        return new RawRecord(
                record.topic(),
                record.partition(),
                nextOffset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }

    private static List<List<RawRecord>> batches(List<RawRecord> records, IntSupplier size) {
        List<List<RawRecord>> batches = new ArrayList<>();
        for (int from = 0; from < records.size(); ) {
            int to = Math.min(records.size(), from + size.getAsInt());
            batches.add(records.subList(from, to));
            from = to;
        }
        return batches;
    }

    /** The handler, failing after it has done its work, so that all of it is to be undone. */
    private static final class Faults implements InboxHandler {

        private final InboxHandler handler;
        private final Set<String> poison = ConcurrentHashMap.newKeySet();
        private final ThreadLocal<Random> random = new ThreadLocal<>();

        Faults(InboxHandler handler) {
            this.handler = handler;
        }

        /** On this thread. */
        void begin(Random faults) {
            random.set(faults);
        }

        void end() {
            random.remove();
        }

        void poison(RawRecord record) {
            poison.add(new String(record.header("ce_id"), StandardCharsets.UTF_8));
        }

        void mend() {
            poison.clear();
        }

        @Override
        public String topic() {
            return handler.topic();
        }

        @Override
        public Set<String> types() {
            return handler.types();
        }

        @Override
        public void handle(List<InboxEvent> events) {
            handler.handle(events);
            events.stream()
                    .filter(event -> poison.contains(event.id()))
                    .findFirst()
                    .ifPresent(event -> {
                        throw new UnprocessableEventException("poison on purpose: " + event.id());
                    });
            int dice = random.get() == null ? -1 : random.get().nextInt(100);
            if (dice < 2 && dice >= 0) {
                throw new TransientDataAccessResourceException("killed on purpose before the commit");
            }
            if (dice == 2 && events.size() > 1) {
                throw new IllegalStateException("failing on purpose at a batch of many");
            }
        }

        @Override
        public void repeated(List<InboxEvent> events) {
            handler.repeated(events);
        }
    }
}
