package io.socketbridge.operator.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certificate signing request (PKCS #10, RFC 2986) whose signature has been verified. Only its key counts.
 *
 * @param key on the curve P-256
 */
public record SigningRequest(PublicKey key) {

    /** A request that is not accepted; the message says why. */
    public static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Reads and verifies a request.
     *
     * @throws RefusedException if it is no request, its key is of another kind, or it is not signed with it
     */
    public static SigningRequest parse(byte[] der) throws RefusedException {
        PKCS10CertificationRequest request;
        try {
            request = new PKCS10CertificationRequest(der);
        } catch (IOException | RuntimeException e) {
            throw new RefusedException("the body is no certificate signing request (PKCS #10, DER)");
        }
        PublicKey key = key(request.getSubjectPublicKeyInfo());
        try {
            if (request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                return new SigningRequest(key);
            }
        } catch (OperatorCreationException | PKCSException | RuntimeException e) {
            // An algorithm that there is not, or a signature that is none: said below.
        }
        throw new RefusedException("the request is not signed with the key that is in it");
    }

    private static PublicKey key(SubjectPublicKeyInfo info) throws RefusedException {
        AlgorithmIdentifier algorithm = info.getAlgorithm();
        if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                || !SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters())) {
            throw new RefusedException("the key is not an elliptic curve's, P-256");
        }
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new RefusedException("the key is no point of P-256");
        }
    }
}
