package io.socketbridge.contract;

/**
 * What apps with sequenced packets see of records' headers, after the sequenced packet protocol of BSD ({@code spp(4)}, {@code struct
 * sphdr}).
 *
 * @param onInput whether the app reads each record's header in front of it ({@code SO_HEADERS_ON_INPUT})
 * @param onOutput whether the app writes one in front of each record that it sends ({@code SO_HEADERS_ON_OUTPUT})
 * @param control the connection control bits of records that the app writes without one ({@code SO_DEFAULT_HEADERS}), 0 to 255
 * @param datastream their datastream type, 0 to 255
 */
public record RecordHeaders(boolean onInput, boolean onOutput, int control, int datastream) {

    /** Connection control: the record is the last of a message. */
    public static final int END_OF_MESSAGE = 0x10;

    /** Connection control: the record goes ahead of those that wait. */
    public static final int ATTENTION = 0x20;

    /** Apps see nothing of them, and each record is a message. */
    public static final RecordHeaders HIDDEN = new RecordHeaders(false, false, END_OF_MESSAGE, 0);

    /** @throws IllegalArgumentException if a value is out of range, or a bit has no meaning */
    public RecordHeaders {
        if ((control & ~(END_OF_MESSAGE | ATTENTION)) != 0) {
            throw new IllegalArgumentException(
                    "control " + control + " has bits other than 16 (end of message) and 32 (attention)");
        }
        if (datastream < 0 || datastream > 255) {
            throw new IllegalArgumentException("datastream " + datastream + " is not in 0-255");
        }
    }
}
