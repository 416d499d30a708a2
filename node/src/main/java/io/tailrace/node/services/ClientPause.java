package io.tailrace.node.services;

/**
 * Whether clients' commands wait now, on all shards alike: by CLIENT PAUSE until a time, or writes by a handover or a promotion
 * until it is over. Any thread; asking costs one volatile read while nothing is paused.
 *
 * <p>While anything is paused the data stays as it is: keys past their deadline are hidden, but not removed.
 */
public final class ClientPause {
    /** Which commands wait. */
    public enum Extent {
        NOTHING,
        WRITES,
        EVERYTHING
    }

    private Extent byCommand = Extent.NOTHING;
    private long endSteadyMs;
    private int roleChanges;
    private volatile boolean isOn;

    /** False when surely nothing is paused; {@link #extent} tells more. */
    public boolean isOn() {
        return isOn;
    }

    /** Whether anything waits at a time, epoch milliseconds. */
    public boolean isPaused(long nowSteadyMs) {
        return isOn && extent(nowSteadyMs) != Extent.NOTHING;
    }

    /** What waits at a time, epoch milliseconds. */
    public synchronized Extent extent(long nowSteadyMs) {
        if (isByCommandOver(nowSteadyMs)) {
            byCommand = Extent.NOTHING;
            isOn = roleChanges > 0;
        }
        return roleChanges > 0 && byCommand == Extent.NOTHING ? Extent.WRITES : byCommand;
    }

    private boolean isByCommandOver(long nowSteadyMs) {
        return byCommand != Extent.NOTHING && nowSteadyMs >= endSteadyMs;
    }

    /** CLIENT PAUSE: adds to a pause that is on, in time and in extent, as Redis does. */
    public synchronized void pause(Extent extent, long nowSteadyMs, long untilSteadyMs) {
        if (isByCommandOver(nowSteadyMs)) {
            byCommand = Extent.NOTHING;
        }
        boolean isNew = byCommand == Extent.NOTHING;
        byCommand = isNew || extent == Extent.EVERYTHING ? extent : byCommand;
        endSteadyMs = isNew ? untilSteadyMs : Math.max(endSteadyMs, untilSteadyMs);
        isOn = true;
    }

    /** CLIENT UNPAUSE: that of a handover or a promotion stays. */
    public synchronized void unpause() {
        byCommand = Extent.NOTHING;
        isOn = roleChanges > 0;
    }

    /** Pauses writes until {@link #endRoleChange}; the next one may begin before the last one has let them continue. */
    public synchronized void beginRoleChange() {
        roleChanges++;
        isOn = true;
    }

    public synchronized void endRoleChange() {
        roleChanges--;
        isOn = roleChanges > 0 || byCommand != Extent.NOTHING;
    }
}
