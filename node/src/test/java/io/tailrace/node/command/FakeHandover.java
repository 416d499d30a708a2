package io.tailrace.node.command;

import io.tailrace.node.services.HandoverServices;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Notes what commands ask of handovers, and answers what a test wants. For one test thread. */
final class FakeHandover implements HandoverServices {
    final List<Object> asked = new ArrayList<>();
    boolean isUnderWay;
    String refusal;

    @Override
    public String state() {
        return isUnderWay ? "waiting-for-sync" : "no-failover";
    }

    @Override
    public boolean isUnderWay() {
        return isUnderWay;
    }

    @Override
    public void begin(FailoverRequest request, Consumer<String> answer) {
        asked.add(request);
        answer.accept(refusal);
    }

    @Override
    public String abort() {
        asked.add("abort");
        return refusal;
    }

    @Override
    public void take(PromotionOffer offer, Consumer<String> answer) {
        asked.add(offer.history() + " " + offer.from() + " " + offer.to() + " " + List.of(offer.indexes()[0]));
        answer.accept("+TAKEN");
    }

    @Override
    public String confirm(String history) {
        return "+PRIMARY " + history;
    }

    @Override
    public String abandon(String history) {
        return "-NOHANDOVER " + history;
    }

    @Override
    public String outcome(String history, String from) {
        return "+FOLLOWS-YOU " + from;
    }
}
