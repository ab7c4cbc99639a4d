package io.socketbridge.operator.identity;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the authority's Secret holds. Fields that are not there are empty. */
final class SecretFormat {

    /** The authority that signs. The type kubernetes.io/tls demands both fields, so without an authority they are empty. */
    private static final String CERTIFICATE = "tls.crt";

    private static final String KEY = "tls.key";

    /** The one that is announced, and since when. */
    private static final String NEXT_CERTIFICATE = "next.crt";

    private static final String NEXT_KEY = "next.key";
    private static final String NEXT_SINCE = "next.since";

    /** Those that sign no more, and a line for each: until when it is trusted. */
    private static final String RETIRING = "retiring.crt";

    private static final String RETIRING_UNTIL = "retiring.until";

    /** The roots above an existing authority. */
    private static final String EXISTING = "existing.crt";

    private static final String ROTATED_FOR = "rotated-for";

    private SecretFormat() {}

    static Map<String, String> write(AuthorityState state) {
        Map<String, String> texts = new TreeMap<>();
        texts.put(
                CERTIFICATE,
                state.signing().map(own -> Pem.of(own.certificate())).orElse(""));
        texts.put(KEY, state.signing().map(own -> Pem.of(own.key())).orElse(""));
        state.next().ifPresent(next -> {
            texts.put(NEXT_CERTIFICATE, Pem.of(next.authority().certificate()));
            texts.put(NEXT_KEY, Pem.of(next.authority().key()));
            texts.put(NEXT_SINCE, next.since().toString());
        });
        if (!state.retiring().isEmpty()) {
            texts.put(
                    RETIRING,
                    Pem.of(state.retiring().stream()
                            .map(AuthorityState.Retiring::certificate)
                            .toList()));
            texts.put(
                    RETIRING_UNTIL,
                    state.retiring().stream()
                            .map(each -> each.until().toString())
                            .collect(Collectors.joining("\n")));
        }
        if (!state.existing().isEmpty()) {
            texts.put(EXISTING, Pem.of(state.existing()));
        }
        if (!state.rotatedFor().isEmpty()) {
            texts.put(ROTATED_FOR, state.rotatedFor());
        }
        texts.replaceAll((_, text) -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        return texts;
    }

    /** @throws IllegalArgumentException if it is not what was written; the message names the field */
    static AuthorityState read(Map<String, String> data) {
        Optional<KeyAndCertificate> next = pair(data, NEXT_KEY, NEXT_CERTIFICATE);
        return new AuthorityState(
                pair(data, KEY, CERTIFICATE),
                next.map(authority ->
                        new AuthorityState.Announced(authority, instant(NEXT_SINCE, text(data, NEXT_SINCE)))),
                certificates(data, EXISTING),
                retiring(data),
                text(data, ROTATED_FOR));
    }

    private static List<AuthorityState.Retiring> retiring(Map<String, String> data) {
        List<X509Certificate> certificates = certificates(data, RETIRING);
        List<String> until = text(data, RETIRING_UNTIL).lines().toList();
        if (certificates.size() != until.size()) {
            throw new IllegalArgumentException(RETIRING_UNTIL + " has not a line for each certificate of " + RETIRING);
        }
        List<AuthorityState.Retiring> retiring = new ArrayList<>();
        for (int i = 0; i < until.size(); i++) {
            retiring.add(new AuthorityState.Retiring(certificates.get(i), instant(RETIRING_UNTIL, until.get(i))));
        }
        return retiring;
    }

    private static Optional<KeyAndCertificate> pair(Map<String, String> data, String key, String certificate) {
        if (text(data, key).isEmpty() && text(data, certificate).isEmpty()) {
            return Optional.empty();
        }
        List<X509Certificate> certificates = certificates(data, certificate);
        if (certificates.size() != 1) {
            throw new IllegalArgumentException(certificate + " is not one certificate");
        }
        try {
            return Optional.of(new KeyAndCertificate(Pem.key(text(data, key)), certificates.getFirst()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Map<String, String> data, String field) {
        String text = text(data, field);
        if (text.isEmpty()) {
            return List.of();
        }
        try {
            return Pem.certificates(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static Instant instant(String field, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + ": '" + text + "' is no time", e);
        }
    }

    private static String text(Map<String, String> data, String field) {
        return new String(Base64.getDecoder().decode(data.getOrDefault(field, "")), StandardCharsets.UTF_8);
    }
}
