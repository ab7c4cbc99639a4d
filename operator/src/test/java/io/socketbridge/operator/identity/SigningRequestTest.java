package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SigningRequestTest {

    @Test
    void itsKeyIsAllThatCounts() throws Exception {
        KeyPair keys = TestRequest.newKeys();
        assertThat(SigningRequest.parse(TestRequest.of(keys)).key()).isEqualTo(keys.getPublic());
        assertThat(SigningRequest.parse(TestRequest.claiming("CN=root,O=system:masters", keys)))
                .isEqualTo(new SigningRequest(keys.getPublic()));
    }

    /** Made by a sidecar; it has an empty subject and no attributes. */
    @Test
    void aSidecarsIsTaken() throws Exception {
        byte[] request = Base64.getMimeDecoder().decode("""
                MIG6MGICAQAwADBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGOd+c9PFSHm2H/OFjf6NSOE2ki9q+ztAymIzn2E5DD0+tXbZ0e/
                pDyqkTKlqR4KSBTetluH+eCT/UolLQ7Nw7ugADAKBggqhkjOPQQDAgNIADBFAiEA9HIl7q4vlfgw7o19O1dDXsbDe2bOspbH/wDf
                6T6NVvkCID97KGU99E8nKgHzAMU4+vseePHsgq6qqpe3XVVxeVyz
                """);
        assertThat(SigningRequest.parse(request).key().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void anotherKindOfKeyIsRefused() {
        assertRefused(TestRequest.ofRsa(), "P-256");
        assertRefused(TestRequest.ofLongerCurve(), "P-256");
    }

    @Test
    void oneThatIsNotSignedWithItsKeyIsRefused() {
        assertRefused(TestRequest.signedByAnother(), "not signed with the key");
        byte[] changed = TestRequest.of(TestRequest.newKeys());
        changed[changed.length - 1] ^= 1;
        assertRefused(changed, "not signed with the key");
    }

    @Test
    void whatIsNoRequestIsRefused() {
        byte[] whole = TestRequest.of(TestRequest.newKeys());
        assertRefused(new byte[0], "no certificate signing request");
        assertRefused(new byte[] {1, 2, 3}, "no certificate signing request");
        assertRefused(Arrays.copyOf(whole, whole.length - 1), "no certificate signing request");
        assertRefused(Arrays.copyOf(whole, whole.length + 1), "no certificate signing request");
    }

    private static void assertRefused(byte[] request, String why) {
        assertThatThrownBy(() -> SigningRequest.parse(request))
                .isInstanceOf(SigningRequest.RefusedException.class)
                .hasMessageContaining(why);
    }
}
