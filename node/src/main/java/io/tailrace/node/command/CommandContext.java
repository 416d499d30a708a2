package io.tailrace.node.command;

import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.KeyEvents;
import io.tailrace.node.shard.KeyLookups;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.SpreadTransaction;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.Hash;
import io.tailrace.node.value.HyperLogLog;
import io.tailrace.node.value.ListValue;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.SplittableRandom;

/**
 * The context of a command that runs on a shard. Owned by the shard's reactor thread and reused: commands must not keep any of
 * it. Arguments and values are addresses and lengths in memory that is valid until the command returns.
 */
public final class CommandContext {
    private Shard shard;
    private final int shardCount;
    private final int databases;
    private final SplittableRandom random;
    private final CollectionTypes types;
    private final Hash hash;
    private final ListValue list;
    private final ListValue otherList;
    private Arguments arguments;
    private ReplyWriter reply;
    private Transaction keys;
    private final SortedSet sortedSet;
    private final CollectionLimits limits;
    private final SetValue set;
    private final SetOperands sets;
    private final CommandScratch scratch = new CommandScratch();
    private final HyperLogLog hyperLogLog = new HyperLogLog();
    private final StreamWork streams;
    private StoredValue value;
    private StoredValue otherValue;
    private WaitingClient client;
    private Waits waits;
    private boolean isForScripts;
    private boolean isWaiting;
    private ScriptCalls scripts;

    CommandContext(Shard shard, int shardCount, int databases) {
        this.databases = databases;
        this.shard = shard;
        this.shardCount = shardCount;
        random = new SplittableRandom(shard.clock().micros() + shard.id());
        limits = shard.settings().collections();
        hash = new Hash(limits);
        sortedSet = new SortedSet(limits);
        set = new SetValue(limits);
        sets = new SetOperands(limits);
        list = new ListValue(limits);
        otherList = new ListValue(limits);
        types = shard.types();
        streams = new StreamWork(limits, types.of(ValueType.STREAM));
    }

    /** The next command is about one shard of several that are held. */
    void at(Shard one) {
        shard = one;
    }

    CommandContext set(Arguments newArguments, ReplyWriter newReply, Transaction newKeys) {
        arguments = newArguments;
        reply = newReply;
        keys = newKeys;
        return this;
    }

    /** Gives what runs scripts, where there is any. */
    void scripts(ScriptCalls runner) {
        scripts = runner;
    }

    /** What runs scripts. */
    ScriptCalls scripts() {
        return scripts;
    }

    /** The function libraries as this command sees them. */
    LibrarySet libraries() {
        boolean isOfFirst = shard.id() == 0 || keys instanceof SpreadTransaction all && all.hasShard(0);
        return isOfFirst ? keys.libraries().current() : scripts.libraries();
    }

    /** The commands that are given it are called by scripts. */
    CommandContext forScripts() {
        isForScripts = true;
        return this;
    }

    boolean isForScripts() {
        return isForScripts;
    }

    /** Lets the command that is run next wait, which it does there for a client. */
    void mayWait(WaitingClient newClient, Waits in) {
        client = newClient;
        waits = in;
        isWaiting = false;
    }

    /** Whether the command that was run waits, now that it can no more begin to; it has replied nothing then. */
    boolean takeWaiting() {
        client = null;
        return isWaiting;
    }

    /**
     * Has the client wait for keys.
     *
     * @param timeout which argument says for how long, in seconds
     * @param server what is done when one of them is there
     * @return false when the command must not wait: it replies that there is nothing
     */
    boolean await(int firstKey, int keyCount, int timeout, KeyServer server) {
        long now = shard.clock().steadyMs();
        return client != null
                && awaitUntil(firstKey, keyCount, BlockTimeout.deadlineSteadyMs(arguments, timeout, now), server);
    }

    /** The same for this many milliseconds, 0 forever. */
    boolean await(int firstKey, int keyCount, long timeoutMs, KeyServer server) {
        long now = shard.clock().steadyMs();
        long deadline = timeoutMs == 0 || timeoutMs > KeyWait.NEVER - now ? KeyWait.NEVER : now + timeoutMs;
        return client != null && awaitUntil(firstKey, keyCount, deadline, server);
    }

    private boolean awaitUntil(int firstKey, int keyCount, long deadline, KeyServer server) {
        waits.add(client, server, keys.database(), arguments, firstKey, keyCount, deadline);
        isWaiting = true;
        return true;
    }

    /** The payload of a RESTORE is looked at as a whole. */
    void countPayload() {
        shard.counts().payload();
    }

    /** Opens the value of any type of the key that an argument names; good until the next key is opened. */
    StoredValue open(int argument) {
        value = keys.ownedBy(value);
        return keys.open(value, arguments.address(argument), arguments.length(argument));
    }

    /** Opens the value of any type that a command replaces: that is no look-up of a key to read it. */
    StoredValue openTarget(int argument) {
        keys.lookups(KeyLookups.USES);
        return open(argument);
    }

    /** Of a value that is there: its encoding, as Redis calls it. */
    String encodingOf(StoredValue opened) {
        return opened.type() == ValueType.STRING
                ? StringEncoding.of(opened.entry())
                : types.of(opened.type()).encoding(opened);
    }

    /** Opens the hash that an argument names; absent when there is none. */
    Hash hash(int argument) {
        value = keys.ownedBy(value);
        return hash.wrap(keys.open(value, arguments.address(argument), arguments.length(argument), ValueType.HASH));
    }

    /** The hash that was opened last. */
    Hash hash() {
        return hash;
    }

    /** Opens the sorted set that an argument names; absent when there is none. */
    SortedSet sortedSet(int argument) {
        value = keys.ownedBy(value);
        return sortedSet.wrap(
                keys.open(value, arguments.address(argument), arguments.length(argument), ValueType.SORTED_SET));
    }

    /** The sorted set that was opened last. */
    SortedSet sortedSet() {
        return sortedSet;
    }

    /** Up to which collections are packed. */
    CollectionLimits limits() {
        return limits;
    }

    /** Another one, for a command that looks at several. */
    SortedSet newSortedSet() {
        return new SortedSet(limits);
    }

    SortedSetCursor sortedSetCursor() {
        return scratch.sortedSetCursor;
    }

    RangeOptions rangeOptions() {
        return scratch.rangeOptions;
    }

    ScoredMembers scoredMembers() {
        return scratch.scoredMembers;
    }

    /** What carries an effect on collections out. */
    CollectionType typeOf(Effect effect) {
        return types.of(effect);
    }

    /** Opens the set that an argument names; absent when there is none. */
    SetValue set(int argument) {
        value = keys.ownedBy(value);
        return set.wrap(keys.open(value, arguments.address(argument), arguments.length(argument), ValueType.SET));
    }

    /** Looks at an opened value as a set, which will be there in its place. */
    SetValue setOf(StoredValue opened) {
        return set.wrap(opened);
    }

    /** For commands about several sets. */
    SetOperands sets() {
        return sets;
    }

    /** For commands on bits. */
    BitRange bits() {
        return scratch.bits;
    }

    /** For commands on HyperLogLogs. */
    HyperLogLog hyperLogLog() {
        return hyperLogLog;
    }

    /** For commands on streams. */
    StreamWork streams() {
        return streams;
    }

    /** Opens the stream that an argument names; absent when there is none. */
    StreamValue stream(int argument) {
        value = keys.ownedBy(value);
        keys.open(value, arguments.address(argument), arguments.length(argument), ValueType.STREAM);
        return streams.stream().wrap(value);
    }

    MemberTable members() {
        return scratch.members;
    }

    AscendingIntegers integers() {
        return scratch.integers;
    }

    /** What carries out the effects of a type of collections. */
    CollectionType type(int number) {
        return types.of(number);
    }

    /** Opens the list that an argument names; absent when there is none. */
    ListValue list(int argument) {
        value = keys.ownedBy(value);
        return list.wrap(keys.open(value, arguments.address(argument), arguments.length(argument), ValueType.LIST));
    }

    /** Opens the value of any type of another key, beside the one that was opened last. */
    StoredValue openOther(long key, int length) {
        otherValue = keys.ownedBy(otherValue);
        return keys.open(otherValue, key, length);
    }

    /**
     * Opens a list to be made with one effect in the place of whatever a key holds: removes that.
     *
     * @param elements of the list
     * @param bytes of them all
     */
    ListValue listInPlaceOf(int argument, int elements, long bytes) {
        value = keys.ownedBy(value);
        keys.effect().clear(value, arguments.address(argument), arguments.length(argument), elements, bytes);
        return list.wrap(value);
    }

    /** Opens a second list beside the one that {@link #list} opened. */
    ListValue otherList(int argument) {
        otherValue = keys.ownedBy(otherValue);
        return otherList.wrap(
                keys.open(otherValue, arguments.address(argument), arguments.length(argument), ValueType.LIST));
    }

    MemberCursor memberCursor() {
        return scratch.memberCursor;
    }

    /** Memory for something that the command makes, until the next call. */
    long scratch(int bytes) {
        return keys.scratch(bytes);
    }

    /** The command's arguments, its name first. */
    public Arguments arguments() {
        return arguments;
    }

    /** Where exactly one reply goes. It is rolled back when the command's effects can't be committed. */
    public ReplyWriter reply() {
        return reply;
    }

    /** The shard's keys as this command sees them, and what it wants changed. */
    public Transaction keys() {
        return keys;
    }

    /**
     * Makes sure, before the first of several effects, of all of them, which name no more bytes than the request: each removes a key
     * or sets it to a string.
     *
     * @param effects at most
     */
    void promise(int effects) {
        keys.promisePlain(effects, arguments.totalLength());
    }

    /** The time of the command, epoch milliseconds. */
    public long nowEpochMs() {
        return keys.nowEpochMs();
    }

    /** Tells clients that cache keys to drop all, once the command is committed. */
    void flushTracked() {
        shard.tracking().flushed();
    }

    /** What is told of changes of keys. */
    KeyEvents events() {
        return keys.events();
    }

    /** Tells of an event that no effect stands for, of the key that an argument names. */
    void tell(int eventClass, String event, int argument) {
        if (keys.events().isOn()) {
            keys.events().tell(eventClass, event, arguments.address(argument), arguments.length(argument));
        }
    }

    /** What a command leaves to chance. */
    SplittableRandom random() {
        return random;
    }

    /** Counts as a write of a key although it stays as it is: watches of it are touched, as they are in Redis. */
    void touch(long keyAddress, int keyLength) {
        keys.touch(keyAddress, keyLength);
    }

    /**
     * Makes sure that a key which only the command knows of is one of this shard's.
     *
     * @throws CommandErrorException when it is another's
     */
    void requireHere(long key, int length) {
        if (shardCount > 1 && !keys.holds(key, length)) {
            throw new CommandErrorException(KeySlot.CROSS_SLOT);
        }
    }

    public int shard() {
        return shard.id();
    }

    public int shardCount() {
        return shardCount;
    }

    /** How many databases clients may select. */
    int databases() {
        return databases;
    }
}
