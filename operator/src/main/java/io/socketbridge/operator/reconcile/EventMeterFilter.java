package io.socketbridge.operator.reconcile;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Leaves the framework's counter of events out: it gives it other tags for events of resources than for ours, which
 * Prometheus refuses, and with it the event.
 */
@ApplicationScoped
class EventMeterFilter implements MeterFilter {

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().startsWith("events.received") ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }
}
