package io.tailrace.node.lua;

/** The classes of signs in the C locale. */
final class Bytes {
    private Bytes() {}

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isLetter(int c) {
        return isLower(c) || isUpper(c);
    }

    static boolean isControl(int c) {
        return c < 32 || c == 127;
    }

    static int toLower(int c) {
        return isUpper(c) ? c + 32 : c;
    }

    static int toUpper(int c) {
        return isLower(c) ? c - 32 : c;
    }

    /** Of the class that a letter after % stands for; a capital stands for all others; any other sign for itself. */
    static boolean isOfClass(int c, int letter) {
        boolean result;
        switch (toLower(letter)) {
            case 'a':
                result = isLetter(c);
                break;
            case 'c':
                result = isControl(c);
                break;
            case 'd':
                result = isDigit(c);
                break;
            case 'l':
                result = isLower(c);
                break;
            case 'p':
                result = c > 32 && c < 127 && !isLetter(c) && !isDigit(c);
                break;
            case 's':
                result = Numbers.isBlank(c);
                break;
            case 'u':
                result = isUpper(c);
                break;
            case 'w':
                result = isLetter(c) || isDigit(c);
                break;
            case 'x':
                result = isDigit(c) || toLower(c) >= 'a' && toLower(c) <= 'f';
                break;
            case 'z':
                result = c == 0;
                break;
            default:
                return letter == c;
        }
        return result != isUpper(letter);
    }
}
