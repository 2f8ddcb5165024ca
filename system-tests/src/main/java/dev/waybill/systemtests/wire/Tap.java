package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;

/**
 * Reads what passes on one connection, in both directions, as far as steps need it. All bytes pass unchanged, in pieces;
 * held back is only the beginning of a message of which not enough is there to tell what it is.
 */
interface Tap {

    /**
     * Takes the next piece of what the service sends.
     *
     * @param bytes readable; what is not taken is brought again with more behind it
     * @return null if there is not enough yet; then nothing is taken
     */
    Piece request(ByteBuf bytes);

    /** Takes the next piece of what the server sends; see {@link #request}. */
    Piece answer(ByteBuf bytes);
}
