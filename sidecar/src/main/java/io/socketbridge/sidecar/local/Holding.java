package io.socketbridge.sidecar.local;

/**
 * How much of an app's send buffer may be held.
 *
 * <p>A byte that stays in the queue holds the whole piece that the kernel made of the app's write, its own overhead with it. That
 * counts against the app's send buffer, and the kernel reports room in it only while three quarters are free.
 *
 * @param pieceBytes the largest piece that may be held
 */
record Holding(int pieceBytes) {

    /** Up to this the kernel takes no more than for one byte, which leaves room in the smallest send buffer there is. */
    static final int SMALLEST_BYTES = 128;

    /** What the largest piece takes that the kernel makes of a write: 16 KiB in one block, 20 KiB in pages, and overhead. */
    private static final int LARGEST_TRUE_BYTES = 38 * 1024;

    /** What a block of the kernel's has besides a piece's bytes. */
    private static final int BLOCK_OVERHEAD_BYTES = 320;

    private static final int BUFFER_OVERHEAD_BYTES = 256;

    /** What a large record takes besides its bytes: the rest of its last page, and as much again for its parts. */
    private static final int RECORD_OVERHEAD_BYTES = 8 * 1024;

    /** What a send buffer of so many bytes allows; one that cannot be known has 0. */
    static Holding within(int sendBufferBytes) {
        int quarter = sendBufferBytes / 4;
        if (quarter > LARGEST_TRUE_BYTES) {
            return new Holding(Integer.MAX_VALUE);
        }
        // A piece is in a block whose size is a power of two.
        int block = Integer.highestOneBit(Math.max(1, quarter - BUFFER_OVERHEAD_BYTES));
        return new Holding(Math.max(SMALLEST_BYTES, block - BLOCK_OVERHEAD_BYTES));
    }

    /** The same, where each thing that an app sends is one piece, however large. */
    static Holding ofRecordsWithin(int sendBufferBytes) {
        Holding pieces = within(sendBufferBytes);
        return pieces.pieceBytes == Integer.MAX_VALUE
                ? new Holding(sendBufferBytes / 4 - RECORD_OVERHEAD_BYTES)
                : pieces;
    }

    /** Whether what was read last may be held, if that came in one piece of so many bytes. */
    boolean allows(int bytes) {
        return bytes <= pieceBytes;
    }
}
