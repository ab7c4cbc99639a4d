package io.socketbridge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:/run/db.sock",
                "unix:@name",
                "unix:/with:colon and space",
                "tcp:10.0.0.1:5432",
                "tcp:db.example:0",
                "tcp:[::1]:65535",
                "tunnel:10.0.0.1:15820",
                "tunnel:[fd00::1]:15820",
                "unix-dgram:/run/log.sock",
                "unix-dgram:@name",
                "unix-seqpacket:/run/app.sock",
                "unix-seqpacket:@name",
                "udp:10.0.0.1:53",
                "udp:[fd00::1]:0",
                "raw:10.0.0.1:253",
                "raw:10.0.0.1:1/header",
                "raw:[fd00::1]:58"
            })
    void printsWhatItParsed(String text) {
        assertThat(Address.parse(text)).hasToString(text);
    }

    @Test
    void takesTheBracketsOffAnIpv6Host() {
        assertThat(Address.parse("tcp:[fd00::1]:80")).isEqualTo(new TcpAddress("fd00::1", 80));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    unix:relative.sock   | not absolute
                    unix:                | not absolute
                    unix:@               | not absolute
                    unix:/run/           | names a directory
                    tcp::80              | host is missing
                    tcp:host             | port is not a number
                    tcp:host:65536       | not in 0-65535
                    tcp:host:-1          | not in 0-65535
                    tcp:::1:80           | stands in brackets
                    unix-seqpacket:x     | not absolute
                    unix-dgram:x         | not absolute
                    udp:host             | port is not a number
                    udp:host:65536       | not in 0-65535
                    udp::53              | host is missing
                    raw:host:0           | from 1 to 255
                    raw:host:256         | from 1 to 255
                    raw:[::1]:1/header   | of IPv4 alone
                    raw:host             | from 1 to 255
                    tunnel:host          | port is not a number
                    /run/x               | does not start with a known scheme
                    http://host          | does not start with a known scheme
                    """)
    void refusesWhatIsNoAddressAndSaysWhy(String text, String why) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(InvalidAddressException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(why)
                .hasMessageContaining("; use ");
    }

    @Test
    void countsBytesAndNotCharacters() {
        String longest = "/" + "x".repeat(UnixAddress.MAX_BYTES - 1);
        assertThat(Address.parse("unix:" + longest)).isEqualTo(new UnixAddress(longest));
        assertThatThrownBy(() -> Address.parse("unix:" + longest + "x")).hasMessageContaining("108 bytes");
        assertThatThrownBy(() -> Address.parse("unix:/" + "é".repeat(54))).hasMessageContaining("109 bytes");
    }

    @Test
    void leavesAnAbstractNameAllTheBytesBehindTheNul() {
        assertThat(Address.parse("unix:@" + "x".repeat(UnixAddress.MAX_BYTES))).isInstanceOf(UnixAddress.class);
        assertThatThrownBy(() -> Address.parse("unix:@" + "x".repeat(UnixAddress.MAX_BYTES + 1)))
                .hasMessageContaining("at most 107");
    }
}
