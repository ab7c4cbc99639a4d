package io.socketbridge.api.v1alpha1;

/** What the API server checks of a size in bytes, in the Common Expression Language. */
final class SizeRules {

    /** A number as such, or a quantity of Kubernetes: {@code 64Ki}. */
    static final String RECORD = "type(self) == int ? self >= 1 && self <= 16777216"
            + " : self.matches('^[1-9][0-9]{0,7}(k|M|Ki|Mi)?$') && quantity(self).compareTo(quantity('16Mi')) <= 0";

    /** Without the value: to the API server, turning a number into text costs more than all the rest. */
    static final String RECORD_MESSAGE =
            "maxRecordSize is not a size from 1 to 16Mi: write a number of bytes, or one with the"
                    + " unit k, M, Ki or Mi, such as 65536, 64Ki or 1Mi";

    private SizeRules() {}
}
