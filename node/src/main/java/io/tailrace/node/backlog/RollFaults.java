package io.tailrace.node.backlog;

import io.tailrace.snapshot.fault.FaultPoint;
import java.util.function.Supplier;

/**
 * The fault points within a roll. All of it happens in one call of the library's; what that asks of us on its way tells how far
 * it has come. The reactor's thread.
 *
 * <pre>
 *  end mark | reads the clock | makes the file | wants a pauser | writes the header | wants a pauser | writes the record
 *           ROLL_CLOSED                        ROLL_CREATED                         ROLL_OPENED
 * </pre>
 */
final class RollFaults {
    private FaultPoint next;

    /** An append begins that closes a segment and opens the next one. */
    void begin() {
        next = FaultPoint.ROLL_CLOSED;
    }

    /** The append is over. */
    void end() {
        next = null;
    }

    /** The library reads the queue's clock. */
    void clockRead() {
        if (next == FaultPoint.ROLL_CLOSED) {
            next = FaultPoint.ROLL_CREATED;
            FaultPoint.ROLL_CLOSED.hit();
        }
    }

    /** Gives what the library asks for, and knows by that where it is. */
    <P> Supplier<P> watching(Supplier<P> pausers) {
        return () -> {
            if (next == FaultPoint.ROLL_CREATED) {
                next = FaultPoint.ROLL_OPENED;
                FaultPoint.ROLL_CREATED.hit();
            } else if (next == FaultPoint.ROLL_OPENED) {
                next = null;
                FaultPoint.ROLL_OPENED.hit();
            }
            return pausers.get();
        };
    }
}
