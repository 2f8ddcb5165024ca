package dev.waybill.outbox.relay;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** What an error of a send means: whose it is, and so what helps. */
enum SendError {

    /** Nobody's, or another event's: it passes, and the event is sent again. */
    PASSING,

    /** The broker's, see {@link Refused}: it is tried again now and then, with a new login. */
    REFUSED,

    /** The producer's, which is of no more use: a new one is let in. */
    SPENT,

    /** The event's own, or nothing that is known here: somebody has to look at it. */
    OWN;

    static SendError of(Exception error) {
        if (Refused.is(error)) {
            return REFUSED;
        }
        if (error instanceof RetriableException || isOfAnother(error)) {
            return PASSING;
        }
        return disagrees(error) || isOfTheProducer(error) ? SPENT : OWN;
    }

    /** A record of its batch was refused, and the batch with it. Its text alone tells; were that another one, it would be SPENT. */
    private static boolean isOfAnother(Exception error) {
        return error.getClass() == KafkaException.class
                && String.valueOf(error.getMessage())
                        .startsWith("Failed to append record because it was part of a batch");
    }

    /** The broker and this producer disagree about what came before, or who it is. */
    private static boolean disagrees(Exception error) {
        return error instanceof OutOfOrderSequenceException
                || error instanceof InvalidPidMappingException
                || error instanceof InvalidProducerEpochException
                || error instanceof ProducerFencedException;
    }

    /**
     * It was closed, or an earlier error has broken it. It has many words for that; what it says of a record, or the broker of
     * anything, is an {@link ApiException} or a {@link SerializationException}.
     */
    private static boolean isOfTheProducer(Exception error) {
        return error instanceof IllegalStateException
                || error instanceof KafkaException
                        && !(error instanceof ApiException)
                        && !(error instanceof SerializationException);
    }
}
