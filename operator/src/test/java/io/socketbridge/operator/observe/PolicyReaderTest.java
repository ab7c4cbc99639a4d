package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.operator.plan.ConnectionPolicy;
import io.socketbridge.operator.plan.TrafficDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

    @Test
    void whatIsNotSaidIsAsUsual() {
        assertThat(read("{}")).isEqualTo(ConnectionPolicy.DEFAULT);
        assertThat(read("{server: {}, limits: {}, accessLog: {}}")).isEqualTo(ConnectionPolicy.DEFAULT);
    }

    @Test
    void allOfItIsRead() {
        assertThat(read("""
                        server: {proxyProtocol: V2}
                        whenUnavailable: Wait
                        limits:
                          maxConnections: 100
                          connectTimeout: 500ms
                          idleTimeout: 1h30m
                          drainTimeout: 0s
                          deadPeerTimeout: 6s
                          maxLifetime: 720h
                        accessLog: {samplePercent: 7}
                        trafficDistribution: PreferClose
                        """))
                .isEqualTo(new ConnectionPolicy(
                        WhenUnavailable.WAIT,
                        new Limits(100, 500, 5_400_000, 0, 6_000, 2_592_000_000L),
                        ProxyProtocol.V2,
                        TrafficDistribution.PREFER_CLOSE,
                        7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {whenUnavailable: Queue}            | whenUnavailable 'Queue' is not supported: the allowed values are: Refuse, Wait
            {server: {proxyProtocol: V1}}       | server.proxyProtocol 'V1' is not supported: the allowed values are: None, V2
            {limits: {idleTimeout: 1d}}         | limits.idleTimeout '1d' is not a duration
            {limits: {maxLifetime: 1w}}         | limits.maxLifetime '1w' is not a duration
            {limits: {deadPeerTimeout: 1s}}     | deadPeerTimeoutMillis 1000 is out of range
            {limits: {connectTimeout: 0s}}      | connectTimeoutMillis 0 is out of range
            {limits: {maxConnections: -1}}      | maxConnections -1 is out of range
            {accessLog: {samplePercent: 101}}   | accessLog.samplePercent 101 is out of range
            {trafficDistribution: PreferFar}    | trafficDistribution 'PreferFar' is not supported: the allowed values are: PreferClose
            {trafficDistribution: PreferClose, server: {address: {host: a, port: 1}}} | trafficDistribution goes with server.selector alone
            """)
    void whatThisVersionDoesNotKnowIsNamed(String spec, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(spec)).withMessageContaining(message);
    }

    private static ConnectionPolicy read(String spec) {
        return PolicyReader.read(Serialization.unmarshal("---\n" + spec, SocketBridgeSpec.class));
    }
}
