package io.tailrace.node.lua;

import io.tailrace.node.lua.Expression.Kind;

/** Parses assignments, and calls as statements, which begin alike. */
final class AssignmentParser {
    private final Compiler c;

    AssignmentParser(Compiler compiler) {
        this.c = compiler;
    }

    /** As many values as there are variables. */
    void adjust(int variables, int values, Expression e) {
        int extra = variables - values;
        if (e.hasManyResults()) {
            extra = Math.max(0, extra + 1);
            c.code.setResults(e, extra);
            if (extra > 1) {
                c.f.reserve(extra - 1);
            }
            return;
        }
        if (e.kind != Kind.VOID) {
            c.code.toNextRegister(e);
        }
        if (extra > 0) {
            int register = c.f.freeRegister;
            c.f.reserve(extra);
            c.f.nil(register, extra);
        }
    }

    /** The left side of an assignment, from its last variable to its first. */
    private static final class Target {
        final Target before;
        final Expression variable = new Expression();

        Target(Target before) {
            this.before = before;
        }
    }

    void expressionStatement() {
        Target target = new Target(null);
        c.expressions.primary(target.variable);
        if (target.variable.kind == Kind.CALL) {
            c.f.code[target.variable.info] = Opcode.withC(c.f.code[target.variable.info], 1);
        } else {
            assignment(target, 1);
        }
    }

    private void assignment(Target target, int variables) {
        Kind kind = target.variable.kind;
        if (kind.ordinal() < Kind.LOCAL.ordinal() || kind.ordinal() > Kind.INDEXED.ordinal()) {
            throw c.lexer.syntaxError("syntax error");
        }
        Expression e = new Expression();
        if (c.testNext(',')) {
            Target next = new Target(target);
            c.expressions.primary(next.variable);
            if (next.variable.kind == Kind.LOCAL) {
                avoidConflict(target, next.variable);
            }
            c.limit(variables, Calls.MAX_HOST_CALLS - c.levels, "variables in assignment");
            assignment(next, variables + 1);
        } else {
            c.checkNext('=');
            int values = c.expressions.list(e);
            if (values == variables) {
                c.code.setOneResult(e);
                c.code.store(target.variable, e);
                return;
            }
            adjust(variables, values, e);
            if (values > variables) {
                c.f.freeRegister -= values - variables;
            }
        }
        e.init(Kind.REGISTER, c.f.freeRegister - 1);
        c.code.store(target.variable, e);
    }

    /** A local variable that is also table or key further left is copied, since it changes before those are used. */
    private void avoidConflict(Target first, Expression local) {
        int copy = c.f.freeRegister;
        boolean isConflict = false;
        for (Target at = first; at != null; at = at.before) {
            if (at.variable.kind == Kind.INDEXED) {
                if (at.variable.info == local.info) {
                    isConflict = true;
                    at.variable.info = copy;
                }
                if (at.variable.key == local.info) {
                    isConflict = true;
                    at.variable.key = copy;
                }
            }
        }
        if (isConflict) {
            c.f.abc(Opcode.MOVE, copy, local.info, 0);
            c.f.reserve(1);
        }
    }
}
