package dev.waybill.sandbox;

/** What keeps the sandbox or one of its servers from running, said so that a user can act on it. */
public final class SandboxException extends RuntimeException {
    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
