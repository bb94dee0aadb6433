package cm.nkap.function;

/** The connection broke while Postgres was asked to commit: nobody can say whether it did. */
final class CommitLost extends RuntimeException {
    CommitLost(Throwable cause) {
        super("the connection was lost during commit", cause);
    }
}
