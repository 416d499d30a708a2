package io.tailrace.node.lua;

import io.tailrace.node.lua.Expression.Kind;

/** What the parsers of statements and of expressions share: the tokens, the function at hand and its variables. */
final class Compiler {
    private static final int MAX_LEVELS = Calls.MAX_HOST_CALLS;

    private final LuaString source;
    final Lexer lexer;
    final ExpressionParser expressions = new ExpressionParser(this);
    final StatementParser statements = new StatementParser(this);
    final AssignmentParser assignments = new AssignmentParser(this);
    FunctionBuilder f;
    ExpressionCode code;
    OperatorCode operators;
    int levels;

    private Compiler(int levels, byte[] bytes, LuaString source) {
        this.source = source;
        this.lexer = new Lexer(bytes, source);
        this.levels = levels;
    }

    /** @param levels of calls and blocks that are open already */
    static Prototype compile(int levels, byte[] bytes, LuaString source) {
        Compiler c = new Compiler(levels, bytes, source);
        c.open();
        c.f.prototype.varargFlags = Prototype.IS_VARARG;
        c.lexer.next();
        c.statements.chunk();
        c.check(Token.EOS);
        return c.close();
    }

    // functions

    void open() {
        f = new FunctionBuilder(f, lexer, source);
        makeCode();
    }

    private void makeCode() {
        code = f == null ? null : new ExpressionCode(f);
        operators = f == null ? null : new OperatorCode(f, code);
    }

    Prototype close() {
        removeLocals(0);
        f.returnOf(0, 0);
        Prototype finished = f.finish();
        f = f.outer;
        makeCode();
        return finished;
    }

    void enterLevel() {
        if (++levels > MAX_LEVELS) {
            throw lexer.error("chunk has too many syntax levels", 0);
        }
    }

    void leaveLevel() {
        levels--;
    }

    void limit(int value, int limit, String what) {
        if (value > limit) {
            throw f.limit(limit, what);
        }
    }

    // tokens

    void check(int token) {
        if (lexer.token != token) {
            throw expected(token);
        }
    }

    void checkNext(int token) {
        check(token);
        lexer.next();
    }

    boolean testNext(int token) {
        if (lexer.token != token) {
            return false;
        }
        lexer.next();
        return true;
    }

    void checkMatch(int what, int who, int where) {
        if (testNext(what)) {
            return;
        }
        if (where == lexer.line) {
            throw expected(what);
        }
        throw lexer.syntaxError(
                "'" + Token.text(what) + "' expected (to close '" + Token.text(who) + "' at line " + where + ")");
    }

    private LuaError expected(int token) {
        return lexer.syntaxError("'" + Token.text(token) + "' expected");
    }

    LuaString checkName() {
        check(Token.NAME);
        LuaString name = (LuaString) lexer.value;
        lexer.next();
        return name;
    }

    Expression string(LuaString text) {
        return new Expression(Kind.CONSTANT, f.constant(text));
    }

    // variables

    void newLocal(LuaString name, int offset) {
        limit(f.activeLocals + offset + 1, FunctionBuilder.MAX_LOCALS, "local variables");
        if (f.locals.size() >= Short.MAX_VALUE) {
            throw lexer.error("too many local variables", 0);
        }
        f.locals.add(new Prototype.LocalVariable(name));
        f.active[f.activeLocals + offset] = f.locals.size() - 1;
    }

    void newLocal(String name, int offset) {
        newLocal(LuaString.of(name), offset);
    }

    void activateLocals(int count) {
        f.activeLocals += count;
        for (int i = count; i > 0; i--) {
            f.locals.get(f.active[f.activeLocals - i]).start = f.pc;
        }
    }

    void removeLocals(int toCount) {
        while (f.activeLocals > toCount) {
            f.locals.get(f.active[--f.activeLocals]).end = f.pc;
        }
    }

    void variable(Expression e) {
        LuaString name = checkName();
        if (resolve(f, name, e, true) == Kind.GLOBAL) {
            e.info = f.constant(name);
        }
    }

    private Kind resolve(FunctionBuilder function, LuaString name, Expression e, boolean isBase) {
        if (function == null) {
            e.init(Kind.GLOBAL, Opcode.NO_REGISTER);
            return Kind.GLOBAL;
        }
        int local = searchLocal(function, name);
        if (local >= 0) {
            e.init(Kind.LOCAL, local);
            if (!isBase) {
                markUpvalue(function, local);
            }
            return Kind.LOCAL;
        }
        if (resolve(function.outer, name, e, false) == Kind.GLOBAL) {
            return Kind.GLOBAL;
        }
        e.become(Kind.UPVALUE, upvalue(function, name, e));
        return Kind.UPVALUE;
    }

    private static int searchLocal(FunctionBuilder function, LuaString name) {
        for (int i = function.activeLocals - 1; i >= 0; i--) {
            if (function.locals.get(function.active[i]).name.equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static void markUpvalue(FunctionBuilder function, int level) {
        FunctionBuilder.Block block = function.block;
        while (block != null && block.activeLocals > level) {
            block = block.outer;
        }
        if (block != null) {
            block.hasUpvalue = true;
        }
    }

    private int upvalue(FunctionBuilder function, LuaString name, Expression e) {
        boolean isLocal = e.kind == Kind.LOCAL;
        for (int i = 0; i < function.upvalues.size(); i++) {
            FunctionBuilder.UpvalueSource at = function.upvalues.get(i);
            if (at.isLocal == isLocal && at.index == e.info) {
                return i;
            }
        }
        if (function.upvalues.size() + 1 > FunctionBuilder.MAX_UPVALUES) {
            throw function.limit(FunctionBuilder.MAX_UPVALUES, "upvalues");
        }
        function.upvalues.add(new FunctionBuilder.UpvalueSource(isLocal, e.info));
        function.upvalueNames.add(name);
        return function.upvalues.size() - 1;
    }

    // blocks

    FunctionBuilder.Block enterBlock(boolean isBreakable) {
        FunctionBuilder.Block block = new FunctionBuilder.Block();
        block.isBreakable = isBreakable;
        block.activeLocals = f.activeLocals;
        block.outer = f.block;
        f.block = block;
        return block;
    }

    void leaveBlock() {
        FunctionBuilder.Block block = f.block;
        f.block = block.outer;
        removeLocals(block.activeLocals);
        if (block.hasUpvalue) {
            f.abc(Opcode.CLOSE, block.activeLocals, 0, 0);
        }
        f.freeRegister = f.activeLocals;
        f.patchHere(block.breaks);
    }
}
