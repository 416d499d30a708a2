package io.tailrace.node.handover;

/** A connection to the other node's client port, which answers each request with one line. */
public interface HandoverPeer {
    /** What comes from the other node. On the thread that connected; never within a call to the peer. */
    interface Listener {
        void onConnected();

        /** A reply, without its line end. */
        void onLine(String line);

        /** The connection is over, or never came to be; nothing follows. */
        void onClosed(String reason);
    }

    /** Sends a request of these words, in ASCII; what the socket does not take now goes later. */
    void send(String... request);

    /** Ends it; the listener hears no more. */
    void close();
}
