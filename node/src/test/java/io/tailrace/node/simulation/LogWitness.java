package io.tailrace.node.simulation;

/** What the log of one node and shard has to do with those of the other nodes. */
final class LogWitness implements LogWatch.Listener {
    private final Simulation world;
    private final Machine machine;
    private final LogBook book;
    private final CopyWatch copy = new CopyWatch();
    private int keptAside;

    LogWitness(Simulation world, Machine machine, LogBook book) {
        this.world = world;
        this.machine = machine;
        this.book = book;
    }

    /** Whom the node follows, or null. */
    private Machine primary() {
        return world.machines().stream()
                .filter(other -> other.address().equals(machine.primary()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void reached(LoggedRecord last, Keyspace state) {
        world.clients().forEach(client -> client.saw(machine, shard(), last, state));
    }

    @Override
    public void replaced(LoggedRecord before, LoggedRecord now, boolean isExcused) {
        boolean isExtended = now != null && now.contains(before);
        world.tally().count(isExtended ? "logs replaced by longer ones" : "logs cut or discarded");
        world.pledges().replaced(machine, book, now, isExcused);
    }

    @Override
    public boolean isOnPrimary(LoggedRecord record) {
        Machine primary = primary();
        return primary != null && Pledges.has(primary, record);
    }

    @Override
    public boolean isPromotedAfter(LoggedRecord record) {
        Machine primary = primary();
        return primary != null
                && primary.logs().stream()
                        .map(LogWatch::last)
                        .anyMatch(last -> last != null
                                && last != record
                                && (record == null || last.contains(record))
                                && last.after(record).isPromotion());
    }

    @Override
    public boolean isKeptAside() {
        int before = keptAside;
        keptAside = machine.keptGenerations();
        return keptAside > before;
    }

    @Override
    public boolean isSaved(String mark) {
        return machine.hasSaved(mark);
    }

    /** After a step of any node: notes what a copy of the followed one's log has to hold. */
    void look() {
        Machine primary = machine.isRunning() ? primary() : null;
        if (primary != null) {
            copy.look(primary, primary.logs().get(shard()));
        }
    }

    private int shard() {
        return world.books().indexOf(book);
    }

    @Override
    public LoggedRecord forcedTo() {
        return machine.forcedTo(shard(), book);
    }

    @Override
    public boolean isWholeCopy(LoggedRecord last) {
        return copy.isWhole(last);
    }

    @Override
    public void copied(LoggedRecord before, LoggedRecord now) {
        world.tally().count("copies by force");
        world.trace().event(machine + " has given up " + before + " for a copy up to " + now);
        world.pledges().givenUp(machine, book, before, now);
    }

    @Override
    public void rewound(LoggedRecord before, LoggedRecord common) {
        world.tally().count("rewinds");
        world.trace().event(machine + " has rolled back " + common + " to " + before);
    }

    @Override
    public void lost(LoggedRecord before, LoggedRecord now) {
        world.tally().count("logs cut by a loss of power");
        world.pledges().lost(machine, book, before, now);
    }
}
