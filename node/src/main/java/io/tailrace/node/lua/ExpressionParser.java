package io.tailrace.node.lua;

import io.tailrace.node.lua.Expression.Kind;

/** Parses expressions into code. */
final class ExpressionParser {
    private final Compiler c;

    ExpressionParser(Compiler compiler) {
        this.c = compiler;
    }

    void expression(Expression e) {
        subexpression(e, 0);
    }

    /** @return how many there are; the last is left open, as it may have many results */
    int list(Expression e) {
        int count = 1;
        expression(e);
        while (c.testNext(',')) {
            c.code.toNextRegister(e);
            expression(e);
            count++;
        }
        return count;
    }

    private BinaryOperator subexpression(Expression e, int limit) {
        c.enterLevel();
        int token = c.lexer.token;
        if (token == Token.NOT || token == '-' || token == '#') {
            c.lexer.next();
            subexpression(e, BinaryOperator.UNARY_PRIORITY);
            c.operators.prefix(token, e);
        } else {
            simple(e);
        }
        BinaryOperator op = BinaryOperator.of(c.lexer.token);
        while (op != null && op.left > limit) {
            Expression right = new Expression();
            c.lexer.next();
            c.operators.infix(op, e);
            BinaryOperator next = subexpression(right, op.right);
            c.operators.posfix(op, e, right);
            op = next;
        }
        c.leaveLevel();
        return op;
    }

    private void simple(Expression e) {
        switch (c.lexer.token) {
            case Token.NUMBER:
                e.init(Kind.NUMBER, 0);
                e.number = (Double) c.lexer.value;
                break;
            case Token.STRING:
                e.init(Kind.CONSTANT, c.f.constant((LuaString) c.lexer.value));
                break;
            case Token.NIL:
                e.init(Kind.NIL, 0);
                break;
            case Token.TRUE:
                e.init(Kind.TRUE, 0);
                break;
            case Token.FALSE:
                e.init(Kind.FALSE, 0);
                break;
            case Token.DOTS:
                vararg(e);
                break;
            case '{':
                constructor(e);
                return;
            case Token.FUNCTION:
                c.lexer.next();
                body(e, false, c.lexer.line);
                return;
            default:
                primary(e);
                return;
        }
        c.lexer.next();
    }

    private void vararg(Expression e) {
        if (c.f.prototype.varargFlags == 0) {
            throw c.lexer.syntaxError("cannot use '...' outside a vararg function");
        }
        c.f.prototype.varargFlags &= ~Prototype.NEEDS_ARG;
        e.init(Kind.VARARG, c.f.abc(Opcode.VARARG, 0, 1, 0));
    }

    void primary(Expression e) {
        prefix(e);
        while (true) {
            switch (c.lexer.token) {
                case '.':
                    field(e);
                    break;
                case '[': {
                    c.code.toAnyRegister(e);
                    Expression key = new Expression();
                    index(key);
                    c.code.indexed(e, key);
                    break;
                }
                case ':': {
                    c.lexer.next();
                    Expression key = c.string(c.checkName());
                    c.code.self(e, key);
                    arguments(e);
                    break;
                }
                case '(':
                case Token.STRING:
                case '{':
                    c.code.toNextRegister(e);
                    arguments(e);
                    break;
                default:
                    return;
            }
        }
    }

    private void prefix(Expression e) {
        if (c.lexer.token == '(') {
            int line = c.lexer.line;
            c.lexer.next();
            expression(e);
            c.checkMatch(')', '(', line);
            c.code.discharge(e);
        } else if (c.lexer.token == Token.NAME) {
            c.variable(e);
        } else {
            throw c.lexer.syntaxError("unexpected symbol");
        }
    }

    void field(Expression e) {
        c.code.toAnyRegister(e);
        c.lexer.next();
        c.code.indexed(e, c.string(c.checkName()));
    }

    private void index(Expression key) {
        c.lexer.next();
        expression(key);
        c.code.toValue(key);
        c.checkNext(']');
    }

    private void arguments(Expression function) {
        Expression args = new Expression();
        int line = c.lexer.line;
        switch (c.lexer.token) {
            case '(':
                if (line != c.lexer.lastLine) {
                    throw c.lexer.syntaxError("ambiguous syntax (function call x new statement)");
                }
                c.lexer.next();
                if (c.lexer.token != ')') {
                    list(args);
                    c.code.setResults(args, Calls.ALL);
                }
                c.checkMatch(')', '(', line);
                break;
            case '{':
                constructor(args);
                break;
            case Token.STRING:
                args.init(Kind.CONSTANT, c.f.constant((LuaString) c.lexer.value));
                c.lexer.next();
                break;
            default:
                throw c.lexer.syntaxError("function arguments expected");
        }
        int base = function.info;
        int count = Calls.ALL;
        if (!args.hasManyResults()) {
            if (args.kind != Kind.VOID) {
                c.code.toNextRegister(args);
            }
            count = c.f.freeRegister - (base + 1);
        }
        function.init(Kind.CALL, c.f.abc(Opcode.CALL, base, count + 1, 2));
        c.f.fixLine(line);
        c.f.freeRegister = base + 1;
    }

    // tables

    /** A constructor in progress. */
    private static final class Fields {
        Expression table;
        Expression last = new Expression();
        int hashed;
        int listed;
        int toStore;
    }

    private void constructor(Expression table) {
        int line = c.lexer.line;
        int pc = c.f.abc(Opcode.NEWTABLE, 0, 0, 0);
        Fields fields = new Fields();
        fields.table = table;
        table.init(Kind.RELOCATABLE, pc);
        c.code.toNextRegister(table);
        c.checkNext('{');
        do {
            if (c.lexer.token == '}') {
                break;
            }
            closeListField(fields);
            boolean isKeyed = c.lexer.token == '[' || c.lexer.token == Token.NAME && c.lexer.lookAhead() == '=';
            if (isKeyed) {
                keyedField(fields);
            } else {
                expression(fields.last);
                fields.listed++;
                fields.toStore++;
            }
        } while (c.testNext(',') || c.testNext(';'));
        c.checkMatch('}', '{', line);
        lastListField(fields);
        c.f.code[pc] =
                Opcode.withC(Opcode.withB(c.f.code[pc], floatingByte(fields.listed)), floatingByte(fields.hashed));
    }

    private void keyedField(Fields fields) {
        int register = c.f.freeRegister;
        Expression key = new Expression();
        if (c.lexer.token == Token.NAME) {
            key = c.string(c.checkName());
        } else {
            index(key);
        }
        fields.hashed++;
        c.checkNext('=');
        int keyOperand = c.code.toOperand(key);
        Expression value = new Expression();
        expression(value);
        c.f.abc(Opcode.SETTABLE, fields.table.info, keyOperand, c.code.toOperand(value));
        c.f.freeRegister = register;
    }

    private void closeListField(Fields fields) {
        if (fields.last.kind == Kind.VOID) {
            return;
        }
        c.code.toNextRegister(fields.last);
        fields.last.kind = Kind.VOID;
        if (fields.toStore == Opcode.FIELDS_PER_FLUSH) {
            c.f.setList(fields.table.info, fields.listed, fields.toStore);
            fields.toStore = 0;
        }
    }

    private void lastListField(Fields fields) {
        if (fields.toStore == 0) {
            return;
        }
        if (fields.last.hasManyResults()) {
            c.code.setResults(fields.last, Calls.ALL);
            c.f.setList(fields.table.info, fields.listed, Calls.ALL);
            fields.listed--;
        } else {
            if (fields.last.kind != Kind.VOID) {
                c.code.toNextRegister(fields.last);
            }
            c.f.setList(fields.table.info, fields.listed, fields.toStore);
        }
    }

    /** A size as a mantissa of 3 bits with an exponent, rounded up. */
    private static int floatingByte(int size) {
        int exponent = 0;
        int x = size;
        while (x >= 16) {
            x = x + 1 >> 1;
            exponent++;
        }
        return x < 8 ? x : exponent + 1 << 3 | x - 8;
    }

    // functions

    void body(Expression e, boolean needsSelf, int line) {
        c.open();
        c.f.prototype.lineDefined = line;
        c.checkNext('(');
        if (needsSelf) {
            c.newLocal("self", 0);
            c.activateLocals(1);
        }
        parameters();
        c.checkNext(')');
        c.statements.chunk();
        c.f.prototype.lastLineDefined = c.lexer.line;
        c.checkMatch(Token.END, Token.FUNCTION, line);
        FunctionBuilder child = c.f;
        Prototype prototype = c.close();
        c.f.children.add(prototype);
        e.init(Kind.RELOCATABLE, c.f.abx(Opcode.CLOSURE, 0, c.f.children.size() - 1));
        for (FunctionBuilder.UpvalueSource upvalue : child.upvalues) {
            c.f.abc(upvalue.isLocal ? Opcode.MOVE : Opcode.GETUPVAL, 0, upvalue.index, 0);
        }
    }

    private void parameters() {
        Prototype p = c.f.prototype;
        int count = 0;
        if (c.lexer.token != ')') {
            do {
                if (c.lexer.token == Token.NAME) {
                    c.newLocal(c.checkName(), count++);
                } else if (c.lexer.token == Token.DOTS) {
                    c.lexer.next();
                    c.newLocal("arg", count++);
                    p.varargFlags = Prototype.HAS_ARG | Prototype.NEEDS_ARG | Prototype.IS_VARARG;
                } else {
                    throw c.lexer.syntaxError("<name> or '...' expected");
                }
            } while (p.varargFlags == 0 && c.testNext(','));
        }
        c.activateLocals(count);
        p.parameterCount = c.f.activeLocals - (p.varargFlags & Prototype.HAS_ARG);
        c.f.reserve(c.f.activeLocals);
    }
}
