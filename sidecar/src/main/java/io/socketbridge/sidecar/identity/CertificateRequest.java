package io.socketbridge.sidecar.identity;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/**
 * A certificate signing request (PKCS #10, RFC 2986) in DER, with an empty subject and no attributes: the operator knows better than the
 * pod who the pod is. It is signed with ECDSA and SHA-256.
 */
public final class CertificateRequest {

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int SEQUENCE = 0x30;

    /** The attributes: context-specific, constructed, number 0. */
    private static final int ATTRIBUTES = 0xA0;

    /** A sequence of the object identifier 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758); it has no parameters. */
    private static final byte[] ECDSA_WITH_SHA256 = {
        0x30, 0x0A, 0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
    };

    private CertificateRequest() {}

    /** A request for the public key, signed with the private one. */
    public static byte[] of(KeyPair keys) throws GeneralSecurityException {
        byte[] version = tagged(INTEGER, new byte[] {0});
        byte[] subject = tagged(SEQUENCE);
        // A public key's encoding is the SubjectPublicKeyInfo that belongs here.
        byte[] info = tagged(SEQUENCE, version, subject, keys.getPublic().getEncoded(), tagged(ATTRIBUTES));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(info);
        byte[] noUnusedBits = {0};
        return tagged(SEQUENCE, info, ECDSA_WITH_SHA256, tagged(BIT_STRING, noUnusedBits, signature.sign()));
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        writeLength(whole, content.size());
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }

    /** Up to 127 in one byte; more behind a byte that says in how many (X.690, 8.1.3). */
    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
    }
}
