package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Overflow;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what becomes of datagrams for which there is no room. */
final class OverflowText implements ITypeConverter<Overflow> {

    @Override
    public Overflow convert(String text) {
        return switch (text) {
            case "block" -> Overflow.BLOCK;
            case "drop-newest" -> Overflow.DROP_NEWEST;
            case "drop-oldest" -> Overflow.DROP_OLDEST;
            default ->
                throw new TypeConversionException("'" + text + "' is none of block, drop-newest and drop-oldest");
        };
    }
}
