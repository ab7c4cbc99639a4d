package io.socketbridge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void aSidecarThatSaysNothingOfACertificateHasNone() {
        assertThat(new Report("1", "1", List.of(), null)).isEqualTo(new Report("1", "1", List.of()));
        assertThat(new Report("1", "1", List.of()).certificate().exists()).isFalse();
    }

    @Test
    void aCertificateIsOverdueWhenHalfOfTheTimeIsGoneThatThereIsToRenewIt() {
        assertThat(new CertificateReport(1_000, 1_600).overdueSeconds()).isEqualTo(1_300);
        assertThat(new CertificateReport(1_000, 1_600).exists()).isTrue();
    }
}
