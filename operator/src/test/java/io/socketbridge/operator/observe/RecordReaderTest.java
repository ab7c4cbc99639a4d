package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.operator.plan.RecordPolicy;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{limits: {}}", "{headers: {}}", "{headers: {default: {}}}"})
    void whereNothingIsSaidTheUsualHolds(String spec) {
        assertThat(read(spec)).isEqualTo(RecordPolicy.DEFAULT);
    }

    @Test
    void everythingCanBeSaid() {
        assertThat(read("""
                {limits: {maxRecordSize: 64Ki}, oversize: Truncate, framing: Newline, overflow: DropOldest,
                 headers: {default: {endOfMessage: false, attention: true, datastream: 7}, onInput: true, onOutput: true}}
                """))
                .isEqualTo(new RecordPolicy(
                        65_536,
                        Oversize.TRUNCATE,
                        Optional.of(Framing.NEWLINE),
                        Overflow.DROP_OLDEST,
                        new RecordHeaders(true, true, RecordHeaders.ATTENTION, 7)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "65536, 65536", "1k, 1000", "2M, 2000000", "64Ki, 65536", "16Mi, 16777216", "16777216, 16777216"
    })
    void aSizeIsANumberOrAQuantity(String text, int bytes) {
        assertThat(read("{limits: {maxRecordSize: " + text + "}}").mostBytes()).isEqualTo(bytes);
        assertThat(read("{limits: {maxRecordSize: '" + text + "'}}").mostBytes())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {limits: {maxRecordSize: 0}}          | limits.maxRecordSize '0' is not a size from 1 to 16777216 bytes
            {limits: {maxRecordSize: 16777217}}   | limits.maxRecordSize '16777217' is not a size
            {limits: {maxRecordSize: 17Mi}}       | limits.maxRecordSize '17Mi' is not a size
            {limits: {maxRecordSize: 1Gi}}        | limits.maxRecordSize '1Gi' is not a size
            {limits: {maxRecordSize: ''}}         | limits.maxRecordSize '' is not a size
            {oversize: Cut}                       | oversize 'Cut' is not supported: the allowed values are: Reject, Truncate
            {overflow: Drop}                      | overflow 'Drop' is not supported: the allowed values are: Block, DropNewest, DropOldest
            {framing: Headed}                     | framing 'Headed' is not supported: the allowed values are: LengthPrefix, Newline, None
            {headers: {default: {datastream: 256}}} | headers.default.datastream 256 is not in 0-255
            """)
    void whatIsUnknownOrOutOfRangeIsNamed(String spec, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(spec)).withMessageContaining(message);
    }

    private static RecordPolicy read(String spec) {
        return RecordReader.read(Serialization.unmarshal("---\n" + spec, SocketBridgeSpec.class));
    }
}
