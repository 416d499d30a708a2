package io.tailrace.node.store;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/** Tells Chronicle Map how to take and give {@link Slice}s: the bytes as they are, nothing encoded, nothing copied. */
final class SliceMarshalling {
    private SliceMarshalling() {}

    /** Reads by pointing at the map's memory. Stateless. */
    static final class Reader implements SizedReader<Slice> {
        @Override
        public Slice read(Bytes<?> in, long size, Slice using) {
            Slice slice = using == null ? new Slice() : using;
            return slice.set(in.addressForRead(in.readPosition()), size);
        }

        @Override
        public void readMarshallable(WireIn wire) {
            // no state
        }

        @Override
        public void writeMarshallable(WireOut wire) {
            // no state
        }
    }

    /** Gives the map the bytes a slice points at. One instance per context of the map, which copies it as needed. */
    static final class Access extends AbstractData<Slice> implements DataAccess<Slice> {
        private final PointerBytesStore store = new PointerBytesStore();
        private Slice slice;

        @Override
        public Data<Slice> getData(Slice instance) {
            slice = instance;
            store.set(instance.address, instance.length);
            return this;
        }

        @Override
        public RandomDataInput bytes() {
            return store;
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public long size() {
            return slice.length;
        }

        @Override
        public Slice get() {
            return slice;
        }

        @Override
        public Slice getUsing(Slice using) {
            Slice target = using == null ? new Slice() : using;
            return target.set(slice.address, slice.length);
        }

        @Override
        public void uninit() {
            slice = null;
        }

        @Override
        public DataAccess<Slice> copy() {
            return new Access();
        }

        @Override
        public void readMarshallable(WireIn wire) {
            // no state
        }

        @Override
        public void writeMarshallable(WireOut wire) {
            // no state
        }
    }
}
