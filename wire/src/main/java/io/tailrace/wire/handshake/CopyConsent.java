package io.tailrace.wire.handshake;

/**
 * A replica's leave to have all of its data replaced by a complete copy of the primary's log. It names the log: only one
 * that contains the prefix {@code to} satisfies it, so that a primary that came back with other data, or with less, does
 * not. As text {@code ANY}, or the place.
 *
 * @param to the prefix that the copy has to contain; null as long as an operator's consent is for the log of whichever
 *     node answers first
 */
public record CopyConsent(HistoryPosition to) {
    /** Not bound to a history yet; a primary answers it with what it has, so that the replica can bind it. */
    public static final CopyConsent ANY = new CopyConsent(null);

    private static final String ANY_TEXT = "ANY";

    public boolean isBound() {
        return to != null;
    }

    /** The text form. */
    public String text() {
        return to == null ? ANY_TEXT : to.text();
    }

    /** The consent that a text stands for, or null if it is none. */
    public static CopyConsent parse(String text) {
        if (text.equals(ANY_TEXT)) {
            return ANY;
        }
        HistoryPosition to = HistoryPosition.parse(text);
        return to == null || !to.isProven() ? null : new CopyConsent(to);
    }
}
