package io.tailrace.node.lua;

import static io.tailrace.node.lua.Expression.NO_JUMP;

import io.tailrace.node.lua.Expression.Kind;

/** Parses statements into code. */
final class StatementParser {
    private final Compiler c;

    StatementParser(Compiler compiler) {
        this.c = compiler;
    }

    void chunk() {
        c.enterLevel();
        boolean isLast = false;
        while (!isLast && !endsBlock(c.lexer.token)) {
            isLast = statement();
            c.testNext(';');
            c.f.freeRegister = c.f.activeLocals;
        }
        c.leaveLevel();
    }

    private static boolean endsBlock(int token) {
        return token == Token.ELSE
                || token == Token.ELSEIF
                || token == Token.END
                || token == Token.UNTIL
                || token == Token.EOS;
    }

    private void block() {
        c.enterBlock(false);
        chunk();
        c.leaveBlock();
    }

    /** Whether it must be the last of its block. */
    private boolean statement() {
        int line = c.lexer.line;
        switch (c.lexer.token) {
            case Token.IF:
                ifStatement(line);
                return false;
            case Token.WHILE:
                whileStatement(line);
                return false;
            case Token.DO:
                c.lexer.next();
                block();
                c.checkMatch(Token.END, Token.DO, line);
                return false;
            case Token.FOR:
                forStatement(line);
                return false;
            case Token.REPEAT:
                repeatStatement(line);
                return false;
            case Token.FUNCTION:
                functionStatement(line);
                return false;
            case Token.LOCAL:
                c.lexer.next();
                if (c.testNext(Token.FUNCTION)) {
                    localFunction();
                } else {
                    localStatement();
                }
                return false;
            case Token.RETURN:
                returnStatement();
                return true;
            case Token.BREAK:
                c.lexer.next();
                breakStatement();
                return true;
            default:
                c.assignments.expressionStatement();
                return false;
        }
    }

    // control

    private int condition() {
        Expression e = new Expression();
        c.expressions.expression(e);
        if (e.kind == Kind.NIL) {
            e.kind = Kind.FALSE;
        }
        c.code.goIfTrue(e);
        return e.falseJumps;
    }

    private void ifStatement(int line) {
        int escapes = NO_JUMP;
        int otherwise = testThenBlock();
        while (c.lexer.token == Token.ELSEIF) {
            escapes = c.f.concat(escapes, c.f.jump());
            c.f.patchHere(otherwise);
            otherwise = testThenBlock();
        }
        if (c.lexer.token == Token.ELSE) {
            escapes = c.f.concat(escapes, c.f.jump());
            c.f.patchHere(otherwise);
            c.lexer.next();
            block();
        } else {
            escapes = c.f.concat(escapes, otherwise);
        }
        c.f.patchHere(escapes);
        c.checkMatch(Token.END, Token.IF, line);
    }

    private int testThenBlock() {
        c.lexer.next();
        int otherwise = condition();
        c.checkNext(Token.THEN);
        block();
        return otherwise;
    }

    private void whileStatement(int line) {
        c.lexer.next();
        int start = c.f.label();
        int exit = condition();
        c.enterBlock(true);
        c.checkNext(Token.DO);
        block();
        c.f.patch(c.f.jump(), start);
        c.checkMatch(Token.END, Token.WHILE, line);
        c.leaveBlock();
        c.f.patchHere(exit);
    }

    private void repeatStatement(int line) {
        int start = c.f.label();
        c.enterBlock(true);
        FunctionBuilder.Block scope = c.enterBlock(false);
        c.lexer.next();
        chunk();
        c.checkMatch(Token.UNTIL, Token.REPEAT, line);
        int exit = condition();
        if (!scope.hasUpvalue) {
            c.leaveBlock();
            c.f.patch(exit, start);
        } else {
            breakStatement();
            c.f.patchHere(exit);
            c.leaveBlock();
            c.f.patch(c.f.jump(), start);
        }
        c.leaveBlock();
    }

    private void breakStatement() {
        FunctionBuilder.Block block = c.f.block;
        boolean hasUpvalue = false;
        while (block != null && !block.isBreakable) {
            hasUpvalue |= block.hasUpvalue;
            block = block.outer;
        }
        if (block == null) {
            throw c.lexer.syntaxError("no loop to break");
        }
        if (hasUpvalue) {
            c.f.abc(Opcode.CLOSE, block.activeLocals, 0, 0);
        }
        block.breaks = c.f.concat(block.breaks, c.f.jump());
    }

    private void forStatement(int line) {
        c.enterBlock(true);
        c.lexer.next();
        LuaString name = c.checkName();
        switch (c.lexer.token) {
            case '=':
                forNumbers(name, line);
                break;
            case ',':
            case Token.IN:
                forList(name);
                break;
            default:
                throw c.lexer.syntaxError("'=' or 'in' expected");
        }
        c.checkMatch(Token.END, Token.FOR, line);
        c.leaveBlock();
    }

    private void forNumbers(LuaString name, int line) {
        int base = c.f.freeRegister;
        c.newLocal("(for index)", 0);
        c.newLocal("(for limit)", 1);
        c.newLocal("(for step)", 2);
        c.newLocal(name, 3);
        c.checkNext('=');
        toNextRegister();
        c.checkNext(',');
        toNextRegister();
        if (c.testNext(',')) {
            toNextRegister();
        } else {
            c.f.abx(Opcode.LOADK, c.f.freeRegister, c.f.constant(1.0));
            c.f.reserve(1);
        }
        forBody(base, line, 1, true);
    }

    private void toNextRegister() {
        Expression e = new Expression();
        c.expressions.expression(e);
        c.code.toNextRegister(e);
    }

    private void forList(LuaString first) {
        int base = c.f.freeRegister;
        int variables = 0;
        c.newLocal("(for generator)", variables++);
        c.newLocal("(for state)", variables++);
        c.newLocal("(for control)", variables++);
        c.newLocal(first, variables++);
        while (c.testNext(',')) {
            c.newLocal(c.checkName(), variables++);
        }
        c.checkNext(Token.IN);
        int line = c.lexer.line;
        Expression e = new Expression();
        c.assignments.adjust(3, c.expressions.list(e), e);
        c.f.checkStack(3);
        forBody(base, line, variables - 3, false);
    }

    private void forBody(int base, int line, int variables, boolean isNumeric) {
        c.activateLocals(3);
        c.checkNext(Token.DO);
        int prepare = isNumeric ? c.f.asbx(Opcode.FORPREP, base, NO_JUMP) : c.f.jump();
        c.enterBlock(false);
        c.activateLocals(variables);
        c.f.reserve(variables);
        block();
        c.leaveBlock();
        c.f.patchHere(prepare);
        int loop = isNumeric ? c.f.asbx(Opcode.FORLOOP, base, NO_JUMP) : c.f.abc(Opcode.TFORLOOP, base, 0, variables);
        c.f.fixLine(line);
        c.f.patch(isNumeric ? loop : c.f.jump(), prepare + 1);
    }

    private void returnStatement() {
        Expression e = new Expression();
        int first = 0;
        int count = 0;
        c.lexer.next();
        if (!endsBlock(c.lexer.token) && c.lexer.token != ';') {
            count = c.expressions.list(e);
            if (e.hasManyResults()) {
                c.code.setResults(e, Calls.ALL);
                if (e.kind == Kind.CALL && count == 1) {
                    int call = c.f.code[e.info];
                    c.f.code[e.info] = Opcode.abc(Opcode.TAILCALL, Opcode.a(call), Opcode.b(call), Opcode.c(call));
                }
                first = c.f.activeLocals;
                count = Calls.ALL;
            } else if (count == 1) {
                first = c.code.toAnyRegister(e);
            } else {
                c.code.toNextRegister(e);
                first = c.f.activeLocals;
            }
        }
        c.f.returnOf(first, count);
    }

    // variables

    private void functionStatement(int line) {
        c.lexer.next();
        Expression name = new Expression();
        c.variable(name);
        boolean needsSelf = false;
        while (c.lexer.token == '.') {
            c.expressions.field(name);
        }
        if (c.lexer.token == ':') {
            needsSelf = true;
            c.expressions.field(name);
        }
        Expression body = new Expression();
        c.expressions.body(body, needsSelf, line);
        c.code.store(name, body);
        c.f.fixLine(line);
    }

    private void localFunction() {
        c.newLocal(c.checkName(), 0);
        Expression variable = new Expression(Kind.LOCAL, c.f.freeRegister);
        c.f.reserve(1);
        c.activateLocals(1);
        Expression body = new Expression();
        c.expressions.body(body, false, c.lexer.line);
        c.code.store(variable, body);
        c.f.locals.get(c.f.active[c.f.activeLocals - 1]).start = c.f.pc;
    }

    private void localStatement() {
        int variables = 0;
        do {
            c.newLocal(c.checkName(), variables++);
        } while (c.testNext(','));
        Expression e = new Expression();
        int count = c.testNext('=') ? c.expressions.list(e) : 0;
        c.assignments.adjust(variables, count, e);
        c.activateLocals(variables);
    }
}
