package io.tailrace.node.lua;

/** A value of this package's own classes that scripts know by the name of a type. */
interface LuaValue {
    /** What {@code type} says of it. */
    String typeName();
}
