package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.socketbridge.api.v1alpha1.DefaultHeaderSpec;
import io.socketbridge.api.v1alpha1.LimitsSpec;
import io.socketbridge.api.v1alpha1.RecordHeadersSpec;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.operator.plan.RecordPolicy;
import java.util.Optional;

/** Reads how a bridge treats records. */
final class RecordReader {

    /** Those that a bridge can ask for; as sidecars speak with each other is not among them. */
    private static final Framing[] FRAMINGS = {Framing.LENGTH_PREFIX, Framing.NEWLINE, Framing.NONE};

    private RecordReader() {}

    /** @throws IllegalArgumentException if a value is none that this version knows; the message names it */
    static RecordPolicy read(SocketBridgeSpec spec) {
        RecordPolicy unsaid = RecordPolicy.DEFAULT;
        return new RecordPolicy(
                Optional.ofNullable(spec.limits())
                        .map(LimitsSpec::maxRecordSize)
                        .map(RecordReader::size)
                        .orElse(unsaid.mostBytes()),
                Choice.of("oversize", spec.oversize(), Oversize.values(), RecordReader::word, unsaid.oversize()),
                Optional.ofNullable(spec.framing())
                        .map(written -> Choice.of("framing", written, FRAMINGS, Framing::text)),
                Choice.of("overflow", spec.overflow(), Overflow.values(), RecordReader::word, unsaid.overflow()),
                Optional.ofNullable(spec.headers()).map(RecordReader::headers).orElse(unsaid.headers()));
    }

    private static int size(IntOrString written) {
        try {
            return ByteSize.parse(String.valueOf(written.getValue()), Records.LIMIT_BYTES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("limits.maxRecordSize " + e.getMessage(), e);
        }
    }

    private static RecordHeaders headers(RecordHeadersSpec spec) {
        RecordHeaders unsaid = RecordHeaders.HIDDEN;
        Optional<DefaultHeaderSpec> header = Optional.ofNullable(spec.defaults());
        boolean endOfMessage = header.map(DefaultHeaderSpec::endOfMessage).orElse(true);
        boolean attention = header.map(DefaultHeaderSpec::attention).orElse(false);
        try {
            return new RecordHeaders(
                    Optional.ofNullable(spec.onInput()).orElse(unsaid.onInput()),
                    Optional.ofNullable(spec.onOutput()).orElse(unsaid.onOutput()),
                    (endOfMessage ? RecordHeaders.END_OF_MESSAGE : 0) | (attention ? RecordHeaders.ATTENTION : 0),
                    header.map(DefaultHeaderSpec::datastream).orElse(unsaid.datastream()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("headers.default." + e.getMessage(), e);
        }
    }

    private static String word(Oversize value) {
        return switch (value) {
            case REJECT -> "Reject";
            case TRUNCATE -> "Truncate";
        };
    }

    private static String word(Overflow value) {
        return switch (value) {
            case BLOCK -> "Block";
            case DROP_NEWEST -> "DropNewest";
            case DROP_OLDEST -> "DropOldest";
        };
    }
}
