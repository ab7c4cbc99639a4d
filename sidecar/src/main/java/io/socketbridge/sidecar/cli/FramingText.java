package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Framing;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a framing: its name in lower case, with hyphens. */
final class FramingText implements ITypeConverter<Framing> {

    @Override
    public Framing convert(String text) {
        for (Framing framing : Framing.values()) {
            if (text.equals(text(framing))) {
                return framing;
            }
        }
        throw new TypeConversionException("'" + text + "' is no framing: use length-prefix, newline or none");
    }

    static String text(Framing framing) {
        return framing.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
