package io.tailrace.node.simulation;

/** What the log of one node and shard has to do with those of the other nodes. */
final class LogWitness implements LogWatch.Listener {
    private final Simulation world;
    private final Machine machine;
    private final LogBook book;

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
    public void reached(Keyspace state) {
        world.clients().forEach(client -> client.saw(machine, state));
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
    public boolean isSaved(String mark) {
        return machine.hasSaved(mark);
    }

    @Override
    public void rewound(LoggedRecord before, LoggedRecord common) {
        world.tally().count("rewinds");
        world.trace().event(machine + " has taken back " + common + " to " + before);
    }

    @Override
    public void lost(LoggedRecord before, LoggedRecord now) {
        world.tally().count("logs cut by a loss of power");
        world.pledges().lost(machine, book, before, now);
    }
}
