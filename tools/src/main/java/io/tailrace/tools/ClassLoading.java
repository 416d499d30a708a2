package io.tailrace.tools;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Loads all classes of a jar and has the JVM make the class of each of their lambdas, so that an archive of classes that is written at the
 * exit has them all, whether or not a rehearsal comes by the code. A lambda that is not in it costs the thread that comes first to it one
 * to eight milliseconds.
 *
 * <p>The JVM makes a lambda's class when its {@code invokedynamic} is linked, by asking {@link LambdaMetafactory} for it; here that is asked
 * with the same arguments, which is what the archive knows it by.
 */
final class ClassLoading {
    private static final String SUFFIX = ".class";
    private static final Handle METAFACTORY = new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(LambdaMetafactory.class),
            "metafactory",
            MethodType.methodType(
                            java.lang.invoke.CallSite.class,
                            MethodHandles.Lookup.class,
                            String.class,
                            MethodType.class,
                            MethodType.class,
                            MethodHandle.class,
                            MethodType.class)
                    .toMethodDescriptorString(),
            false);

    private final ClassLoader loader = ClassLoading.class.getClassLoader();

    /** Of the jar, or directory, that a class comes from: only a jar is of use to an archive, and others are left out. */
    static void all(List<Class<?>> someOfEach) throws IOException {
        ClassLoading loading = new ClassLoading();
        for (Class<?> one : someOfEach) {
            Path from = source(one);
            if (from.toString().endsWith(".jar")) {
                loading.jar(from);
            }
        }
    }

    private static Path source(Class<?> one) throws IOException {
        try {
            return Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("where " + one + " comes from: " + e.getMessage(), e);
        }
    }

    private void jar(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (entry.getName().endsWith(SUFFIX) && !entry.getName().contains("-info")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        load(new ClassReader(in));
                    }
                }
            }
        }
    }

    private void load(ClassReader reader) throws IOException {
        Class<?> loaded;
        MethodHandles.Lookup lookup;
        try {
            loaded = Class.forName(reader.getClassName().replace('/', '.'), false, loader);
            lookup = MethodHandles.privateLookupIn(loaded, MethodHandles.lookup());
        } catch (ReflectiveOperationException e) {
            throw new IOException("can't load " + reader.getClassName() + ": " + e, e);
        }
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        return new MethodVisitor(Opcodes.ASM9) {
                            @Override
                            public void visitInvokeDynamicInsn(
                                    String method, String type, Handle bootstrap, Object... arguments) {
                                if (bootstrap.equals(METAFACTORY)) {
                                    link(lookup, method, type, arguments);
                                }
                            }
                        };
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }

    private void link(MethodHandles.Lookup lookup, String method, String type, Object... arguments) {
        try {
            LambdaMetafactory.metafactory(
                    lookup,
                    method,
                    type(type),
                    type(((Type) arguments[0]).getDescriptor()),
                    implementation(lookup, (Handle) arguments[1]),
                    type(((Type) arguments[2]).getDescriptor()));
        } catch (ReflectiveOperationException | java.lang.invoke.LambdaConversionException e) {
            throw new IllegalStateException("a lambda of " + lookup.lookupClass() + " for " + method + ": " + e, e);
        }
    }

    private MethodType type(String descriptor) {
        return MethodType.fromMethodDescriptorString(descriptor, loader);
    }

    private MethodHandle implementation(MethodHandles.Lookup lookup, Handle handle)
            throws ReflectiveOperationException {
        Class<?> owner = Class.forName(handle.getOwner().replace('/', '.'), false, loader);
        MethodType type = type(handle.getDesc());
        switch (handle.getTag()) {
            case Opcodes.H_INVOKESTATIC:
                return lookup.findStatic(owner, handle.getName(), type);
            case Opcodes.H_NEWINVOKESPECIAL:
                return lookup.findConstructor(owner, type);
            case Opcodes.H_INVOKESPECIAL:
                return lookup.findSpecial(owner, handle.getName(), type, lookup.lookupClass());
            default:
                return lookup.findVirtual(owner, handle.getName(), type);
        }
    }
}
