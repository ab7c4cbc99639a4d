package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Access;
import io.socketbridge.operator.plan.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportReaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{transport: {}}",
                "{transport: {tls: Mutual}, access: {}}",
                "{access: {serviceAccounts: [], uids: [], gids: []}}",
                "{server: {address: {host: db, port: 1}}}"
            })
    void whereNothingIsSaidItIsMutualForAll(String spec) {
        assertThat(read(spec)).isEqualTo(Transport.DEFAULT);
    }

    @Test
    void whoMayConnectIsRead() {
        assertThat(read("{access: {serviceAccounts: [web, job], uids: [0, 999], gids: [4294967295]}}"))
                .isEqualTo(new Transport.Mutual(
                        List.of("web", "job"), new Access(List.of(0L, 999L), List.of(4_294_967_295L))));
    }

    @Test
    void plainTcpHasAPortOfItsOwn() {
        assertThat(read("{transport: {tls: Disabled}}")).isEqualTo(new Transport.Plain(0));
        assertThat(read("{transport: {tls: Disabled}, server: {port: 5433}}")).isEqualTo(new Transport.Plain(5_433));
    }

    @Test
    void packetsHaveAPortOrAProtocol() {
        assertThat(read("{transport: {protocol: UDP, tls: Disabled}}")).isEqualTo(new Transport.Udp(0));
        assertThat(read("{transport: {protocol: UDP, tls: Disabled}, server: {port: 514}}"))
                .isEqualTo(new Transport.Udp(514));
        assertThat(read("{transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 253}}"))
                .isEqualTo(new Transport.Ip(253, false));
        assertThat(read("{transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 1, headerIncluded: true}}"))
                .isEqualTo(new Transport.Ip(1, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {transport: {tls: Server}}                             | transport.tls 'Server' is not supported: the allowed values are: Mutual, Disabled
            {transport: {protocol: SCTP, tls: Disabled}}           | transport.protocol 'SCTP' is not supported: the allowed values are: TCP, UDP, IP
            {transport: {protocol: IP, tls: Disabled}}             | raw.ipProtocol is missing
            {server: {port: 5433}}                                 | server.port 5433 goes with transport.tls Disabled alone
            {transport: {tls: Disabled}, server: {port: 15820}}    | server.port 15820 is the sidecar's own
            {transport: {tls: Disabled}, server: {port: 15821}}    | server.port 15821 is the sidecar's own
            {transport: {tls: Disabled}, access: {uids: [1]}}      | access needs transport.tls Mutual
            {server: {address: {host: db, port: 1}}, access: {}}   | access goes with server.selector alone
            {access: {uids: [-1]}}                                 | access.uids -1 is out of range: it is 0 to 4294967295
            {access: {gids: [1, 4294967296]}}                      | access.gids 4294967296 is out of range: it is 0 to 4294967295
            """)
    void whatDoesNotGoTogetherOrIsUnknownIsNamed(String spec, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(spec)).withMessageContaining(message);
    }

    private static Transport read(String spec) {
        return TransportReader.read(Serialization.unmarshal("---\n" + spec, SocketBridgeSpec.class));
    }
}
